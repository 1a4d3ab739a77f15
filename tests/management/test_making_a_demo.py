"""Making the demo, as `up` does at the first start: the real pipeline against the simulator, with a short past."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User, Workspace
from monitor.management.demo import brand, history, making
from monitor.models import Comparison, Match, Picture, Provider, Run, Search
from monitor.pipeline import engines
from monitor.simulator.server import serve
from monitor.simulator.web.addresses import truth_of

N_COLLECTIONS, SLOTS, BAD_SLOT = 2, 2, 1


@pytest.fixture
def simulated(settings: Settings, live_server: LiveServer) -> Iterator[None]:
    """The simulator, which fetches watched pictures from the pages."""
    settings.LOCAL_URL = live_server.url
    with serve(restless=True) as server:
        settings.SIMULATOR_URL = server.url
        engines.reset()
        yield
        for client in (engines.dataforseo(is_simulated=True), engines.yandex(is_simulated=True)):
            client.close()
        engines.reset()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture for each collection, and two slots."""
    monkeypatch.setattr(making, "past_slots", lambda now: history.past_slots(now, SLOTS))
    monkeypatch.setattr(history, "BAD_SLOT", BAD_SLOT)
    monkeypatch.setattr(making, "MAY_TAKE", 3600.0)
    monkeypatch.setattr(brand, "PICTURES", (brand.PICTURES[0], brand.PICTURES[-1]))


@pytest.mark.django_db(transaction=True)
def test_it_has_a_past_and_lets_its_person_in(simulated: None, short: None) -> None:
    unfinished = Workspace.objects.create(name=brand.WORKSPACE, is_demo=True)
    figures = making.make("a password for tests")
    assert not Workspace.objects.filter(pk=unfinished.pk).exists()
    assert making.exists()
    assert User.objects.get(email=brand.EMAIL).check_password("a password for tests")
    slots = [run.scheduled_for for run in Run.objects.order_by("scheduled_for")]
    assert len(slots) == N_COLLECTIONS * SLOTS
    assert not Search.objects.open().exists()
    lost = Search.objects.filter(state=Search.State.FAILED).select_related("run", "target")
    assert {(search.target.provider, search.run.scheduled_for) for search in lost} == {
        (Provider.YANDEX, slots[N_COLLECTIONS * BAD_SLOT])
    }
    assert Match.objects.filter(known_at_start=False).exists()
    assert not Picture.objects.filter(attempts=0).exists()
    assert not Match.objects.filter(method_version=0).exists()
    assert set(figures.verdicts) == set(Match.objects.values_list("verdict", flat=True))
    assert figures.fetched == Picture.objects.exclude(file="").count() > len(figures.verdicts)
    assert figures.cpu and not figures.left
    assert "results show" in str(figures)
    the_verdicts_are_true()


@pytest.mark.django_db(transaction=True)
def test_what_is_new_has_verdicts_however_little_time_there_is(
    simulated: None, short: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MAY_TAKE", 0.0)
    figures = making.make("a password for tests")
    assert figures.left
    news = Match.objects.filter(known_at_start=False)
    assert news.exists()
    assert not news.filter(method_version=0).exists()


def the_verdicts_are_true() -> None:
    """Our own eyes see in simulated pictures what the simulator knows of them."""
    looks = Comparison.objects.values_list("picture__url", "label")
    pairs = [(truth_of(url), label) for url, label in looks]
    assert {truth for truth, _ in pairs} == {"exact", "modified", "similar", "unverifiable"}
    assert sum(truth == label for truth, label in pairs) >= 0.95 * len(pairs)
    assert not {("similar", "exact"), ("similar", "modified")}.intersection(pairs)
    assert {truth_of(picture.url) for picture in Picture.objects.exclude(state="fetched")} <= {"none"}
