"""Taking a whole workspace away, in small steps: a kill between any two of them loses nothing."""

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import Model, QuerySet

from accounts.models import User, Workspace
from monitor.models import (
    AccountState,
    Alert,
    AlertItem,
    CallCount,
    Comparison,
    Delivery,
    Domain,
    LedgerEntry,
    Match,
    Payload,
    Provider,
    ProviderTask,
    ResultItem,
    Run,
    Search,
    SearchTarget,
    Trouble,
    WatchedImage,
)
from monitor.pipeline.engines import accounts
from monitor.pipeline.watching import forget_files

BATCH = 500
# Reserved names: nobody real has one.
DEMO_ADDRESSES, SIMULATED_SITES = "@example.com", ".example"


def remove_workspace(workspace: Workspace) -> Iterator[int]:
    """A whole workspace, the many rows first, so that the last step is a small one; yields 1 with that one."""
    for rows in _rows_of(workspace):
        yield from (0 for _ in in_batches(rows))
    yield from (0 for _ in _images(workspace))
    _remove(workspace)
    yield 1


def _rows_of(workspace: Workspace) -> Sequence[QuerySet[Model]]:
    """What there is many of, children before parents."""
    tasks = ProviderTask.objects.filter(workspace=workspace)
    rows: tuple[QuerySet[Model], ...] = (
        Payload.objects.filter(provider_task__in=tasks),
        LedgerEntry.objects.filter(workspace=workspace),
        tasks,
        Search.objects.filter(watched_image__workspace=workspace),
        AlertItem.objects.filter(alert__workspace=workspace),
        Delivery.objects.filter(alert__workspace=workspace),
        Alert.objects.filter(workspace=workspace),
        ResultItem.objects.filter(match__workspace=workspace),
        Comparison.objects.filter(watched_image__workspace=workspace),
        Match.objects.filter(workspace=workspace),
        SearchTarget.objects.filter(watched_image__workspace=workspace),
        Run.objects.filter(collection__workspace=workspace),
    )
    return rows


def _images(workspace: Workspace) -> Iterator[int]:
    """Files first: what a kill leaves is found again by its row."""
    for image in WatchedImage.objects.filter(workspace=workspace).order_by("pk"):
        forget_files(image)
        image.delete()
        yield 1


@transaction.atomic
def _remove(workspace: Workspace) -> None:
    if not workspace.is_demo:
        workspace.delete()
        return
    invented = User.objects.filter(workspaces=workspace, email__endswith=DEMO_ADDRESSES)
    ids = list(invented.values_list("pk", flat=True))
    elsewhere = Workspace.objects.exclude(pk=workspace.pk).filter(members__in=ids)
    stay = set(elsewhere.values_list("members", flat=True))
    User.objects.filter(pk__in=set(ids) - stay).delete()
    workspace.delete()
    if not Workspace.objects.filter(is_demo=True).exists():
        _forget_simulator()


def _forget_simulator() -> None:
    """What is noted of its accounts and of its web; no real site has a name of that kind."""
    names = [account.name for provider in Provider for account in accounts(provider) if account.is_simulated]
    AccountState.objects.filter(name__in=names).delete()
    CallCount.objects.filter(account__in=names).delete()
    Trouble.objects.filter(subject__in=names).delete()
    Domain.objects.filter(name__endswith=SIMULATED_SITES, matches=None).delete()


def in_batches(rows: QuerySet[Model]) -> Iterator[int]:
    """Deletes the rows, and says how many went each time."""
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=ids).delete()
        yield len(ids)
