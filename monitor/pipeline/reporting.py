"""What DataForSEO says of itself: how it does while searches are late, and which calls and webhooks have failed.

Few calls, all free; what they bring is kept for the pages, which ask nobody.

1. While a search is late the provider is asked how it does, every ten minutes.
2. Its list of errors is read once a day, for the operators. While webhooks are asked for and searches wait, it is
   read every quarter of an hour, and failed webhooks of tasks that are still open are sent once more.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.models import Provider, ProviderTask, Search
from monitor.pipeline import engines, hints
from monitor.pipeline.engines import Account, holds, limits
from monitor.pipeline.turning import Turns
from monitor.providers.base import ProviderError
from monitor.providers.dataforseo.client import MAX_TASKS
from monitor.providers.dataforseo.rows import FailedCall
from monitor.queries import reports
from monitor.queries.late import are_late

DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
HOOKS = ("pingback_url", "postback_url")
MAX_KINDS = 20

log = logging.getLogger(__name__)


def ask_status(at: datetime) -> None:
    """Asks each provider account with late searches how it does."""
    for account in _usable():
        if account.searches().filter(are_late(at)).exists() and limits.take_status(account):
            try:
                with holds.asking(account, "status", at):
                    told = engines.dataforseo(is_simulated=account.is_simulated).status()
            except ProviderError:  # counted and heeded
                continue
            trouble = ", ".join(sorted({*told.endpoints.values(), told.state} - {""})).replace("_", " ")
            reports.keep_status(account.name, reports.Status(at=at, trouble=trouble))


def read_errors(at: datetime) -> None:
    """Reads each account's list of errors where it is time to."""
    for account in _usable():
        if holds.is_broken(account):
            continue
        known = reports.errors_of(account.name)
        if known is None or at - known.at >= (QUARTER if _waits_for_hooks(account, at) else DAY):
            _read_errors(account, known, at)


def _usable() -> list[Account]:
    return [account for account in engines.accounts(Provider.DATAFORSEO) if engines.is_usable(account)]


def _waits_for_hooks(account: Account, at: datetime) -> bool:
    """Whether a webhook should have come by now."""
    waiting = account.searches().filter(state=Search.State.WAITING, asked_at__lt=at - QUARTER)
    return bool(hints.pingback_address(is_simulated=account.is_simulated)) and waiting.exists()


def _read_errors(account: Account, known: reports.Errors | None, at: datetime) -> None:
    if not limits.take_errors(account):
        return
    turns = Turns(may_call=lambda: limits.take_errors(account))
    try:
        with holds.asking(account, "errors", at):
            client = engines.dataforseo(is_simulated=account.is_simulated)
            calls = list(client.errors(at - DAY, at, turns))
    except ProviderError:  # the next minute tries again, as the limit allows
        return
    errors = reports.Errors(at=at, failed=_by_kind(calls), is_whole=not turns.is_cut_short)
    reports.keep_errors(account.name, errors)
    if known is None or at - known.at >= DAY:
        log.info("%s lists %d failed calls and webhooks of the last 24 hours.", account.name, len(calls))
    since = known.at if known else at - DAY
    resend(account, [call for call in calls if call.function in HOOKS and call.at and call.at >= since], at)


def _by_kind(calls: Sequence[FailedCall]) -> list[reports.Failed]:
    kinds = Counter((*_words(call), call.code) for call in calls)
    return [
        reports.Failed(what=what, told=told, code=code, n=n)
        for (what, told, code), n in kinds.most_common(MAX_KINDS)
    ]


def _words(call: FailedCall) -> tuple[str, str]:
    """What failed and how; of a webhook never the address, which holds a secret."""
    if call.function in HOOKS:
        return "Webhook", f"Our side answered {call.status}." if call.status else "Our side did not answer."
    return call.function or "Call", call.told


def resend(account: Account, failed: Sequence[FailedCall], at: datetime) -> int:
    """Asks for the failed webhooks of tasks that are still open once more; returns how many will come."""
    ids = {call.remote_id for call in failed}
    still_open = ProviderTask.objects.filter(
        provider=account.provider,
        workspace__is_demo=account.is_simulated,
        remote_id__in=ids,
        state=ProviderTask.State.ACCEPTED,
    )
    wanted = [str(remote_id) for remote_id in still_open.order_by("pk").values_list("remote_id", flat=True)]
    if not wanted or not limits.take_resend(account):
        return 0
    client = engines.dataforseo(is_simulated=account.is_simulated)
    try:
        with holds.asking(account, "webhook_resend", at):
            return client.resend(wanted[:MAX_TASKS])
    except ProviderError:  # their tasks are looked at by and by all the same
        return 0
