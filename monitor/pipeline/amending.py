"""What follows for other rows when an answer is read anew: the lists of changes, and where the matches stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from monitor import diffing
from monitor.models import AlertItem, Match, Search
from monitor.pipeline import history
from monitor.pipeline.replaying import Asker, Given, Life, Turn, live

CHANGES = ("new_ids", "gone_ids", "returned_ids", "n_new", "n_gone", "n_returned", "n_moved")


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
    if before and here.is_complete and before.at <= here.at:
        changes = diffing.diff(history.seen_in(before, owners), seen)
        search.n_moved = sum(change.kind == "moved" for change in changes)


def _last_item(retold: Retold, here: Given, match: int) -> int:
    """The item by which the target of an answer last saw a match before it."""
    own = retold.items[match]
    rows = [each for each in retold.after if each.target == here.target and each.seq < here.seq]
    rows.sort(key=lambda each: -each.seq)
    return next((item for row in rows for item in row.items if item in own), max(own))


def amend_matches(retold: Retold) -> None:
    """Writes since when the matches are known and where they stand; what was never there is deleted."""
    _, here, _ = history.neighbours(retold.after, retold.search)
    locked = Match.objects.filter(pk__in=retold.lives).order_by("pk").select_for_update(no_key=True)
    rows = {match.pk: match for match in locked}
    never = [match for match in rows.values() if retold.lives[match.pk][1].first is None]
    for match in rows.values():
        _stand(match, *retold.lives[match.pk], retold.after, here)
    fields = ["first_seen_at", "known_at_start", "gone_at", "last_seen_at"]
    Match.objects.bulk_update(rows.values(), fields)
    told = set(AlertItem.objects.filter(match__in=never).values_list("match", flat=True))
    untouched = [m.pk for m in never if m.decision == Match.Decision.OPEN and not m.note and m.pk not in told]
    Match.objects.filter(pk__in=untouched).delete()


def _stand(match: Match, old: Life, new: Life, given: Sequence[Given], here: Given) -> None:
    """`here` is the answer that was read anew, of all that were `given`."""
    if new.first is None:
        match.gone_at, match.last_seen_at = match.gone_at or here.at, match.last_seen_at or here.at
        return
    if old.first is None or old.first.search != new.first.search:
        before, *_ = history.neighbours(given, new.first.search)
        match.first_seen_at, match.known_at_start = new.first.at, before is None
    if (old.gone_at, old.last_seen_at) != (new.gone_at, new.last_seen_at):
        match.gone_at, match.last_seen_at = new.gone_at, new.last_seen_at
