"""The mails of a workspace: the list of them, and one as it reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from accounts.links import mail_is_set_up
from monitor.alerts import letters
from monitor.models import Alert, Delivery, Notice

MAILS_PER_PAGE = 50
NOTICES_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class MailList:
    """A page of deliveries, newest first; each carries `n_matches`. On the first page the latest notices too."""

    page: "Page[Delivery]"
    notices: Sequence[Notice]
    is_mail_set_up: bool
    has_other_people: bool


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One delivery; `letter` is None when none of its matches is left."""

    delivery: Delivery
    letter: letters.Letter | None
    is_mail_set_up: bool

    @property
    def title(self) -> str:
        return self.delivery.subject or self.delivery.alert.working_title


def mail_list(
    alerts: QuerySet[Alert], notices: QuerySet[Notice], user_id: int, number: str | None
) -> MailList:
    """Page `number` (from 1; the nearest when there is no such page) of the mails of these alerts."""
    deliveries = Delivery.objects.filter(alert__in=alerts).select_related("alert__collection", "alert__user")
    counted: QuerySet[Delivery] = deliveries.annotate(n_matches=Count("alert__items"))
    page = Paginator(counted.order_by("-alert__due_at", "-pk"), MAILS_PER_PAGE).get_page(number)
    others = any(delivery.alert.user_id != user_id for delivery in page)
    return MailList(
        page=page,
        notices=[] if page.has_previous() else list(notices.order_by("-pk")[:NOTICES_SHOWN]),
        is_mail_set_up=mail_is_set_up(),
        has_other_people=others,
    )


def mail(delivery: Delivery) -> Mail:
    """A delivery with its matches; a mail that is not written yet shows what it holds so far."""
    alert = delivery.alert
    letter = letters.read(alert, alert.closed_at or alert.due_at)
    return Mail(delivery=delivery, letter=letter, is_mail_set_up=mail_is_set_up())
