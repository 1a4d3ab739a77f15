"""Telling people of troubles: once when one has lasted a while, and once when it is over. Safe to repeat.

1. A trouble that lasts is marked as told by a conditional update, and in the same transaction a mail is written
   for everyone whom it concerns: the owners of its workspace, or the operators.
2. Its end is told to the same addresses. One that is over before it was told is told by one mail about its end.
3. The mails are sent as all others are (delivering).
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import Role, User
from monitor.alerts import email, links, notice_letters, rendering
from monitor.alerts.sorts import Sort
from monitor.models import Notice, Trouble

PATIENCE = timedelta(minutes=5)
BATCH = 200
OVER_ALREADY = "It was over before this mail went out."
NOT_CONCERNED = "The person was no longer concerned when this mail went out."

log = logging.getLogger(__name__)


def decide_due(at: datetime) -> int:
    """Writes the mails about what has begun and what is over; returns of how many troubles."""
    lasts = Q(ended_at=None, began_at__lte=at - PATIENCE) | Q(ended_at__gte=F("began_at") + PATIENCE)
    untold = Q(told_at=None) & lasts
    is_over = Q(told_at__isnull=False, ended_at__isnull=False, end_told_at=None)
    troubles = Trouble.objects.filter(untold | is_over).select_related("workspace")
    return sum(_tell_or_log(trouble, at) for trouble in troubles.order_by("pk")[:BATCH])


def _tell_or_log(trouble: Trouble, at: datetime) -> bool:
    try:
        return _tell(trouble, at)
    except Exception:  # one that cannot be told must not silence all others
        log.exception("Trouble %s could not be told.", trouble.pk)
        return False


@transaction.atomic
def _tell(trouble: Trouble, at: datetime) -> bool:
    """One trouble's beginning or end; False when another worker was quicker or it ended meanwhile."""
    is_end = trouble.ended_at is not None
    same = Trouble.objects.filter(
        pk=trouble.pk, ended_at=trouble.ended_at, told_at=trouble.told_at, end_told_at=None
    )
    if not same.update(told_at=trouble.told_at or at, end_told_at=at if is_end else None):
        return False
    told = Notice.objects.filter(trouble=trouble).values_list("address", flat=True)
    addresses = told if trouble.told_at else people_concerned(trouble).values_list("email", flat=True)
    _write(trouble, sorted(addresses), is_end=is_end)
    return True


def people_concerned(trouble: Trouble) -> QuerySet[User]:
    """The owners of its workspace while there is one, else the operators."""
    people = User.objects.filter(is_active=True)
    if trouble.workspace is None:
        return people.filter(is_staff=True)
    seats = trouble.workspace.memberships.filter(role=Role.OWNER, workspace__deleted_at=None)
    return people.filter(memberships__in=seats)


def _write(trouble: Trouble, addresses: Collection[str], *, is_end: bool) -> None:
    letter = notice_letters.read(trouble, is_end=is_end)
    words = rendering.render("mail/notice", letter.subject, {"letter": letter})
    notices = [
        Notice(
            trouble=trouble,
            is_end=is_end,
            address=address,
            message_id=links.message_id(),
            subject=words.subject,
            text=words.text,
            html=words.html,
        )
        for address in addresses
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


class NoticeMails(Sort[Notice]):
    """They are written when the trouble is told; nobody can stop them but by no longer being concerned."""

    def mails(self) -> QuerySet[Notice]:
        return Notice.objects.select_related("trouble__workspace")

    def prepare(self, mail: Notice, at: datetime) -> str:
        if mail.trouble.ended_at and not mail.is_end:
            return OVER_ALREADY
        is_concerned = people_concerned(mail.trouble).filter(email=mail.address).exists()
        return "" if is_concerned else NOT_CONCERNED

    def message(self, mail: Notice) -> EmailMultiAlternatives:
        return email.build(mail)

    def born(self, mail: Notice) -> datetime:
        trouble = mail.trouble
        return (trouble.end_told_at if mail.is_end else trouble.told_at) or trouble.began_at

    def is_demo(self, mail: Notice) -> bool:
        return settings.DEMO_ALLOWED
