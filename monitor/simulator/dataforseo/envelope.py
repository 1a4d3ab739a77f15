"""The envelope around everything that DataForSEO answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.simulator.dataforseo.codes import HTTP_STATUS, OK, message_of
from monitor.simulator.wire import Response, json_response

VERSION = "0.1.20260717"
Row = dict[str, Any]


def task_row(
    path: str,
    *,
    task_id: str,
    code: int = OK,
    detail: str = "",
    cost: float = 0,
    data: Mapping[str, Any],
    result: Sequence[Row] | None = None,
) -> Row:
    """One row of `tasks`; `detail` follows the message of the code."""
    return {
        "id": task_id,
        "status_code": code,
        "status_message": message_of(code, detail),
        "time": "0.0044 sec.",
        "cost": cost,
        "result_count": len(result or ()),
        "path": path.strip("/").split("/"),
        "data": data,
        "result": result,
    }


def envelope(tasks: Sequence[Row]) -> Response:
    """A call that was carried out, whatever became of each of its tasks."""
    return json_response(_envelope(OK, tasks))


def refused(code: int) -> Response:
    """A call that was not carried out."""
    return json_response(_envelope(code, None), HTTP_STATUS.get(code, 200))


def _envelope(code: int, tasks: Sequence[Row] | None) -> Row:
    return {
        "version": VERSION,
        "status_code": code,
        "status_message": message_of(code),
        "time": "0.0926 sec.",
        "cost": round(sum(row["cost"] for row in tasks or ()), 6),
        "tasks_count": len(tasks or ()),
        "tasks_error": sum(row["status_code"] >= 40000 for row in tasks or ()),
        "tasks": tasks,
    }
