"""Which matches an answer brings back, and which it confirms as gone; judged over all active targets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Max

from monitor import diffing
from monitor.models import Match, ResultItem, Search, SearchTarget

SHORT_WINDOW = diffing.MISSES_NEEDED_BELOW_DEPTH + 1
LONG_WINDOW = 60


@dataclass(frozen=True, kw_only=True)
class Past:
    """The complete answers of one target before now, newest first, with the items they held."""

    answers: Sequence[diffing.Answer]
    items: Sequence[Sequence[diffing.Seen]]
    sizes: Sequence[int]


def past_of(target: SearchTarget, before_seq: int | None = None) -> Past:
    """The last complete answers: nine, or as many as it takes to look back 48 hours."""
    rows = _rows(target, before_seq, SHORT_WINDOW)
    if len(rows) == SHORT_WINDOW and rows[0].at - rows[-1].at < diffing.MISSES_APART + timedelta(hours=2):
        rows = _rows(target, before_seq, LONG_WINDOW)
    match_of = _matches_of({item for row in rows for item in row.items})
    items = [_seen(row.items, row.ranks, match_of) for row in rows]
    return Past(
        answers=[_answer(row.at, seen, target.depth) for row, seen in zip(rows, items, strict=True)],
        items=items,
        sizes=[row.size for row in rows],
    )


class Row(NamedTuple):
    """The columns of a complete search that presence is judged by."""

    at: datetime
    items: list[int]
    ranks: list[int]
    size: int


def _rows(target: SearchTarget, before_seq: int | None, limit: int) -> list[Row]:
    complete = Search.objects.filter(target=target, observed_at__isnull=False).complete().order_by("-seq")
    if before_seq is not None:
        complete = complete.filter(seq__lt=before_seq)
    columns = complete.values_list("observed_at", "item_ids", "rank_absolute", "n_items")
    return [Row(*row) for row in columns[:limit]]  # type: ignore[arg-type]  # observed_at is never null here


def _matches_of(items: Collection[int]) -> dict[int, int]:
    return dict(ResultItem.objects.filter(pk__in=items).values_list("pk", "match_id"))


def _seen(items: Sequence[int], ranks: Sequence[int], match_of: Mapping[int, int]) -> list[diffing.Seen]:
    pairs = zip(items, ranks, strict=True)
    return [
        diffing.Seen(item=item, match=match_of[item], rank=rank) for item, rank in pairs if item in match_of
    ]


def _answer(at: datetime, items: Sequence[diffing.Seen], depth: int) -> diffing.Answer:
    ranks = {match: seen.rank for match, seen in diffing.best_of(items).items()}
    last_rank = max((seen.rank for seen in items), default=0)
    return diffing.Answer(at=at, ranks=ranks, depth=depth, last_rank=last_rank)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A match that is gone everywhere: since its first miss, last seen before that."""

    match: int
    item: int
    since: datetime
    last_seen: datetime


def gone_now(search: Search, now: Sequence[diffing.Seen], past: Past, at: datetime) -> list[Verdict]:
    """The matches that this complete answer confirms as gone on every active target that has seen them."""
    newest = _answer(at, now, search.target.depth)
    answers = [newest, *past.answers]
    missing = [known for known in _absent(search, newest) if _is_gone(known, answers)]
    elsewhere = _other_targets(search, [known.match for known in missing])
    last_item = {seen.match: seen.item for items in reversed(past.items) for seen in items}
    verdicts = (
        _verdict(known, answers, last_item.get(known.match, known.item), elsewhere.get(known.match, []))
        for known in missing
    )
    return [verdict for verdict in verdicts if verdict]


class Known(NamedTuple):
    """A match that is not gone, when it was first seen, and the newest item that the target has of it."""

    match: int
    first_seen: datetime
    item: int


def _absent(search: Search, newest: diffing.Answer) -> list[Known]:
    """All that this target has ever seen, in a partial answer too, and that its newest answer lacks."""
    seen = Match.objects.filter(items__target=search.target_id, gone_at=None).exclude(pk__in=newest.ranks)
    rows = seen.annotate(item=Max("items")).order_by("pk").values_list("pk", "first_seen_at", "item")
    return [Known(*row) for row in rows]


def _gap(known: Known, answers: Sequence[diffing.Answer]) -> diffing.Absence | None:
    """Its absence from the answers since it was first seen; what is older says nothing of it."""
    return diffing.absence(known.match, [answer for answer in answers if answer.at >= known.first_seen])


def _is_gone(known: Known, answers: Sequence[diffing.Answer]) -> bool:
    gap = _gap(known, answers)
    return gap is not None and gap.is_gone


def _other_targets(search: Search, matches: Sequence[int]) -> dict[int, list[Past]]:
    """For each match the past of the other active targets that have seen it."""
    seen = ResultItem.objects.filter(
        match__in=matches, target__is_active=True, target__watched_image=search.watched_image_id
    ).exclude(target=search.target_id)
    pairs = set(seen.values_list("match_id", "target_id"))
    targets = SearchTarget.objects.in_bulk({target for _, target in pairs})
    pasts = {pk: past_of(target) for pk, target in targets.items()}
    found: dict[int, list[Past]] = {}
    for match, target in pairs:
        found.setdefault(match, []).append(pasts[target])
    return found


def _verdict(
    known: Known, answers: Sequence[diffing.Answer], item: int, others: Sequence[Past]
) -> Verdict | None:
    """None when another target still has it, or is not sure yet that it has gone."""
    rows = [answers, *(past.answers for past in others)]
    gaps = [gap for row in rows if (gap := _gap(known, row)) and gap.is_gone]
    if len(gaps) < len(rows):
        return None
    return Verdict(
        match=known.match,
        item=item,
        since=max(gap.since for gap in gaps),
        last_seen=max(_last_seen(known, row) for row in rows),
    )


def _last_seen(known: Known, answers: Sequence[diffing.Answer]) -> datetime:
    return next((answer.at for answer in answers if known.match in answer.ranks), known.first_seen)
