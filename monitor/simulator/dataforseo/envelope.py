"""The envelope around everything that DataForSEO answers, and the words of its codes."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.simulator.wire import Response, json_response

VERSION = "0.1.20260717"
OK, CREATED = 20000, 20100
SURPLUS, UNAUTHORISED, ENGINE_FAILED, NOTHING_FOUND, PARTIAL = 40006, 40100, 40101, 40102, 40106
PAYMENT_REQUIRED, NO_SUCH_PATH, TASK_UNKNOWN, NO_SUCH_CALL, EXPIRED = 40200, 40400, 40401, 40402, 40403
INVALID_FIELD, EMPTY, INVALID, UNKNOWN_FIELD, QUEUED = 40501, 40502, 40503, 40506, 40602
HTTP_STATUS = {UNAUTHORISED: 401, PAYMENT_REQUIRED: 402, NO_SUCH_PATH: 404, 50000: 500}

MESSAGES: Mapping[int, str] = {
    OK: "Ok.",
    CREATED: "Task Created.",
    SURPLUS: "You can set no more than 100 tasks at a time.",
    UNAUTHORISED: "You are not authorized to access this resource. See your login details here: "
    "https://app.dataforseo.com/api-access .",
    ENGINE_FAILED: "Internal SE Server Error.",
    NOTHING_FOUND: "No Search Results.",
    40103: "Task execution failed, please try to resubmit the task.",
    40104: "Please verify your account before using the API.",
    PARTIAL: "Task completed with partial results.",
    PAYMENT_REQUIRED: "Payment Required.",
    40202: "The rate-limit per minute has been exceeded.",
    40203: "The cost limit has been exceeded.",
    40205: "The duplicate task limit per hour has been exceeded.",
    40210: "Insufficient Funds.",
    NO_SUCH_PATH: "Not Found.",
    TASK_UNKNOWN: "Task Not Found.",
    NO_SUCH_CALL: "Invalid Path.",
    EXPIRED: "Results Expired.",
    INVALID_FIELD: "Invalid Field.",
    EMPTY: "POST Data Is Empty.",
    INVALID: "POST Data Is Invalid.",
    UNKNOWN_FIELD: "Unknown Fields in POST Data.",
    40601: "Task Handed.",
    QUEUED: "Task In Queue.",
    50000: "Internal Error.",
    50303: "Update in progress. Please try after a few minutes.",
}
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
    message = MESSAGES.get(code, "Something went wrong.")
    return {
        "id": task_id,
        "status_code": code,
        "status_message": f"{message.rstrip('.')}: '{detail}'." if detail else message,
        "time": "0.0044 sec.",
        "cost": cost,
        "result_count": len(result or ()),
        "path": path.strip("/").split("/"),
        "data": dict(data),
        "result": None if result is None else list(result),
    }


def envelope(tasks: Sequence[Row]) -> Response:
    """A call that was carried out, whatever became of each of its tasks."""
    return json_response(_envelope(OK, tasks, sum(row["cost"] for row in tasks)))


def refused(code: int, status: int | None = None) -> Response:
    """A call that was not carried out."""
    return json_response(_envelope(code, None, 0), HTTP_STATUS.get(code, 200) if status is None else status)


def _envelope(code: int, tasks: Sequence[Row] | None, cost: float) -> Row:
    return {
        "version": VERSION,
        "status_code": code,
        "status_message": MESSAGES.get(code, "Something went wrong."),
        "time": "0.0926 sec.",
        "cost": round(cost, 6),
        "tasks_count": len(tasks or ()),
        "tasks_error": sum(row["status_code"] >= 40000 for row in tasks or ()),
        "tasks": tasks,
    }
