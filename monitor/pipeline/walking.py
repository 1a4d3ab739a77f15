"""Asking Yandex: a walk over pages, each a paid call that is written down first and kept at once.

1. A due search is claimed; the pages that it already holds are never paid again.
2. For each further page a ProviderTask row is committed, then the call is made, then its body is kept.
3. The walk ends at an empty page, a page without news, or the market's page cap; then it is ingested whole.

A call whose outcome is not known is booked as possibly billed and sent once more, at most.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from monitor import imaging, spending
from monitor.models import Provider, ProviderTask, Search
from monitor.pipeline import answers, claiming, ending, engines, ingesting, limits
from monitor.pipeline.tags import new_tag
from monitor.providers.base import (
    AccountError,
    Answer,
    IdRejected,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    Query,
    RateLimited,
)
from monitor.providers.yandex.parse import parse

BATCH = 10
LEASE = timedelta(minutes=2)
DEFAULT_PAGES = 2
CALLS_PER_MINUTE = 300
MAX_SENDS = 2
UNKNOWN_TWICE = "Yandex did not answer twice in a row."
NO_PICTURE = "The kept file of this image could not be read."
SOON = timedelta(seconds=5)


@dataclass(kw_only=True)
class Walk:
    """The state of one walk, rebuilt from the rows at each claim."""

    search: Search
    at: datetime
    pages: list[Answer] = field(default_factory=list)
    cbir_id: str = ""

    @property
    def cap(self) -> int:
        return int(self.search.target.settings.get("pages", DEFAULT_PAGES))

    @property
    def n_items(self) -> int:
        return sum(len(page.items) for page in self.pages)

    @property
    def is_over(self) -> bool:
        """At the cap, at an empty page, or at one that repeats what is known."""
        if not self.pages:
            return False
        return len(self.pages) >= self.cap or not self.pages[-1].items or _repeats(self.pages)


def walk_due(at: datetime, only_run: int | None = None, is_late: Callable[[], bool] = lambda: False) -> int:
    """Walks up to a batch of due searches until it is late; returns how many were taken up.

    Each is claimed when its turn comes: no lease runs out while it waits behind a slow walk.
    """
    taken = 0
    while taken < BATCH and not is_late() and (search := _claim(only_run)):
        _walk(search, at, is_late)
        taken += 1
    return taken


def _claim(only_run: int | None) -> Search | None:
    states = (Search.State.PLANNED, Search.State.HELD, Search.State.ASKING)
    claimed = claiming.claim(
        states, Provider.YANDEX, limit=1, become=Search.State.ASKING, lease=LEASE, is_attempt=True,
        only_run=only_run,
    )  # fmt: skip
    return claimed[0] if claimed else None


def _walk(search: Search, at: datetime, is_late: Callable[[], bool]) -> None:
    if search.attempts > ending.MAX_ATTEMPTS:
        ending.end(search, Search.State.FAILED, ending.NEVER_FINISHED, at)
        return
    if reason := engines.why_not(search):
        ending.end(search, Search.State.SKIPPED, reason, at)
        return
    walk = _resume(search, at)
    while not walk.is_over:
        if is_late():
            ending.put_back(search, "", timedelta(0), refund=True)
            return
        if not _take_page(walk):
            return
    ingesting.ingest(search.pk, walk.pages, at)


def _resume(search: Search, at: datetime) -> Walk:
    """Reads the kept pages; a call that was cut off is booked as possibly billed."""
    walk = Walk(search=search, at=at)
    current = search.provider_tasks.filter(is_superseded=False)
    cut_off = current.filter(state=ProviderTask.State.POSTING)
    cut_off.update(
        state=ProviderTask.State.UNKNOWN,
        billed=ProviderTask.Billed.POSSIBLY,
        cost=spending.price_of(Provider.YANDEX, search.priority),
    )
    kept = current.filter(state=ProviderTask.State.COLLECTED).select_related("payload")
    for task in kept.order_by("page", "attempt"):
        _add(walk, parse(answers.read(task), task.page, walk.n_items + 1))
    return walk


def _add(walk: Walk, page: Answer) -> None:
    walk.pages.append(page)
    walk.cbir_id = page.cbir_id or walk.cbir_id


def _take_page(walk: Walk) -> bool:
    """Pays for the next page; False when the walk pauses or has ended here."""
    account = engines.account_for(walk.search.watched_image.workspace, Provider.YANDEX)
    if account is None or not _may_call(account):
        ending.put_back(walk.search, "", timedelta(seconds=1), refund=True)
        return False
    if _sent(walk).filter(state=ProviderTask.State.UNKNOWN, is_superseded=False).count() >= MAX_SENDS:
        _end_early(walk, UNKNOWN_TWICE)
        return False
    try:
        picture = b"" if walk.cbir_id else _picture(walk.search)
    except (imaging.ImageError, OSError):
        _pause(NotSent(NO_PICTURE), walk)
        return False
    task = _write_down(walk)
    if task is None:
        return False
    try:
        _add(walk, _ask(walk, task, account, picture))
    except ProviderError as error:
        return _after(error, walk, task)
    return True


def _may_call(account: engines.Account) -> bool:
    per_minute = 10 * CALLS_PER_MINUTE if account.is_simulated else CALLS_PER_MINUTE
    return limits.take(account.name, per_minute=per_minute, burst=10)


def _sent(walk: Walk) -> QuerySet[ProviderTask]:
    """The calls for the next page so far."""
    return walk.search.provider_tasks.filter(page=len(walk.pages))


@transaction.atomic
def _write_down(walk: Walk) -> ProviderTask | None:
    """The row of the next call, with a fresh lease; None when somebody else has taken the search over."""
    search, page = walk.search, len(walk.pages)
    ours = Search.objects.filter(pk=search.pk, state=Search.State.ASKING, attempts=search.attempts)
    if not ours.update(not_before=Now() + LEASE):
        return None
    return ProviderTask.objects.create(
        search=search,
        provider=Provider.YANDEX,
        page=page,
        attempt=_sent(walk).count() + 1,
        tag=new_tag(search.pk, page),
        reserved=spending.price_of(Provider.YANDEX, search.priority),
        posted_at=walk.at,
    )


def _ask(walk: Walk, task: ProviderTask, account: engines.Account, picture: bytes) -> Answer:
    query = Query(
        tag=task.tag,
        settings=walk.search.target.settings,
        image=picture,
        page=task.page,
        cbir_id=walk.cbir_id,
    )
    client = engines.yandex(is_simulated=account.is_simulated)
    collected = client.search(query, walk.n_items + 1)
    answer = collected.answer or Answer(items=[])
    answers.keep(task, collected.body, cbir_id=answer.cbir_id, **answers.charge(task.reserved))
    return answer


def _picture(search: Search) -> bytes:
    with search.watched_image.file.open("rb") as file:
        return imaging.for_search(file.read())


def _after(error: ProviderError, walk: Walk, task: ProviderTask) -> bool:
    """Books the failed call and decides how the walk goes on; True when it goes on at once."""
    unknown = isinstance(error, OutcomeUnknown)
    ProviderTask.objects.filter(pk=task.pk).update(
        state=ProviderTask.State.UNKNOWN if unknown else ProviderTask.State.REFUSED,
        billed=error.billed,
        cost=0 if error.billed == "no" else task.reserved,
        status_code=error.code,
        message=error.message,
    )
    if isinstance(error, IdRejected) and walk.cbir_id:
        walk.cbir_id = ""
        return True
    _pause(error, walk)
    return False


def _pause(error: ProviderError, walk: Walk) -> None:
    if isinstance(error, AccountError):
        ending.hold(walk.search, error.message)
    elif isinstance(error, RateLimited):
        ending.put_back(walk.search, error.message, timedelta(seconds=error.retry_after or 60), refund=True)
    elif isinstance(error, NotSent | OutcomeUnknown) and walk.search.attempts < ending.MAX_ATTEMPTS:
        ending.put_back(walk.search, error.message, SOON if walk.search.attempts == 1 else None)
    else:
        _end_early(walk, error.message)


def _end_early(walk: Walk, reason: str) -> None:
    """What is there is kept as a partial answer; with nothing the search has failed."""
    if walk.n_items:
        ingesting.ingest(walk.search.pk, walk.pages, walk.at, cut_short=reason)
    else:
        ending.end(walk.search, Search.State.FAILED, reason, walk.at)


def _repeats(pages: list[Answer]) -> bool:
    """Whether the last page brings nothing that the pages before it did not."""
    known = {(item.page_url, item.image_url) for page in pages[:-1] for item in page.items}
    return len(pages) > 1 and all((item.page_url, item.image_url) in known for item in pages[-1].items)
