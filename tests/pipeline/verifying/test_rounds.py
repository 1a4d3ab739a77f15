"""A worker's round: nobody is held up by the slow, several workers spare each host, and a kill loses nothing."""

import itertools
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from monitor import safefetch
from monitor.models import Match, Picture, ResultItem
from monitor.pipeline.verifying import Pace, fetching, hosts, looks, recording, rounds, verdicts
from monitor.safefetch import Fetcher
from tests import factories
from tests.pipeline.conftest import Beside
from tests.pipeline.verifying.web import Web, hurry, look
from tests.safefetch.servers import Names, Reply, Wires, serving

pytestmark = pytest.mark.django_db


def picture(url: str) -> Picture:
    return Picture.objects.create(url_hash=uuid.uuid4(), url=url)


def test_slow_dripping_and_endless_hosts_hold_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real servers, some of which send nothing more until everything else is judged; then they break off."""
    all_quick_ones = threading.Event()
    replies = {
        "/slow": Reply(headers={"Content-Length": "9"}, pieces=until(all_quick_ones, b"")),
        "/drip": Reply(headers={"Content-Length": "99999"}, pieces=until(all_quick_ones, b".")),
        "/endless": Reply(pieces=itertools.repeat(b"." * 65536)),
        **{f"/{number}": Reply(body=factories.a_jpeg(number)) for number in range(24)},
    }
    monkeypatch.setattr(fetching, "DEADLINE", 120.0)
    monkeypatch.setattr(fetching, "MAX_BYTES", 1024 * 1024)
    slow = [picture(f"http://{kind}{n}.shop-a.com/{kind}") for kind in ("slow", "drip") for n in range(4)]
    endless = picture("http://endless.shop-a.com/endless")
    quick = [picture(f"http://quick{n}.shop-a.com/{n}") for n in range(12)]
    quick += [picture(f"http://encrypted-tbn0.gstatic.com/{n}") for n in range(12, 24)]
    waiting = {each.pk for each in quick}
    real = recording._record

    def record(fetched: fetching.Fetched, *rest: Any) -> None:
        real(fetched, *rest)
        waiting.discard(fetched.picture.pk)
        if not waiting:
            all_quick_ones.set()

    monkeypatch.setattr(recording, "_record", record)
    with serving(replies) as server:
        fetcher = Fetcher(resolve=Names(), connect=Wires(server.port))
        monkeypatch.setattr(safefetch, "_fetcher", fetcher)
        look()
    states = Picture.objects.filter(pk__in=[each.pk for each in quick]).values_list("state", flat=True)
    assert set(states) == {"fetched"}
    for each in slow:
        each.refresh_from_db()
        assert (each.state, each.attempts) == ("pending", 1)
        assert "broke off" in each.error
    endless.refresh_from_db()
    assert (endless.state, endless.error) == ("failed", "The file is larger than 1 MB.")


def until(event: threading.Event, piece: bytes) -> Iterator[bytes]:
    """The same piece again and again."""
    while not event.wait(0.02):
        yield piece


@pytest.mark.django_db(transaction=True)
def test_several_workers_ask_each_host_one_at_a_time(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way: Counter[str] = Counter()
    most: Counter[str] = Counter()
    lock = threading.Lock()

    def fetch(url: str, **options: object) -> safefetch.Fetched:
        host = url.split("/")[2]
        with lock:
            under_way[host] += 1
            most[host] = max(most[host], under_way[host])
        time.sleep(0.02)
        with lock:
            under_way[host] -= 1
        return safefetch.Fetched(content=factories.a_jpeg(), url=url)

    monkeypatch.setattr(safefetch, "fetch", fetch)
    for number in range(12):
        picture(f"https://shop{number % 3}.com/{number}.jpg")
        picture(f"https://encrypted-tbn0.gstatic.com/{number}.jpg")

    monkeypatch.setattr(hosts, "PAUSE", timedelta())
    monkeypatch.setattr(fetching.Fetched, "rest", timedelta())

    def work() -> None:
        while Picture.objects.filter(state="pending", attempts=0).exists():
            look()

    workers = [Beside(work) for _ in range(3)]
    for worker in workers:
        worker.join()
    assert not Picture.objects.exclude(state="fetched").exists()
    assert most.pop("encrypted-tbn0.gstatic.com") > 1
    assert set(most.values()) == {1}


@pytest.mark.parametrize("place", ["before the looks are kept", "before the verdict"])
def test_a_kill_loses_nothing(web: Web, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    target = factories.make_target()
    match = factories.make_match(target.watched_image)
    with target.watched_image.file.open("rb") as file:
        web.show(match, target, "https://a.com/1.jpg", file.read())

    def die(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        if place == "before the verdict":
            dying.setattr(verdicts, "settle", die)
        else:
            dying.setattr(looks, "keep", die)
        with pytest.raises(KeyboardInterrupt):
            look()
    hurry()
    look()
    match.refresh_from_db()
    assert match.verdict == "exact"
    assert Picture.objects.get().state == "fetched"


def test_it_sweeps_now_and_then(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at each call: a sweep reads all that is to be judged."""
    clock = [100.0]
    monkeypatch.setattr("monitor.pipeline.verifying.rounds.time.monotonic", lambda: clock[0])
    looking = rounds.Round(pace=Pace(at_once=1, share=1.0))
    image = factories.make_image()
    counts = []
    for clock[0] in (100.0, 101.0, 100.0 + rounds.SWEEP_EVERY):
        factories.make_match(image)
        looking.look_due()
        counts.append(Match.objects.filter(verdict="unverifiable").count())
    assert counts == [1, 1, 3]


def test_a_picture_beside_very_many_images_takes_several_turns(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task that takes too long is ended from outside, and all that it has seen is lost."""
    monkeypatch.setattr(recording, "TURN_SECONDS", 0.0)
    target = factories.make_target()
    shown = web.show(factories.make_match(target.watched_image), target, "https://shop-a.com/1.jpg", b"")
    web.answers[shown.url] = factories.a_jpeg(60)
    for _ in range(11):
        other = factories.make_target()
        item = factories.make_found(
            factories.make_match(other.watched_image), other, file="pictures/aa/a.jpg"
        )
        ResultItem.objects.filter(pk=item.pk).update(picture=shown)
    look()
    assert (shown.comparisons.count(), Match.objects.filter(method_version=0).count()) == (8, 4)
    look()
    assert (shown.comparisons.count(), Match.objects.filter(method_version=0).count()) == (12, 0)
