"""DataForSEO's codes and their words, and the HTTP status that goes with some of them."""

from collections.abc import Mapping

OK, CREATED = 20000, 20100
SURPLUS, UNAUTHORISED, ENGINE_FAILED, NOTHING_FOUND, PARTIAL = 40006, 40100, 40101, 40102, 40106
PAYMENT_REQUIRED, TOO_MANY_CALLS, COST_LIMIT, NO_FUNDS = 40200, 40202, 40203, 40210
NO_SUCH_PATH, TASK_UNKNOWN, NO_SUCH_CALL, EXPIRED = 40400, 40401, 40402, 40403
INVALID_FIELD, EMPTY, INVALID, UNKNOWN_FIELD, HANDED, QUEUED = 40501, 40502, 40503, 40506, 40601, 40602
FAILED = 50000
HTTP_STATUS: Mapping[int, int] = {
    UNAUTHORISED: 401, PAYMENT_REQUIRED: 402, NO_FUNDS: 402, 40104: 403, NO_SUCH_PATH: 404, NO_SUCH_CALL: 404,
    FAILED: 500,
}  # fmt: skip
# How a task that was accepted and paid for may end; every other code refuses it at the POST.
LATE_CODES = (ENGINE_FAILED, NOTHING_FOUND, 40103, PARTIAL, TASK_UNKNOWN, EXPIRED, 40408, 50402)

MESSAGES: Mapping[int, str] = {
    OK: "Ok.",
    CREATED: "Task Created.",
    40000: "You can set only one task at a time.",
    40001: "This id is used by another client, check the id.",
    40002: "This id is used by another search engine, check the Path.",
    40003: "This id is used by another search type, check the Path.",
    40004: "This id is used by another function, check the id.",
    40005: "This id is used by another device type, check the id.",
    SURPLUS: "You can set no more than 100 tasks at a time.",
    UNAUTHORISED: "You are not authorized to access this resource. See your login details here: "
    "https://app.dataforseo.com/api-access .",
    ENGINE_FAILED: "Internal SE Server Error.",
    NOTHING_FOUND: "No Search Results.",
    40103: "Task execution failed, please try to resubmit the task.",
    40104: "Please verify your account before using the API.",
    PARTIAL: "Task completed with partial results.",
    PAYMENT_REQUIRED: "Payment Required.",
    40201: "Our algorithms found suspicious activity in your DataForSEO account. It has been temporarily blocked.",
    TOO_MANY_CALLS: "The rate-limit per minute has been exceeded.",
    COST_LIMIT: "The cost limit has been exceeded. You can modify your cost limit in the user panel "
    "https://app.dataforseo.com/api-settings/api-limits .",
    40204: "Access denied. Visit Plans and Subscriptions to activate your subscription.",
    40205: "The duplicate task limit per hour has been exceeded.",
    40206: "The duplicate task limit per day has been exceeded.",
    40207: "Access denied. Your IP is not whitelisted.",
    40209: "Too many simultaneous queries. (30 max)",
    NO_FUNDS: "Insufficient Funds.",
    NO_SUCH_PATH: "Not Found.",
    TASK_UNKNOWN: "Task Not Found.",
    NO_SUCH_CALL: "Invalid Path.",
    EXPIRED: "Results Expired.",
    40404: "No Prepared Data Found. Please Contact Our Support Team.",
    40408: "Target url is invalid.",
    INVALID_FIELD: "Invalid Field.",
    EMPTY: "POST Data Is Empty.",
    INVALID: "POST Data Is Invalid.",
    40504: "The number of intersecting keywords exceeds 10 million.",
    40505: "You are using old data.",
    UNKNOWN_FIELD: "Unknown Fields in POST Data.",
    HANDED: "Task Handed.",
    QUEUED: "Task In Queue.",
    FAILED: "Internal Error.",
    50001: "Error While Checking the Balance.",
    50100: "Not Implemented.",
    50301: "3rd Party API Service Unavailable.",
    50302: "Internal 3rd Party API Service Unavailable.",
    50303: "Update in progress. Please try after a few minutes.",
    50304: "This function temporarily unavailable. Please contact support for more information.",
    50401: "Internal Error - Timeout.",
    50402: "Target page took too long to respond.",
}


def message_of(code: int, detail: str = "") -> str:
    """The words of a code; `detail` is the name of a field."""
    message = MESSAGES.get(code, "Something went wrong.")
    return f"{message.rstrip('.')}: '{detail}'." if detail else message
