"""The end of a demo: at once for people, soon for its rows and files, and for good."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User, Workspace
from monitor.env.demo import is_demo_removed
from monitor.models import AccountState, CallCount, Domain, RateBucket, Trouble, WatchedImage
from monitor.pipeline.pruning import demos, prune_due
from tests.pipeline.pruning.test_pruning import NOW, a_full_workspace, counts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.ENV = replace(settings.ENV, data_dir=tmp_path)
    return tmp_path


def test_it_goes_at_once_and_no_start_makes_it_anew(data_dir: Path) -> None:
    a_full_workspace(is_demo=True)
    assert not is_demo_removed(data_dir)
    assert demos.remove(NOW) == 1
    assert not Workspace.objects.live().exists()
    assert is_demo_removed(data_dir)


def test_a_second_time_finds_nothing() -> None:
    a_full_workspace(is_demo=True)
    assert [demos.remove(NOW), demos.remove(NOW)] == [1, 0]


def test_the_next_minute_takes_everything_away() -> None:
    nothing = counts()
    demo = a_full_workspace(is_demo=True)
    User.objects.update(email="demo@example.com")
    Domain.objects.update(name="shop.example")
    for name in ("dataforseo-simulated", "yandex-simulated"):
        AccountState.objects.create(name=name)
        CallCount.objects.create(account=name, call="task_post", outcome="done", n=1)
        Trouble.objects.create(kind="provider", subject=name, began_at=NOW)
    files = [name for image in WatchedImage.objects.all() for name in (image.file.name, image.thumbnail.name)]
    prune_due(NOW)  # has had its turn of the day
    assert Workspace.objects.filter(pk=demo.pk).exists()
    demos.remove(NOW)
    prune_due(NOW)
    left = {name: n for name, n in counts().items() if n != nothing[name]}
    assert left == {"RateBucket": 1}
    assert [name for name in files if default_storage.exists(name or "")] == []


def test_real_workspaces_and_what_is_known_of_real_accounts_stay() -> None:
    a_full_workspace()
    AccountState.objects.create(name="dataforseo")
    CallCount.objects.create(account="yandex", call="search_by_image", outcome="done", n=1)
    Trouble.objects.create(kind="provider", subject="dataforseo", began_at=NOW)
    before = counts()
    a_full_workspace(is_demo=True)
    User.objects.filter(workspaces__is_demo=True).update(email="demo@example.com")
    demos.remove(timezone.now())
    prune_due(timezone.now())
    RateBucket.objects.all().delete()
    assert counts() == before | {"RateBucket": 0}


def test_a_sweep_that_fails_has_another_turn_in_the_next_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    a_full_workspace(is_demo=True)
    demos.remove(NOW)

    def fail(*args: object) -> None:
        raise OSError("the disk is away")

    monkeypatch.setattr("monitor.pipeline.pruning.prune", fail)
    with pytest.raises(OSError, match="away"):
        prune_due(NOW)
    monkeypatch.undo()
    prune_due(NOW)
    assert not Workspace.objects.exists()
