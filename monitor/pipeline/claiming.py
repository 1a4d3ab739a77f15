"""Taking searches to work on: locked, leased by the database's clock, attempts counted at the claim."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from monitor.models import Search
from monitor.models.runs import SearchQuerySet
from monitor.pipeline.engines import Account

LEASE = timedelta(minutes=2)

# The keys of the runs whose searches are meant; None means all.
Runs = Sequence[int] | None


def due(account: Account, states: Sequence[Search.State], only_runs: Runs = None) -> SearchQuerySet:
    """The searches in these states that an account has to do with now."""
    found = account.searches().due().filter(state__in=states)
    return found if only_runs is None else found.filter(run__in=only_runs)


@transaction.atomic
def take(
    account: Account,
    states: Sequence[Search.State],
    *,
    limit: int,
    become: Search.State | None = None,
    lease: timedelta = LEASE,
    is_attempt: bool = False,
    only_runs: Runs = None,
) -> list[int]:
    """The ids of due searches, high priority first, then the oldest; others skip them until the lease ends.

    Must be called inside the caller's transaction when rows are written beside the claim.
    """
    ids = list(
        due(account, states, only_runs)
        .order_by("priority", "not_before", "pk")
        .select_for_update(of=("self",), skip_locked=True)
        .values_list("pk", flat=True)[:limit]
    )
    if not ids:
        return []
    changes: dict[str, object] = {"not_before": Now() + lease}
    if become is not None:
        changes["state"] = become
    if is_attempt:
        changes["attempts"] = F("attempts") + 1
    Search.objects.filter(pk__in=ids).update(**changes)
    return ids


def with_all(ids: Sequence[int]) -> list[Search]:
    """Searches in the order of these ids, with what it takes to ask them."""
    places = {pk: place for place, pk in enumerate(ids)}
    rows = Search.objects.filter(pk__in=ids).select_related(
        "run", "target", "watched_image__workspace", "watched_image__collection"
    )
    return sorted(rows, key=lambda search: places[search.pk])
