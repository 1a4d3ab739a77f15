"""Asking again what failed, by an operator's hand: only questions that still stand, and none that is under way."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from monitor import queue
from monitor.models import Collection, Run, Search
from monitor.models.runs import SearchQuerySet
from monitor.pipeline import engines, planning
from monitor.queries.pipeline import failures
from monitor.spending.ledger import NOTHING
from monitor.spending.prices import prices_at
from monitor.spending.words import amount_words


@dataclass(frozen=True, kw_only=True)
class Retried:
    """How many searches were planned anew, in how many runs, and what they cost at most, in USD."""

    n_searches: int
    n_runs: int
    cost: Decimal

    @property
    def sentence(self) -> str:
        """Like "12 searches are asked again in 2 runs, for at most $0.0072."."""
        searches = "1 search is" if self.n_searches == 1 else f"{self.n_searches:,} searches are"
        runs = "1 run" if self.n_runs == 1 else f"{self.n_runs:,} runs"
        return f"{searches} asked again in {runs}, for at most {amount_words(self.cost)}."


@transaction.atomic
def retry(like: Search, user: User, at: datetime) -> Retried:
    """Plans all recent searches that failed like this one anew, as one manual run a collection.

    The collections are locked before it is read what is left, so a second press finds nothing.
    """
    failed = failures.same(like, at)
    _lock(failed)
    standing = _by_collection(failed.filter(failures.left()))
    for collection, searches in standing.items():
        targets = [search.target_id for search in searches]
        planning.create_run(
            collection, trigger=Run.Trigger.MANUAL, scheduled_for=at, by=user, targets=targets
        )
    queue.nudge_searches()
    prices = prices_at(at)
    asked = [search.target for searches in standing.values() for search in searches]
    cost = sum((failures.cost_of(target.provider, target.settings, prices) for target in asked), NOTHING)
    return Retried(n_searches=len(asked), n_runs=len(standing), cost=cost)


def _lock(failed: SearchQuerySet) -> None:
    ids = failed.order_by().values("watched_image__collection")
    list(Collection.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))


def _by_collection(searches: SearchQuerySet) -> Mapping[Collection, list[Search]]:
    """By the collection that their image is in today; only where the engine is still set up."""
    found: defaultdict[Collection, list[Search]] = defaultdict(list)
    rows = searches.select_related("watched_image__collection__workspace", "target").order_by("pk")
    for search in rows.defer("item_ids", "rank_absolute", "rank_group"):
        collection = search.watched_image.collection
        if engines.is_set_up(collection.workspace, search.target.provider):
            found[collection].append(search)
    return found
