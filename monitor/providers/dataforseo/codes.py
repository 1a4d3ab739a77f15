"""DataForSEO's status codes, what each means for us, and the errors made of them.

From the code list in its appendix (errors) and its help centre. Texts "can be expanded and may vary" there,
so only the numbers are read; the text is shown.
"""

from collections.abc import Mapping
from enum import Enum, auto

from monitor.providers.base import (
    AccountError,
    Billed,
    OutcomeUnknown,
    ProtocolBug,
    ProviderError,
    RateLimited,
    Rejected,
    TaskFailed,
    TaskLost,
    Unavailable,
)

OK = 20000
CREATED = 20100


class Meaning(Enum):
    """What a code means for the call or the task that carries it."""

    OK = auto()
    PENDING = auto()  # the task lives; ask again
    EMPTY = auto()  # a valid answer without results
    PARTIAL = auto()  # an answer in which absence proves nothing
    RETRY_CALL = auto()  # nothing was created; the call may be repeated later
    RETRY_TASK = auto()  # the task is used up; only a new paid one can help
    PERMANENT = auto()  # this search can never work
    ACCOUNT = auto()  # people must act
    EXPIRED = auto()  # the task or its result is not there (any more)
    BUG = auto()  # we called it wrongly


CODES: Mapping[int, Meaning] = {
    20000: Meaning.OK,
    20100: Meaning.PENDING,  # "Task Created."
    40000: Meaning.BUG,  # one task at a time (live endpoints)
    40001: Meaning.BUG,  # id of another client
    40002: Meaning.BUG,  # id of another search engine
    40003: Meaning.BUG,  # id of another search type
    40004: Meaning.BUG,  # id of another function
    40005: Meaning.BUG,  # id of another device type
    40006: Meaning.BUG,  # more than 100 tasks
    40100: Meaning.ACCOUNT,  # not authorised
    40101: Meaning.RETRY_TASK,  # internal error of the search engine; billed
    40102: Meaning.EMPTY,  # no search results; billed
    40103: Meaning.RETRY_TASK,  # execution failed, "please try to resubmit"
    40104: Meaning.ACCOUNT,  # account not verified
    40106: Meaning.PARTIAL,
    40200: Meaning.ACCOUNT,  # payment required
    40201: Meaning.ACCOUNT,  # account blocked
    40202: Meaning.RETRY_CALL,  # rate limit per minute
    40203: Meaning.ACCOUNT,  # cost limit of the day
    40204: Meaning.ACCOUNT,  # no subscription
    40205: Meaning.RETRY_CALL,  # the same task too often in an hour
    40206: Meaning.RETRY_CALL,  # the same task too often in a day
    40207: Meaning.ACCOUNT,  # our address is not on the account's list
    40209: Meaning.RETRY_CALL,  # too many calls at once
    40210: Meaning.ACCOUNT,  # insufficient funds
    40400: Meaning.BUG,  # no such endpoint
    40401: Meaning.EXPIRED,  # task not found
    40402: Meaning.BUG,  # invalid path
    40403: Meaning.EXPIRED,  # result older than 30 days
    40404: Meaning.BUG,  # sandbox only
    40408: Meaning.PERMANENT,  # target URL invalid
    40501: Meaning.PERMANENT,  # invalid field
    40502: Meaning.BUG,  # POST data empty
    40503: Meaning.BUG,  # POST data invalid
    40504: Meaning.BUG,  # not for this API
    40505: Meaning.PERMANENT,  # outdated location
    40506: Meaning.BUG,  # unknown fields
    40601: Meaning.PENDING,  # handed
    40602: Meaning.PENDING,  # in queue
    50000: Meaning.RETRY_CALL,  # internal error
    50001: Meaning.RETRY_CALL,  # error while checking the balance
    50100: Meaning.BUG,  # not implemented
    50301: Meaning.RETRY_CALL,  # third party unavailable
    50302: Meaning.RETRY_CALL,  # internal third party unavailable
    50303: Meaning.RETRY_CALL,  # update in progress
    50304: Meaning.RETRY_CALL,  # function temporarily unavailable
    50401: Meaning.RETRY_CALL,  # internal time-out
    50402: Meaning.RETRY_TASK,  # the target page was too slow
}

