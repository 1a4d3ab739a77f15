"""Daily digests: what is found before 08:00 on the workspace's clock goes into that day's mail."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts import links
from monitor.models import Alert, Collection, Delivery, Follow, Run

HOUR = time(8)
A_DAY = timedelta(days=1)


def due_on(day: date, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the digest of a day goes out."""
    return datetime.combine(day, HOUR, zone).astimezone(UTC)


def first_day(at: datetime, zone: ZoneInfo) -> date:
    """The day of the first digest after `at`."""
    today = at.astimezone(zone).date()
    return today if at < due_on(today, zone) else today + A_DAY


def open_digest(follow: Follow, run: Run, at: datetime) -> Alert:
    """The person's next digest of the run's collection, locked; one that is closed already is passed over.

    Call it inside a transaction: the lock keeps the digest open until what is added is committed.
    """
    collection = run.collection
    zone = ZoneInfo(collection.workspace.time_zone)
    day = first_day(at, zone)
    while (digest := _digest(follow, collection, day, zone)).closed_at:
        day += A_DAY
    return digest


def _digest(follow: Follow, collection: Collection, day: date, zone: ZoneInfo) -> Alert:
    known = Alert.objects.select_for_update(no_key=True)
    digest, is_new = known.get_or_create(
        kind=Alert.Kind.DIGEST,
        user=follow.user,
        collection=collection,
        day=day,
        defaults={"workspace": collection.workspace, "due_at": due_on(day, zone)},
    )
    if is_new:
        add_delivery(digest)
    return digest


def add_delivery(alert: Alert) -> None:
    """The one mail of an alert; its Message-ID stays the same however often it is tried."""
    Delivery.objects.create(alert=alert, address=alert.user.email, message_id=links.message_id())
