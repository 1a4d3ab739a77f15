"""What is live now, and on how many domains something was live in the past.

A domain with a live match has been live since the first sight of its oldest one. Before that, only matches that
have ended tell of it: so live ones are counted, ended ones are read as far back as is asked, and both come from
their indexes alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import connection

from monitor.models.matches import ENDED_AT, MatchQuerySet

# The moments at which a domain was live are the bits of a number. They are passed a microsecond late, because a
# match is live at the very moment of its first sight, and no longer at that of its end.
SQL = """
WITH live AS MATERIALIZED (
    SELECT domain_id, count(*) AS n, min(first_seen_at) AS since,
           count(*) FILTER (WHERE first_seen_at > %s::timestamptz) AS came
    FROM ({live}) AS m (domain_id, first_seen_at) GROUP BY domain_id
), past AS MATERIALIZED (
    SELECT domain_id, coalesce(live.since, 'infinity') AS until,
           bit_or((1::bigint << width_bucket(ended_at, moments))
                - (1::bigint << width_bucket(least(first_seen_at, ended_at), moments))) AS places
    FROM ({ended}) AS m (domain_id, first_seen_at, ended_at) LEFT JOIN live USING (domain_id),
         (SELECT %s::timestamptz[] AS moments) AS points
    WHERE coalesce(live.since, 'infinity') > greatest(first_seen_at, %s::timestamptz)
    GROUP BY domain_id, live.since
), named AS (
    SELECT d.id, d.name::text, n, came
    FROM (SELECT * FROM live ORDER BY n DESC FETCH FIRST {top} ROWS WITH TIES) AS most
    JOIN monitor_domain d ON d.id = domain_id ORDER BY n DESC, d.name LIMIT {top}
)
SELECT (SELECT coalesce(sum(n), 0)::bigint FROM live), (SELECT count(*) FROM live),
       ARRAY(
           SELECT (SELECT count(*) FROM live WHERE since <= moment)
                + (SELECT count(*) FROM past WHERE until > moment AND (places >> place::int - 1) & 1 = 1)
           FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS points (moment, place) ORDER BY place
       ),
       (SELECT json_agg(json_build_array(id, name, n, came) ORDER BY n DESC, name) FROM named)"""


MICROSECOND = timedelta(microseconds=1)
NEVER = datetime.max.replace(tzinfo=UTC)


class LiveDomain(NamedTuple):
    """A domain with its live matches, and those of them that came since the moment asked for."""

    pk: int
    name: str
    n: int
    n_came: int


@dataclass(frozen=True, kw_only=True)
class Living:
    """Live matches and the domains that they are on, now; `counts` are live domains at each moment asked for.

    `top` are the domains with the most live matches.
    """

    matches: int
    domains: int
    counts: list[int]
    top: list[LiveDomain]


def living(
    matches: MatchQuerySet, moments: Sequence[datetime] = (), *, top: int = 0, since: datetime = NEVER
) -> Living:
    """Of these matches, as far as they count, at 62 moments at most, with the `top` domains; one query."""
    ordered = sorted(set(moments))
    oldest = min(ordered, default=NEVER)
    live, live_values = matches.live().values_list("domain", "first_seen_at").query.sql_with_params()
    past = matches.ended_since(oldest).values_list("domain", "first_seen_at", ENDED_AT)
    ended, ended_values = past.query.sql_with_params()
    late = [moment + MICROSECOND for moment in ordered]
    with connection.cursor() as cursor:
        sql = SQL.format(live=live, ended=ended, top=int(top))
        cursor.execute(sql, [since, *live_values, *ended_values, late, oldest, ordered])
        n, domains, counts, named = cursor.fetchone()
    at = dict(zip(ordered, counts, strict=True))
    return Living(
        matches=n,
        domains=domains,
        counts=[at[moment] for moment in moments],
        top=[LiveDomain(*each) for each in named or []],
    )
