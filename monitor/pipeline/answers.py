"""Keeping answers: the bodies as they came, compressed, in one commit with the tasks that brought them."""

import zlib
from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from monitor.models import Provider, ProviderTask
from monitor.pipeline.ingesting import statements
from monitor.providers.base import Answer
from monitor.providers.dataforseo.parse import parse as parse_google
from monitor.providers.yandex.parse import parse as parse_yandex

LEVEL = 3  # four times as fast as 6, for a twelfth more bytes
STORE = """
INSERT INTO monitor_payload (provider_task_id, body, received_at)
SELECT task, body, statement_timestamp()
FROM unnest(%(tasks)s::bigint[], %(bodies)b::bytea[]) AS kept (task, body)
ON CONFLICT DO NOTHING"""


@transaction.atomic
def keep(bodies: Mapping[int, bytes], **changes: object) -> None:
    """Stores the bodies by the ids of their tasks, and marks these as collected; repeating it changes nothing."""
    if not bodies:
        return
    packed = [zlib.compress(body, LEVEL) for body in bodies.values()]
    statements.run(STORE, tasks=statements.array(bodies), bodies=packed)
    ProviderTask.objects.filter(pk__in=bodies).update(state=ProviderTask.State.COLLECTED, **changes)


def read(task: ProviderTask) -> bytes:
    """The body as it came."""
    return zlib.decompress(bytes(task.payload.body))


def parsed(tasks: QuerySet[ProviderTask]) -> list[Answer]:
    """The kept answers of one search's tasks, page by page; ranks are counted over all of them."""
    pages: list[Answer] = []
    for task in tasks.exclude(payload=None).select_related("payload").order_by("page", "attempt"):
        first_rank = sum(len(page.items) for page in pages) + 1
        if task.provider == Provider.YANDEX:
            pages.append(parse_yandex(read(task), task.page, first_rank))
        else:
            pages.append(parse_google(read(task)))
    return pages
