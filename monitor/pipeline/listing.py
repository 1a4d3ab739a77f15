"""The provider's own list of an account's tasks, as far as its limit allows: a long one takes several looks.

Where a look leaves off is kept for an hour, by its purpose; the next one for the same purpose goes on from there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.cache import cache

from monitor.pipeline import engines
from monitor.pipeline.engines import Account, holds, limits
from monitor.pipeline.turning import Turns
from monitor.providers.base import KnownTask, ProviderError

KEPT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """The tasks posted between two moments; read since `at`, next at `page`."""

    since: datetime
    until: datetime
    at: datetime
    page: int = 0


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a look brought, by tag; `rest` is what is left to read, None when the span has been read to its end."""

    span: Span
    tasks: Mapping[str, KnownTask]
    rest: Span | None = None


def left_off(account: Account, purpose: str) -> Span | None:
    """Where the last look for this purpose left off."""
    kept = cache.get(_key(account, purpose))
    return Span(**kept) if kept else None


def leave_off(account: Account, purpose: str, listing: Listing) -> None:
    """After what it brought has been made use of: what is read is never read again."""
    if listing.rest:
        cache.set(_key(account, purpose), vars(listing.rest), KEPT.total_seconds())
    elif listing.span.page:
        cache.delete(_key(account, purpose))


def read(account: Account, purpose: str, span: Span, at: datetime, *, spare: int = 0) -> Listing | None:
    """As many pages as the limit allows, `spare` of them left to others.

    None when there was none, or the provider did not give it.
    """
    if not limits.take_list(account, spare=spare):
        return None
    turns = Turns(may_call=lambda: limits.take_list(account, spare=spare), page=span.page)
    client = engines.dataforseo(is_simulated=account.is_simulated)
    try:
        with holds.asking(account, "id_list", at):
            tasks = {task.tag: task for task in client.find_tasks(span.since, span.until, turns)}
    except ProviderError:  # counted and heeded
        return None
    rest = replace(span, page=turns.page) if turns.is_cut_short else None
    return Listing(span=span, tasks=tasks, rest=rest)


def _key(account: Account, purpose: str) -> str:
    return f"id_list:{account.name}:{purpose}"
