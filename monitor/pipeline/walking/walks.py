"""The state of one walk over Yandex's pages, rebuilt from the rows at each claim."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from monitor.models import Provider, ProviderTask, Search
from monitor.models.markets import YANDEX_PAGES
from monitor.pipeline import answers, engines
from monitor.pipeline.engines import Account
from monitor.providers.base import Answer
from monitor.spending.prices import Prices

Stop = Search.Stop
Input = ProviderTask.Input
State = ProviderTask.State


@dataclass(kw_only=True)
class Walk:
    """Pages so far, and by what the next one is asked for.

    `rejected` are ids of the picture that Yandex did not know any more; `must_send` says that it could not use our
    address of the picture. `sent` counts the calls of each page, `unknown` those whose outcome is not known.
    """

    search: Search
    account: Account
    at: datetime
    prices: Prices
    sent: Counter[int]
    unknown: Counter[int]
    pages: list[Answer] = field(default_factory=list)
    rejected: set[str] = field(default_factory=set)
    must_send: bool = False

    @property
    def n_items(self) -> int:
        return sum(len(page.items) for page in self.pages)

    @property
    def cbir_id(self) -> str:
        """The newest id of the picture that has not been rejected."""
        known = [page.cbir_id for page in self.pages if page.cbir_id and page.cbir_id not in self.rejected]
        return known[-1] if known else ""

    @property
    def address(self) -> str:
        """The picture's address, where the market wants it to be sent instead of the picture."""
        by_address = self.search.target.settings.get("by_address") and not self.must_send
        return engines.address_of(self.search.watched_image) if by_address else ""

    @property
    def input(self) -> ProviderTask.Input:
        if self.cbir_id:
            return Input.ID
        return Input.URL if self.address else Input.DATA

    @property
    def stop(self) -> Search.Stop | None:
        """Why the walk is over, with the pages that are there."""
        return self.stop_after(self.pages)

    def stop_after(self, pages: Sequence[Answer]) -> Search.Stop | None:
        """Why it is over with these pages: an empty one, one without news, the market's page cap."""
        if not pages:
            return None
        if not pages[-1].items:
            return Stop.END
        if _repeats(pages):
            return Stop.REPEAT
        cap = int(self.search.target.settings.get("pages", YANDEX_PAGES))
        return Stop.PAGE_CAP if len(pages) >= cap else None


def resume(search: Search, account: Account, at: datetime, prices: Prices) -> Walk:
    """Reads the kept pages; a call that was cut off is booked as possibly billed."""
    tasks = list(search.provider_tasks.order_by("pk"))
    current = [task for task in tasks if not task.is_superseded]
    cut_off = [task for task in current if task.state == State.POSTING]
    if cut_off:
        _book_as_unknown(cut_off, prices.of(Provider.YANDEX, search.priority))
    kept = [task.pk for task in current if task.state == State.COLLECTED]
    return Walk(
        search=search,
        account=account,
        at=at,
        prices=prices,
        sent=Counter(task.page for task in tasks),
        unknown=Counter(task.page for task in current if task.state in (State.POSTING, State.UNKNOWN)),
        pages=answers.parsed(ProviderTask.objects.filter(pk__in=kept)),
        rejected={task.cbir_id for task in current if task.state == State.REFUSED and task.cbir_id},
        must_send=any(task.input == Input.DATA for task in current),
    )


def _book_as_unknown(tasks: Sequence[ProviderTask], cost: Decimal) -> None:
    posting = ProviderTask.objects.filter(pk__in=[task.pk for task in tasks], state=State.POSTING)
    posting.update(state=State.UNKNOWN, billed=ProviderTask.Billed.POSSIBLY, cost=cost)


def _repeats(pages: Sequence[Answer]) -> bool:
    """Whether the last page brings nothing that the pages before it did not."""
    known = {(item.page_url, item.image_url) for page in pages[:-1] for item in page.items}
    return len(pages) > 1 and all((item.page_url, item.image_url) in known for item in pages[-1].items)
