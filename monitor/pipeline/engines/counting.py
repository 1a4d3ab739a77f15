"""Counting the calls to the providers over all processes: what came of them, and how long they took."""

from django.db import connection

# Upper limits in seconds, as monitoring systems draw them.
LIMITS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


def count(account: str, call: str, outcome: str, *seconds: float) -> None:
    """Adds calls to their row; must not be called inside the transaction of anything that may wait."""
    fits = [sum(one <= limit for one in seconds) for limit in LIMITS]
    sql = """INSERT INTO monitor_callcount AS known (account, call, outcome, n, seconds, buckets)
             VALUES (%s, %s, %s, %s, %s, %s)
             ON CONFLICT (account, call, outcome) DO UPDATE
             SET n = known.n + excluded.n, seconds = known.seconds + excluded.seconds,
                 buckets = (SELECT array_agg(old + new ORDER BY place)
                            FROM unnest(known.buckets, excluded.buckets)
                            WITH ORDINALITY AS both_of_them (old, new, place))"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [account, call, outcome, len(seconds), sum(seconds), fits])
