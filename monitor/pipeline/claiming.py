"""Taking searches to work on: locked, leased by the database's clock, attempts counted at the claim."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from monitor.models import Provider, Search

LEASE = timedelta(minutes=2)


@transaction.atomic
def claim(
    states: Sequence[Search.State],
    provider: Provider,
    *,
    limit: int,
    become: Search.State | None = None,
    lease: timedelta = LEASE,
    is_attempt: bool = False,
    only_run: int | None = None,
) -> list[Search]:
    """Due searches of a provider, high priority first, then the oldest; others skip them until the lease ends.

    Must be called inside the caller's transaction when rows are written beside the claim.
    """
    due = Search.objects.due().filter(state__in=states, target__provider=provider)
    if only_run is not None:
        due = due.filter(run=only_run)
    ids = list(
        due.order_by("priority", "not_before", "pk")
        .select_for_update(of=("self",), skip_locked=True)
        .values_list("pk", flat=True)[:limit]
    )
    changes: dict[str, object] = {"not_before": Now() + lease}
    if become is not None:
        changes["state"] = become
    if is_attempt:
        changes["attempts"] = F("attempts") + 1
    Search.objects.filter(pk__in=ids).update(**changes)
    rows = Search.objects.filter(pk__in=ids).select_related("target", "watched_image__workspace", "run")
    return sorted(rows, key=lambda search: ids.index(search.pk))
