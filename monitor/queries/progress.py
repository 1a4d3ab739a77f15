"""How the searches about an image are getting on, in words for the people who wait for them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.utils import timezone

from monitor.models import OPEN_STATES, ProviderTask, Run, Search, WatchedImage
from monitor.queries.engines import ENGINES, KEYS
from monitor.queries.late import is_late

States = Search.State
WAITING = "waiting for the engine, usually 1 to 5 minutes; you may leave this page"
LATE = "late; its results come by themselves, and it is not paid for twice"
ENDED = {
    States.PARTIAL: "ended early.",
    States.FAILED: "could not be read.",
    States.SKIPPED: "was not asked.",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One engine (or one of its markets) in words."""

    engine: str
    words: str
    state: str

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_trouble(self) -> bool:
        return self.state in ENDED


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The newest run of an image, with all its searches that are still open; None before the first one.

    `n_known` were found by a first search: they were there already, so they are not new.
    """

    run: Run | None
    lines: Sequence[Line]
    n_new: int = 0
    n_gone: int = 0
    n_known: int = 0

    @property
    def n_ended(self) -> int:
        return sum(not line.is_open for line in self.lines)

    @property
    def is_open(self) -> bool:
        return self.n_ended < len(self.lines)

    @property
    def troubles(self) -> list[Line]:
        return [line for line in self.lines if line.is_trouble]

    @property
    def is_unread(self) -> bool:
        """No engine gave an answer, so nothing is known."""
        return len(self.troubles) == len(self.lines)

    @property
    def ended(self) -> str:
        """Changes whenever there are new results to show."""
        return f"{self.run.pk if self.run else 0}.{self.n_ended}"

    @property
    def version(self) -> str:
        """Changes with every word that is said."""
        text = "\n".join([self.ended, *(f"{line.engine} {line.words}" for line in self.lines)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def progress_of(image: WatchedImage) -> Progress:
    """Two queries."""
    mine = Search.objects.filter(watched_image=image)
    newest = mine.aggregate(run=Max("run"))["run"]
    pages = Count(
        "provider_tasks",
        filter=Q(provider_tasks__state=ProviderTask.State.COLLECTED, provider_tasks__is_superseded=False),
    )
    current = mine.filter(Q(run=newest) | Q(state__in=OPEN_STATES)).annotate(n_pages=pages)
    order = list(ENGINES.values())
    searches = sorted(
        current.select_related("target", "run__collection").order_by("pk"),
        key=lambda search: order.index(search.target.provider),  # type: ignore[arg-type]  # the stored value
    )
    run = next((search.run for search in searches if search.run_id == newest), None)
    return Progress(
        run=run,
        lines=[_line(search) for search in searches],
        n_new=sum(search.n_new for search in searches if not search.is_baseline),
        n_gone=sum(search.n_gone for search in searches),
        n_known=sum(search.n_new for search in searches if search.is_baseline),
    )


def _line(search: Search) -> Line:
    words = words_of(search, n_pages=vars(search).get("n_pages", 0))
    return Line(engine=KEYS[search.target.provider], words=words, state=search.state)


def words_of(search: Search, *, n_pages: int = 0) -> str:
    """The state of a search as the rest of a sentence that begins with its engine."""
    match search.state:
        case States.PLANNED:
            return f"tries again soon. {search.error}" if search.error else "about to be asked"
        case States.HELD:
            return f"on hold. {search.error}".strip()
        case States.ASKING:
            return f"{n_pages} page{'' if n_pages == 1 else 's'} read" if n_pages else "being asked"
        case States.WAITING:
            return LATE if is_late(search, timezone.now()) else WAITING
        case States.DONE:
            found = f"{search.n_items:,} result{'' if search.n_items == 1 else 's'}"
            return f"done, {found if search.n_items else 'nothing found'}"
    return f"{ENDED[States(search.state)]} {search.error}".strip()
