"""From an answer to lasting facts, in one transaction under the lock of its watched image.

1. Lock the image (two targets of it may find the same page) and make sure that the search is still open.
   The answer of a target that has come to rest meanwhile is kept, but judges nothing.
2. A thin answer is put back once for a confirming one.
3. Write unknown domains, pictures, matches and items.
4. A complete answer changes presence: matches return, or are confirmed as gone.
5. Write the arrays, counts and state of the search; after the commit, nudge what follows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from monitor import diffing, queue, spending
from monitor.models import Search
from monitor.pipeline import planning, presence, statements
from monitor.pipeline.entries import Entry, entries_of, rank
from monitor.pipeline.writing import Standing, Written, write
from monitor.providers.base import Answer

WRITTEN = (
    *("state", "error", "observed_at", "ended_at", "cost", "is_baseline"),
    *("item_ids", "rank_absolute", "rank_group", "new_ids", "gone_ids", "returned_ids"),
    *("n_items", "n_new", "n_gone", "n_returned", "n_moved"),
)
ENDED_EARLY = "The engine did not give its whole answer."


@transaction.atomic
def ingest(search_id: int, answers: Sequence[Answer], at: datetime, *, cut_short: str = "") -> None:
    """Writes the answer of an open search (the pages of one walk as several); repeating it changes nothing.

    `cut_short` says why the answer is not whole: it may add matches, never remove any.
    """
    search = _lock(search_id)
    if search is None:
        return
    entries = entries_of(answers, is_simulated=search.watched_image.workspace.is_demo)
    is_whole = not cut_short and not any(answer.is_partial for answer in answers)
    past = presence.last_answers(search.target_id)
    is_outdated = bool(past) and past[0].seq > search.seq
    if is_outdated:
        past = presence.last_answers(search.target_id, search.seq)
    if is_whole and not search.is_confirming and diffing.is_suspect(len(entries), [row.size for row in past]):
        _ask_again(search)
        return
    before = past[0].items if past else ()
    written = write(search, entries, at, known_at_start=not past, before=before)
    _record(search, entries, written)
    is_judge = is_whole and search.target.is_active and not is_outdated
    _change_presence(search, written, past if is_judge else None, at)
    _end(search, at, "" if is_whole else cut_short or ENDED_EARLY)


def _lock(search_id: int) -> Search | None:
    statements.run(statements.LOCK_IMAGE, search=search_id)
    # Read under the lock; removed with its image, it is not found.
    still_open = Search.objects.open().select_related("target", "watched_image__workspace")
    return still_open.filter(pk=search_id).first()


def _ask_again(search: Search) -> None:
    """Oddly few results: one confirming answer is asked for, then it is accepted as it is."""
    search.provider_tasks.update(is_superseded=True)
    Search.objects.filter(pk=search.pk).update(
        state=Search.State.PLANNED, is_confirming=True, attempts=1, not_before=Now()
    )
    queue.nudge("pump")


def _record(search: Search, entries: Sequence[Entry], written: Written) -> None:
    search.item_ids = [written.items[entry.item_key] for entry in entries]
    search.rank_absolute = [rank(entry.item.rank_absolute) for entry in entries]
    search.rank_group = [rank(entry.item.rank_group) for entry in entries]
    search.n_items = len(entries)
    if written.new_matches:
        best = diffing.best_of(_seen(search.item_ids, search.rank_absolute, written))
        search.new_ids = [best[match].item for match in best if match in written.new_matches]
        search.n_new = len(search.new_ids)


def _seen(items: Sequence[int], ranks: Sequence[int], written: Written) -> list[diffing.Seen]:
    """Without those items that are no longer there."""
    match_of = written.match_of
    return [
        diffing.Seen(item=item, match=match_of[item], rank=place)
        for item, place in zip(items, ranks, strict=True)
        if item in match_of
    ]


def _change_presence(
    search: Search, written: Written, past: Sequence[presence.Row] | None, at: datetime
) -> None:
    """What an active target sees is watched; a complete answer also brings matches back and confirms others gone.

    `past` are the answers before it, None when this one is no judge of that.
    """
    if not search.target.is_active:
        planning.mark_unwatched([search.watched_image], at)
        return
    now = _seen(search.item_ids, search.rank_absolute, written)
    best = diffing.best_of(now)
    known = written.standings
    if past is None:
        _write_standings(known, {match: known[match]._replace(unwatched_at=None) for match in best})
        return
    gone = presence.gone_now(search, past, best, at)
    standings = dict.fromkeys(best, Standing()) | {each.match: each.standing for each in gone}
    _write_standings(known, standings)
    search.returned_ids = [best[match].item for match in best if known[match].gone_at]
    search.gone_ids = [each.item for each in gone]
    search.n_returned, search.n_gone = len(search.returned_ids), len(search.gone_ids)
    if past:
        changes = diffing.diff(_seen(past[0].items, past[0].ranks, written), now)
        search.n_moved = sum(change.kind == "moved" for change in changes)


def _write_standings(known: Mapping[int, Standing], wanted: Mapping[int, Standing]) -> None:
    changed = {match: standing for match, standing in wanted.items() if standing != known.get(match)}
    if changed:
        gone, last_seen, unwatched = map(list, zip(*changed.values(), strict=True))
        statements.run(
            statements.CHANGE_MATCHES,
            ids=list(changed),
            gone=gone,
            last_seen=last_seen,
            unwatched=unwatched,
        )


def _end(search: Search, at: datetime, short_because: str) -> None:
    search.state = Search.State.PARTIAL if short_because else Search.State.DONE
    search.error = short_because
    search.observed_at = search.ended_at = at
    search.cost = spending.settle(search)
    search.is_baseline = search.is_baseline and not short_because
    search.save(update_fields=WRITTEN)
    queue.nudge("fetch")
    queue.nudge("tell")
