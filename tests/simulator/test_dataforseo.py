"""DataForSEO as its real client meets it: posting, waiting, collecting and the lists."""

from datetime import timedelta
from decimal import Decimal

import pytest

from monitor.providers.base import Query, TaskFailed, TaskLost
from monitor.providers.dataforseo import DataForSEO
from monitor.simulator.control import Control
from tests.simulator.asking import ask_google, google_query
from tests.simulator.conftest import START
from tests.simulator.hosting import Host


def test_it_answers_a_task_after_twenty_seconds(dataforseo: DataForSEO, control: Control, host: Host) -> None:
    (posted,) = dataforseo.post([google_query(f"{host.url}/i/one.jpg")])
    assert posted.cost == Decimal("0.0006")
    assert dataforseo.collect(posted.remote_id).answer is None
    control.advance(15)
    assert dataforseo.collect(posted.remote_id).answer is None
    control.advance(6)
    answer = dataforseo.collect(posted.remote_id).answer
    assert answer is not None
    assert 25 <= len(answer.items) <= 60
    assert answer.observed_at is not None
    assert timedelta(seconds=19) < answer.observed_at - START < timedelta(seconds=25)


def test_it_hurries_for_twice_the_price(dataforseo: DataForSEO, control: Control, host: Host) -> None:
    query = google_query(f"{host.url}/i/one.jpg")
    (posted,) = dataforseo.post(
        [Query(tag="t1", settings=query.settings, image_url=query.image_url, priority="high")]
    )
    control.advance(3)
    assert posted.cost == Decimal("0.0012")
    assert dataforseo.collect(posted.remote_id).answer is not None


def test_it_gives_ids_of_the_providers_form(dataforseo: DataForSEO, control: Control, host: Host) -> None:
    posted = dataforseo.post([google_query(f"{host.url}/i/one.jpg", f"t{n}") for n in range(5)])
    assert len({one.remote_id for one in posted}) == 5
    assert all(one.remote_id.startswith("01050600-1535-0066-0000-") for one in posted)
    assert [one.tag for one in posted] == ["t0", "t1", "t2", "t3", "t4"]


def test_it_gives_an_answer_as_often_as_asked_for_thirty_days(
    dataforseo: DataForSEO, control: Control, host: Host
) -> None:
    (posted,) = dataforseo.post([google_query(f"{host.url}/i/one.jpg")])
    control.advance(30)
    first = dataforseo.collect(posted.remote_id).answer
    control.advance(29 * 86_400)
    assert dataforseo.collect(posted.remote_id).answer == first
    control.advance(2 * 86_400)
    with pytest.raises(TaskLost) as caught:
        dataforseo.collect(posted.remote_id)
    assert caught.value.code == 40403


def test_it_does_not_know_every_id(dataforseo: DataForSEO, control: Control) -> None:
    with pytest.raises(TaskLost) as caught:
        dataforseo.collect("01050600-1535-0066-0000-0123456789ab")
    assert caught.value.code == 40401


def test_it_lists_finished_tasks_until_they_are_collected(
    dataforseo: DataForSEO, control: Control, host: Host
) -> None:
    posted = dataforseo.post([google_query(f"{host.url}/i/one.jpg", f"t{n}") for n in range(3)])
    assert dataforseo.ready() == []
    control.advance(30)
    assert {row.tag for row in dataforseo.ready()} == {"t0", "t1", "t2"}
    dataforseo.collect(posted[1].remote_id)
    assert {row.tag for row in dataforseo.ready()} == {"t0", "t2"}
    control.advance(4 * 86_400)
    assert dataforseo.ready() == []


def test_it_lists_the_tasks_of_a_time_with_tag_and_cost(
    dataforseo: DataForSEO, control: Control, host: Host
) -> None:
    dataforseo.post([google_query(f"{host.url}/i/one.jpg", "early")])
    control.advance(3600)
    dataforseo.post([google_query(f"{host.url}/i/one.jpg", "late")])
    hour = timedelta(hours=1)
    known = list(dataforseo.find_tasks(START + hour / 2, START + hour * 2))
    assert [(task.tag, task.cost, task.status_code) for task in known] == [("late", Decimal("0.0006"), 20100)]
    known = list(dataforseo.find_tasks(START - hour, START + hour * 2))
    assert [(task.tag, task.status_code) for task in known] == [("early", 20000), ("late", 20100)]


def test_it_fetches_a_picture_once(dataforseo: DataForSEO, control: Control, host: Host) -> None:
    url = f"{host.url}/i/one.jpg"
    first = ask_google(dataforseo, control, url, "a")
    second = ask_google(dataforseo, control, url, "b")
    assert host.asked == ["/i/one.jpg"]
    assert [item.page_url for item in first.items] == [item.page_url for item in second.items]


def test_it_fails_a_task_whose_picture_cannot_be_fetched(
    dataforseo: DataForSEO, control: Control, host: Host
) -> None:
    host.files["/i/text.jpg"] = b"no picture"
    posted = dataforseo.post([google_query(f"{host.url}/i/{name}.jpg", name) for name in ("gone", "text")])
    control.advance(30)
    for one in posted:
        with pytest.raises(TaskFailed) as caught:
            dataforseo.collect(one.remote_id)
        assert caught.value.code == 40101
    assert host.asked.count("/i/gone.jpg") == 3
    assert control.ledger()["charges"] == {"gone": [0.0006], "text": [0.0006]}


def test_it_shows_other_countries_nearly_the_same(
    dataforseo: DataForSEO, control: Control, host: Host
) -> None:
    posted = dataforseo.post(
        [google_query(f"{host.url}/i/one.jpg", str(code), code) for code in (2826, 2276)]
    )
    control.advance(30)
    pages = []
    for one in posted:
        answer = dataforseo.collect(one.remote_id).answer
        assert answer is not None
        pages.append({item.page_url for item in answer.items})
    assert pages[0] != pages[1]
    assert len(pages[0] & pages[1]) > 0.7 * len(pages[0])
