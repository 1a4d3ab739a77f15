"""Removing an image."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from pytest_django import DjangoCaptureOnCommitCallbacks

from monitor.models import LedgerEntry, Provider, ProviderTask, Run, WatchedImage
from monitor.pipeline.watching import keeping
from monitor.spending.ledger import sums
from monitor.spending.months import month_of
from tests.factories import make_image, make_match, make_search, make_target

OCTOBER, NOVEMBER = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)


@pytest.fixture
def image(db: None) -> WatchedImage:
    return make_image(title="Tidal mug")


def pay(image: WatchedImage, at: datetime, cost: str, **fields: object) -> None:
    number = ProviderTask.objects.count()
    search = make_search(make_target(image, n=number), state="done")
    values: dict[str, object] = {"state": ProviderTask.State.COLLECTED, "cost": Decimal(cost), **fields}
    ProviderTask.objects.create(
        search=search, provider=Provider.YANDEX, tag=f"tag{number}", posted_at=at, **values
    )


def test_its_costs_stay_in_the_books_of_their_months(image: WatchedImage) -> None:
    workspace = image.workspace
    pay(image, OCTOBER, "0.5")
    pay(image, NOVEMBER, "0.25")
    pay(image, NOVEMBER, "0", state=ProviderTask.State.UNKNOWN, reserved=Decimal("0.125"))
    pay(make_image(image.collection), NOVEMBER, "1")
    keeping.remove(image)
    october, november = (month_of(workspace, at) for at in (OCTOBER, NOVEMBER))
    assert sums({workspace.pk: october})[workspace.pk].spent == Decimal("0.5")
    assert sums({workspace.pk: november})[workspace.pk].spent == Decimal("1.375")
    assert set(LedgerEntry.objects.values_list("reason", flat=True)) == {
        "Searches of the deleted image “Tidal mug”"
    }


def test_corrections_of_its_costs_stay_in_the_books_as_well(image: WatchedImage) -> None:
    workspace = image.workspace
    pay(image, OCTOBER, "0.5")
    task = ProviderTask.objects.get()
    LedgerEntry.objects.create(
        workspace=workspace, provider_task=task, amount=Decimal("-0.25"), reason="Less"
    )
    LedgerEntry.objects.update(created_at=NOVEMBER)
    keeping.remove(image)
    months = [month_of(workspace, at) for at in (OCTOBER, NOVEMBER)]
    assert [sums({workspace.pk: month})[workspace.pk].spent for month in months] == [
        Decimal("0.5"),
        Decimal("-0.25"),
    ]


def test_an_image_that_cost_nothing_leaves_no_entry(image: WatchedImage) -> None:
    make_match(image)
    keeping.remove(image)
    assert not LedgerEntry.objects.exists()


def test_runs_go_when_nothing_of_them_is_left(image: WatchedImage) -> None:
    alone = make_search(make_target(image)).run
    shared = make_search(make_target(image, n=1)).run
    make_search(make_target(make_image(image.collection)), shared)
    keeping.remove(image)
    assert list(Run.objects.filter(pk__in=[alone.pk, shared.pk])) == [shared]


def test_its_files_go_once_the_rows_are_gone(
    image: WatchedImage, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    names = [image.file.name or "", image.thumbnail.name or ""]
    with django_capture_on_commit_callbacks(execute=True):
        keeping.remove(image)
        assert all(default_storage.exists(name) for name in names)
    assert not any(default_storage.exists(name) for name in names)
