"""Revising answers in place, and taking all in their order from scratch: the same standings, to the letter."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.models import Match, Provider, Run, Search, SearchTarget
from monitor.pipeline.rereading.revising import revise
from tests.factories import an_answer, make_image, make_search, make_target
from tests.pipeline.ingesting.test_ingesting import at, pages
from tests.pipeline.rereading.test_replaying import take

pytestmark = pytest.mark.django_db
PAGES = [f"https://{name}.example.com/page" for name in "abcde"]
DEPTH = 4  # so that lists are full now and then
DAYS = 1.25

Story = list[object]


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer as it should have been read, and as it was; one that `is_failed` broke us.

    `wrong` is None where it was read rightly. `anew` says after how many further answers it was put right.
    """

    engine: int
    right: Sequence[str]
    is_partial: bool
    wrong: Sequence[str] | None = None
    is_failed: bool = False
    anew: int = 0
    made: list[Search] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        return self.wrong is not None or self.is_failed


found = st.lists(st.sampled_from(PAGES), unique=True, min_size=1)
rightly = st.builds(Told, engine=st.integers(0, 1), right=found, is_partial=st.booleans())
wrongly = st.builds(
    Told,
    engine=st.integers(0, 1),
    right=found,
    is_partial=st.booleans(),
    wrong=found,
    anew=st.integers(0, 4),
)
broken = st.builds(
    Told,
    engine=st.just(0),  # only Google's failed searches are read anew
    right=found,
    is_partial=st.booleans(),
    is_failed=st.just(True),
    anew=st.integers(0, 4),
)
stories = st.lists(st.one_of(rightly, rightly, wrongly, broken), min_size=2, max_size=10)


@contextmanager
def undone() -> Iterator[None]:
    """What is written within is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tell(story: Sequence[Told], *, is_put_right: bool) -> Story:
    """All that the answers leave behind; either each was right at once, or the wrong ones were revised."""
    image = make_image()
    targets = [make_target(image), make_target(image, Provider.YANDEX)]
    searches: list[Search] = []
    for number, told in enumerate(story):
        target = targets[told.engine]
        search = make_search(target, is_baseline=not target.searches.complete().exists())
        searches.append(search)
        if told.is_failed and is_put_right:
            Search.objects.filter(pk=search.pk).update(state="failed", ended_at=at(number * DAYS))
        else:
            said = told.wrong if told.wrong is not None and is_put_right else told.right
            take(search, list(said), number * DAYS, is_partial=told.is_partial)
        if is_put_right:
            for earlier, one in enumerate(story[: number + 1]):
                if one.is_wrong and min(earlier + one.anew, len(story) - 1) == number:
                    put_right(searches[earlier], one)
    return standings()


def put_right(search: Search, told: Told) -> None:
    Run.objects.update(told_at=timezone.now())
    assert revise(search.pk, [an_answer(*told.right, is_partial=told.is_partial)])


def standings() -> Story:
    searches = [
        (
            search.state,
            pages(search.item_ids),
            search.rank_absolute,
            pages(search.new_ids),
            sorted(pages(search.gone_ids)),
            pages(search.returned_ids),
            (search.n_items, search.n_new, search.n_gone, search.n_returned, search.n_moved),
            search.is_baseline,
        )
        for search in Search.objects.order_by("pk")
    ]
    matches = Match.objects.exclude(gone_at=F("first_seen_at")).order_by("page_url").values_list(
        "page_url", "first_seen_at", "known_at_start", "last_seen_at", "gone_at", "unwatched_at"
    )  # fmt: skip
    return [*searches, *matches]


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # to shrink a story takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(story=stories)
def test_revising_in_place_is_as_taking_all_answers_from_scratch(story: list[Told]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(SearchTarget, "depth", DEPTH)
        with undone():
            wanted = tell(story, is_put_right=False)
        with undone():
            assert tell(story, is_put_right=True) == wanted
