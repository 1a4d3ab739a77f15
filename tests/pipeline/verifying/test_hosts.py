"""Other people's hosts: one request at a time over all processes, pauses, rests, and nobody held up by another."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from monitor import safefetch
from monitor.models import Picture, PictureHost
from monitor.pipeline.verifying import claiming, hosts
from tests.factories import a_jpeg
from tests.pipeline.verifying.web import Web, hurry, look

pytestmark = pytest.mark.django_db

TBN = "encrypted-tbn0.gstatic.com"


def pictures(host: str, count: int = 1, **fields: object) -> list[Picture]:
    """Due pictures on a host."""
    made = [
        Picture(url_hash=uuid.uuid4(), url=f"https://{host}/{number}.jpg", **fields)
        for number in range(count)
    ]
    return list(Picture.objects.bulk_create(made))


def claimed(free: int = 10, in_turn: int = 10, ring: claiming.Ring | None = None) -> list[str]:
    """The hosts that a claim would ask."""
    found = (ring or claiming.Ring()).claim(free=free, in_turn=in_turn).pictures
    return sorted(picture.url.split("/")[2] for picture in found)


@pytest.mark.parametrize(
    ("url", "is_simulated", "host"),
    [
        ("https://CDN.Shop.com:443/a.jpg", False, "cdn.shop.com"),
        ("http://cdn.shop.com?x", False, "cdn.shop.com"),
        ("data:image/png;base64,AAAA", False, None),
        ("https://cdn.shop.example/a.jpg", True, None),
    ],
)
def test_a_picture_knows_whom_it_may_trouble(url: str, is_simulated: bool, host: str | None) -> None:
    picture = Picture.objects.create(url_hash=uuid.uuid4(), url=url, is_simulated=is_simulated)
    picture.refresh_from_db()
    assert picture.host == host


def test_a_host_is_asked_one_at_a_time(web: Web) -> None:
    pictures("a.com", 3)
    pictures("b.com", 2)
    assert claimed() == ["a.com", "b.com"]
    assert claimed() == []


def test_the_engines_thumbnails_are_asked_several_at_once() -> None:
    pictures(TBN, 7)
    pictures("shop.example", 4, is_simulated=True)
    assert claimed(free=6).count(TBN) + claimed(free=10).count(TBN) == 7


def test_inline_pictures_trouble_nobody() -> None:
    for number in range(3):
        Picture.objects.create(url_hash=uuid.uuid4(), url=f"data:image/png;base64,{number}")
    assert len(list(claiming.Ring().claim(free=3, in_turn=0).pictures)) == 3


def test_after_a_request_the_host_has_a_pause(web: Web) -> None:
    for picture in pictures("a.com", 2):
        web.answers[picture.url] = a_jpeg()
    assert look() == 1
    assert claimed() == []
    host = PictureHost.objects.get()
    assert timedelta() < host.not_before - timezone.now() <= hosts.PAUSE
    hurry()
    assert claimed() == ["a.com"]


def test_a_killed_process_gives_its_host_back_with_its_lease() -> None:
    pictures("a.com", 2)
    claimed()
    PictureHost.objects.update(busy_until=Now() - timedelta(seconds=1))
    assert claimed() == ["a.com"]


@pytest.mark.parametrize(
    ("status", "retry_after", "rest"),
    [
        (429, None, hosts.USUAL_REST),
        (403, None, hosts.USUAL_REST),
        (503, None, hosts.USUAL_REST),
        (429, 1, hosts.SHORTEST_REST),
        (429, 3600, timedelta(hours=1)),
        (429, 999_999, hosts.LONGEST_REST),
        (404, None, hosts.PAUSE),
        (500, 3600, hosts.PAUSE),
    ],
)
def test_it_rests_as_long_as_it_was_asked_to(status: int, retry_after: int | None, rest: timedelta) -> None:
    assert hosts.rest_after(status, retry_after, is_silent=False) == rest


@pytest.mark.parametrize(
    ("status", "rest"), [(403, hosts.PAUSE), (None, hosts.PAUSE), (429, hosts.USUAL_REST)]
)
def test_one_bad_thumbnail_does_not_stop_the_others(status: int | None, rest: timedelta) -> None:
    assert hosts.rest_after(status, None, is_silent=status is None, is_for_many=True) == rest


def test_a_host_that_wants_rest_gets_it_from_all_its_pictures(web: Web) -> None:
    for picture in pictures(TBN, 9):
        web.answers[picture.url] = safefetch.FetchError(
            "Too many.", permanent=False, status=429, retry_after=120
        )
    look()
    asked = len(web.asked)
    assert asked < 9
    Picture.objects.update(not_before=Now())
    assert look() == 0
    assert len(web.asked) == asked
    hurry()
    assert look() > 0


def test_a_silent_host_is_left_alone_for_a_minute(web: Web) -> None:
    for picture in pictures("a.com", 2):
        web.answers[picture.url] = safefetch.FetchError("It took too long.", permanent=False)
    look()
    assert PictureHost.objects.get().not_before - timezone.now() > timedelta(seconds=50)


def test_a_host_with_many_pictures_holds_up_no_other() -> None:
    pictures("crowded.com", 500)
    pictures("z.com", 1)
    pictures(TBN, 1)
    assert claimed(in_turn=2) == ["crowded.com", TBN, "z.com"]


def test_each_host_has_its_turn() -> None:
    for number in range(9):
        pictures(f"host{number}.com", 2)
    ring = claiming.Ring()
    seen = [claimed(in_turn=4, ring=ring) for _ in range(3)]
    assert [len(hosts) for hosts in seen] == [4, 4, 1]
    PictureHost.objects.update(busy_until=Now() - timedelta(seconds=1))
    assert claimed(in_turn=9, ring=ring) == [f"host{number}.com" for number in range(9)]


def test_hosts_that_were_not_asked_for_a_day_are_forgotten() -> None:
    old, new = (PictureHost.objects.create(name=name) for name in ("old.com", "new.com"))
    PictureHost.objects.filter(pk=old.pk).update(
        busy_until=Now() - timedelta(days=2), not_before=Now() - timedelta(days=2)
    )
    assert list(hosts.forget()) == [1]
    assert PictureHost.objects.get() == new


def test_a_claim_reads_few_rows_of_many() -> None:
    """By the planner's own count of what it touched: not the crowd of a busy host, nor all that is not due yet."""
    pictures("crowded.com", 3000)
    for number in range(50):
        pictures(f"later{number}.com", 1)
    Picture.objects.filter(url__contains="later").update(not_before=Now() + timedelta(hours=1))
    PictureHost.objects.create(name="crowded.com", busy_until=timezone.now() + timedelta(minutes=1))
    pictures("z.com", 1)
    assert read() == (1, True)
    for number in range(1000):
        pictures(f"due{number}.com", 1)
    assert read() == (10, True)


def read() -> tuple[int, bool]:
    """How many pictures in turn are found, and whether that took less than one look per pending one."""
    values: dict[str, int | str | list[str]] = {"limit": 10, "after": "", "thumbnails": []}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE monitor_picture")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {claiming.IN_TURN}", values)
        [(plan,)] = cursor.fetchall()
    return plan[0]["Plan"]["Actual Rows"], plan[0]["Plan"]["Shared Hit Blocks"] < 1000


def test_a_host_that_rests_for_long_keeps_no_worker_waiting() -> None:
    soon = timedelta(seconds=20)
    pictures("a.com", 2)
    hosts.give_back("a.com", timedelta(seconds=5))
    assert claiming.is_more_coming(soon)
    hosts.give_back("a.com", timedelta(hours=6))
    assert not claiming.is_more_coming(soon)
    pictures("b.com")
    assert claiming.is_more_coming(soon)
