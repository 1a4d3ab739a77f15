"""What was live in the past."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.models import Match, Provider, Search, SearchTarget, WatchedImage
from monitor.queries.history import PERIODS, Trend, domain_trend, found_by, weeks_of
from monitor.queries.living import living
from tests.factories import make_found, make_image, make_match, make_search, make_target

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
def image(db: None) -> WatchedImage:
    return make_image()


def domains_on(*days: float) -> list[int]:
    return living(Match.objects.all(), [ago(day) for day in days]).counts


def trend_of(image: WatchedImage, *, period: str = "4w", engine: str = "") -> Trend:
    counts = living(found_by(Match.objects.all(), engine), PERIODS[period].moments(NOW)).counts
    return domain_trend(image.workspace, counts, period=period, engine=engine, at=NOW)


def answered(target: SearchTarget, days: float, state: str = Search.State.DONE) -> Search:
    return make_search(target, state=state, observed_at=ago(days))


def test_it_counts_a_domain_from_first_sight_until_it_is_gone(image: WatchedImage) -> None:
    make_match(image, "https://a.example/1", first_seen_at=ago(10), gone_at=ago(4))
    assert domains_on(11, 10, 5, 4, 0) == [0, 1, 1, 0, 0]


def test_it_counts_a_domain_once_while_any_of_its_pages_is_live(image: WatchedImage) -> None:
    make_match(image, "https://a.example/1", first_seen_at=ago(10), gone_at=ago(6))
    make_match(image, "https://a.example/2", first_seen_at=ago(8))
    make_match(image, "https://b.example/1", first_seen_at=ago(2))
    assert domains_on(9, 7, 5, 1) == [1, 1, 1, 2]


def test_it_leaves_a_gap_between_two_stays(image: WatchedImage) -> None:
    make_match(image, "https://a.example/1", first_seen_at=ago(10), gone_at=ago(8))
    make_match(image, "https://a.example/2", first_seen_at=ago(4), unwatched_at=ago(2))
    assert domains_on(9, 6, 3, 1) == [1, 0, 1, 0]


def test_it_passes_over_look_alikes_and_what_is_not_ours(image: WatchedImage) -> None:
    make_match(image, first_seen_at=ago(5), verdict=Match.Verdict.SIMILAR)
    make_match(image, first_seen_at=ago(5), decision=Match.Decision.NOT_OURS)
    assert domains_on(0) == [0]


def test_it_counts_nothing_where_there_is_nothing(db: None) -> None:
    assert domains_on(7, 0) == [0, 0]


def test_a_trend_can_be_of_one_engine(image: WatchedImage) -> None:
    for provider in (Provider.DATAFORSEO, Provider.YANDEX):
        target = make_target(image, provider)
        for _ in range(2 if provider == Provider.YANDEX else 1):
            make_found(make_match(image, first_seen_at=ago(3)), target)
        answered(target, 3)
    last = {engine: trend_of(image, engine=engine).lines[0].values[-1] for engine in ("", "google", "yandex")}
    assert last == {"": 3, "google": 1, "yandex": 2}


@pytest.mark.parametrize("period", PERIODS)
def test_a_trend_ends_now_and_goes_as_far_back_as_its_period(image: WatchedImage, period: str) -> None:
    trend = trend_of(image, period=period)
    assert trend.days[-1] == NOW.date()
    assert (trend.days[-1] - trend.days[0]).days == PERIODS[period].days
    assert len(trend.days) == len(trend.lines[0].values)


@pytest.mark.parametrize(
    ("answer", "values", "sentence"),
    [
        (400, [0, 1, 1, 1], "Live domains went from 0 to 1 since 19 October."),
        (3.5, [0, 1, 1, 1], "Live domains went from 0 to 1 since 13 November."),
        (0, [None, None, None, 1], "Live domains are known since today: 1."),
    ],
)
def test_a_trend_begins_with_the_first_answer(
    image: WatchedImage, answer: float, values: list[int | None], sentence: str
) -> None:
    target = make_target(image)
    answered(target, 410, Search.State.FAILED)
    answered(target, answer)
    make_match(image, first_seen_at=ago(2.5))
    trend = trend_of(image)
    assert trend.lines[0].values[-4:] == values
    assert trend.sentence == sentence


def test_a_trend_of_an_engine_that_never_answered_is_unknown(image: WatchedImage) -> None:
    answered(make_target(image), 400)
    trend = trend_of(image, engine="yandex")
    assert set(trend.lines[0].values) == {None}
    assert trend.sentence == "How many domains are live is unknown until an engine has answered."


def test_weeks_hold_the_live_matches_of_each_image(image: WatchedImage) -> None:
    other = make_image(image.collection)
    make_match(image, first_seen_at=ago(60))
    make_match(image, first_seen_at=ago(20), gone_at=ago(10))
    make_match(other, first_seen_at=ago(1))
    weeks = weeks_of([image.pk, other.pk], NOW)
    assert weeks[image.pk].counts == [1, 1, 1, 1, 1, 1, 2, 1, 1]
    assert weeks[other.pk].counts == [0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert (weeks[image.pk].domains, weeks[other.pk].domains) == (1, 1)
