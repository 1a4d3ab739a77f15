"""The match list: filters, groups, pages."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.models import Match, Provider, WatchedImage
from monitor.pipeline.ingesting import ingest
from monitor.providers.base import Answer
from monitor.queries.match_filters import MatchFilters
from monitor.queries.matches import MatchList, counts, match_list
from monitor.queries.standing import standings
from monitor.queries.timeline import latest
from tests.factories import an_item, make_found, make_image, make_match, make_search, make_target

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
def image() -> WatchedImage:
    return make_image()


def listed(image: WatchedImage, *, after: str = "", **query: str) -> MatchList:
    known = standings(latest(image))
    return match_list(
        Match.objects.filter(watched_image=image), MatchFilters.of(query), known, after=after, at=NOW
    )


def pages(found: MatchList) -> list[str]:
    return [row.match.page_url.removeprefix("https://") for group in found.groups for row in group.rows]


def test_domains_with_the_newest_finds_come_first(image: WatchedImage) -> None:
    for page, days in (("a.example/1", 9), ("b.example/1", 5), ("a.example/2", 1), ("c.example/1", 20)):
        make_match(image, f"https://{page}", first_seen_at=ago(days))
    found = listed(image)
    assert pages(found) == ["a.example/2", "a.example/1", "b.example/1", "c.example/1"]
    assert [(group.domain, group.n) for group in found.groups] == [
        ("a.example", 2), ("b.example", 1), ("c.example", 1)
    ]  # fmt: skip


def test_each_filter_shows_its_own(image: WatchedImage) -> None:
    make_match(image, "https://new.example/", first_seen_at=ago(2))
    make_match(image, "https://live.example/", first_seen_at=ago(20))
    make_match(image, "https://start.example/", first_seen_at=ago(90), known_at_start=True)
    make_match(image, "https://gone.example/", first_seen_at=ago(30), gone_at=ago(3))
    make_match(image, "https://similar.example/", verdict="similar")
    shown = {show: len(pages(listed(image, show=show))) for show in ("live", "new", "gone", "start", "all")}
    assert shown == {"live": 3, "new": 1, "gone": 1, "start": 1, "all": 4}
    figures = counts(image, NOW)
    assert {show: figures.of(show) for show in shown} == shown
    assert figures.domains == 3


def test_look_alikes_and_what_is_not_ours_are_shown_when_asked_for(image: WatchedImage) -> None:
    make_match(image, "https://live.example/")
    make_match(image, "https://similar.example/", verdict="similar")
    make_match(image, "https://gone.example/", verdict="similar", first_seen_at=ago(9), gone_at=ago(1))
    make_match(image, "https://withdrawn.example/", verdict="similar", first_seen_at=ago(9), gone_at=ago(9))
    make_match(image, "https://refused.example/", verdict="similar", decision="not_ours")
    make_match(image, "https://other.example/", verdict="exact", decision="not_ours")
    assert set(pages(listed(image, show="similar"))) == {"similar.example/", "gone.example/"}
    assert set(pages(listed(image, show="not_ours"))) == {"refused.example/", "other.example/"}
    assert pages(listed(image, show="all")) == ["live.example/"]
    figures = counts(image, NOW)
    assert (figures.similar, figures.not_ours, figures.live, figures.all) == (2, 2, 1, 1)


def test_verdicts_and_decisions_narrow_the_list(image: WatchedImage) -> None:
    make_match(image, "https://a.example/", verdict="exact", decision="flagged")
    make_match(image, "https://b.example/", verdict="modified", decision="flagged")
    make_match(image, "https://c.example/", verdict="exact")
    assert pages(listed(image, verdict="exact", decision="flagged")) == ["a.example/"]
    assert set(pages(listed(image, decision="flagged"))) == {"a.example/", "b.example/"}
    assert pages(listed(image, decision="open")) == ["c.example/"]
    assert len(pages(listed(image, verdict="similar", decision="burnt"))) == 3


def test_words_are_found_by_their_beginnings(image: WatchedImage) -> None:
    make_match(image, "https://kuchen-welt.example/p/1", title="Кружка с волной")
    make_match(image, "https://other.example/p/2", title="Tidal mug")
    assert pages(listed(image, q="круж")) == ["kuchen-welt.example/p/1"]
    assert pages(listed(image, q="kuchen-wel")) == ["kuchen-welt.example/p/1"]
    assert pages(listed(image, q="tidal welt")) == []


def test_a_domain_is_found_as_people_write_it(image: WatchedImage) -> None:
    make_match(image, "https://schöner-kauf.example/1")
    make_match(image, "https://xn--schner-kauf-tfb.example/2")
    make_match(image, "https://other.example/1")
    [group] = listed(image, q="schöner-kauf.example").groups
    assert (group.name, group.n) == ("schöner-kauf.example", 2)


def test_an_engine_shows_what_it_has_found(image: WatchedImage) -> None:
    make_found(make_match(image, "https://a.example/"), make_target(image))
    make_found(make_match(image, "https://b.example/"), make_target(image, Provider.YANDEX))
    assert pages(listed(image, engine="yandex")) == ["b.example/"]


def test_pages_follow_each_other_without_gap_or_repeat(image: WatchedImage) -> None:
    for n in range(230):
        make_match(image, f"https://site{n % 7}.example/{n}", first_seen_at=ago(n // 40))
    whole: list[str] = []
    after, sizes = "", []
    while True:
        found = listed(image, after=after)
        whole += pages(found)
        sizes.append(len(pages(found)))
        after = found.after
        if not after:
            break
    assert sizes == [100, 100, 30]
    assert len(set(whole)) == 230


@pytest.mark.parametrize("cursor", ["x", "1.2.3", "1.2.3.4.5", "'", "-1.2.3.4", "9" * 40, f"{10**17}.1.1.1"])
def test_an_odd_cursor_is_the_first_page(image: WatchedImage, cursor: str) -> None:
    make_match(image, "https://a.example/")
    assert pages(listed(image, after=cursor)) == ["a.example/"]


def test_a_cursor_may_name_any_moment(image: WatchedImage) -> None:
    make_match(image, "https://a.example/")
    assert pages(listed(image, after=f"{10**17 - 1}.1.{10**17 - 1}.1")) == ["a.example/"]


def test_a_row_tells_where_it_stands(image: WatchedImage) -> None:
    target = make_target(image)
    item = an_item("https://a.example/p", source_label="Etsy", price="$43.35*")
    for days in (8, 1):
        ingest(make_search(target).pk, [Answer(items=[item])], ago(days))
    ((row,),) = [group.rows for group in listed(image).groups]
    assert (row.label, row.price, row.path) == ("Etsy", "$43.35*", "/p")
    assert [place.rank for place in row.standing.places] == [1]
    assert row.picture.reason == "The picture has not been fetched yet."
    assert not row.is_new


def test_only_a_live_match_is_missing(image: WatchedImage) -> None:
    target = make_target(image)
    both = [an_item("https://a.example/p"), an_item("https://b.example/p", 2)]
    for days, items in ((20, both), (10, both[:1])):
        ingest(make_search(target).pk, [Answer(items=items)], ago(days))
    missing = {row.match.page_url: row.missing for group in listed(image).groups for row in group.rows}
    assert missing == {"https://a.example/p": "", "https://b.example/p": "missing 1 of 2"}
    ingest(make_search(target).pk, [Answer(items=both[:1])], ago(1))
    assert [row.missing for group in listed(image, show="gone").groups for row in group.rows] == [""]


def test_other_images_stay_apart(image: WatchedImage) -> None:
    make_match(make_image(image.collection), "https://a.example/")
    assert pages(listed(image, show="all")) == []
