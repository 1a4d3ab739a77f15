"""Sending what is due, one mail at a time, whatever it is about: the same machine for every sort of mail.

1. Claim a mail (SKIP LOCKED): it becomes `sending`, its attempt is counted and it is leased, and that is
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

from monitor.alerts import email
from monitor.alerts.alert_mails import AlertMails
from monitor.alerts.notices import NoticeMails
from monitor.alerts.sorts import M, Sort
from monitor.models import Mail

NOTICES, ALERTS = NoticeMails(), AlertMails()
SLICE_SECONDS = 20.0
LEASE = timedelta(minutes=5)
BACKOFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
MAX_ATTEMPTS = len(BACKOFF) + 1
WHILE_DOWN = timedelta(minutes=10)
DOWN_AT_MOST = timedelta(days=5)
NEVER_FINISHED = "Sending this mail was begun several times and never finished."
EXAMPLE_ADDRESS = "Addresses at example.com take no mail, so it is kept here."
Outcome = Mail.Outcome


def deliver_due(at: datetime, seconds: float = SLICE_SECONDS) -> bool:
    """Sends until nothing is due, the server is down or the slice is over; True when more may be due now."""
    end = time.monotonic() + seconds
    with email.Postbox() as postbox:
        while time.monotonic() < end:
            if not (_deliver_next(NOTICES, postbox, at) or _deliver_next(ALERTS, postbox, at)):
                return False
    return True


def _deliver_next(sort: Sort[M], postbox: email.Postbox, at: datetime) -> bool:
    """Takes up one mail of a sort; False when there is none, or the mail server is down for all."""
    mail = _claim(sort, at)
    return mail is not None and _deliver(sort, mail, postbox, at)


@transaction.atomic
def _claim(sort: Sort[M], at: datetime) -> M | None:
    due = sort.mails().filter(
        sort.ready(at), outcome__in=[Outcome.WAITING, Outcome.SENDING], next_attempt_at__lte=Now()
    )
    mail = due.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
    if mail is None:
        return None
    claimed = sort.mails().filter(pk=mail.pk)
    claimed.update(outcome=Outcome.SENDING, attempts=F("attempts") + 1, next_attempt_at=Now() + LEASE)
    return claimed.get()


def _deliver(sort: Sort[M], mail: M, postbox: email.Postbox, at: datetime) -> bool:
    """One claimed mail to its outcome; False when the mail server is down for all."""
    if mail.attempts > MAX_ATTEMPTS:
        _record(mail, Outcome.FAILED, NEVER_FINISHED)
    elif reason := sort.prepare(mail, at):
        _record(mail, Outcome.DROPPED, reason)
    elif not settings.EMAIL_CONFIG:
        _record(mail, Outcome.KEPT)
    elif sort.is_demo(mail) and mail.address.endswith("@example.com"):
        _record(mail, Outcome.KEPT, EXAMPLE_ADDRESS)
    else:
        return _send(sort, mail, postbox, at)
    return True


def _send(sort: Sort[M], mail: M, postbox: email.Postbox, at: datetime) -> bool:
    try:
        postbox.send(sort.message(mail))
    except email.MailError as error:
        _put_back_or_fail(mail, error, sort.born(mail))
        return not error.is_down
    _record(mail, Outcome.SENT, sent_at=at)
    return True


def _put_back_or_fail(mail: Mail, error: email.MailError, born: datetime) -> None:
    """A server that is down for days costs no mail its chance; one that dislikes a mail gets it a few times."""
    is_late = timezone.now() - born > DOWN_AT_MOST
    if error.permanent or (is_late if error.is_down else mail.attempts >= MAX_ATTEMPTS):
        _record(mail, Outcome.FAILED, error.sentence)
        return
    wait = WHILE_DOWN if error.is_down else BACKOFF[mail.attempts - 1]
    _still_mine(mail).update(
        outcome=Outcome.WAITING,
        error=error.sentence,
        next_attempt_at=Now() + wait,
        attempts=F("attempts") - (1 if error.is_down else 0),
    )


def _record(mail: Mail, outcome: Mail.Outcome, error: str = "", sent_at: datetime | None = None) -> None:
    _still_mine(mail).update(outcome=outcome, error=error, sent_at=sent_at)


def _still_mine(mail: M) -> QuerySet[M]:
    """The row as this attempt claimed it: one whose lease ran out belongs to the next attempt."""
    return type(mail)._default_manager.filter(pk=mail.pk, outcome=Outcome.SENDING, attempts=mail.attempts)
