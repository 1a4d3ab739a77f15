"""What went wrong lately, for the list of errors; and asking for webhooks once more."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.simulator.clock import wire_time
from monitor.simulator.dataforseo.codes import INVALID_FIELD, SURPLUS, TASK_UNKNOWN, message_of
from monitor.simulator.dataforseo.envelope import Row, task_row
from monitor.simulator.dataforseo.lists import moment, problem_of
from monitor.simulator.dataforseo.paths import ERRORS, RESEND, TASK_GET
from monitor.simulator.hooks import KEPT_SECONDS, KINDS
from monitor.simulator.parts import Parts
from monitor.simulator.tasks import MOST_ROWS, Task, new_id

MOST_RESENT = 100


def errors(parts: Parts, question: Mapping[str, Any]) -> Row:
    """Failed tasks and failed webhooks of the last seven days, newest first."""
    now, data = parts.clock.now(), {"api": "serp", "function": "errors", **question}
    task_id = new_id(now, "0229")
    if wrong := problem_of(question):
        return task_row(ERRORS, task_id=task_id, code=INVALID_FIELD, detail=wrong, data=data)
    since = max(moment(question.get("datetime_from")) or 0, now - KEPT_SECONDS)
    until = min(moment(question.get("datetime_to")) or now, now)
    failed = [(task.done_at, _failure(task)) for task in parts.tasks.failed(since, until)]
    found = sorted([*failed, *parts.hooks.errors(since, until)], key=lambda row: row[0], reverse=True)
    function = question.get("filtered_function")
    rows = [row for _, row in found if function in (None, row["function"])]
    first = question.get("offset", 0)
    page = rows[first : first + question.get("limit", MOST_ROWS)]
    return task_row(ERRORS, task_id=task_id, data=data, result=page or None)


def resend(parts: Parts, asked: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Send the webhooks of tasks again; each id is answered on its own."""
    return [_resend(parts, place, row.get("id")) for place, row in enumerate(asked)]


def _resend(parts: Parts, place: int, asked: Any) -> Row:
    now = parts.clock.now()
    data = {"api": "appendix", "function": "webhook_resend", "id": asked}
    task = parts.tasks.find(asked) if isinstance(asked, str) else None
    if place >= MOST_RESENT:
        return task_row(RESEND, task_id=new_id(now, "0502"), code=SURPLUS, data=data)
    if not task or task.is_lost or not any(kind in task.fields for kind in KINDS):
        code = TASK_UNKNOWN if isinstance(asked, str) else INVALID_FIELD
        detail = "" if isinstance(asked, str) else "id"
        return task_row(RESEND, task_id=new_id(now, "0502"), code=code, detail=detail, data=data)
    parts.hooks.plan(task, max(now, task.done_at), {})
    return task_row(RESEND, task_id=task.id, data=data)


def _failure(task: Task) -> Row:
    return {
        "id": task.id,
        "datetime": wire_time(task.done_at),
        "function": "task_post" if not task.cost else "task_get/advanced",
        "error_code": task.code,
        "error_message": message_of(task.code),
        "http_url": f"{TASK_GET}{task.id}" if task.cost else "",
        "http_method": "GET" if task.cost else "POST",
        "http_code": 200,
        "http_time": 0.0,
        "http_response": "",
    }
