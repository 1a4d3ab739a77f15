"""How the searches about an image get on, in words."""

from datetime import UTC, datetime

import pytest

from monitor.models import Provider, ProviderTask, Search, WatchedImage
from monitor.queries.progress import WAITING, progress_of, words_of
from tests.factories import make_image, make_run, make_search, make_target

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def image() -> WatchedImage:
    return make_image()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "planned"}, "about to be asked"),
        ({"state": "planned", "error": "Too many calls."}, "tries again soon. Too many calls."),
        ({"state": "held", "error": "The balance is used up."}, "on hold. The balance is used up."),
        ({"state": "asking"}, "being asked"),
        ({"state": "waiting"}, WAITING),
        ({"state": "done", "n_items": 1}, "done, 1 result"),
        ({"state": "done", "n_items": 1204}, "done, 1,204 results"),
        ({"state": "done"}, "done, nothing found"),
        ({"state": "partial", "error": "The quota was used up."}, "ended early. The quota was used up."),
        ({"state": "failed", "error": "It took too long."}, "could not be read. It took too long."),
        ({"state": "skipped", "error": "Yandex is not set up."}, "was not asked. Yandex is not set up."),
    ],
)
def test_each_state_has_words(fields: dict[str, str], words: str) -> None:
    assert words_of(Search(**fields)) == words


def test_pages_of_yandex_are_counted(image: WatchedImage) -> None:
    search = make_search(make_target(image, Provider.YANDEX), state="asking")
    for page, state in enumerate([ProviderTask.State.COLLECTED] * 2 + [ProviderTask.State.POSTING]):
        search.provider_tasks.create(provider="yandex", page=page, tag=f"t{page}", state=state, posted_at=NOW)
    assert [line.words for line in progress_of(image).lines] == ["2 pages read"]


def test_it_is_open_until_all_have_ended(image: WatchedImage) -> None:
    run = make_run(image.collection)
    yandex = make_search(make_target(image, Provider.YANDEX), run, state="done", n_items=3, n_new=2)
    google = make_search(make_target(image), run, state="waiting")
    progress = progress_of(image)
    assert (progress.run, progress.is_open, progress.n_ended, len(progress.lines)) == (run, True, 1, 2)
    assert [line.engine for line in progress.lines] == ["google", "yandex"]
    Search.objects.filter(pk=google.pk).update(state="failed", error="It took too long.", n_new=1)
    after = progress_of(image)
    assert (after.is_open, after.n_new) == (False, 3)
    assert [line.words for line in after.troubles] == ["could not be read. It took too long."]
    assert after.ended != progress.ended
    assert yandex.run_id == run.pk


def test_what_a_first_search_finds_is_not_new(image: WatchedImage) -> None:
    run = make_run(image.collection)
    make_search(make_target(image), run, state="done", n_items=9, n_new=9, is_baseline=True)
    make_search(make_target(image, Provider.YANDEX), run, state="done", n_items=5, n_new=2)
    progress = progress_of(image)
    assert (progress.n_new, progress.n_known) == (2, 9)


def test_its_version_changes_with_the_words(image: WatchedImage) -> None:
    search = make_search(make_target(image))
    first = progress_of(image)
    assert progress_of(image).version == first.version
    Search.objects.filter(pk=search.pk).update(state="waiting")
    second = progress_of(image)
    assert second.version != first.version
    assert second.ended == first.ended


def test_an_older_search_that_is_still_open_shows_too(image: WatchedImage) -> None:
    make_search(make_target(image), state="waiting")
    make_search(make_target(image, Provider.YANDEX), state="done", n_items=1)
    assert [line.words for line in progress_of(image).lines] == [WAITING, "done, 1 result"]


def test_before_the_first_run_there_is_nothing_to_say(image: WatchedImage) -> None:
    progress = progress_of(image)
    assert (progress.run, progress.is_open, progress.lines) == (None, False, [])
