"""Asking Google through DataForSEO: tasks are written down and committed, then posted, then recorded.

1. In one transaction due searches are claimed and their ProviderTask rows written with tag and reserved cost.
2. The batch is posted outside of any transaction.
3. Its outcomes are recorded in one more. What is not known stays unsettled and is left to reconciling.

Each step works on the whole batch: the number of statements does not grow with the number of searches.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from time import monotonic

from django.db import transaction
from django.db.models import Max

from monitor.models import Provider, ProviderTask, Search
from monitor.pipeline import claiming, ending, engines, hints
from monitor.pipeline.claiming import Runs
from monitor.pipeline.engines import Account, holds, limits
from monitor.pipeline.failing import give_up
from monitor.pipeline.money import affording
from monitor.pipeline.recording import Job, record
from monitor.pipeline.tags import new_tag
from monitor.providers.base import AccountError, Posted, ProtocolBug, ProviderError, Query
from monitor.spending.prices import Prices, prices_at

BATCH = 100
CLAIMED = (Search.State.PLANNED,)
# What is to end, by how and why.
Hopeless = dict[tuple[Search.State, str], list[Search]]
# Who stalls for longer between writing down and sending leaves it to reconciling; the lease is two minutes.
STALLED_SECONDS = 60.0


def post_due(at: datetime, only_runs: Runs = None) -> int:
    """Posts up to a batch of due searches for each account; returns how many searches were taken up."""
    return sum(_post_due(account, at, only_runs) for account in engines.accounts(Provider.DATAFORSEO))


def _post_due(account: Account, at: datetime, only_runs: Runs) -> int:
    if not claiming.due(account, CLAIMED, only_runs).exists():
        return 0
    if holds.keep_held(account) or not limits.take_calls(account):
        return 0
    started = monotonic()
    claimed, jobs, hopeless = _claim(account, at, only_runs)
    for (state, reason), searches in hopeless.items():
        give_up(searches, state, reason, at)
    if jobs and monotonic() - started < STALLED_SECONDS:
        record(account, jobs, _post(account, jobs, at), at)
    return claimed


@transaction.atomic
def _claim(account: Account, at: datetime, only_runs: Runs) -> tuple[int, list[Job], Hopeless]:
    """Takes searches, holds those for which there is no money, and writes the tasks of the others down.

    Returns how many were taken, what is to be posted, and what is to end.
    """
    ids = claiming.take(
        account, CLAIMED, limit=BATCH, become=Search.State.ASKING, is_attempt=True, only_runs=only_runs
    )
    askable, hopeless = _askable(claiming.with_all(ids))
    prices = prices_at(at)
    affordable, refused = affording.afford(askable, Provider.DATAFORSEO, prices, at)
    for reason, unconfirmed in affording.wait(refused).items():
        hopeless[Search.State.FAILED, reason] = unconfirmed
    return len(ids), _write_down(affordable, prices, at), hopeless


def _askable(searches: Sequence[Search]) -> tuple[list[Search], Hopeless]:
    """Those that can be asked; the others end, unpaid."""
    askable: list[Search] = []
    hopeless: Hopeless = defaultdict(list)
    for search in searches:
        if search.attempts > ending.MAX_ATTEMPTS:
            hopeless[Search.State.FAILED, ending.NEVER_FINISHED].append(search)
        elif reason := engines.why_not(search):
            hopeless[Search.State.SKIPPED, reason].append(search)
        elif not engines.address_of(search.watched_image):
            hopeless[Search.State.SKIPPED, engines.NOT_REACHABLE].append(search)
        else:
            askable.append(search)
    return askable, hopeless


def _write_down(searches: Sequence[Search], prices: Prices, at: datetime) -> list[Job]:
    if not searches:
        return []
    before = ProviderTask.objects.filter(search__in=searches, page=0).values_list("search")
    attempts = dict(before.annotate(last=Max("attempt")))
    tasks = [
        ProviderTask(
            search=search,
            workspace_id=search.watched_image.workspace_id,
            provider=Provider.DATAFORSEO,
            attempt=attempts.get(search.pk, 0) + 1,
            tag=new_tag(search.pk),
            input=ProviderTask.Input.URL,
            reserved=prices.of(Provider.DATAFORSEO, search.priority),
            posted_at=at,
        )
        for search in searches
    ]
    written = ProviderTask.objects.bulk_create(tasks)
    return [
        Job(search=search, task=task, query=_query(search, task))
        for search, task in zip(searches, written, strict=True)
    ]


def _query(search: Search, task: ProviderTask) -> Query:
    return Query(
        tag=task.tag,
        settings=search.target.settings,
        image_url=engines.address_of(search.watched_image),
        priority="high" if search.priority == Search.Priority.HIGH else "normal",
        pingback_url=hints.pingback_address(is_simulated=search.watched_image.workspace.is_demo),
    )


def _post(account: Account, jobs: Sequence[Job], at: datetime) -> dict[str, Posted]:
    """What became of each tag; trouble with the whole call is the outcome of each."""
    client = engines.dataforseo(is_simulated=account.is_simulated)
    try:
        with holds.asking(account, "task_post", at) as call:
            outcomes = client.post([job.query for job in jobs])
            call.error = _of_the_account(outcomes)
    except ProviderError as error:
        return {job.task.tag: Posted(tag=job.task.tag, error=error) for job in jobs}
    return {outcome.tag: outcome for outcome in outcomes}


def _of_the_account(outcomes: Sequence[Posted]) -> ProviderError | None:
    """The first refusal of a single task that concerns the whole account; else one that operators must hear of.

    A provider that has taken none of the tasks, and judged none, has not answered.
    """
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if for_all := [error for error in errors if _is_for_all(error)]:
        return for_all[0]
    if len(errors) == len(outcomes) and all(map(holds.is_silence, errors)):
        return errors[0]
    return next((error for error in errors if isinstance(error, ProtocolBug)), None)


def _is_for_all(error: ProviderError) -> bool:
    return isinstance(error, AccountError) or error.code == holds.FUNCTION_UNAVAILABLE
