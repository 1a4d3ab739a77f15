"""Every known status code has a meaning, and every unknown one a safe one."""

import json

import pytest

from monitor.providers.base import (
    AccountError,
    OutcomeUnknown,
    ProtocolBug,
    ProviderError,
    RateLimited,
    Rejected,
    TaskFailed,
    TaskLost,
    Unavailable,
)
from monitor.providers.dataforseo.codes import CODES, Meaning, failure, meaning_of, refusal
from tests.providers.wire import payload

LISTED = [(row["code"], row["class"]) for row in json.loads(payload("dataforseo/codes.json"))]


@pytest.mark.parametrize(("code", "meaning"), LISTED)
def test_it_gives_each_listed_code_its_meaning(code: int, meaning: str) -> None:
    assert meaning_of(code) is Meaning[meaning.upper()]


def test_it_lists_the_same_codes() -> None:
    assert {code for code, _ in LISTED} == set(CODES)


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (20200, Meaning.PENDING),
        (40199, Meaning.RETRY_TASK),
        (40299, Meaning.ACCOUNT),
        (40301, Meaning.ACCOUNT),
        (40499, Meaning.EXPIRED),
        (40099, Meaning.BUG),
        (40599, Meaning.BUG),
        (40699, Meaning.PENDING),
        (50999, Meaning.RETRY_CALL),
        (59999, Meaning.RETRY_CALL),
        (0, Meaning.PENDING),
        (30000, Meaning.PENDING),
    ],
)
def test_it_takes_unknown_codes_by_their_family(code: int, meaning: Meaning) -> None:
    assert meaning_of(code) is meaning


def test_it_takes_an_unknown_success_with_a_result_as_an_answer() -> None:
    assert meaning_of(20200, has_result=True) is Meaning.OK
    assert meaning_of(20100, has_result=True) is Meaning.PENDING


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (40501, Rejected),
        (40505, Rejected),
        (40408, Rejected),
        (40006, ProtocolBug),
        (40402, ProtocolBug),
        (40506, ProtocolBug),
        (40401, ProtocolBug),
        (40100, AccountError),
        (40203, AccountError),
        (40210, AccountError),
        (40202, RateLimited),
        (40205, RateLimited),
        (40209, RateLimited),
        (50000, Unavailable),
        (50304, Unavailable),
        (20000, OutcomeUnknown),
        (40101, OutcomeUnknown),
        (40102, OutcomeUnknown),
        (40106, OutcomeUnknown),
        (40602, OutcomeUnknown),
        (0, OutcomeUnknown),
    ],
)
def test_it_says_what_a_refused_post_means(code: int, kind: type[ProviderError]) -> None:
    error = refusal(code, "Text.")
    assert type(error) is kind
    assert error.code == code
    assert error.billed == ("possibly" if kind is OutcomeUnknown else "no")


@pytest.mark.parametrize(
    ("code", "billed", "may_repost"),
    [
        (40101, "yes", True),
        (40103, "possibly", True),
        (40106, "possibly", True),
        (50402, "possibly", True),
        (40199, "possibly", False),
        (40501, "possibly", False),
    ],
)
def test_it_says_whether_a_new_paid_task_may_help(code: int, billed: str, may_repost: bool) -> None:
    error = failure(code, "Text.")
    assert type(error) is TaskFailed
    assert (error.billed, error.may_repost) == (billed, may_repost)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(40401, TaskLost), (40403, TaskLost), (40202, RateLimited), (50000, Unavailable), (40001, ProtocolBug)],
)
def test_it_says_what_a_failed_reading_means(code: int, kind: type[ProviderError]) -> None:
    assert type(failure(code, "Text.")) is kind


@pytest.mark.parametrize(
    ("code", "seconds"), [(40202, 60), (40205, 3600), (40206, 86400), (50304, 3600), (50000, None)]
)
def test_it_says_how_long_to_wait(code: int, seconds: float | None) -> None:
    assert refusal(code, "Text.").retry_after == seconds


def test_it_speaks_to_people() -> None:
    told = "DataForSEO cannot search this picture with these settings: Invalid Field: 'image_url' (40501)."
    assert refusal(40501, "Invalid Field: 'image_url'.").message == told
    assert (
        failure(40403, "").message
        == "DataForSEO does not have this search (any more): no reason given (40403)."
    )
