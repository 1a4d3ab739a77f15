"""What follows for other rows when an answer is read anew: the lists of changes, and where the matches stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from monitor import diffing
from monitor.models import Match, Search
from monitor.pipeline.rereading import history
from monitor.pipeline.rereading.replaying import Asker, Given, Life, Turn, live

CHANGES = ("new_ids", "gone_ids", "returned_ids", "n_new", "n_gone", "n_returned", "n_moved", "is_baseline")
STANDING = ("first_seen_at", "known_at_start", "gone_at", "last_seen_at")


@dataclass(frozen=True, kw_only=True)
class Retold:
    """The lives of some matches by the answers `before` and `after` one of them, of `search`, was read anew."""

    search: int
    before: Sequence[Given]
    after: Sequence[Given]
    items: Mapping[int, Collection[int]]
    lives: Mapping[int, tuple[Life, Life]]

    def turns(self, *, won: bool) -> set[tuple[int, int, Turn]]:
        """(search, match, what) that only the new reading says, or only the old one."""
        return {
            (search, match, turn)
            for match, (old, new) in self.lives.items()
            for search, turn in (new.turns - old.turns if won else old.turns - new.turns)
        }


def retell(
    search: int,
    matches: Collection[int],
    before: Sequence[Given],
    after: Sequence[Given],
    askers: Mapping[int, Asker],
) -> Retold:
    """Tells the lives of the matches twice."""
    items = history.items_of(matches)
    lives = {
        match: (live(match, own, before, askers), live(match, own, after, askers))
        for match, own in items.items()
    }
    return Retold(search=search, before=before, after=after, items=items, lives=lives)


def amend_searches(retold: Retold) -> int:
    """Puts the lists of changes right, of the answer itself and of all others; returns how many others."""
    won, lost = retold.turns(won=True), retold.turns(won=False)
    _, here, following = history.neighbours(retold.after, retold.search)
    ids = {search for search, *_ in won | lost} | {here.search}
    ids |= {following.search} if following else set()
    amended = 0
    for search in Search.objects.filter(pk__in=ids).order_by("pk"):
        was = [getattr(search, name) for name in CHANGES]
        _amend(search, retold, won, lost)
        if was != [getattr(search, name) for name in CHANGES]:
            search.save(update_fields=CHANGES)
            amended += search.pk != here.search
    return amended


def _amend(
    search: Search, retold: Retold, won: set[tuple[int, int, Turn]], lost: set[tuple[int, int, Turn]]
) -> None:
    before, here, _ = history.neighbours(retold.after, search.pk)
    owners = history.match_of(
        [
            *here.items,
            *(before.items if before else ()),
            *search.new_ids,
            *search.returned_ids,
            *search.gone_ids,
        ]
    )
    seen = history.seen_in(here, owners)

    def matches(listed: Sequence[int], turn: Turn) -> set[int]:
        known = {owners[item] for item in listed if item in owners}
        without = {m for s, m, what in lost if (s, what) == (search.pk, turn)}
        return known - without | {m for s, m, what in won if (s, what) == (search.pk, turn)}

    best = diffing.best_of(seen)
    new, returned = matches(search.new_ids, "new"), matches(search.returned_ids, "returned")
    search.new_ids = [best[match].item for match in best if match in new]
    search.returned_ids = [best[match].item for match in best if match in returned]
    last = {owners[item]: item for item in search.gone_ids if item in owners}
    gone = matches(search.gone_ids, "gone")
    search.gone_ids = [last.get(match) or _last_item(retold, here, match) for match in sorted(gone)]
    search.n_new, search.n_gone, search.n_returned = len(new), len(gone), len(returned)
    search.is_baseline = here.is_complete and before is None
    if before and here.is_complete and before.at <= here.at:
        changes = diffing.diff(history.seen_in(before, owners), seen)
        search.n_moved = sum(change.kind == "moved" for change in changes)


def _last_item(retold: Retold, here: Given, match: int) -> int:
    """The item by which the target of an answer last saw a match before it."""
    own = retold.items[match]
    rows = [each for each in retold.after if each.target == here.target and each.seq < here.seq]
    rows.sort(key=lambda each: -each.seq)
    return next((item for row in rows for item in row.items if item in own), max(own))


def amend_matches(retold: Retold, to_judge: Collection[int]) -> None:
    """Writes since when the matches are known and where they stand; one that was never there is withdrawn.

    Those `to_judge` have a new picture.
    """
    ids = {*retold.lives, *to_judge}
    locked = list(Match.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))
    changed = [match for match in locked if match.pk in retold.lives and _stand(match, retold)]
    Match.objects.bulk_update(changed, STANDING, batch_size=500)
    Match.objects.filter(pk__in=to_judge).update(method_version=0)


def _stand(match: Match, retold: Retold) -> bool:
    """Whether it stands otherwise now. Where both tellings agree, the row is as it was written."""
    old, new = retold.lives[match.pk]
    was = [getattr(match, name) for name in STANDING]
    if new.first is None:
        match.gone_at = match.last_seen_at = match.first_seen_at
    else:
        is_first = _is_first(retold.after, new.first)
        if old.first is None or (old.first.search, _is_first(retold.before, old.first)) != (
            new.first.search,
            is_first,
        ):
            match.first_seen_at, match.known_at_start = new.first.at, is_first
        if old.first is None or (old.gone_at, old.last_seen_at) != (new.gone_at, new.last_seen_at):
            match.gone_at, match.last_seen_at = new.gone_at, new.last_seen_at
    return was != [getattr(match, name) for name in STANDING]


def _is_first(given: Sequence[Given], answer: Given) -> bool:
    """Whether it is the first look of its target: what it found was known at the start."""
    before, *_ = history.neighbours(given, answer.search)
    return before is None
