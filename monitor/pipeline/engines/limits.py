"""Rate limits that hold over all workers and machines: one GCRA row per limit, by the database's clock."""

from django.db import connection
from django.db.models.functions import Now

from monitor.models import Provider, RateBucket
from monitor.pipeline.engines import Account

# Calls a minute and how many of them at once, far below what the providers allow (2,000; 10 a second).
CALLS = {Provider.DATAFORSEO: (600.0, 100), Provider.YANDEX: (300.0, 5)}
SIMULATED_CALLS = (60_000.0, 2_000)
# The lists of a DataForSEO account have limits of their own, for everybody who uses the account.
READY_PER_MINUTE = 2.0
LIST_PER_MINUTE, LIST_BURST = 5.0, 4  # never ten within a minute
STATUS_PER_MINUTE, RESENDS_PER_MINUTE = 0.1, 1.0


def take(name: str, *, per_minute: float, burst: int = 1, n: int = 1) -> bool:
    """Takes `n` calls from the bucket; False (and nothing taken) when the limit would be passed."""
    interval = 60 / per_minute
    sql = """INSERT INTO monitor_ratebucket AS bucket (name, full_at)
             VALUES (%s, clock_timestamp() + make_interval(secs => %s))
             ON CONFLICT (name) DO UPDATE
             SET full_at = greatest(bucket.full_at, clock_timestamp()) + make_interval(secs => %s)
             WHERE bucket.full_at <= clock_timestamp() + make_interval(secs => %s)"""
    if n > burst:
        return False
    with connection.cursor() as cursor:
        cursor.execute(sql, [name, n * interval, n * interval, interval * (burst - n)])
        return bool(cursor.rowcount)


def refill(name: str) -> None:
    """All calls of a bucket may be taken again."""
    RateBucket.objects.filter(name=name, full_at__gt=Now()).update(full_at=Now())


def take_calls(account: Account, wanted: int = 1) -> int:
    """How many of the wanted calls to a provider may be made now; they are taken."""
    per_minute, burst = _calls(account)
    n = min(wanted, burst)
    while n and not take(account.name, per_minute=per_minute, burst=burst, n=n):
        n //= 2
    return n


def take_list(account: Account, *, spare: int = 0) -> bool:
    """Whether a page of the provider's own list of tasks may be read now, and `spare` more after it."""
    return take(f"{account.name}:id_list", per_minute=LIST_PER_MINUTE, burst=LIST_BURST - spare)


def take_errors(account: Account) -> bool:
    """Whether a page of the provider's list of errors may be read now."""
    return take(f"{account.name}:errors", per_minute=LIST_PER_MINUTE, burst=LIST_BURST)


def take_status(account: Account) -> bool:
    """Whether the provider may be asked now how it does."""
    return take(f"{account.name}:status", per_minute=STATUS_PER_MINUTE)


def take_resend(account: Account) -> bool:
    """Whether the provider may be asked now to send webhooks again."""
    return take(f"{account.name}:webhook_resend", per_minute=RESENDS_PER_MINUTE)


def take_ready(account: Account) -> bool:
    """Whether the list of finished tasks may be read now: each half minute, well below four a minute."""
    return take(f"{account.name}:tasks_ready", per_minute=READY_PER_MINUTE)


def pause(account: Account, seconds: float) -> None:
    """The provider asks everybody for fewer calls: the next one is made after `seconds`."""
    per_minute, burst = _calls(account)
    full = seconds + 60 / per_minute * (burst - 1)
    sql = """INSERT INTO monitor_ratebucket AS bucket (name, full_at)
             VALUES (%s, clock_timestamp() + make_interval(secs => %s))
             ON CONFLICT (name) DO UPDATE SET full_at = greatest(bucket.full_at, excluded.full_at)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [account.name, full])


def _calls(account: Account) -> tuple[float, int]:
    return SIMULATED_CALLS if account.is_simulated else CALLS[account.provider]
