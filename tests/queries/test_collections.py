"""Collections as pages show them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User, Workspace
from monitor import cadence
from monitor.models import Follow, Provider
from monitor.queries.collections import collection_list, collection_page, next_runs
from tests.factories import make_collection, make_image, make_market, make_match, make_user, make_workspace

OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def user(db: None) -> User:
    return make_user()


@pytest.fixture
def workspace(user: User) -> Workspace:
    return make_workspace(user, time_zone="Europe/Oslo")


def test_the_list_tells_when_where_and_how_much(workspace: Workspace, user: User) -> None:
    product = make_collection(workspace, name="Product", cadence="30 6 * * 1,4")
    make_market(product, Provider.YANDEX, pages=1)
    make_match(make_image(product))
    make_match(make_image(product), gone_at=datetime.now(UTC))
    make_collection(workspace, name="Autumn")
    Follow.objects.create(user=user, collection=product, frequency=Follow.Frequency.EACH_RUN)
    rows = collection_list(workspace, user)
    facts = [(r.collection.name, r.n_images, r.n_live, r.engines, r.cadence, r.frequency) for r in rows]
    assert facts == [
        ("Autumn", 0, 0, "", "Weekly, Monday 05:00", ""),
        ("Product", 2, 1, "Yandex", "Twice a week, Monday and Thursday 06:30", "After each run"),
    ]


def test_the_next_runs_keep_the_clock_of_the_workspace(workspace: Workspace) -> None:
    collection = make_collection(workspace, cadence="0 5 * * *")
    minutes = cadence.spread_minutes(collection.pk)
    runs = next_runs(collection, datetime(2026, 10, 24, 12, tzinfo=UTC))
    local = [run.astimezone(OSLO) for run in runs]
    assert [(run.day, run.hour, run.minute) for run in local] == [
        (25, 5, minutes),
        (26, 5, minutes),
        (27, 5, minutes),
    ]


def test_a_paused_collection_has_no_next_runs(workspace: Workspace, user: User) -> None:
    collection = make_collection(workspace, is_active=False)
    assert collection_page(collection, user, datetime.now(UTC)).next_runs == []


def test_a_page_shows_a_dozen_images(workspace: Workspace, user: User) -> None:
    collection = make_collection(workspace)
    for _ in range(13):
        make_image(collection)
    page = collection_page(collection, user, datetime.now(UTC))
    assert (len(page.images), page.n_images, page.frequency) == (12, 13, "off")
