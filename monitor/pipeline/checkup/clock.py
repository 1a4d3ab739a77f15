"""Whether this machine's clock goes right: by the database's clock, and by one outside.

Slots and facts are dated by this machine, leases by the database; providers date answers by their own.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings

from monitor import safefetch
from monitor.pipeline.checkup.bounds import in_time
from monitor.pipeline.checkup.findings import Finding, bad, off, ok, unknown, warning

DATABASE, OUTSIDE = "Clock against the database", "Clock against the outside"
FINE, TOLERABLE = timedelta(seconds=2), timedelta(seconds=30)
ROUNDING = timedelta(seconds=2)  # a Date header has whole seconds and was some time on its way
SECONDS = 5.0
REMEDY = "Let both machines keep time by the network (chrony, systemd-timesyncd)."


def check(at: datetime) -> Sequence[Finding]:
    """Two comparisons; the time of asking is taken in the middle of the answer's journey."""
    return [_database(), _outside()]


def _database() -> Finding:
    before = datetime.now(UTC)
    with in_time() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
    after = datetime.now(UTC)
    return judge(DATABASE, before + (after - before) / 2 - theirs, "the database’s")


def _outside() -> Finding:
    url = _provider_url()
    if not url:
        return off(OUTSIDE, "No provider is set up whose clock could be looked at.")
    before = datetime.now(UTC)
    try:
        answered = safefetch.ask(url, max_bytes=100_000, deadline=SECONDS)
        after = datetime.now(UTC)
        drift = before + (after - before) / 2 - parsedate_to_datetime(answered.headers.get("date", ""))
    except (safefetch.FetchError, ValueError, TypeError):  # no answer, no date, a date without a zone
        return unknown(OUTSIDE, "The provider’s clock could not be seen.")
    return judge(OUTSIDE, max(abs(drift) - ROUNDING, timedelta()), "the provider’s")


def _provider_url() -> str:
    """The address of a provider that is set up; asked without credentials, which costs nothing."""
    if settings.HAS_DATAFORSEO:
        return str(settings.DATAFORSEO["url"])
    return str(settings.YANDEX["url"]) if settings.HAS_YANDEX else ""


def judge(name: str, drift: timedelta, whose: str) -> Finding:
    """What it means when this machine is `drift` away from another clock."""
    seconds = abs(drift).total_seconds()
    if abs(drift) <= FINE:
        return ok(name, f"This machine and {whose} clock agree to within {FINE.seconds} seconds.")
    sentence = f"This machine is {seconds:,.0f} seconds away from {whose} clock"
    if abs(drift) <= TOLERABLE:
        return warning(name, f"{sentence}; runs begin that much early or late.", REMEDY)
    return bad(
        name, f"{sentence}: runs begin at wrong times, and tasks are looked for in the wrong hour.", REMEDY
    )
