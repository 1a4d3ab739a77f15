"""Rate limits that hold over all workers and machines: one GCRA row per limit, by the database's clock."""

from django.db import connection


def take(name: str, *, per_minute: float, burst: int = 1) -> bool:
    """Takes one call from the bucket; False (and nothing taken) when the limit is reached."""
    interval = 60 / per_minute
    sql = """INSERT INTO monitor_ratebucket AS bucket (name, full_at)
             VALUES (%s, clock_timestamp() + make_interval(secs => %s))
             ON CONFLICT (name) DO UPDATE
             SET full_at = greatest(bucket.full_at, clock_timestamp()) + make_interval(secs => %s)
             WHERE bucket.full_at <= clock_timestamp() + make_interval(secs => %s)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [name, interval, interval, interval * (burst - 1)])
        return bool(cursor.rowcount)
