"""Searches that will not get their answer. What was paid for is not thrown away."""

from collections.abc import Sequence
from datetime import datetime

from monitor.models import ProviderTask, Search
from monitor.pipeline import answers, ending, ingesting


def fail(searches: Sequence[Search], reason: str, at: datetime) -> None:
    """Ends them as failed; where only the confirming answer failed, the thin one before it counts in part.

    Never inside a transaction: writing an answer locks its image first.
    """
    failed = [search for search in searches if not (search.is_confirming and take_thin(search, reason, at))]
    if failed:
        ending.end(failed, Search.State.FAILED, reason, at)


def take_thin(search: Search, reason: str, at: datetime) -> bool:
    """Whether the answer that was to be confirmed is there and was taken."""
    tasks = search.provider_tasks.filter(is_superseded=True, state=ProviderTask.State.COLLECTED)
    pages = answers.parsed(tasks)
    if pages:
        ingesting.ingest(search.pk, pages, at, cut_short=reason)
    return bool(pages)
