"""Our books beside the provider's: costs, balance, prices, and what turned up after all."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from monitor.models import AccountState, LedgerEntry, Price, Provider, ProviderTask, Search, Trouble
from monitor.pipeline import engines
from monitor.pipeline.engines import Account, holds, limits
from monitor.pipeline.money import bookkeeping
from monitor.providers.base import KnownTask, Unavailable
from monitor.providers.dataforseo.facts import AccountFacts
from monitor.spending.prices import price_of, prices_at
from tests.factories import make_search, make_target, make_task

pytestmark = pytest.mark.django_db

TODAY = datetime(2026, 11, 20, tzinfo=UTC)
YESTERDAY = TODAY - timedelta(hours=12)
NIGHT = TODAY + timedelta(hours=2)
GOOGLE = Account(provider=Provider.DATAFORSEO, is_simulated=False)


class Books:
    """DataForSEO's side: a list of tasks with the moments of their posts, and the account."""

    def __init__(self) -> None:
        self.rows: list[tuple[datetime, KnownTask]] = []
        self.facts = AccountFacts(balance=Decimal(50))
        self.is_down = False
        self.n_lists = 0

    def lists(self, task: ProviderTask, cost: str, remote_id: str = "") -> None:
        row = KnownTask(
            tag=task.tag, remote_id=remote_id or task.remote_id or "", cost=Decimal(cost), status_code=20000
        )
        self.rows.append((task.posted_at, row))

    def find_tasks(self, since: datetime, until: datetime, pages: Iterable[int]) -> Iterator[KnownTask]:
        self.n_lists += 1
        if self.is_down:
            raise Unavailable("DataForSEO does not answer.")
        return iter([row for posted, row in self.rows if since <= posted < until])

    def account(self) -> AccountFacts:
        return self.facts


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch, accounts: None) -> Books:
    books = Books()
    monkeypatch.setattr(engines, "dataforseo", lambda *, is_simulated: books)
    monkeypatch.setattr(limits, "take_list", lambda account, spare: True)
    return books


def a_task(**fields: Any) -> ProviderTask:
    values = {"cost": Decimal("0.0006"), "billed": "yes", "posted_at": YESTERDAY, "remote_id": "11-22"}
    return make_task(make_search(make_target(), state=Search.State.DONE), **{**values, **fields})


def known_balance(amount: str) -> None:
    AccountState.objects.create(
        name=GOOGLE.name, compared_balance=Decimal(amount), compared_at=TODAY - timedelta(days=1)
    )


def test_a_difference_in_cost_becomes_an_adjustment_once(books: Books) -> None:
    task = a_task()
    books.lists(task, "0.0012")
    assert bookkeeping.reconcile_books(GOOGLE, NIGHT)
    entry = LedgerEntry.objects.get()
    assert (entry.provider_task, entry.workspace) == (task, task.search.watched_image.workspace)
    assert (entry.amount, entry.created_at) == (Decimal("0.0006"), NIGHT)
    assert entry.reason == "Google charged $0.0012 for a search of “Tidal mug”, not $0.0006 as booked before."
    AccountState.objects.update(reconciled_at=None)
    assert bookkeeping.reconcile_books(GOOGLE, NIGHT)
    assert LedgerEntry.objects.count() == 1


def test_a_later_change_of_the_cost_is_booked_on_top(books: Books) -> None:
    task = a_task()
    books.lists(task, "0.0012")
    bookkeeping.reconcile_books(GOOGLE, NIGHT)
    books.rows.clear()
    books.lists(task, "0")
    AccountState.objects.update(reconciled_at=None)
    bookkeeping.reconcile_books(GOOGLE, NIGHT)
    amounts = LedgerEntry.objects.order_by("pk").values_list("amount", flat=True)
    assert list(amounts) == [Decimal("0.0006"), Decimal("-0.0012")]


def test_a_day_is_compared_once_and_not_before_the_list_is_complete(books: Books) -> None:
    assert not bookkeeping.reconcile_books(GOOGLE, TODAY + timedelta(minutes=59))
    assert books.n_lists == 0
    assert bookkeeping.reconcile_books(GOOGLE, NIGHT)
    assert books.n_lists == 24
    assert not bookkeeping.reconcile_books(GOOGLE, NIGHT + timedelta(hours=20))
    assert bookkeeping.reconcile_books(GOOGLE, NIGHT + timedelta(days=1))
    assert books.n_lists == 48


