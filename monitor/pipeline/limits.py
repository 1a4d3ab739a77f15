"""Rate limits that hold over all workers and machines: one GCRA row per limit, by the database's clock."""

from django.db import connection, transaction

from monitor.models import RateBucket


def take(name: str, *, per_minute: float, burst: int = 1) -> bool:
    """Takes one call from the bucket; False (and nothing taken) when the limit is reached."""
    RateBucket.objects.bulk_create([RateBucket(name=name)], ignore_conflicts=True)
    interval = 60 / per_minute
    sql = """UPDATE monitor_ratebucket
             SET full_at = greatest(full_at, clock_timestamp()) + make_interval(secs => %s)
             WHERE name = %s AND full_at <= clock_timestamp() + make_interval(secs => %s)"""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [interval, name, interval * (burst - 1)])
        return bool(cursor.rowcount)
