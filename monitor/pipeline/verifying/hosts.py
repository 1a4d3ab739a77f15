"""Sparing other people's hosts: over all processes one request at a time, a pause after it, a rest when asked for.

The search engines' own hosts of thumbnails are made for many requests and get several at once; simulated hosts and
pictures that are written into their address trouble nobody.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from monitor.models import PictureHost
from monitor.models.pictures import THUMBNAIL_HOSTS

BATCH = 500
LEASE = timedelta(minutes=2)
PAUSE = timedelta(seconds=1)
AFTER_SILENCE = timedelta(minutes=1)
# What a host may ask for with Retry-After is kept within these.
SHORTEST_REST, USUAL_REST, LONGEST_REST = timedelta(seconds=10), timedelta(minutes=5), timedelta(hours=6)
ASKS_FOR_REST = (403, 429, 503)
# One of a search engine's thumbnails that is refused or slow says nothing of the many others.
ALL_ARE_MEANT = (429, 503)

TAKE = """
INSERT INTO monitor_picturehost AS known (name, busy_until, not_before)
SELECT name, statement_timestamp() + make_interval(secs => %(lease)s), statement_timestamp()
FROM unnest(%(names)s::text[]) AS u(name) ORDER BY name
ON CONFLICT (name) DO UPDATE SET busy_until = excluded.busy_until
WHERE known.busy_until <= statement_timestamp() AND known.not_before <= statement_timestamp()
RETURNING name"""

GIVE_BACK = """
INSERT INTO monitor_picturehost AS known (name, busy_until, not_before)
VALUES (%(name)s, statement_timestamp(), statement_timestamp() + make_interval(secs => %(rest)s))
ON CONFLICT (name) DO UPDATE
SET busy_until = excluded.busy_until, not_before = greatest(known.not_before, excluded.not_before)"""


def take(names: Sequence[str]) -> set[str]:
    """Those of the hosts that are ours now, until they are given back or the lease ends; inside a transaction."""
    if not names:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"names": sorted(set(names)), "lease": LEASE.total_seconds()})
        return {name for (name,) in cursor.fetchall()}


def give_back(name: str | None, rest: timedelta) -> None:
    """Our request is over; nobody asks the host again before the rest is."""
    if name is None or (name in THUMBNAIL_HOSTS and rest <= PAUSE):
        return
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, {"name": name, "rest": rest.total_seconds()})


def rest_after(
    status: int | None, retry_after: int | None, *, is_silent: bool, is_for_many: bool = False
) -> timedelta:
    """How long a host is left alone after it answered so; `retry_after` are the seconds that it asked for."""
    if status in (ALL_ARE_MEANT if is_for_many else ASKS_FOR_REST):
        wanted = USUAL_REST if retry_after is None else timedelta(seconds=retry_after)
        return min(max(wanted, SHORTEST_REST), LONGEST_REST)
    return AFTER_SILENCE if is_silent and not is_for_many else PAUSE


def forget() -> Iterator[int]:
    """Removes hosts that were left alone for a day, batch by batch; yields how many went."""
    day_ago = Now() - timedelta(days=1)
    old = PictureHost.objects.filter(busy_until__lt=day_ago, not_before__lt=day_ago)
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield PictureHost.objects.filter(pk__in=ids).delete()[0]
