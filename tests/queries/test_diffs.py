"""Two answers side by side: which ones, in what order, and in words that claim no more than is known."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.http import Http404

from monitor.models import Match, Provider, Run, Search, SearchTarget, WatchedImage
from monitor.pipeline.ingesting import ingest
from monitor.providers.base import Answer, Item
from monitor.queries.diffs import DiffPage, cells_of, diff_page
from tests.factories import an_item, make_image, make_match, make_run, make_search, make_target

pytestmark = pytest.mark.django_db
START = datetime(2026, 9, 7, 5, tzinfo=UTC)
GONE_AFTER = 4


@pytest.fixture
def target() -> SearchTarget:
    return make_target()


def asked(target: SearchTarget, pages: str | Sequence[Item], **fields: str) -> Search:
    """A week later than the one before, answered with items, or with pages by their letters."""
    at = START + timedelta(weeks=target.searches.count())
    items = (
        [an_item(f"https://{p}.example/", n) for n, p in enumerate(pages, 1)]
        if isinstance(pages, str)
        else pages
    )
    runs = target.watched_image.collection.runs
    search = make_search(
        target, runs.filter(scheduled_for=at).first() or make_run(target.watched_image.collection, at)
    )
    ingest(search.pk, [Answer(items=items)], at + timedelta(seconds=41))
    Search.objects.filter(pk=search.pk).update(**fields)
    return search


def page_of(image: WatchedImage, **query: str | int) -> DiffPage:
    page = diff_page(image, {name.rstrip("_"): str(value) for name, value in query.items()})
    assert page
    return page


def told(page: DiffPage) -> list[tuple[str, str]]:
    """Each row by the letter of its page, with its word."""
    return [(row.match.page_url.removeprefix("https://")[0], row.word) for row in page.rows]


def test_it_tells_what_happened_to_each_match(target: SearchTarget) -> None:
    asked(target, "abcd")
    asked(target, "bade")
    assert told(page_of(target.watched_image)) == [
        ("b", "up 1"), ("a", "down 1"), ("c", "not seen"), ("d", "up 1"), ("e", "new")
    ]  # fmt: skip


def test_it_marks_the_words_that_differ(target: SearchTarget) -> None:
    asked(target, [an_item(title="Ceramic mug by a studio")])
    asked(target, [an_item(title="Ceramic mug now $19")])
    (row,) = page_of(target.watched_image).rows
    assert row.before and row.after
    assert row.before.words == [("same", "Ceramic mug"), ("del", "by a studio")]
    assert row.after.words == [("same", "Ceramic mug"), ("ins", "now $19")]


def test_gone_is_only_what_is_confirmed(target: SearchTarget) -> None:
    asked(target, "ab")
    missed = asked(target, "a")
    assert told(page_of(target.watched_image))[-1] == ("b", "not seen")
    asked(target, "a")
    page = page_of(target.watched_image, from_=target.searches.earliest("seq").run_id, to=missed.run_id)
    assert told(page)[-1] == ("b", "gone")
    assert ("gone", 1, "gone") in page.tally


def test_it_was_not_gone_yet_before_it_was_missed_everywhere(target: SearchTarget) -> None:
    first = asked(target, "ab")
    missed = asked(target, "a")
    Match.objects.filter(page_url="https://b.example/").update(gone_at=START + timedelta(weeks=GONE_AFTER))
    page = page_of(target.watched_image, from_=first.run_id, to=missed.run_id)
    assert told(page)[-1] == ("b", "not seen")
    assert cells_of(page.rows[-1])[-1] is None


@pytest.mark.parametrize("state", ["partial", "failed", "skipped", "waiting"])
def test_what_an_unfinished_answer_lacks_is_unknown(target: SearchTarget, state: str) -> None:
    first, second = asked(target, "ab"), asked(target, "a", state=state)
    page = page_of(target.watched_image, from_=first.run_id, to=second.run_id)
    assert told(page) == [("a", "unchanged"), ("b", "unknown")]
    assert ("gone", 0, "gone") in page.tally
    assert [search.pk for search in page.choice.unfinished] == [second.pk]


def folds(page: DiffPage) -> list[tuple[int, bool]]:
    return [(len(block.rows), block.is_folded) for block in page.blocks]


def test_unchanged_rows_fold_where_they_stand(target: SearchTarget) -> None:
    asked(target, "abxcd")
    asked(target, "abycd")
    image = target.watched_image
    assert folds(page_of(image)) == [(2, True), (2, False), (2, True)]
    assert folds(page_of(image, show="all")) == [(2, False)] * 3
    assert folds(page_of(image, kind="same")) == [(4, False)]
    assert [row.word for row in page_of(image, kind="new").shown] == ["new"]


def test_what_was_known_before_has_entered_and_is_not_new(target: SearchTarget) -> None:
    asked(target, "ab")
    second, _ = asked(target, "a"), asked(target, "ab")
    page = page_of(target.watched_image, from_=second.run_id)
    assert told(page)[-1] == ("b", "entered")
    assert ("new", 0, "new") in page.tally


def test_what_had_gone_has_returned(target: SearchTarget) -> None:
    for pages in ("ab", "a", "a", "ab"):
        asked(target, pages)
    assert told(page_of(target.watched_image))[-1] == ("b", "returned")


def test_new_beside_an_unfinished_answer_only_when_it_is_surely_new(target: SearchTarget) -> None:
    asked(target, "a")
    second = asked(target, "", state="failed")
    asked(target, "ab")
    page = page_of(target.watched_image, from_=second.run_id)
    assert told(page) == [("a", "unknown before"), ("b", "new")]


def test_backwards_it_was_not_there_yet(target: SearchTarget) -> None:
    first, second = asked(target, "a"), asked(target, "ab")
    page = page_of(target.watched_image, from_=second.run_id, to=first.run_id)
    assert told(page)[-1] == ("b", "not there yet")


def runs(page: DiffPage) -> tuple[Run | None, Run]:
    before, after = page.choice.before, page.choice.after
    return before.run if before else None, after.run


def test_it_compares_the_newest_complete_answers(target: SearchTarget) -> None:
    first, _, third, _ = (
        asked(target, "a"),
        asked(target, "", state="failed"),
        asked(target, "b"),
        asked(target, "", state="failed"),
    )
    assert runs(page_of(target.watched_image)) == (first.run, third.run)


def test_without_two_complete_answers_it_compares_what_there_is(target: SearchTarget) -> None:
    first, second = asked(target, "a"), asked(target, "", state="failed")
    assert runs(page_of(target.watched_image)) == (first.run, second.run)


def test_nothing_stands_before_the_first_run(target: SearchTarget) -> None:
    first = asked(target, "a")
    asked(target, "a")
    page = page_of(target.watched_image, to=first.run_id)
    assert runs(page) == (None, first.run)
    assert page.rows == []


def test_engines_and_markets_are_never_mixed(target: SearchTarget) -> None:
    image = target.watched_image
    german = make_target(image, location_code=2276)
    yandex = make_target(image, Provider.YANDEX)
    SearchTarget.objects.filter(pk=target.pk).update(is_active=False)
    for each, pages in ((target, "ab"), (german, "cd"), (yandex, "ef")):
        asked(each, pages)
        asked(each, pages[::-1])
    assert [letter for letter, _ in told(page_of(image))] == ["d", "c"]
    assert [letter for letter, _ in told(page_of(image, market=target.pk))] == ["b", "a"]
    assert [letter for letter, _ in told(page_of(image, engine="yandex", market=target.pk))] == ["f", "e"]
    assert page_of(image).choice.engines == ["google", "yandex"]
    assert [each.pk for each in page_of(image).choice.targets] == [german.pk, target.pk]


def test_an_image_without_google_shows_yandex() -> None:
    target = make_target(provider=Provider.YANDEX)
    asked(target, "a")
    assert page_of(target.watched_image, engine="google").choice.engine == "yandex"


def test_a_run_without_this_engine_gives_way_to_the_default(target: SearchTarget) -> None:
    first, second = asked(target, "a"), asked(target, "b")
    other = make_run(target.watched_image.collection, START + timedelta(weeks=9))
    make_search(make_target(target.watched_image, Provider.YANDEX), other)
    page = page_of(target.watched_image, from_=first.run_id, to=other.pk)
    assert runs(page) == (first.run, second.run)


@pytest.mark.parametrize("name", ["from", "to", "market"])
@pytest.mark.parametrize("number", ["x", "-1", "²", "1e3", "9" * 30, "999999", "foreign"])
def test_a_number_that_is_none_of_its_own_is_a_404(target: SearchTarget, name: str, number: str) -> None:
    asked(target, "a")
    foreign = asked(make_target(make_image()), "a")
    ids = {"market": foreign.target_id}
    wanted = str(ids.get(name, foreign.run_id)) if number == "foreign" else number
    with pytest.raises(Http404):
        diff_page(target.watched_image, {name: wanted})


def test_there_is_no_page_before_the_first_search() -> None:
    assert diff_page(make_image(), {}) is None


def test_a_row_of_the_file_holds_both_sides(target: SearchTarget) -> None:
    asked(target, [an_item(title="Old"), an_item("https://b.example/", 2)])
    asked(target, [an_item("https://b.example/", 1), an_item(title="New", rank=2)])
    moved, edited = map(cells_of, page_of(target.watched_image).rows)
    assert moved[:6] == ["moved", 2, 1, 1, "b.example", "https://b.example/"]
    assert edited == ["edited", 1, 2, -1, "shop.example", "https://shop.example/p/1", "Old", "New", None]


def test_other_matches_of_the_image_do_not_show(target: SearchTarget) -> None:
    make_match(target.watched_image)
    asked(target, "a")
    asked(target, "a")
    assert [letter for letter, _ in told(page_of(target.watched_image))] == ["a"]
