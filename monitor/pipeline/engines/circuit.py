"""How many calls in a row a provider has not answered: too many open the circuit, as holds sees to.

Paid and free calls are counted apart, because a provider that answers every free call may take no paid one.
"""

from django.db import connection

from monitor.pipeline.engines import Account, limits

FAILURES_ALLOWED = 5
FREE_FORGOTTEN_PER_MINUTE = 1 / 60


def is_opened(account: Account, *, is_paid: bool) -> bool:
    """Counts a call without an answer; whether it is one too many."""
    if is_paid:
        return _count(account) >= FAILURES_ALLOWED
    return not limits.take(_free(account), per_minute=FREE_FORGOTTEN_PER_MINUTE, burst=FAILURES_ALLOWED - 1)


def is_there(account: Account) -> None:
    """Some call was answered, so that free ones are counted from the beginning."""
    limits.refill(_free(account))


def _count(account: Account) -> int:
    """How many paid calls in a row have not been answered, this one included."""
    sql = """INSERT INTO monitor_accountstate AS known (name, cause, message, probes, failures)
             VALUES (%s, '', '', 0, 1)
             ON CONFLICT (name) DO UPDATE SET failures = known.failures + 1 RETURNING failures"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [account.name])
        return int(cursor.fetchone()[0])


def _free(account: Account) -> str:
    return f"{account.name}:unanswered"