# Codes that the list does not have yet, by their first three digits. The unknown ones of 400 and 405 end the
# search and tell the operator, as our own mistakes do.
_FAMILIES: Mapping[int, Meaning] = {
    400: Meaning.BUG,
    401: Meaning.RETRY_TASK,
    402: Meaning.ACCOUNT,
    403: Meaning.ACCOUNT,
    404: Meaning.EXPIRED,
    405: Meaning.BUG,
    406: Meaning.PENDING,
}
_TOO_MANY = frozenset({40202, 40205, 40206, 40209})
_REPOSTABLE = frozenset({40101, 40103, 40106, 50402})
_SURELY_BILLED = frozenset({40101, 40102})  # help centre, "What does the 40101 (40102) error mean"
_WAITS: Mapping[int, float] = {  # seconds
    40101: 900.0,
    40103: 60.0,
    40106: 60.0,
    40202: 60.0,
    40205: 3_600.0,
    40206: 86_400.0,
    40209: 10.0,
    50303: 300.0,
    50304: 3_600.0,
    50402: 60.0,
}
_PHRASES: Mapping[Meaning, str] = {
    Meaning.RETRY_CALL: "cannot take the call now",
    Meaning.PARTIAL: "could not finish this search",
    Meaning.RETRY_TASK: "could not finish this search",
    Meaning.PERMANENT: "cannot search this picture with these settings",
    Meaning.ACCOUNT: "does not serve this account",
    Meaning.EXPIRED: "does not have this search (any more)",
    Meaning.BUG: "did not understand our call",
}


def meaning_of(code: int, *, has_result: bool = False) -> Meaning:
    """What `code` means; one that is in no list goes by its family, at worst it decides nothing (pending)."""
    if code in CODES:
        return CODES[code]
    if code // 10000 == 2 and has_result:
        return Meaning.OK
    if code // 10000 == 5:
        return Meaning.RETRY_CALL
    return _FAMILIES.get(code // 100, Meaning.PENDING)


def refusal(code: int, told: str) -> ProviderError:
    """The error of a POST, or of a task in it, that was not accepted; unknown unless it surely means "no"."""
    match meaning_of(code):
        case Meaning.ACCOUNT | Meaning.RETRY_CALL | Meaning.BUG | Meaning.EXPIRED as meaning:
            return _of_the_call(meaning, code, told)
        case Meaning.PERMANENT:
            return Rejected(sentence(code, told), code=code)
    return OutcomeUnknown(sentence(code, told), code=code, billed="possibly")


def failure(code: int, told: str) -> ProviderError:
    """The error of an accepted task, or of a free call, that gave no answer."""
    billed: Billed = "yes" if code in _SURELY_BILLED else "possibly"
    match meaning_of(code):
        case Meaning.ACCOUNT | Meaning.RETRY_CALL | Meaning.BUG as meaning:
            return _of_the_call(meaning, code, told)
        case Meaning.EXPIRED:
            return TaskLost(sentence(code, told), code=code, billed=billed)
        case Meaning.RETRY_TASK | Meaning.PARTIAL | Meaning.PERMANENT:
            return TaskFailed(
                sentence(code, told),
                code=code,
                billed=billed,
                may_repost=code in _REPOSTABLE,
                retry_after=_WAITS.get(code),
            )
    return Unavailable(sentence(code, told), code=code)


def sentence(code: int, told: str) -> str:
    """A line for people: what happened in our words, then the provider's text and number."""
    phrase = _PHRASES.get(meaning_of(code), "gave an answer that decides nothing")
    return f"DataForSEO {phrase}: {told.rstrip(' .') or 'no reason given'} ({code})."


def _of_the_call(meaning: Meaning, code: int, told: str) -> ProviderError:
    if meaning is Meaning.ACCOUNT:
        return AccountError(sentence(code, told), code=code)
    if meaning is not Meaning.RETRY_CALL:
        return ProtocolBug(sentence(code, told), code=code)
    kind = RateLimited if code in _TOO_MANY else Unavailable
    return kind(sentence(code, told), code=code, retry_after=_WAITS.get(code))
