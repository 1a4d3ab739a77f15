"""The lives of matches, told again from the kept answers: what ingesting wrote, to the letter."""

from random import Random

import pytest

from monitor.models import Match, Provider, Search, WatchedImage
from monitor.pipeline.ingesting import ingest
from monitor.pipeline.rereading import history
from monitor.pipeline.rereading.replaying import live
from tests.factories import an_answer, make_image, make_search, make_target
from tests.pipeline.ingesting.test_ingesting import at

pytestmark = pytest.mark.django_db
PAGES = [f"https://{name}.example.com/page" for name in "abcdefgh"]


def draw(dice: Random, pages: list[str]) -> list[str]:
    """Other pages than before here and there, in an order that changes a little."""
    kept = [page for page in PAGES if (page in pages) != (dice.random() < 0.25)]
    return dice.sample(kept, len(kept)) if dice.random() < 0.3 else kept


def take(search: Search, pages: list[str], days: float, *, is_partial: bool) -> None:
    """Ingests an answer; a thin one is asked for once more and then accepted."""
    for _ in range(2):
        ingest(search.pk, [an_answer(*pages, is_partial=is_partial)], at(days))


def sweep(image: WatchedImage, dice: Random, n: int = 24) -> None:
    """Answers of two engines over some weeks, some of them partial, with pages as the dice fall."""
    targets = [make_target(image), make_target(image, Provider.YANDEX)]
    pages = PAGES[:5]
    for number in range(n):
        pages = draw(dice, pages)
        take(make_search(dice.choice(targets)), pages, number * 1.5, is_partial=dice.random() < 0.2)


@pytest.mark.parametrize("seed", range(12))
def test_an_untouched_history_is_told_as_it_was_written(seed: int) -> None:
    image = make_image()
    sweep(image, Random(seed))
    given, askers = history.given_about(image.pk), history.askers_of(image.pk)
    turns: dict[str, set[tuple[int, int]]] = {"new": set(), "gone": set(), "returned": set()}
    for match, items in history.items_of(Match.objects.values_list("pk", flat=True)).items():
        life, row = live(match, items, given, askers), Match.objects.get(pk=match)
        assert life.first
        assert (life.first.at, life.gone_at, life.last_seen_at) == (
            row.first_seen_at,
            row.gone_at,
            row.last_seen_at,
        )
        for search, turn in life.turns:
            turns[turn].add((search, match))
    for kind, told in turns.items():
        written = [(s.pk, item) for s in Search.objects.all() for item in getattr(s, f"{kind}_ids")]
        owners = history.match_of(item for _, item in written)
        assert told == {(search, owners[item]) for search, item in written}


def test_the_dice_bring_everything_that_can_happen() -> None:
    for seed in range(12):
        sweep(make_image(), Random(seed))
    for changes in ("n_gone", "n_returned", "n_moved"):
        assert Search.objects.filter(**{f"{changes}__gt": 0}).count() > 3
