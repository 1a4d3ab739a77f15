"""What changed about an image between two answers of one engine, as the page and the CSV show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from monitor import diffing, weblinks
from monitor.models import Match, ResultItem, Search, WatchedImage
from monitor.queries.changes import KINDS, Answers, Kind, Told, tell
from monitor.queries.diff_choice import Choice, choose, took
from monitor.queries.found import NONE, FoundPicture, picture_of
from monitor.queries.timeline import read

Words = Sequence[tuple[diffing.TextKind, str]]


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
    def where(self) -> str:
        """Domain and path as people read them."""
        return weblinks.display_host(self.match.domain.name) + weblinks.display_path(self.match.page_url)


@dataclass(frozen=True, kw_only=True)
class Block:
    """Rows one below the other; folded when they are unchanged and not asked for."""

    rows: Sequence[DiffRow]
    is_folded: bool


@dataclass(frozen=True, kw_only=True)
class DiffPage:
    """The two answers and all rows; `kind` narrows what is shown ("" is all), `opened` shows unchanged ones too."""

    choice: Choice
    rows: Sequence[DiffRow]
    kind: str
    opened: bool

    @property
    def before_took(self) -> timedelta | None:
        return took(self.choice.before) if self.choice.before else None

    @property
    def after_took(self) -> timedelta | None:
        return took(self.choice.after)

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

    @property
    def shown(self) -> list[DiffRow]:
        """The rows of the kind that is asked for."""
        return [row for row in self.rows if self.kind in ("", row.kind)]

    @property
    def blocks(self) -> list[Block]:
        """The rows in stretches, unchanged ones folded unless they are asked for."""
        stretches = groupby(self.shown, key=lambda row: row.kind == "same")
        folds = not self.opened and self.kind != "same"
        return [Block(rows=list(rows), is_folded=is_same and folds) for is_same, rows in stretches]


def diff_page(image: WatchedImage, query: Mapping[str, str]) -> DiffPage | None:
    """The comparison that an address asks for (see `choose`); None before there is any search. Five queries."""
    choice = choose(image, query)
    if choice is None:
        return None
    kind = query.get("kind", "")
    return DiffPage(
        choice=choice,
        rows=_rows(choice.before, choice.after) if choice.before else [],
        kind=kind if kind in KINDS else "",
        opened=query.get("show") == "all",
    )


def _rows(before: Search, after: Search) -> list[DiffRow]:
    asked = {each.search.pk: each for each in read(Search.objects.filter(pk__in=[before.pk, after.pk]))}
    ids = {seen.match for each in asked.values() for seen in each.items}
    counted = Match.objects.filter(pk__in=ids).counted().select_related("domain")
    matches = {match.pk: match for match in counted}
    told = tell(Answers.of(asked[before.pk]), Answers.of(asked[after.pk]), matches)
    items = _items(told)
    return [_row(each, matches[each.change.match], items) for each in told]


def cells_of(row: DiffRow) -> list[object]:
    """A line of the CSV: change, ranks, ranks gained, domain, address, both titles, and gone since when."""
    before, after, match = row.before, row.after, row.match
    return [
        row.kind if row.kind in ("moved", "edited") else row.word,
        before and before.rank,
        after and after.rank,
        row.up if before and after else None,
        match.domain.name,
        match.page_url,
        before and before.title,
        after and after.title,
        match.gone_at if row.word == "gone" else None,
    ]


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
