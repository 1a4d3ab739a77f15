"""Searches that will not get their answer. What was paid for is not thrown away."""

import logging
from collections.abc import Sequence
from datetime import datetime

from monitor.models import ProviderTask, Search
from monitor.pipeline import answers, ending, ingesting

log = logging.getLogger(__name__)


def fail(searches: Sequence[Search], reason: str, at: datetime) -> None:
    """Ends them as failed, as `give_up` does."""
    give_up(searches, Search.State.FAILED, reason, at)


def give_up(searches: Sequence[Search], state: Search.State, reason: str, at: datetime) -> None:
    """Ends them as failed or skipped; where only the confirming answer is missing, the thin one counts in part.

    Never inside a transaction: writing an answer locks its image first.
    """
    left = [search for search in searches if not (search.is_confirming and _is_saved(search, reason, at))]
    if left:
        ending.end(left, state, reason, at)


def _is_saved(search: Search, reason: str, at: datetime) -> bool:
    """An answer that breaks us is no reason to keep a search open, nor to leave those beside it."""
    try:
        return take_thin(search, reason, at)
    except Exception:
        log.exception("The thin answer to search %s could not be taken.", search.pk)
        return False


def take_thin(search: Search, reason: str, at: datetime) -> bool:
    """Whether the answer that was to be confirmed is there and was taken."""
    tasks = search.provider_tasks.filter(is_superseded=True, state=ProviderTask.State.COLLECTED)
    pages = answers.parsed(tasks)
    if pages:
        ingesting.ingest(search.pk, pages, at, cut_short=reason)
    return bool(pages)
