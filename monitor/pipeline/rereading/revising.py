"""Reading an answer anew that has long been taken: its rows become what a better reading says, and nobody is told.

In one transaction under the lock of the watched image, like the taking itself:

1. The answer is written anew; items and matches that it did not have before appear, as of its own time.
2. The lives of the matches on whose standing the new reading may tell (`_affected`) are told twice, from what was
   kept before and from what is kept now. Where the two differ, this answer and all others about the image are put
   right.
3. A match that no answer holds any more is withdrawn: nothing shows it, and it is new when an answer holds it.

Only answers of runs that have been told are revised, so that no mail can gather what is found here.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from monitor import diffing, queue
from monitor.models import Match, Payload, Provider, Search
from monitor.models.runs import SearchQuerySet
from monitor.pipeline import answers
from monitor.pipeline.ingesting.entries import Entry, entries_of
from monitor.pipeline.ingesting.locking import Opened, lock
from monitor.pipeline.ingesting.writing import Written, write
from monitor.pipeline.rereading import amending, history
from monitor.pipeline.rereading.replaying import Asker, Given
from monitor.pipeline.unwatching import mark_unwatched
from monitor.providers.base import Answer

ENDED = (Search.State.DONE, Search.State.PARTIAL, Search.State.FAILED)
ANSWER = ("state", "error", "observed_at", "item_ids", "rank_absolute", "rank_group", "n_items")


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What a new reading changed, in matches; `others` counts further answers whose changes were put right."""

    search: int
    is_change: bool = False
    appeared: int = 0
    vanished: int = 0
    moved: int = 0
    reworded: int = 0
    others: int = 0


def revisable() -> SearchQuerySet:
    """Searches whose answers may be read anew.

    A failed one of Google is among them: it may hold an answer that broke us. (A failed walk over Yandex's pages
    has not been to its end.)
    """
    failed = Q(state=Search.State.FAILED, target__provider=Provider.DATAFORSEO, ended_at__isnull=False)
    answered = Q(state__in=[Search.State.DONE, Search.State.PARTIAL], observed_at__isnull=False)
    told = Search.objects.filter(run__told_at__isnull=False, watched_image__workspace__deleted_at=None)
    return told.filter(answered | failed)


@transaction.atomic
def revise(
    search_id: int,
    pages: Sequence[Answer],
    *,
    bodies: Mapping[int, bytes] | None = None,
    is_trial: bool = False,
) -> Revision | None:
    """Puts right what an answer and those after it say; None when it is not to be revised (any more).

    `bodies` are newly fetched ones by the ids of their tasks, kept in the place of the old. A trial is undone.
    """
    entries = entries_of(pages)
    opened = lock(search_id, entries, ENDED)
    search = revisable().filter(pk=search_id).select_related("target", "watched_image").first()
    if opened is None or search is None:
        return None
    if bodies:
        Payload.objects.filter(provider_task__in=bodies).delete()
        answers.keep(bodies)
    is_whole = not any(page.is_partial for page in pages)
    revision = _revise(search, opened, entries, is_whole=is_whole)
    if is_trial:
        transaction.set_rollback(True)
    elif revision.is_change:
        queue.nudge("fetch")
    return revision


def _revise(search: Search, opened: Opened, entries: Sequence[Entry], *, is_whole: bool) -> Revision:
    owners = history.match_of(search.item_ids)
    old, was = _seen(search, owners), [getattr(search, name) for name in ANSWER]
    written = _write(search, opened, entries, is_whole=is_whole)
    owners |= written.known.match_of
    if was == [getattr(search, name) for name in ANSWER]:
        return Revision(search=search.pk)
    before = history.given_about(search.watched_image_id)
    search.save(update_fields=ANSWER)
    changes = diffing.diff(old, _seen(search, owners))
    after = history.with_answer(before, history.given_to(search))
    askers = history.askers_of(search.watched_image_id)
    affected = _affected(search, changes, before, after, askers)
    retold = amending.retell(search.pk, affected, before, after, askers)
    amending.amend_matches(retold, written.to_judge)
    _watch(search, [change.match for change in changes if change.kind == "new"])
    kinds = Counter(change.kind for change in changes)
    return Revision(
        search=search.pk,
        is_change=True,
        appeared=kinds["new"],
        vanished=kinds["gone"],
        moved=kinds["moved"],
        reworded=kinds["edited"],
        others=amending.amend_searches(retold),
    )


def _affected(
    search: Search,
    changes: Sequence[diffing.Change],
    before: Sequence[Given],
    after: Sequence[Given],
    askers: Mapping[int, Asker],
) -> set[int]:
    """The matches whose life may be another one now.

    Those that appeared or vanished, and those at another place, because how long an absence takes to believe
    depends on it. All of the image where the answer has only now become whole, or is full now and was not, or the
    reverse: then it also says something else of what it lacks.
    """
    was, now = (_judged(search, given, askers) for given in (before, after))
    if was != now:
        return set(Match.objects.filter(watched_image=search.watched_image_id).values_list("pk", flat=True))
    return {change.match for change in changes if change.kind in ("new", "gone") or change.up}


def _judged(search: Search, given: Sequence[Given], askers: Mapping[int, Asker]) -> tuple[bool, bool]:
    """Whether the answer of a search is whole, and full."""
    here = next((each for each in given if each.search == search.pk), None)
    depth = askers[search.target_id].depth
    is_full = here is not None and bool(depth) and max(here.ranks, default=0) >= depth
    return here is not None and here.is_complete, is_full


def _seen(search: Search, owners: Mapping[int, int]) -> list[diffing.Seen]:
    pairs = zip(search.item_ids, search.rank_absolute, strict=True)
    return [diffing.Seen(item=i, match=owners[i], rank=place) for i, place in pairs if i in owners]


def _write(search: Search, opened: Opened, entries: Sequence[Entry], *, is_whole: bool) -> Written:
    """Gives the search its new answer, unsaved."""
    at = search.observed_at = search.observed_at or search.ended_at
    assert at  # noqa: S101  # each that is revisable has one of them
    written = write(opened, entries, at)
    search.item_ids = [written.known.items[entry.item_key] for entry in entries]
    search.rank_absolute = [entry.item.rank_absolute for entry in entries]
    search.rank_group = [entry.item.rank_group for entry in entries]
    search.n_items = len(entries)
    if search.state == Search.State.FAILED:
        search.state = Search.State.DONE if is_whole else Search.State.PARTIAL
        search.error = ""
    return written


def _watch(search: Search, appeared: Sequence[int]) -> None:
    """As when an answer is taken: what an active target sees is watched, what only a resting one sees is not."""
    if search.target.is_active:
        Match.objects.filter(pk__in=appeared).exclude(unwatched_at=None).update(unwatched_at=None)
    else:
        assert search.observed_at  # noqa: S101  # it has been written
        mark_unwatched([search.watched_image], search.observed_at)
