"""Which matches an answer confirms as gone; judged over all active targets of the image."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor import diffing
from monitor.pipeline.ingesting import statements
from monitor.pipeline.ingesting.locking import Absent, Facts, Opened, Past, Standing, depth_of, last_answers


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A match that is gone everywhere since its first miss; `item` is the last that the target saw of it."""

    match: int
    item: int
    standing: Standing


def gone_now(search: Opened, now: Past) -> list[Verdict]:
    """The matches that a complete answer confirms as gone on every active target that has seen them."""
    match_of = {item: each.match for each in search.absent for item in each.items}
    depth = depth_of(search.facts.provider, search.facts.settings)
    answers = _answers([now, *search.past], match_of, depth)
    missing = [each for each in search.absent if _is_gone(each, answers)]
    elsewhere = _elsewhere(search.facts, [each.match for each in missing])
    verdicts = (_verdict(each, [answers, *elsewhere.get(each.match, [])], search.past) for each in missing)
    return [verdict for verdict in verdicts if verdict]


def _answers(rows: Sequence[Past], match_of: Mapping[int, int], depth: int) -> list[diffing.Answer]:
    """The answers as far as these matches go."""
    return [
        diffing.Answer(
            at=row.at, ranks=_ranks(row, match_of), depth=depth, last_rank=max(row.ranks, default=0)
        )
        for row in rows
    ]


def _ranks(row: Past, match_of: Mapping[int, int]) -> dict[int, int]:
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


def _elsewhere(search: Facts, matches: Sequence[int]) -> dict[int, list[Sequence[diffing.Answer]]]:
    """For each match the answers of the other active targets that have seen it."""
    if not matches or not search.has_others:
        return {}
    (rows,) = statements.run(
        statements.FIND_ELSEWHERE, image=search.image, target=search.target, matches=statements.array(matches)
    )
    found: dict[int, list[Sequence[diffing.Answer]]] = {}
    for target, provider, settings, items, owners in rows:
        match_of = dict(zip(items, owners, strict=True))
        answers = _answers(last_answers(target), match_of, depth_of(provider, settings))
        for match in set(match_of.values()):
            found.setdefault(match, []).append(answers)
    return found


def _verdict(
    absent: Absent, targets: Sequence[Sequence[diffing.Answer]], past: Sequence[Past]
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


def _last_item(absent: Absent, past: Sequence[Past]) -> int:
    own = set(absent.items)
    return next((item for row in past for item in row.items if item in own), max(own))


def _last_seen(absent: Absent, answers: Sequence[diffing.Answer]) -> datetime:
    return next((answer.at for answer in answers if absent.match in answer.ranks), absent.first_seen)
