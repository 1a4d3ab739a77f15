"""Accounts that cannot be used: nothing is posted, nothing is lost, one success lets all go on."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.models import AccountState, CallCount, Provider, Search, Trouble
from monitor.pipeline.engines import Account, holds
from monitor.providers.base import AccountError, ProviderError, RateLimited, Rejected, Unavailable
from tests.factories import make_collection, make_image, make_search, make_target, make_workspace

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
GOOGLE = Account(provider=Provider.DATAFORSEO, is_simulated=False)
YANDEX = Account(provider=Provider.YANDEX, is_simulated=False)
Cause = AccountState.Cause


def ask(
    error: ProviderError | None, call: str = "task_post", account: Account = GOOGLE, at: datetime = NOW
) -> None:
    """A call that ends so."""
    try:
        with holds.asking(account, call, at):
            if error:
                raise error
    except ProviderError as raised:
        assert raised is error


def held() -> AccountState:
    return AccountState.objects.get(name="dataforseo")


def test_calls_are_counted_by_how_they_ended() -> None:
    ask(None)
    ask(None)
    ask(RateLimited("Slower."))
    counts = CallCount.objects.order_by("outcome").values_list("account", "call", "outcome", "n")
    assert list(counts) == [
        ("dataforseo", "task_post", "RateLimited", 1),
        ("dataforseo", "task_post", "ok", 2),
    ]


def test_an_account_in_trouble_holds_its_planned_searches_with_the_reason() -> None:
    mine, other = make_search(make_target()), make_search(make_target(None, Provider.YANDEX))
    ask(AccountError("DataForSEO does not serve this account.", code=40100))
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, mine.held_for, mine.attempts, other.state) == ("held", "account", 0, "planned")
    assert mine.error.startswith("DataForSEO does not serve this account. Check the account")
    assert (holds.is_held(GOOGLE), holds.is_held(YANDEX)) == (True, False)
    assert (held().cause, held().probe_at) == ("account", NOW + timedelta(minutes=5))
    assert Trouble.objects.get().kind == Trouble.Kind.ACCOUNT


def test_a_demo_is_not_held_by_the_real_account() -> None:
    demo = make_image(make_collection(make_workspace(is_demo=True)))
    search = make_search(make_target(demo))
    ask(AccountError("No.", code=40100))
    search.refresh_from_db()
    assert search.state == "planned"


def test_an_empty_balance_is_its_own_trouble() -> None:
    ask(AccountError("Payment required.", code=40200))
    assert (held().cause, Trouble.objects.get().kind) == ("balance", "balance")


def test_the_limit_of_the_day_waits_for_midnight() -> None:
    ask(AccountError("The cost limit has been exceeded.", code=40203))
    assert held().probe_at == datetime(2026, 11, 17, 0, 1, tzinfo=UTC)


def test_what_waits_for_the_engine_is_left_alone() -> None:
    search = make_search(make_target(), state=Search.State.WAITING)
    ask(AccountError("No."))
    search.refresh_from_db()
    assert search.state == "waiting"


def test_five_unanswered_calls_in_a_row_open_the_circuit() -> None:
    for _ in range(4):
        ask(Unavailable("DataForSEO did not answer."), "task_get")
    ask(None, "task_get")
    for _ in range(4):
        ask(Unavailable("DataForSEO did not answer."))
    assert not holds.is_held(GOOGLE)
    ask(Unavailable("DataForSEO did not answer."))
    assert (held().cause, Trouble.objects.get().kind) == ("provider", "provider")


def test_free_calls_that_are_answered_do_not_hide_that_no_paid_one_is() -> None:
    for _ in range(5):
        assert not holds.is_held(GOOGLE)
        ask(Unavailable("Third party unavailable.", code=50301))
        ask(None, "tasks_ready")
    assert (held().cause, held().failures) == ("provider", 5)


def test_five_unanswered_free_calls_in_a_row_open_it_too() -> None:
    for _ in range(4):
        ask(Unavailable("DataForSEO did not answer."), "task_get")
    assert not holds.is_held(GOOGLE)
    ask(Unavailable("DataForSEO did not answer."), "id_list")
    assert held().cause == "provider"


def test_after_a_free_probe_one_more_unanswered_paid_call_opens_it_again() -> None:
    for _ in range(5):
        ask(Unavailable("Internal error.", code=50000))
    holds.release(GOOGLE, NOW)
    assert not holds.is_held(GOOGLE)
    ask(None, "user_data")
    ask(Unavailable("Internal error.", code=50000))
    assert (held().held_at, held().probe_at) == (NOW, NOW + timedelta(minutes=5))


def test_the_trouble_is_over_when_a_paid_call_is_answered_not_when_a_free_one_is() -> None:
    """Else people would be told of its end, and of its beginning, after each probe."""
    make_search(make_target())
    for _ in range(5):
        ask(Unavailable("Internal error.", code=50000))
    ask(None, "user_data")
    holds.release(GOOGLE, NOW)
    ask(Unavailable("Internal error.", code=50000))
    assert Trouble.objects.get().ended_at is None
    holds.release(GOOGLE, NOW)
    ask(None)
    assert Trouble.objects.get().ended_at == NOW


def test_where_nothing_waits_to_be_asked_a_free_probe_ends_it() -> None:
    for _ in range(5):
        ask(Unavailable("Internal error.", code=50000))
    holds.release(GOOGLE, NOW)
    assert Trouble.objects.get().ended_at == NOW


def test_after_a_paid_call_that_is_answered_it_takes_five_again() -> None:
    for _ in range(5):
        ask(Unavailable("Internal error.", code=50000))
    holds.release(GOOGLE, NOW)
    ask(None)
    for _ in range(4):
        ask(Unavailable("Internal error.", code=50000))
    assert not holds.is_held(GOOGLE)


def test_a_function_that_is_out_of_order_opens_it_at_once() -> None:
    ask(Unavailable("Temporarily unavailable.", code=50304))
    assert holds.is_held(GOOGLE)


def test_trouble_of_the_provider_does_not_hide_that_of_the_account() -> None:
    ask(AccountError("No.", code=40100))
    ask(Unavailable("Temporarily unavailable.", code=50304))
    assert held().cause == "account"


def test_a_release_lets_all_searches_go_on_and_ends_the_troubles() -> None:
    search = make_search(make_target())
    later = make_search(make_target(), not_before=NOW + timedelta(days=9000))
    ask(AccountError("No.", code=40100))
    holds.release(GOOGLE, NOW)
    assert list(Search.objects.values_list("state", "held_for", "error").distinct()) == [("planned", "", "")]
    assert Search.objects.due().get() == search
    later.refresh_from_db()
    assert later.not_before == NOW + timedelta(days=9000)
    assert (Trouble.objects.get().ended_at, holds.is_held(GOOGLE)) == (NOW, False)


@pytest.mark.parametrize("answer", [None, Rejected("Bad picture.")])
def test_a_paid_call_that_is_answered_shows_that_the_account_works(answer: ProviderError | None) -> None:
    ask(AccountError("No."), "search_by_image", YANDEX)
    ask(answer, "search_by_image", YANDEX, NOW + timedelta(minutes=5))
    assert not holds.is_held(YANDEX)


def test_one_that_was_begun_before_the_hold_does_not() -> None:
    """Beside each other: one is refused, the other was under way."""
    ask(AccountError("No."), "search_by_image", YANDEX)
    ask(None, "search_by_image", YANDEX, NOW - timedelta(seconds=1))
    holds.asked(YANDEX, "search_by_image", [(None, 0.1)], NOW)
    assert (holds.is_held(YANDEX), Trouble.objects.get().ended_at) == (True, None)


def test_free_calls_that_are_answered_do_not_release() -> None:
    ask(AccountError("Payment required.", code=40200))
    ask(None, "task_get")
    assert holds.is_held(GOOGLE)


def test_an_account_that_is_held_again_and_again_is_probed_ever_more_rarely() -> None:
    waits = []
    for _ in range(4):
        ask(AccountError("No."))
        waits.append(held().probe_at)
        holds.release(GOOGLE, NOW)
    assert waits == [NOW + timedelta(minutes=m) for m in (5, 15, 60, 60)]
    ask(None)
    ask(AccountError("No."))
    assert held().probe_at == waits[0]


def test_an_error_within_an_answer_counts_as_the_end_of_the_call() -> None:
    with holds.asking(GOOGLE, "task_post", NOW) as call:
        call.error = AccountError("Payment required.", code=40200)
    assert (held().cause, CallCount.objects.get().outcome) == ("balance", "AccountError")
