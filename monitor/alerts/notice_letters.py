"""What a mail about a trouble says; the mail itself and the app's page of it are drawn from this."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import dateformat

from accounts.links import absolute
from monitor.alerts import links
from monitor.alerts.meanings import MEANINGS
from monitor.models import Trouble
from monitor.queries.engines import account_name

OVER = "It is over: "


@dataclass(frozen=True, kw_only=True)
class NoticeLetter:
    """The content of a notice; `when` is the workspace's clock, for operators UTC."""

    subject: str
    heading: str
    when: str
    about: str
    happened: str
    means: str
    advice: str
    link: str
    link_label: str
    why_you: str


def read(trouble: Trouble, *, is_end: bool) -> NoticeLetter:
    """The letter about a trouble's beginning, or about its end."""
    meaning, about = MEANINGS[Trouble.Kind(trouble.kind)], about_what(trouble)
    what = str(trouble.get_kind_display())
    heading = OVER + what[0].lower() + what[1:] if is_end else what
    return NoticeLetter(
        subject=" ".join((f"{heading} · {about}" if about else heading).split()),
        heading=heading,
        when=_moment(trouble, trouble.ended_at if is_end and trouble.ended_at else trouble.began_at),
        about=about,
        happened=_past(trouble) if is_end else trouble.sentence,
        means=meaning.over if is_end else meaning.means,
        advice="" if is_end else meaning.advice,
        link=_link(trouble),
        link_label="See the spending" if trouble.workspace else "See the pipeline",
        why_you=_why_you(trouble),
    )


def about_what(trouble: Trouble) -> str:
    """The workspace or the provider account concerned; empty for what concerns everything."""
    return trouble.workspace.name if trouble.workspace else account_name(trouble.subject)


def _past(trouble: Trouble) -> str:
    return f"It began {_moment(trouble, trouble.began_at)}. What was said then: {trouble.sentence}"


def _moment(trouble: Trouble, at: datetime) -> str:
    zone = ZoneInfo(trouble.workspace.time_zone) if trouble.workspace else UTC
    return dateformat.format(at.astimezone(zone), "l j F Y, H:i") + ("" if trouble.workspace else " UTC")


def _link(trouble: Trouble) -> str:
    if trouble.workspace:
        return links.into(trouble.workspace.pk, reverse("spending"))
    return absolute(reverse("pipeline"))


def _why_you(trouble: Trouble) -> str:
    if trouble.workspace:
        return f"You get this because you are an owner of {trouble.workspace.name}."
    return "You get this because you are an operator of this installation."
