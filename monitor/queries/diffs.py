"""What changed about an image between two runs on one engine, as the page and the CSV show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from monitor import diffing, weblinks
from monitor.models import Match, ResultItem, Run, Search, SearchTarget, WatchedImage
from monitor.queries.changes import KINDS, Answers, Kind, Told, tell
from monitor.queries.engines import ENGINES
from monitor.queries.found import NONE, FoundPicture, picture_of
from monitor.queries.timeline import Asked, read, searches_of

Words = Sequence[tuple[diffing.TextKind, str]]


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two runs: what the engine gave, and why that is not the whole answer, if so."""

    run: Run
    n_items: int
    cost: Decimal
    is_complete: bool
    trouble: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A result in one of the two runs; `words` are its title, with what the other title lacks marked."""

    rank: int
    words: Words
    title: str
    picture: FoundPicture


@dataclass(frozen=True, kw_only=True)
class DiffRow:
    """A match in both, or in one of the runs."""

    match: Match
    kind: Kind
    word: str
    up: int
    before: Entry | None
    after: Entry | None

    @property
    def css(self) -> str:
        return "new" if self.kind == "entered" else self.kind

    @property
    def path(self) -> str:
        return weblinks.display_path(self.match.page_url)


@dataclass(frozen=True, kw_only=True)
class Block:
    """Rows one below the other; folded when they are unchanged and not asked for."""

    rows: Sequence[DiffRow]
    is_folded: bool


@dataclass(frozen=True, kw_only=True)
class Diff:
    """All rows, and the two runs; `targets` are the markets asked in both, `left_out` those in only one of them."""

    before: Side
    after: Side
    rows: Sequence[DiffRow]
    targets: Sequence[SearchTarget]
    left_out: int

    @property
    def tally(self) -> list[tuple[Kind, int, str]]:
        """The number of rows by kind, with the word for them."""
        counts = {kind: sum(row.kind == kind for row in self.rows) for kind in KINDS}
        return [
            (kind, n, self._word(kind))
            for kind, n in counts.items()
            if n or kind not in ("entered", "unknown")
        ]

    def _word(self, kind: Kind) -> str:
        if kind != "gone":
            return KINDS[kind]
        words = {row.word for row in self.rows if row.kind == "gone"} or {"gone"}
        return words.pop() if len(words) == 1 else "not seen or gone"

    def chosen(self, kind: str) -> list[DiffRow]:
        """The rows of a kind; all of them for ""."""
        return [row for row in self.rows if kind in ("", row.kind)]

    def blocks(self, kind: str, *, opened: bool) -> list[Block]:
        """The rows in stretches, unchanged ones folded unless they are asked for."""
        stretches = groupby(self.chosen(kind), key=lambda row: row.kind == "same")
        folds = not opened and kind != "same"
        return [Block(rows=list(rows), is_folded=is_same and folds) for is_same, rows in stretches]


def engines_of(image: WatchedImage) -> list[str]:
    """The engines that were ever asked about an image; Google first."""
    asked = set(SearchTarget.objects.filter(watched_image=image).values_list("provider", flat=True))
    return [key for key, provider in ENGINES.items() if provider.value in asked]


def complete_runs(image: WatchedImage, engine: str) -> set[int]:
    """The runs in which a search on this engine ended complete."""
    return set(searches_of(image, engine).filter(state=Search.State.DONE).values_list("run", flat=True))


def diff(image: WatchedImage, engine: str, before: Run, after: Run, market: str = "") -> Diff:
    """The changes from one run to the other; `market` is the id of one target, "" for all. Four queries."""
    asked = read(searches_of(image, engine).filter(run__in=[before.pk, after.pk]))
    in_before = {each.search.target_id: each for each in asked if each.search.run_id == before.pk}
    in_after = {each.search.target_id: each for each in asked if each.search.run_id == after.pk}
    common = sorted(in_before.keys() & in_after.keys())
    chosen = [pk for pk in common if market in ("", str(pk))] or common
    old, new = [in_before[pk] for pk in chosen], [in_after[pk] for pk in chosen]
    return Diff(
        before=_side(before, old or list(in_before.values())),
        after=_side(after, new or list(in_after.values())),
        rows=_rows(image, old, new),
        targets=[in_after[pk].search.target for pk in common],
        left_out=len(in_before.keys() ^ in_after.keys()) if common else 0,
    )


def _side(run: Run, asked: Sequence[Asked]) -> Side:
    return Side(
        run=run,
        n_items=sum(each.search.n_items for each in asked),
        cost=sum((each.search.cost for each in asked), Decimal(0)),
        is_complete=bool(asked) and all(each.is_complete for each in asked),
        trouble=next((_trouble(each.search) for each in asked if not each.is_complete), "")
        if asked
        else "This engine was not asked in this run.",
    )


def _trouble(search: Search) -> str:
    if search.is_open:
        return "The search is still under way."
    return search.error or f"The search ended as: {search.get_state_display().lower()}."


def _rows(image: WatchedImage, before: Sequence[Asked], after: Sequence[Asked]) -> list[DiffRow]:
    ids = {seen.match for each in (*before, *after) for seen in each.items}
    counted = Match.objects.filter(watched_image=image, pk__in=ids).counted().select_related("domain")
    told = tell(Answers.of(before), Answers.of(after), {match.pk: match for match in counted})
    items = _items(told)
    matches = {match.pk: match for match in counted}
    return [_row(each, matches[each.change.match], items) for each in told]


def _items(told: Sequence[Told]) -> Mapping[int, ResultItem]:
    sides = (side for each in told for side in (each.change.before, each.change.after))
    items = ResultItem.objects.filter(pk__in={side.item for side in sides if side})
    return {item.pk: item for item in items.select_related("picture")}


def _row(told: Told, match: Match, items: Mapping[int, ResultItem]) -> DiffRow:
    change = told.change
    old = items[change.before.item].title if change.before else ""
    new = items[change.after.item].title if change.after else ""
    runs = diffing.runs_of_text(old, new) if told.kind == "edited" else []
    return DiffRow(
        match=match,
        kind=told.kind,
        word=told.word,
        up=change.up,
        before=_entry(change.before, old, [run for run in runs if run[0] != "ins"], items),
        after=_entry(change.after, new, [run for run in runs if run[0] != "del"], items),
    )


def _entry(
    seen: diffing.Seen | None, title: str, words: Words, items: Mapping[int, ResultItem]
) -> Entry | None:
    if seen is None:
        return None
    picture = picture_of(items[seen.item]) if seen.item in items else FoundPicture(reason=NONE)
    return Entry(rank=seen.rank, words=words or [("same", title)], title=title, picture=picture)
