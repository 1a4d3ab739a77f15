"""Other ways to keep an answer: each result as a full row of its own, with what the provider said of it as JSON.

Besides their unique key both have the one index that no page of such a design could do without: a target over
time. Neither has the foreign keys, the sites, the other orders and the search for words that ours pays for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from psycopg.types.json import Jsonb

from monitor.models import Search
from monitor.pipeline.ingesting.entries import entries_of
from monitor.providers.base import Item
from tests.benchmarks.storing.answers import Element, answer_of


class FullRow(models.Model):
    """All that an engine said of a result: what pages show in columns, and the element as it came."""

    search_id = models.BigIntegerField()
    target_id = models.BigIntegerField()
    item_key = models.UUIDField()
    observed_at = models.DateTimeField()
    rank_absolute = models.SmallIntegerField()
    rank_group = models.SmallIntegerField()
    kind = models.TextField()
    domain = models.TextField()
    page_url = models.TextField()
    title = models.TextField()
    snippet = models.TextField()
    image_url = models.TextField()
    source_label = models.TextField()
    price = models.TextField()
    element = models.JSONField()

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["target_id", "observed_at"], name="%(class)s_time"),
        ]


class CopiedRow(FullRow):  # noqa: DJ008  # never shown
    """One for each sighting, only ever added to."""

    class Meta(FullRow.Meta):
        app_label = "benchmarks"
        constraints = [models.UniqueConstraint(fields=["search_id", "item_key"], name="copied_once")]


class UpsertedRow(FullRow):  # noqa: DJ008  # never shown
    """The latest one of each item of a target."""

    class Meta(FullRow.Meta):
        app_label = "benchmarks"
        constraints = [models.UniqueConstraint(fields=["target_id", "item_key"], name="upserted_once")]


COLUMNS = [field.name for field in FullRow._meta.get_fields()]
SAID = [name for name in COLUMNS if name in Item.__dataclass_fields__]


def make_tables() -> None:
    """In the database of the benchmark."""
    with connection.schema_editor() as editor:
        editor.create_model(CopiedRow)
        editor.create_model(UpsertedRow)


def rows_of(search: Search, elements: list[Element], at: datetime) -> list[dict[str, Any]]:
    """The columns of each result, made beforehand: only their writing is measured."""
    return [
        {
            "search_id": search.pk,
            "target_id": search.target_id,
            "item_key": UUID(entry.item_key),
            "observed_at": at,
            "domain": entry.domain,
            "element": elements[entry.item.rank_absolute - 1],
            **{name: getattr(entry.item, name) for name in SAID},
        }
        for entry in entries_of([answer_of(elements)])
    ]


def copy(rows: Sequence[dict[str, Any]]) -> None:
    """One COPY, one transaction: as fast as full rows can be written."""
    sql = f"COPY benchmarks_copiedrow ({', '.join(COLUMNS)}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(sql) as pipe:
        for row in rows:
            pipe.write_row([Jsonb(row[name]) if name == "element" else row[name] for name in COLUMNS])


def upsert(rows: Sequence[dict[str, Any]]) -> None:
    """As Django does it."""
    UpsertedRow._default_manager.bulk_create(
        [UpsertedRow(**row) for row in rows],
        update_conflicts=True,
        unique_fields=["target_id", "item_key"],
        update_fields=[name for name in COLUMNS if name not in ("target_id", "item_key")],
    )