def test_a_list_that_cannot_be_read_on_is_read_on_later(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = a_task()
    books.lists(task, "0.0012")
    tokens = iter([True] * 13 + [False])
    with monkeypatch.context() as patched:
        patched.setattr(limits, "take_list", lambda account, spare: next(tokens))
        assert not bookkeeping.reconcile_books(GOOGLE, NIGHT)
    assert LedgerEntry.objects.count() == 1
    assert bookkeeping.reconcile_books(GOOGLE, NIGHT)
    assert (books.n_lists, LedgerEntry.objects.count()) == (24, 1)


def test_trouble_with_the_provider_leaves_it_to_the_next_minute(books: Books) -> None:
    books.is_down = True
    assert not bookkeeping.reconcile_books(GOOGLE, NIGHT)
    books.is_down = False
    assert bookkeeping.reconcile_books(GOOGLE, NIGHT)


def test_a_task_that_was_written_off_and_bought_again_is_a_duplicate(books: Books) -> None:
    lost = a_task(state=ProviderTask.State.LOST, remote_id=None, cost=0, billed="no")
    make_task(lost.search, cost=Decimal("0.0006"), remote_id="11-33", posted_at=YESTERDAY)
    books.lists(lost, "0.0006", "11-44")
    bookkeeping.reconcile_books(GOOGLE, NIGHT)
    lost.refresh_from_db()
    assert (lost.is_duplicate, lost.billed, lost.cost) == (True, "yes", Decimal("0.0006"))
    assert not LedgerEntry.objects.exists()
    lost.search.refresh_from_db()
    assert lost.search.cost == Decimal("0.0012")


def test_what_is_not_settled_yet_is_left_to_reconciling(books: Books) -> None:
    unknown = a_task(state=ProviderTask.State.UNKNOWN, remote_id=None, cost=0)
    books.lists(unknown, "0.0006", "11-44")
    bookkeeping.reconcile_books(GOOGLE, NIGHT)
    unknown.refresh_from_db()
    assert unknown.state == ProviderTask.State.UNKNOWN
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize(
    ("balance", "is_trouble"), [("49", False), ("48.96", False), ("48.5", True), ("60", False)]
)
def test_a_balance_that_went_down_otherwise_is_told(books: Books, balance: str, is_trouble: bool) -> None:
    known_balance("50")
    a_task(cost=Decimal(1))
    books.facts = AccountFacts(balance=Decimal(balance))
    bookkeeping.reconcile_books(GOOGLE, NIGHT)
    begun = Trouble.objects.filter(kind=Trouble.Kind.BOOKS, subject="dataforseo", ended_at=None)
    assert begun.exists() == is_trouble
    state = AccountState.objects.get()
    assert (state.balance, state.balance_at, state.reconciled_at) == (Decimal(balance), NIGHT, TODAY)
    assert (state.compared_balance, state.compared_at) == (Decimal(balance), NIGHT)


def test_its_sentence_has_both_figures_and_it_ends_when_the_books_agree(books: Books) -> None:
    known_balance("50")
    a_task(cost=Decimal("0.6"))
    books.facts = AccountFacts(balance=Decimal("48.8"))
    bookkeeping.reconcile_books(GOOGLE, NIGHT)
    trouble = Trouble.objects.get()
    assert trouble.sentence == (
        "The balance of DataForSEO went down by $1.20 from 19 November 00:00 to 20 November 02:00 UTC; "
        "our books say $0.60. Other software may share this account."
    )
    bookkeeping.reconcile_books(GOOGLE, NIGHT + timedelta(days=1))
    trouble.refresh_from_db()
    assert trouble.ended_at == NIGHT + timedelta(days=1)


def test_below_the_floor_the_account_is_held(books: Books) -> None:
    books.facts = AccountFacts(balance=Decimal("0.5"))
    bookkeeping.reconcile_books(GOOGLE, NIGHT)
    assert holds.is_held(GOOGLE)
    assert Trouble.objects.get().kind == Trouble.Kind.BALANCE


def test_prices_of_the_account_count_from_then_on(books: Books) -> None:
    books.facts = AccountFacts(
        balance=Decimal(50), prices={"normal": Decimal("0.0007"), "high": Decimal("0.0012")}
    )
    bookkeeping.reconcile_books(GOOGLE, NIGHT)
    bookkeeping.reconcile_books(GOOGLE, NIGHT + timedelta(days=1))
    row = Price.objects.get()
    assert (row.provider, row.priority, row.amount) == (Provider.DATAFORSEO, "normal", Decimal("0.0007"))
    assert price_of(Provider.DATAFORSEO, "normal", NIGHT - timedelta(seconds=1)) == Decimal("0.0006")
    assert prices_at(NIGHT).of(Provider.DATAFORSEO, "normal") == Decimal("0.0007")
