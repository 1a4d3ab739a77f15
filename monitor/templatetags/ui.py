"""Small parts of pages: icons, chips, counts, times. A builtin of every template (see the settings)."""

import json
from datetime import date, datetime, timedelta

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from monitor import weblinks
from monitor.queries.engines import account_name

register = template.Library()

ENGINES = {"google": ("g", "Google"), "yandex": ("y", "Yandex")}
CHIPS = {
    "new": ("add", "plus"),
    "returned": ("add", "rotate-ccw"),
    "gone": ("del", "minus"),
    "moved": ("mov", "arrow-up-down"),
    "edited": ("warn", "pencil"),
    "missing": ("", "x"),
    "warn": ("warn", "triangle-alert"),
    "paused": ("", "pause"),
    "plain": ("", ""),
}
# The pages that have a tab of their own on phones.
TABS = ("overview", "images", "runs")
REVIEW = ("review", "match")
MESSAGE_ICONS = {"success": "circle-check", "warning": "triangle-alert", "error": "circle-alert"}
# htmx may neither run code from attributes nor write a style element, as the content security policy demands;
# 422 is how a form that was not accepted comes back, so it is shown.
HTMX_CONFIG = {
    "allowEval": False,
    "includeIndicatorStyles": False,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}


@register.simple_tag
def htmx_config() -> str:
    """The content of the htmx-config meta element, as JSON."""
    return json.dumps(HTMX_CONFIG)


@register.simple_tag(takes_context=True)
def theme(context: Context) -> SafeString:
    """`data-theme="…"` when the person has chosen light or dark; empty follows the system."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme") if request else None
    return format_html('data-theme="{}"', chosen) if chosen in ("light", "dark") else SafeString("")


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """One Lucide icon from the sprite; without a label it is decoration, `extra` adds classes."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    classes = f"i {extra}".strip()
    return format_html(
        '<svg class="{}" {}><use href="{}#{}" /></svg>', classes, spoken, static("icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def nav_link(context: Context, url_name: str, label: str, icon_name: str, but: str = "") -> SafeString:
    """A navigation entry, marked current on its own page and on those beneath it, `but` for a page by name."""
    path = context["request"].path
    current = "" if but and path == reverse(but) else _current(url_name, path)
    return _entry(url_name, label, icon_name, current)


@register.simple_tag(takes_context=True)
def more_tab(context: Context) -> SafeString:
    """The tab of the pages that have none of their own, current on each of them."""
    request = context["request"]
    path, match = request.path, request.resolver_match
    others = any(_current(name, path) for name in TABS) or (match and match.url_name in REVIEW)
    return _entry("more", "More", "ellipsis", "" if others else _current("more", path) or "true")


def _current(url_name: str, path: str) -> str:
    """Whether a path is of the entry: "page" for its own, "true" beneath it, else ""."""
    url = reverse(url_name)
    if path == url:
        return "page"
    return "true" if url != reverse("overview") and path.startswith(url) else ""


def _entry(url_name: str, label: str, icon_name: str, current: str) -> SafeString:
    mark = format_html(' aria-current="{}"', current) if current else SafeString("")
    url = reverse(url_name)
    return format_html('<a href="{}" data-go="{}"{}>{}{}</a>', url, url_name, mark, icon(icon_name), label)


@register.simple_tag
def engine(name: str, text: str = "") -> SafeString:
    """The key of an engine ("google", "yandex"): a coloured square and its name, or `text` in its place."""
    css, word = ENGINES[name]
    return format_html('<span class="eng {}">{}</span>', css, text or word)


@register.simple_tag
def chip(kind: str, text: object) -> SafeString:
    """A pill with a sign and words; `kind` is a key of CHIPS."""
    css, icon_name = CHIPS[kind]
    sign = icon(icon_name) if icon_name else SafeString("")
    return format_html('<span class="{}">{}{}</span>', f"chip {css}".strip(), sign, text)


@register.simple_tag
def delta(steps: int) -> SafeString:
    """A change in rank or count: an arrow with words for those who do not see it; up is positive."""
    if steps == 0:
        return format_html('<span class="delta">{}<span class="vh">no change</span></span>', icon("minus"))
    way = "up" if steps > 0 else "down"
    arrow = icon(f"arrow-{way}")
    return format_html('<span class="delta">{}<span class="vh">{} </span>{}</span>', arrow, way, abs(steps))


@register.simple_tag
def progress(done: int, total: int, label: str) -> SafeString:
    """A progress bar; what it says to those who do not see it is `label`."""
    return format_html(
        '<progress class="progress" value="{}" max="{}" aria-label="{}">{}</progress>',
        done,
        max(total, 1),
        label,
        f"{done} of {total}",
    )


@register.filter
def number(value: int) -> str:
    """1204 as "1,204"."""
    return f"{value:,}"


@register.filter
def count(value: int, words: str) -> str:
    """`3|count:"match,matches"` is "3 matches"; "no matches" for zero."""
    one, many = words.split(",")
    if value == 0:
        return f"no {many}"
    return f"{value:,} {one if value == 1 else many}"


@register.filter
def duration(took: timedelta) -> str:
    """A span of time in its two largest units: "41 s", "3 min", "1 h 5 min", "2 d 4 h"."""
    left, parts = int(took.total_seconds()), []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        amount, left = divmod(left, size)
        if amount:
            parts.append(f"{amount} {unit}")
    return " ".join(parts[:2]) or "0 s"


@register.filter
def host(name: str) -> str:
    """A domain as people write it: "café.example" for "xn--caf-dma.example", unless that could deceive."""
    return weblinks.display_host(name)


@register.filter
def account(name: str) -> str:
    """A provider account as people name it; empty for any other name."""
    return account_name(name)


@register.filter
def breakable(name: str) -> SafeString:
    """A host name that may break before its dots, for narrow places."""
    return format_html_join(SafeString("<wbr>."), "{}", ((part,) for part in name.split(".")))


@register.filter
def initials(person: object) -> str:
    """At most two letters that stand for a person: "Mara Keller" is MK, "mara@example.com" is M."""
    words = str(person).split("@")[0].split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def message_icon(level: str) -> str:
    """The icon that goes with the level of a message."""
    return MESSAGE_ICONS.get(level, "info")


@register.simple_tag
def when(moment: datetime | None, empty: str = "never") -> SafeString:
    """A moment in the workspace's zone: "today 06:04", "16 Nov, 06:04"; the year when it is another one."""
    if moment is None:
        return format_html("<span>{}</span>", empty)
    local = timezone.localtime(moment)
    named = _near_day(local.date())
    text = f"{named} {local:%H:%M}" if named else f"{_far_day(local.date())}, {local:%H:%M}"
    return _time(moment, local, text)


@register.simple_tag
def day(moment: datetime | None, empty: str = "never") -> SafeString:
    """The day of a moment in the workspace's zone: "today", "16 Nov"; the year when it is another one."""
    if moment is None:
        return format_html("<span>{}</span>", empty)
    local = timezone.localtime(moment)
    return _time(moment, local, _near_day(local.date()) or _far_day(local.date()))


def _time(moment: datetime, local: datetime, text: str) -> SafeString:
    full = f"{date_format(local, 'l j F Y, H:i')} {local.tzname()}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(timespec="seconds"), full, text
    )


def _near_day(that: date) -> str:
    names = {timedelta(0): "today", timedelta(-1): "yesterday", timedelta(1): "tomorrow"}
    return names.get(that - timezone.localdate(), "")


def _far_day(that: date) -> str:
    return date_format(that, "j M" if that.year == timezone.localdate().year else "j M Y")
