"""Which matches an answer confirms as gone; judged over all active targets of the image."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor import diffing
from monitor.models import Search, SearchTarget
from monitor.pipeline import statements
from monitor.pipeline.writing import Standing

SHORT_WINDOW = diffing.MISSES_NEEDED_BELOW_DEPTH + 1
LONG_WINDOW = 60
NEWEST = 2**31 - 1


class Row(NamedTuple):
    """The columns of a complete search that presence is judged by."""

    seq: int
    at: datetime
    items: Sequence[int]
    ranks: Sequence[int]
    size: int


def last_answers(target: int, before: int = NEWEST) -> list[Row]:
    """The complete answers of a target before a `seq`, newest first: nine, or as many as look back 48 hours."""
    rows = _rows(target, before, SHORT_WINDOW)
    if len(rows) == SHORT_WINDOW and rows[0].at - rows[-1].at < diffing.MISSES_APART + timedelta(hours=2):
        rows = _rows(target, before, LONG_WINDOW)
    return rows


def _rows(target: int, before: int, limit: int) -> list[Row]:
    found = statements.run(statements.LAST_ANSWERS, target=target, before=before, limit=limit)
    return [Row(*row) for row in found]


@dataclass(frozen=True, kw_only=True)
class Absent:
    """A match that the target has seen, in a partial answer too, and that its newest answer lacks."""

    match: int
    first_seen: datetime
    unwatched_at: datetime | None
    items: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A match that is gone everywhere since its first miss; `item` is the last that the target saw of it."""

    match: int
    item: int
    standing: Standing


def gone_now(search: Search, past: Sequence[Row], seen: Collection[int], at: datetime) -> list[Verdict]:
    """The matches that this complete answer confirms as gone on every active target that has seen them.

    `seen` are the matches that the answer holds, `past` the answers of its target before it.
    """
    absent = _absent(search, seen)
    now = Row(search.seq, at, search.item_ids, search.rank_absolute, search.n_items)
    answers = _answers([now, *past], _match_of(absent), search.target.depth)
    missing = [each for each in absent if _is_gone(each, answers)]
    elsewhere = _elsewhere(search, [each.match for each in missing])
    verdicts = (_verdict(each, [answers, *elsewhere.get(each.match, [])], past) for each in missing)
    return [verdict for verdict in verdicts if verdict]


def _absent(search: Search, seen: Collection[int]) -> list[Absent]:
    rows = statements.run(
        statements.FIND_ABSENT, image=search.watched_image_id, target=search.target_id, seen=list(seen)
    )
    return [
        Absent(match=match, first_seen=first_seen, unwatched_at=unwatched_at, items=items)
        for match, first_seen, unwatched_at, items in rows
    ]


def _match_of(absent: Sequence[Absent]) -> dict[int, int]:
    return {item: each.match for each in absent for item in each.items}


def _answers(rows: Sequence[Row], match_of: Mapping[int, int], depth: int) -> list[diffing.Answer]:
    """The answers as far as these matches go."""
    return [
        diffing.Answer(
            at=row.at, ranks=_ranks(row, match_of), depth=depth, last_rank=max(row.ranks, default=0)
        )
        for row in rows
    ]


def _ranks(row: Row, match_of: Mapping[int, int]) -> dict[int, int]:
    """The best rank of each match; the items come in rank order."""
    ranks: dict[int, int] = {}
    for item, rank in zip(row.items, row.ranks, strict=True):
        if item in match_of:
            ranks.setdefault(match_of[item], rank)
    return ranks


def _gap(absent: Absent, answers: Sequence[diffing.Answer]) -> diffing.Absence | None:
    """Its absence from the answers since it was first seen; what is older says nothing of it."""
    return diffing.absence(absent.match, [answer for answer in answers if answer.at >= absent.first_seen])


def _is_gone(absent: Absent, answers: Sequence[diffing.Answer]) -> bool:
    gap = _gap(absent, answers)
    return gap is not None and gap.is_gone


def _elsewhere(search: Search, matches: Sequence[int]) -> dict[int, list[Sequence[diffing.Answer]]]:
    """For each match the answers of the other active targets that have seen it."""
    if not matches:
        return {}
    rows = statements.run(
        statements.FIND_ELSEWHERE, image=search.watched_image_id, target=search.target_id, matches=matches
    )
    found: dict[int, list[Sequence[diffing.Answer]]] = {}
    for target, provider, settings, items, owners in rows:
        match_of = dict(zip(items, owners, strict=True))
        depth = SearchTarget(provider=provider, settings=json.loads(settings)).depth
        answers = _answers(last_answers(target), match_of, depth)
        for match in set(match_of.values()):
            found.setdefault(match, []).append(answers)
    return found


def _verdict(
    absent: Absent, targets: Sequence[Sequence[diffing.Answer]], past: Sequence[Row]
) -> Verdict | None:
    """None when another target still has it, or is not sure yet that it has gone."""
    gaps = [gap for answers in targets if (gap := _gap(absent, answers)) and gap.is_gone]
    if len(gaps) < len(targets):
        return None
    return Verdict(
        match=absent.match,
        item=_last_item(absent, past),
        standing=Standing(
            gone_at=max(gap.since for gap in gaps),
            last_seen_at=max(_last_seen(absent, answers) for answers in targets),
            unwatched_at=absent.unwatched_at,
        ),
    )


def _last_item(absent: Absent, past: Sequence[Row]) -> int:
    own = set(absent.items)
    return next((item for row in past for item in row.items if item in own), max(own))


def _last_seen(absent: Absent, answers: Sequence[diffing.Answer]) -> datetime:
    return next((answer.at for answer in answers if absent.match in answer.ranks), absent.first_seen)
