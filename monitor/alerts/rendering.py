"""From a template to a mail: plain text first, and the same in HTML with its style inlined."""

from collections.abc import Mapping
from dataclasses import dataclass

import css_inline
from django.template.loader import render_to_string

# Nothing is fetched, and the rules for dark and narrow screens stay in the head, where mail programs read them.
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A mail in words."""

    subject: str
    text: str
    html: str


def render(template: str, subject: str, context: Mapping[str, object]) -> Written:
    """The mail of `template`.txt and `template`.html."""
    return Written(
        subject=subject,
        text=render_to_string(f"{template}.txt", dict(context)),
        html=_inliner.inline(render_to_string(f"{template}.html", dict(context))),
    )
