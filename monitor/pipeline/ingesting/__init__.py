"""From an answer to lasting facts, in one transaction under the lock of its watched image.

1. Lock the image (two targets of it may find the same page) and make sure that the search is still open.
   The answer of a target that has come to rest meanwhile is kept, but judges nothing.
2. A thin answer is put back once for a confirming one.
3. Write unknown domains, matches, pictures and items.
4. A complete answer changes presence: matches return, or are confirmed as gone.
5. Write the arrays, counts and state of the search; after the commit, nudge what follows.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from monitor import diffing, queue
from monitor.models import ProviderTask, Search, WatchedImage
from monitor.pipeline.ingesting import presence, statements
from monitor.pipeline.ingesting.entries import Entry, entries_of
from monitor.pipeline.ingesting.locking import Known, Opened, Past, Standing, lock
from monitor.pipeline.ingesting.statements import array
from monitor.pipeline.ingesting.writing import Written, write
from monitor.pipeline.unwatching import mark_unwatched
from monitor.providers.base import Answer

ENDED_EARLY = "The engine did not give its whole answer."


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What an answer changes: where matches stand now, items of new, returned and gone ones, how many moved."""

    new: Sequence[int]
    standings: Mapping[int, Standing] = field(default_factory=dict)
    returned: Sequence[int] = field(default_factory=list)
    gone: Sequence[int] = field(default_factory=list)
    n_moved: int = 0


@transaction.atomic
def ingest(search_id: int, answers: Sequence[Answer], at: datetime, *, cut_short: str = "") -> None:
    """Writes the answer of an open search (the pages of one walk as several); repeating it changes nothing.

    `cut_short` says why the answer is not whole: it may add matches, never remove any.
    """
    entries = entries_of(answers)
    search = lock(search_id, entries)
    if search is None:
        return
    is_whole = not cut_short and not any(answer.is_partial for answer in answers)
    if is_whole and _is_suspect(search, entries):
        _ask_again(search_id)
        return
    written = write(search, entries, at)
    now = _as_past(entries, written.known, at)
    turn = _turn(search, now, written, is_judge=is_whole and not search.facts.is_outdated)
    _end(search, now, entries, written, turn, "" if is_whole else cut_short or ENDED_EARLY)


def _is_suspect(search: Opened, entries: Sequence[Entry]) -> bool:
    sizes = [len(past.items) for past in search.past]
    return not search.facts.is_confirming and diffing.is_suspect(len(entries), sizes)


def _ask_again(search: int) -> None:
    """Oddly few results: one confirming answer is asked for, then it is accepted as it is."""
    ProviderTask.objects.filter(search=search).update(is_superseded=True)
    Search.objects.filter(pk=search).update(
        state=Search.State.PLANNED, is_confirming=True, attempts=1, not_before=Now()
    )
    queue.nudge_searches()


def _as_past(entries: Sequence[Entry], known: Known, at: datetime) -> Past:
    """The answer as later ones will see it."""
    items = [known.items[entry.item_key] for entry in entries]
    return Past(at=at, items=items, ranks=[entry.item.rank_absolute for entry in entries])


def _seen(answer: Past, known: Known) -> list[diffing.Seen]:
    """Without those items that are no longer there."""
    match_of = known.match_of
    return [
        diffing.Seen(item, match_of[item], place)
        for item, place in zip(answer.items, answer.ranks, strict=True)
        if item in match_of
    ]


def _turn(search: Opened, now: Past, written: Written, *, is_judge: bool) -> Turn:
    """What an active target sees is watched; a judge also brings matches back and confirms others as gone."""
    standings = written.known.standings
    seen = _seen(now, written.known)
    best = diffing.best_of(seen)
    unheld = {match: Standing() for match in best if standings[match].is_withdrawn}
    new = [best[match].item for match in best if match in written.new_matches or match in unheld]
    if not search.facts.is_active:
        return Turn(new=new, standings=unheld)
    if not is_judge:
        watched = {match: standings[match]._replace(unwatched_at=None) for match in best}
        return Turn(new=new, standings=watched | unheld)
    gone = presence.gone_now(search, now)
    return Turn(
        new=new,
        standings={**dict.fromkeys(best, Standing()), **{each.match: each.standing for each in gone}},
        returned=[best[m].item for m in best if standings[m].gone_at and m not in unheld],
        gone=[each.item for each in gone],
        n_moved=diffing.n_moved(_seen(search.past[0], written.known), seen) if search.past else 0,
    )


def _end(
    search: Opened, now: Past, entries: Sequence[Entry], written: Written, turn: Turn, short_because: str
) -> None:
    changed = _changed(written, turn.standings)
    statements.run(
        *([statements.CHANGE_MATCHES] if changed else []),
        statements.WRITE_SEARCH,
        matches=array(changed),
        to_judge=array(written.to_judge),
        standings=json.dumps([{"id": match, **to._asdict()} for match, to in changed.items()], default=str),
        search=search.facts.id,
        state=Search.State.PARTIAL if short_because else Search.State.DONE,
        error=short_because,
        at=now.at,
        is_first=not search.past,
        items=array(now.items),
        ranks=array(now.ranks),
        groups=array(entry.item.rank_group for entry in entries),
        new=array(turn.new),
        returned=array(turn.returned),
        gone=array(turn.gone),
        moved=turn.n_moved,
    )
    if not search.facts.is_active:
        mark_unwatched(list(WatchedImage.objects.filter(pk=search.facts.image)), now.at)
    if written.is_news:
        queue.nudge("fetch")
    queue.nudge("tell")


def _changed(written: Written, wanted: Mapping[int, Standing]) -> dict[int, Standing]:
    """The matches that stand otherwise now, and where those stand that have a new picture."""
    known = written.known.standings
    changed = {match: standing for match, standing in wanted.items() if standing != known.get(match)}
    return {match: wanted.get(match, known[match]) for match in written.to_judge} | changed
