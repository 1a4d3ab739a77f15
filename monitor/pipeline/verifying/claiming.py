"""Taking pictures to fetch, quickly even when a hundred thousand wait: the engines' thumbnails and, of all other
hosts in turn, the oldest picture of each that may be asked now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from monitor.models import Picture, PictureHost
from monitor.models.pictures import THUMBNAIL_HOSTS
from monitor.pipeline.verifying import hosts

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 3
# Killed processes may take along what they had in hand: those pictures are tried more often, then each alone.
MAX_UNFINISHED = 6
NEVER_FINISHED = "Fetching this picture was begun several times and never finished."

FREE = """
SELECT id, NULL FROM (
    SELECT id FROM monitor_picture
    WHERE host IS NULL AND state = 'pending' AND not_before <= statement_timestamp()
    ORDER BY not_before, id LIMIT %(limit)s
) spared UNION ALL
SELECT p.id, NULL FROM unnest(%(thumbnails)s::text[]) AS u(name) CROSS JOIN LATERAL (
    SELECT id FROM monitor_picture
    WHERE host = name AND state = 'pending' AND not_before <= statement_timestamp()
    ORDER BY not_before, id LIMIT %(limit)s
) p
WHERE NOT EXISTS (SELECT FROM monitor_picturehost h WHERE h.name = u.name AND h.not_before > statement_timestamp())
LIMIT %(limit)s"""

# Each step of the ring is one look into the index (host, not_before, id); it ends when enough are found. Whether a
# host rests is looked up for each alone, because a join would read the whole ring first.
IN_TURN = """
WITH RECURSIVE ring AS (
    (SELECT host FROM monitor_picture WHERE state = 'pending' AND host > %(after)s ORDER BY host LIMIT 1)
    UNION ALL
    SELECT (SELECT p.host FROM monitor_picture p
            WHERE p.state = 'pending' AND p.host > ring.host ORDER BY p.host LIMIT 1)
    FROM ring WHERE ring.host IS NOT NULL
)
SELECT p.id, ring.host FROM ring CROSS JOIN LATERAL (
    SELECT id FROM monitor_picture
    WHERE host = ring.host AND state = 'pending' AND not_before <= statement_timestamp()
    ORDER BY not_before, id LIMIT 1
) p
WHERE ring.host <> ALL(%(thumbnails)s::text[]) AND coalesce((
    SELECT greatest(h.busy_until, h.not_before) <= statement_timestamp()
    FROM monitor_picturehost h WHERE h.name = ring.host
), true)
LIMIT %(limit)s"""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """Pictures to fetch now, and the ids of those that were begun too often and are given up.

    A `suspect` is to be looked at alone: processes have died over it, or over others that they had in hand.
    """

    pictures: Iterable[Picture]
    suspect: Picture | None
    given_up: Sequence[int]


@dataclass(kw_only=True)
class Ring:
    """Whose turn it is among the hosts, in this process."""

    after: str = field(default="")

    @transaction.atomic
    def claim(self, *, free: int, in_turn: int) -> Claimed:
        """Leases up to `free` pictures that need no sparing, and up to `in_turn` of as many other hosts."""
        chosen = [*_choose(FREE, free), *self._in_turn(in_turn)]
        taken = hosts.take([host for _, host in chosen if host])
        ids = [pk for pk, host in chosen if host is None or host in taken]
        locked = Picture.objects.filter(pk__in=ids, state=Picture.State.PENDING, not_before__lte=Now())
        locked = locked.order_by("pk").select_for_update(skip_locked=True)
        attempts = dict(locked.values_list("pk", "attempts"))
        given_up = [pk for pk, n in attempts.items() if n >= MAX_UNFINISHED]
        Picture.objects.filter(pk__in=given_up).update(state=Picture.State.FAILED, error=NEVER_FINISHED)
        suspects = [pk for pk, n in attempts.items() if MAX_ATTEMPTS <= n < MAX_UNFINISHED]
        kept = attempts.keys() - {*given_up, *suspects[1:]}
        Picture.objects.filter(pk__in=kept).update(attempts=F("attempts") + 1, not_before=Now() + LEASE)
        return Claimed(
            pictures=Picture.objects.filter(pk__in=kept - set(suspects)).order_by("pk"),
            suspect=Picture.objects.filter(pk__in=suspects[:1]).first(),
            given_up=given_up,
        )

    def _in_turn(self, limit: int) -> list[tuple[int, str | None]]:
        """From the host after the last one on, and from the beginning when the end is reached."""
        chosen = _choose(IN_TURN, limit, self.after)
        if not chosen and self.after:
            chosen = _choose(IN_TURN, limit, "")
        self.after = chosen[-1][1] or "" if len(chosen) == limit and chosen else ""
        return chosen


def _choose(sql: str, limit: int, after: str = "") -> list[tuple[int, str | None]]:
    if limit <= 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, {"limit": limit, "after": after, "thumbnails": list(THUMBNAIL_HOSTS)})
        return list(cursor.fetchall())


def is_more_coming(within: timedelta) -> bool:
    """Whether any picture may be fetched soon; hosts that rest longer are not waited for."""
    soon = Now() + within
    resting = PictureHost.objects.filter(
        Q(busy_until__gt=soon) | Q(not_before__gt=soon), name=OuterRef("host")
    )
    due = Picture.objects.filter(~Exists(resting), state=Picture.State.PENDING, not_before__lte=soon)
    return due.exists()
