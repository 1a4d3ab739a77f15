"""The way to the review queue, with how many matches wait there."""

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from monitor.queries.review import MOST, n_queued
from monitor.templatetags.ui import icon

register = template.Library()
PAGES = {"review": "page", "match": "true"}


@register.simple_tag(takes_context=True)
def n_to_review(context: Context) -> str:
    """ "23", "99+", or "" when nothing waits, or for operators who are in no workspace."""
    workspace = getattr(context["request"], "workspace", None)
    n = n_queued(workspace) if workspace else 0
    return "" if not n else f"{MOST}+" if n > MOST else str(n)


@register.simple_tag(takes_context=True)
def review_link(context: Context, place: str, label: str, n: str) -> SafeString:
    """The entry of the queue; `place` tells one of its kind on a page from the others."""
    match = context["request"].resolver_match
    current = PAGES.get(match.url_name if match else "", "")
    return format_html(
        '<a id="review-{}" href="{}" data-go="review"{}>{}{}{}</a>',
        place,
        reverse("review"),
        format_html(' aria-current="{}"', current) if current else "",
        icon("inbox"),
        label,
        format_html('<span class="count">{}<span class="vh"> to review</span></span>', n) if n else "",
    )
