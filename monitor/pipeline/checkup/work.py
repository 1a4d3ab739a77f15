"""Whether anybody works, and keeps up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Max

from monitor.alerts.lateness import STUCK_AFTER
from monitor.models import Provider, WorkerNode
from monitor.pipeline.checkup.bounds import in_time
from monitor.pipeline.checkup.findings import Finding, bad, ok, warning
from monitor.queries.health import Readiness, readiness

WORKERS, LAG, HOLDS = "Workers", "Searches that are due", "Searches on hold"
LATE = timedelta(minutes=3)
START = "Start some: make up, or manage.py work on a machine of its own. If they run, look at their log."


def check(at: datetime) -> Sequence[Finding]:
    """Workers seen, how late the oldest due search is, and what waits for people."""
    with in_time():
        state = readiness()
        last = WorkerNode.objects.aggregate(last=Max("seen_at"))["last"]
    return [_workers(state, last), _lag(state), *_holds(state)]


def _workers(state: Readiness, last: datetime | None) -> Finding:
    if state.workers_seen:
        plural = "cluster of workers was" if state.workers_seen == 1 else "clusters of workers were"
        return ok(WORKERS, f"{state.workers_seen} {plural} seen in the last two minutes.")
    when = f"The last one was seen {last:%d %B %Y, %H:%M} UTC." if last else "None was ever seen."
    return bad(WORKERS, f"No worker is seen: nothing is searched, fetched or mailed. {when}", START)


def _lag(state: Readiness) -> Finding:
    if state.oldest_due_search_seconds is None:
        return ok(LAG, "None waits to be asked.")
    late = timedelta(seconds=state.oldest_due_search_seconds)
    sentence = f"The oldest has been due for {_words(late)}."
    if late >= STUCK_AFTER:
        return bad(LAG, f"{sentence} The queue is stuck or far too slow.", f"See the Pipeline page. {START}")
    if late > LATE:
        return warning(
            LAG, f"{sentence} The workers are behind.", "Raise WORKERS, or run workers on another machine."
        )
    return ok(LAG, sentence)


def _words(late: timedelta) -> str:
    seconds = max(0, round(late.total_seconds()))
    if seconds < 120:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"{seconds // 60} minutes" if seconds < 7200 else f"{seconds // 3600} hours"


def _holds(state: Readiness) -> Sequence[Finding]:
    held = [f"{n} for {Provider(name).label}" for name, n in state.holds.items() if n]
    if not held:
        return []
    sentence = f"They wait for an account or for a budget: {', '.join(held)}. They cost nothing meanwhile."
    return [
        warning(HOLDS, sentence, "The Pipeline page says why; once that is mended, they go on by themselves.")
    ]
