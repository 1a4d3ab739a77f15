"""From an answer to lasting facts, in one transaction under the lock of its watched image.

1. Lock the image (two targets of it may find the same page) and make sure that the search is still open.
   The answer of a target that has come to rest meanwhile is kept, but judges nothing.
2. A thin answer is put back once for a confirming one.
3. Write unknown domains, pictures, matches and items.
4. A complete answer changes presence: matches return, or are confirmed as gone.
5. Write the arrays, counts and state of the search; after the commit, nudge what follows.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from monitor import diffing, queue, spending
from monitor.models import Match, Search, WatchedImage
from monitor.pipeline import planning, presence
from monitor.pipeline.entries import Entry, entries_of, rank
from monitor.pipeline.writing import Written, write
from monitor.providers.base import Answer

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
    past = presence.past_of(search.target, before_seq=search.seq)
    if is_whole and not search.is_confirming and diffing.is_suspect(len(entries), past.sizes):
        _ask_again(search)
        return
    written = write(search, entries, at, known_at_start=not past.answers)
    _record(search, entries, written)
    _watch(search, written, at)
    if is_whole and search.target.is_active and not _is_outdated(search):
        _change_presence(search, _seen(search, written, entries), past, at)
    _end(search, at, "" if is_whole else cut_short or ENDED_EARLY)


def _lock(search_id: int) -> Search | None:
    image = WatchedImage.objects.filter(searches=search_id)
    image.select_for_update(no_key=True, of=("self",)).first()
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


def _is_outdated(search: Search) -> bool:
    """Whether a later slot has already been answered: then this one is history and changes no presence."""
    return Search.objects.filter(target=search.target_id, seq__gt=search.seq).complete().exists()


def _record(search: Search, entries: Sequence[Entry], written: Written) -> None:
    search.item_ids = [written.items[entry.item_key] for entry in entries]
    search.rank_absolute = [rank(entry.item.rank_absolute) for entry in entries]
    search.rank_group = [rank(entry.item.rank_group) for entry in entries]
    search.n_items = len(entries)
    seen = diffing.best_of(_seen(search, written, entries))
    search.new_ids = [seen[match].item for match in seen if match in written.new_matches]
    search.n_new = len(search.new_ids)


def _seen(search: Search, written: Written, entries: Sequence[Entry]) -> list[diffing.Seen]:
    matches = (written.matches[entry.page_key] for entry in entries)
    rows = zip(search.item_ids, matches, search.rank_absolute, strict=True)
    return [diffing.Seen(item=item, match=match, rank=place) for item, match, place in rows]


def _watch(search: Search, written: Written, at: datetime) -> None:
    """What an active target sees is watched, and what only a resting one sees is not."""
    if search.target.is_active:
        seen = Match.objects.filter(pk__in=written.matches.values())
        seen.exclude(unwatched_at=None).update(unwatched_at=None)
    else:
        planning.mark_unwatched([search.watched_image], at)


def _change_presence(search: Search, now: Sequence[diffing.Seen], past: presence.Past, at: datetime) -> None:
    best = diffing.best_of(now)
    returned = set(
        Match.objects.filter(pk__in=best).exclude(gone_at=None).order_by("pk").values_list("pk", flat=True)
    )
    Match.objects.filter(pk__in=returned).update(gone_at=None, last_seen_at=None)
    gone = presence.gone_now(search, now, past, at)
    for verdict in sorted(gone, key=lambda verdict: verdict.match):
        Match.objects.filter(pk=verdict.match).update(gone_at=verdict.since, last_seen_at=verdict.last_seen)
    search.returned_ids = [best[match].item for match in best if match in returned]
    search.gone_ids = [verdict.item for verdict in gone]
    search.n_returned, search.n_gone = len(search.returned_ids), len(search.gone_ids)
    if past.items:
        search.n_moved = sum(change.kind == "moved" for change in diffing.diff(past.items[0], now))


def _end(search: Search, at: datetime, short_because: str) -> None:
    search.state = Search.State.PARTIAL if short_because else Search.State.DONE
    search.error = short_because
    search.observed_at = search.ended_at = at
    search.cost = spending.settle(search)
    search.is_baseline = search.is_baseline and not short_because
    search.save()
    queue.nudge("fetch")
    queue.nudge("tell")
