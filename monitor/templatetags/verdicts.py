"""What our look at a picture says, and what people decided: signs with words."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from monitor.models import Match
from monitor.queries import verdict_words
from monitor.queries.verdict_words import Change
from monitor.templatetags.ui import icon

register = template.Library()

RING = '<circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" stroke-width="1.6"/>'
# Shape first: filled, half, a dot in a ring, a ring, a broken ring, a barred one. The words say it again.
GLYPHS = {
    "exact": '<circle cx="6" cy="6" r="5" fill="currentColor"/>',
    "modified": f'{RING}<path d="M6 1.8a4.2 4.2 0 0 0 0 8.4z" fill="currentColor"/>',
    "probable": f'{RING}<circle cx="6" cy="6" r="1.7" fill="currentColor"/>',
    "similar": RING,
    "unchecked": RING.replace("/>", ' stroke-dasharray="1.65 1.65"/>'),
    "unverifiable": f'{RING}<path d="M3.2 8.8l5.6-5.6" stroke="currentColor" stroke-width="1.6"/>',
}
DECISIONS = {
    "allowed": ("check", "Allowed"),
    "flagged": ("flag", "Flagged"),
    "not_ours": ("ban", "Not ours"),
    "later": ("clock", "Later"),
}


@register.simple_tag
def verdict(name: str) -> SafeString:
    """The badge of a verdict: its shape and its words."""
    words, title = verdict_words.badge(name), verdict_words.meaning(name)
    return format_html('<span class="ver" title="{}">{}{}</span>', title, _glyph(name), words)


@register.simple_tag
def verdict_glyph(name: str) -> SafeString:
    """The shape alone, for narrow places; its words are there for those who do not see it, and as title."""
    words = verdict_words.badge(name)
    return format_html(
        '<span class="ver" title="{}">{}<span class="vh">{}</span></span>', words, _glyph(name), words
    )


def _glyph(name: str) -> SafeString:
    shape = SafeString(GLYPHS[name])  # ours
    return format_html('<svg viewBox="0 0 12 12" aria-hidden="true">{}</svg>', shape)


@register.simple_tag
def decision(name: str) -> SafeString:
    """The sign of a decision with its word; nothing while it is open."""
    if name not in DECISIONS:
        return SafeString("")
    sign, word = DECISIONS[name]
    return format_html('<span class="said {}">{}{}</span>', name, icon(sign), word)


@register.simple_tag
def decision_glyph(name: str) -> SafeString:
    """The sign of a decision with its word for those who do not see it; nothing while it is open."""
    if name not in DECISIONS:
        return SafeString("")
    sign, word = DECISIONS[name]
    return format_html('<span class="said {}" title="{}">{}</span>', name, word, icon(sign, word))


@register.filter
def verdict_meaning(name: str) -> str:
    """What a verdict says, as a sentence."""
    return verdict_words.meaning(name)


@register.filter
def decided(name: str) -> str:
    """The word of a decision: "Not ours"."""
    return Match.Decision(name).label


@register.filter
def changes(found: list[Change]) -> str:
    """ "cropped to 60 %, text added at the bottom"."""
    return verdict_words.changes(found)


@register.filter
def seen_share(visible: float) -> str:
    """How much of the watched picture is seen, in words: "about half"."""
    return verdict_words.share(visible)
