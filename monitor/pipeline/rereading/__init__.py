"""Which answers are read anew, and from what: the kept body, else the provider's own copy while it has one.

Google's answers can be fetched again for nothing for 30 days. Once an hour DataForSEO is asked which of its
answers it has put right since, and ours among them are fetched and revised.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, Q

from monitor.models import Provider, ProviderTask, Search
from monitor.pipeline import answers, engines
from monitor.pipeline.engines import Account, holds, limits
from monitor.pipeline.rereading.revising import Revision, revisable, revise
from monitor.pipeline.tags import is_ours
from monitor.providers.base import Answer, ProviderError, ReadyTask, TaskFailed, TaskLost

KEPT_BY_PROVIDER = timedelta(days=30)
FIXED_BATCH, FIXED_SECONDS = 20, 15.0
PATIENCE_SECONDS, NAP_SECONDS = 60.0, 0.5
NOTHING_KEPT = "Its answer is kept neither here nor by the provider."
NOT_NOW = "It cannot be read anew: it has not ended, is not told yet, or holds no answer."

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The pages of an answer; `bodies` are newly fetched ones by the ids of their tasks."""

    pages: Sequence[Answer]
    bodies: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reread:
    """What became of reading a search anew; with no revision `why_not` is a sentence."""

    search: int
    revision: Revision | None = None
    why_not: str = ""


def reread(search_ids: Iterable[int], at: datetime, *, is_trial: bool = False) -> Iterator[Reread]:
    """Reads answers anew one by one, and revises what differs; a trial changes nothing."""
    for search_id in search_ids:
        search = revisable().filter(pk=search_id).select_related("watched_image__workspace", "target").first()
        if search is None:
            yield Reread(search=search_id, why_not=NOT_NOW)
            continue
        try:
            reading = _kept(search) or _fetched(search, at)
        except ProviderError as error:
            yield Reread(search=search_id, why_not=error.message)
            continue
        yield _revised(search_id, reading, is_trial=is_trial)


def _revised(search_id: int, reading: Reading | None, *, is_trial: bool = False) -> Reread:
    if reading is None:
        return Reread(search=search_id, why_not=NOTHING_KEPT)
    revision = revise(search_id, reading.pages, bodies=reading.bodies, is_trial=is_trial)
    return Reread(search=search_id, revision=revision, why_not="" if revision else NOT_NOW)


def _kept(search: Search) -> Reading | None:
    """From our own copy; a thin answer counts only where none has confirmed it."""
    for is_superseded in (False, True):
        pages = answers.parsed(search.provider_tasks.filter(is_superseded=is_superseded))
        if pages:
            return Reading(pages=pages if search.target.provider == Provider.YANDEX else pages[:1])
    return None


def _fetched(search: Search, at: datetime) -> Reading | None:
    tasks = search.provider_tasks.filter(
        provider=Provider.DATAFORSEO, is_superseded=False, posted_at__gt=at - KEPT_BY_PROVIDER
    )
    task = tasks.exclude(remote_id=None).order_by("-attempt").first()
    account = engines.account_for(search.watched_image.workspace, search.target.provider)
    return _fetch(account, task, at) if task and account and _may_call(account) else None


def _fetch(account: Account, task: ProviderTask, at: datetime) -> Reading | None:
    """From the provider's copy; None while there is none."""
    with holds.asking(account, "task_get", at):
        collected = engines.dataforseo(is_simulated=account.is_simulated).collect(task.remote_id or "")
    return Reading(pages=[collected.answer], bodies={task.pk: collected.body}) if collected.answer else None


def _may_call(account: Account) -> bool:
    """Waits for its turn: what is asked for by people goes first."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not limits.take_calls(account):
        if time.monotonic() > end:
            return False
        time.sleep(NAP_SECONDS)
    return True


def revise_fixed(at: datetime) -> int:
    """Asks each account once an hour for answers that the provider has put right; returns how many were revised."""
    accounts = engines.accounts(Provider.DATAFORSEO)
    return sum(_revise_fixed(account, at) for account in accounts if engines.is_usable(account))


def _revise_fixed(account: Account, at: datetime) -> int:
    """What there is no time for is still listed in an hour."""
    if holds.is_broken(account) or not limits.take(f"{account.name}:tasks_fixed", per_minute=1 / 60):
        return 0
    n_revised, end = 0, time.monotonic() + FIXED_SECONDS
    try:
        with holds.asking(account, "tasks_fixed", at):
            rows = engines.dataforseo(is_simulated=account.is_simulated).fixed()
        for task in _ours(account, rows):
            if time.monotonic() > end or not limits.take_calls(account):
                break
            n_revised += _revise_one(account, task, at)
    except ProviderError as error:
        log.warning("Answers that %s has put right could not be fetched: %s", account.name, error.message)
    return n_revised


def _ours(account: Account, rows: Sequence[ReadyTask]) -> list[ProviderTask]:
    """Of all that the account's list holds, the tasks whose answers we have taken and told.

    Those that were read last come last, because the list may go on naming them.
    """
    mine = Q(remote_id__in=[row.remote_id for row in rows])
    mine |= Q(tag__in=[row.tag for row in rows if is_ours(row.tag)])
    taken = ProviderTask.objects.filter(mine, is_superseded=False, search__in=revisable())
    of_account = taken.filter(workspace__is_demo=account.is_simulated)
    longest_ago = F("checked_at").asc(nulls_first=True)
    return list(of_account.exclude(remote_id=None).order_by(longest_ago, "pk")[:FIXED_BATCH])


def _revise_one(account: Account, task: ProviderTask, at: datetime) -> bool:
    ProviderTask.objects.filter(pk=task.pk).update(checked_at=at)
    try:
        reading = _fetch(account, task, at)
    except (TaskLost, TaskFailed):  # there is nothing to be read, of this one
        return False
    revision = _revised(task.search_id, reading).revision
    return bool(revision and revision.is_change)
