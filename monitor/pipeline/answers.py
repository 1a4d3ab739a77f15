"""Keeping an answer: the body as it came, compressed, in one commit with the task that brought it."""

import zlib
from decimal import Decimal

from django.db import transaction

from monitor.models import Payload, ProviderTask


@transaction.atomic
def keep(task: ProviderTask, body: bytes, **changes: object) -> None:
    """Stores the body and marks the task collected; a second time changes nothing."""
    Payload.objects.bulk_create(
        [Payload(provider_task=task, body=zlib.compress(body, 6))], ignore_conflicts=True
    )
    ProviderTask.objects.filter(pk=task.pk).update(state=ProviderTask.State.COLLECTED, **changes)


def read(task: ProviderTask) -> bytes:
    """The body as it came."""
    return zlib.decompress(bytes(task.payload.body))


def charge(amount: Decimal) -> dict[str, object]:
    """The changes that book a paid call."""
    return {"cost": amount, "billed": ProviderTask.Billed.YES}
