"""Sending what is due, one mail at a time.

1. Claim a delivery (SKIP LOCKED): it becomes `sending`, its attempt is counted and it is leased, and that is
   committed before the mail server is called.
2. Write the mail, when this is its first attempt; no transaction is open while the server is talked to.
3. Record what became of it.

A process that dies between 1 and 3 leaves a lease that runs out; then the mail is tried again under the same
Message-ID. This leans towards telling: only when the process dies after the server has taken the mail and before
our commit does the same mail arrive twice. A match is never told in two different mails.
"""

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from monitor.alerts import email, following, writing
from monitor.models import Delivery

SLICE_SECONDS = 20.0
LEASE = timedelta(minutes=5)
BACKOFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
MAX_ATTEMPTS = len(BACKOFF) + 1
WHILE_DOWN = timedelta(minutes=10)
DOWN_AT_MOST = timedelta(days=5)
NEVER_FINISHED = "Sending this mail was begun several times and never finished."
EXAMPLE_ADDRESS = "Addresses at example.com take no mail, so it is kept here."
Outcome = Delivery.Outcome


def deliver_due(at: datetime, seconds: float = SLICE_SECONDS) -> bool:
    """Sends until nothing is due, the server is down or the slice is over; True when more may be due now."""
    end = time.monotonic() + seconds
    with email.Postbox() as postbox:
        while time.monotonic() < end:
            delivery = _claim(at)
            if delivery is None or not _deliver(delivery, postbox, at):
                return False
    return True


@transaction.atomic
def _claim(at: datetime) -> Delivery | None:
    due = Delivery.objects.filter(
        outcome__in=[Outcome.WAITING, Outcome.SENDING], next_attempt_at__lte=Now(), alert__due_at__lte=at
    )
    delivery = due.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
    if delivery is None:
        return None
    claimed = Delivery.objects.filter(pk=delivery.pk)
    claimed.update(outcome=Outcome.SENDING, attempts=F("attempts") + 1, next_attempt_at=Now() + LEASE)
    return claimed.select_related("alert__workspace", "alert__collection", "alert__user").get()


def _deliver(delivery: Delivery, postbox: email.Postbox, at: datetime) -> bool:
    """One claimed delivery to its outcome; False when the mail server is down for all."""
    reason = following.why_not(delivery.alert)
    if delivery.attempts > MAX_ATTEMPTS:
        _record(delivery, Outcome.FAILED, NEVER_FINISHED)
    elif reason:
        _record(delivery, Outcome.DROPPED, reason)
    elif not writing.write(delivery, at):
        _record(delivery, Outcome.DROPPED, writing.NOTHING_LEFT)
    elif not settings.EMAIL_CONFIG:
        _record(delivery, Outcome.KEPT)
    elif _is_example(delivery):
        _record(delivery, Outcome.KEPT, EXAMPLE_ADDRESS)
    else:
        return _send(delivery, postbox, at)
    return True


def _send(delivery: Delivery, postbox: email.Postbox, at: datetime) -> bool:
    try:
        postbox.send(email.build(delivery))
    except email.MailError as error:
        _put_back_or_fail(delivery, error)
        return not error.is_down
    _record(delivery, Outcome.SENT, sent_at=at)
    return True


def _is_example(delivery: Delivery) -> bool:
    """The demo person's address exists nowhere; a mail to it would only come back."""
    return delivery.alert.workspace.is_demo and delivery.address.endswith("@example.com")


def _put_back_or_fail(delivery: Delivery, error: email.MailError) -> None:
    """A server that is down for days costs no mail its chance; one that dislikes a mail gets it a few times."""
    is_late = timezone.now() - delivery.alert.created_at > DOWN_AT_MOST
    if error.permanent or (is_late if error.is_down else delivery.attempts >= MAX_ATTEMPTS):
        _record(delivery, Outcome.FAILED, error.sentence)
        return
    wait = WHILE_DOWN if error.is_down else BACKOFF[delivery.attempts - 1]
    _still_mine(delivery).update(
        outcome=Outcome.WAITING,
        error=error.sentence,
        next_attempt_at=Now() + wait,
        attempts=F("attempts") - (1 if error.is_down else 0),
    )


def _record(
    delivery: Delivery, outcome: Delivery.Outcome, error: str = "", sent_at: datetime | None = None
) -> None:
    _still_mine(delivery).update(outcome=outcome, error=error, sent_at=sent_at)


def _still_mine(delivery: Delivery) -> QuerySet[Delivery]:
    """The row as this attempt claimed it: one whose lease ran out belongs to the next attempt."""
    return Delivery.objects.filter(pk=delivery.pk, outcome=Outcome.SENDING, attempts=delivery.attempts)
