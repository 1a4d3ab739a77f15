"""Which two answers about an image are held side by side: never of two targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404

from monitor.models import Search, SearchTarget, WatchedImage
from monitor.queries.engines import ENGINES, KEYS

PICKS = 200


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The searches of one target, newest first and without their arrays, and the two that are compared.

    `engines` and `targets` (those of the engine) are what else there is to choose. `before` is None when the
    later one is the first of its target.
    """

    engines: Sequence[str]
    engine: str
    targets: Sequence[SearchTarget]
    target: SearchTarget
    searches: Sequence[Search]
    before: Search | None
    after: Search

    @property
    def picks(self) -> list[Search]:
        """What the pickers offer: the newest ones, and the two that are compared."""
        chosen = {self.before, self.after}
        return [search for n, search in enumerate(self.searches) if n < PICKS or search in chosen]

    @property
    def unfinished(self) -> list[Search]:
        """Those of the two whose answer is not whole: what they lack is unknown."""
        return [search for search in (self.before, self.after) if search and not is_complete(search)]


def choose(image: WatchedImage, query: Mapping[str, str]) -> Choice | None:
    """By `engine`, `market` (a target), `from` and `to` (runs); None before there is any search. One query.

    What the image has in part only (a run without this engine) gives way to the default; numbers that are none
    of the image's own are a 404.
    """
    earlier_id, later_id, market = (_number(query.get(name, "")) for name in ("from", "to", "market"))
    searches = Search.objects.filter(watched_image=image).select_related("target", "run")
    asked = list(searches.without_arrays().order_by("-seq", "-pk"))
    _check({earlier_id, later_id}, {search.run_id for search in asked})
    _check({market}, {search.target_id for search in asked})
    if not asked:
        return None
    engines, engine = _engines(asked, query.get("engine", ""))
    targets = _targets(asked, engine)
    target = next((target for target in targets if target.pk == market), targets[0])
    own = [search for search in asked if search.target_id == target.pk]
    after = _of_run(own, later_id) or _default_after(own)
    before = _of_run(own, earlier_id) or _default_before(own, after)
    return Choice(
        engines=engines, engine=engine, targets=targets, target=target,
        searches=own, before=before, after=after,
    )  # fmt: skip


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404("This is no number.")
    return int(text)


def _check(wanted: set[int | None], own: set[int]) -> None:
    if not wanted - {None} <= own:
        raise Http404("The image has nothing of this number.")


def _engines(searches: Sequence[Search], wanted: str) -> tuple[list[str], str]:
    """Those that the image was searched on, and the wanted one of them, else the first."""
    asked = {KEYS[search.target.provider] for search in searches}
    engines = [key for key in ENGINES if key in asked]
    return engines, wanted if wanted in engines else engines[0]


def _targets(searches: Sequence[Search], engine: str) -> list[SearchTarget]:
    """The targets on an engine, those that are still asked first."""
    targets = {search.target_id: search.target for search in searches}
    chosen = [target for target in targets.values() if KEYS[target.provider] == engine]
    return sorted(chosen, key=lambda target: (not target.is_active, target.pk))


def _of_run(searches: Sequence[Search], run: int | None) -> Search | None:
    return next((search for search in searches if search.run_id == run), None)


def _default_after(searches: Sequence[Search]) -> Search:
    """The newest complete one that has one before it, else the newest."""
    return next((search for search in searches[:-1] if is_complete(search)), searches[0])


def _default_before(searches: Sequence[Search], after: Search) -> Search | None:
    """The nearest complete one before, else the nearest."""
    earlier = [search for search in searches if search.seq < after.seq]
    return next(filter(is_complete, earlier), next(iter(earlier), None))


def is_complete(search: Search) -> bool:
    """Whether absence from its answer means something."""
    return search.state == Search.State.DONE


def took(search: Search) -> timedelta | None:
    """From the run's slot until the answer, as for runs."""
    return max(search.ended_at - search.run.scheduled_for, timedelta()) if search.ended_at else None
