"""The state of one walk over Yandex's pages, rebuilt from the rows at each claim."""

from dataclasses import dataclass, field
from datetime import datetime

from monitor.models import Provider, ProviderTask, Search
from monitor.models.markets import YANDEX_PAGES
from monitor.pipeline import answers, engines
from monitor.pipeline.engines import Account
from monitor.providers.base import Answer
from monitor.spending.prices import price_of

Stop = Search.Stop
Input = ProviderTask.Input


@dataclass(kw_only=True)
class Walk:
    """Pages so far, and by what the next one is asked for.

    `rejected` are ids of the picture that Yandex did not know any more; `must_send` says that it could not use our
    address of the picture.
    """

    search: Search
    account: Account
    at: datetime
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
        """Why the walk is over: an empty page, one without news, the market's page cap."""
        if not self.pages:
            return None
        if not self.pages[-1].items:
            return Stop.END
        if _repeats(self.pages):
            return Stop.REPEAT
        cap = int(self.search.target.settings.get("pages", YANDEX_PAGES))
        return Stop.PAGE_CAP if len(self.pages) >= cap else None


def resume(search: Search, account: Account, at: datetime) -> Walk:
    """Reads the kept pages; a call that was cut off is booked as possibly billed."""
    current = search.provider_tasks.filter(is_superseded=False)
    current.filter(state=ProviderTask.State.POSTING).update(
        state=ProviderTask.State.UNKNOWN,
        billed=ProviderTask.Billed.POSSIBLY,
        cost=price_of(Provider.YANDEX, search.priority),
    )
    refused = current.filter(state=ProviderTask.State.REFUSED)
    return Walk(
        search=search,
        account=account,
        at=at,
        pages=answers.parsed(current.filter(state=ProviderTask.State.COLLECTED)),
        rejected=set(refused.exclude(cbir_id="").values_list("cbir_id", flat=True)),
        must_send=current.filter(input=Input.DATA).exists(),
    )


def _repeats(pages: list[Answer]) -> bool:
    """Whether the last page brings nothing that the pages before it did not."""
    known = {(item.page_url, item.image_url) for page in pages[:-1] for item in page.items}
    return len(pages) > 1 and all((item.page_url, item.image_url) in known for item in pages[-1].items)
