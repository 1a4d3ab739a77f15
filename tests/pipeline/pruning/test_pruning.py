"""What is kept for a time only is removed when its time is over, and nothing else."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db.models import Model
from django.utils import timezone
from django_q.models import Task

from accounts.models import Role, User, Workspace
from monitor.models import (
    Alert,
    AlertItem,
    Comparison,
    Delivery,
    LedgerEntry,
    Match,
    Payload,
    Picture,
    ProviderTask,
    RateBucket,
    ResultItem,
    Run,
    Search,
    Trouble,
    Untold,
    WatchedImage,
    WorkerNode,
)
from monitor.pipeline import pruning
from monitor.pipeline.ingesting import ingest
from monitor.pipeline.pruning import prune, prune_due, vacating
from tests.factories import (
    an_answer,
    make_collection,
    make_image,
    make_market,
    make_member,
    make_search,
    make_target,
    make_user,
    make_workspace,
)
from tests.pipeline.ingesting.test_ingesting import A, B

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)


def a_full_workspace(*, is_demo: bool = False) -> Workspace:
    """Rows of every kind that a workspace has."""
    owner = make_user()
    workspace = make_workspace(owner, is_demo=is_demo)
    collection = make_collection(workspace, created_by=owner)
    make_market(collection)
    image = make_image(collection)
    search = make_search(make_target(image))
    task = search.provider_tasks.create(provider="dataforseo", tag=f"tag {search.pk}", posted_at=NOW)
    Payload.objects.create(provider_task=task, body=b"x")
    ingest(search.pk, [an_answer(A, B)], NOW)
    LedgerEntry.objects.create(workspace=workspace, provider_task=task, amount=1, reason="Test")
    alert = Alert.objects.create(
        workspace=workspace, collection=collection, user=owner, kind="run", run=search.run, due_at=NOW
    )
    AlertItem.objects.create(alert=alert, user=owner, match=Match.objects.filter(watched_image=image)[0])
    Delivery.objects.create(alert=alert, address=owner.email, message_id=f"<{alert.pk}@test>")
    Comparison.objects.create(
        watched_image=image, picture=Picture.objects.all()[0], method_version=1, label="exact"
    )
    Untold.objects.create(match=Match.objects.filter(watched_image=image)[1], run=search.run)
    Trouble.objects.create(kind="spent", subject=str(workspace.pk), workspace=workspace, began_at=NOW)
    return workspace


def delete(workspace: Workspace, days_ago: float) -> None:
    workspace.deleted_at = NOW - timedelta(days=days_ago)
    workspace.save()


def tables() -> Iterator[type[Model]]:
    """Those that belong to workspaces."""
    for label in ("accounts", "monitor"):
        yield from apps.get_app_config(label).get_models()


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in tables()}


def test_a_deleted_workspace_goes_with_all_that_it_has() -> None:
    before = counts()
    workspace = a_full_workspace()
    files = [name for image in WatchedImage.objects.all() for name in (image.file.name, image.thumbnail.name)]
    delete(workspace, 31)
    assert prune(NOW).removed["deleted workspaces"] == 1
    left = {name: n for name, n in counts().items() if n != before[name]}
    assert left == {"User": 1, "Domain": 1}
    assert [name for name in files if default_storage.exists(name or "")] == []


@pytest.mark.parametrize("days_ago", [29, None])
def test_others_stay_whole(days_ago: float | None) -> None:
    other, stays = a_full_workspace(), a_full_workspace()
    if days_ago:
        delete(stays, days_ago)
    before = counts()
    delete(other, 31)
    prune(NOW)
    image = WatchedImage.objects.get()
    assert (image.workspace, default_storage.exists(image.file.name or "")) == (stays, True)
    for model in (Search, Match, ResultItem, ProviderTask, Payload, Delivery, AlertItem, Run):
        assert model._default_manager.count() == before[model.__name__] / 2, model


def test_the_people_of_a_demo_go_with_it_and_real_ones_stay() -> None:
    demo, other = make_workspace(is_demo=True), make_workspace()
    invented, real = make_user("demo@example.com"), make_user("anna@brand.test")
    both = make_user("busy@example.com")
    for person in (invented, real, both):
        make_member(demo, Role.OWNER, user=person)
    make_member(other, Role.OWNER, user=both)
    delete(demo, 31)
    prune(NOW)
    assert set(User.objects.values_list("email", flat=True)) == {real.email, both.email}


def test_nobody_goes_with_a_workspace_that_is_no_demo() -> None:
    workspace = make_workspace(make_user("owner@example.com"))
    delete(workspace, 31)
    prune(NOW)
    assert User.objects.get().email == "owner@example.com"


def test_bodies_are_kept_for_ninety_days() -> None:
    a_full_workspace()
    for days, n_left in ((89, 1), (91, 0)):
        Payload.objects.update(received_at=NOW - timedelta(days=days))
        assert prune(NOW).removed["kept answers"] == 1 - n_left
        assert Payload.objects.count() == n_left
    assert ProviderTask.objects.count() == 1


def test_many_are_removed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    search = make_search(make_target())
    for number in range(5):
        task = search.provider_tasks.create(provider="yandex", page=number, tag=f"t{number}", posted_at=NOW)
        Payload.objects.create(provider_task=task, body=b"x")
    Payload.objects.update(received_at=NOW - timedelta(days=91))
    monkeypatch.setattr(vacating, "BATCH", 2)
    assert prune(NOW, is_late=lambda: True) == pruning.Pruned(removed={"kept answers": 2}, is_done=False)
    assert Payload.objects.count() == 3
    assert prune(NOW).removed["kept answers"] == 3


def a_file(name: str) -> str:
    return default_storage.save(name, ContentFile(b"a picture"))


def unshown(number: int, file: str) -> None:
    """A picture that no result shows."""
    url = f"https://x.example.com/{number}.jpg"
    Picture.objects.create(url=url, url_hash=uuid.UUID(int=number), file=file, state="fetched")


def test_pictures_that_no_result_shows_go_with_their_files() -> None:
    ingest(make_search(make_target()).pk, [an_answer(A)], NOW)
    shown = Picture.objects.get()
    shared, alone = a_file("pictures/aa/shared.jpg"), a_file("pictures/aa/alone.jpg")
    Picture.objects.update(file=shared)
    unshown(1, alone)
    unshown(2, shared)
    assert prune(NOW).removed["found pictures"] == 2
    assert Picture.objects.get() == shown
    assert (default_storage.exists(alone), default_storage.exists(shared)) == (False, True)


def test_old_rows_of_the_queue_and_of_sessions_go() -> None:
    for days in (1, 31):
        moment = NOW - timedelta(days=days)
        WorkerNode.objects.create(name=f"w{days}", pid=1, seen_at=moment)
        Task.objects.create(
            id=f"t{days}", name=f"t{days}", func="f", started=moment, stopped=moment, success=False
        )
    for days in (-1, 1):
        Session.objects.create(session_key=f"s{days}", expire_date=timezone.now() + timedelta(days=days))
    prune(NOW)
    assert (WorkerNode.objects.get().name, Task.objects.get().id, Session.objects.get().pk) == (
        "w1",
        "t1",
        "s1",
    )


def test_it_is_done_once_a_day() -> None:
    gone = [a_full_workspace(), a_full_workspace()]
    delete(gone[0], 31)
    prune_due(NOW)
    delete(gone[1], 31)
    prune_due(NOW)
    assert Workspace.objects.get() == gone[1]
    RateBucket.objects.update(full_at=timezone.now() - timedelta(seconds=1))
    prune_due(NOW)
    assert not Workspace.objects.exists()


def test_what_it_has_no_time_for_goes_on_in_the_next_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    delete(a_full_workspace(), 31)
    monkeypatch.setattr(pruning, "SLICE_SECONDS", 0.0)
    for _ in range(40):
        prune_due(NOW)
    assert not Workspace.objects.exists()


def test_the_command_says_what_it_removed() -> None:
    workspace = make_workspace()
    workspace.deleted_at = timezone.now() - timedelta(days=31)
    workspace.save()
    for words in ("Removed 1 deleted workspaces.", "There was nothing to remove."):
        out = StringIO()
        call_command("prune", stdout=out)
        assert out.getvalue() == f"{words}\n"


def test_a_new_match_that_was_never_told_is_forgotten_after_90_days() -> None:
    a_full_workspace()
    for days, left in ((89, 1), (91, 0)):
        Run.objects.update(told_at=NOW - timedelta(days=days))
        prune(NOW)
        assert Untold.objects.count() == left
