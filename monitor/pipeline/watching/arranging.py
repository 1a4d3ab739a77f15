"""Setting up a collection: its name, when it runs and where it looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User, Workspace
from monitor.models import Collection, Market
from monitor.pipeline import planning, watching
from monitor.pipeline.watching import markets


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A market that is wanted."""

    provider: str
    settings: dict[str, Any]

    def is_met_by(self, market: Market) -> bool:
        """Settings that nobody was asked about may stand beside the wanted ones."""
        asked = {name: value for name, value in market.settings.items() if name in markets.ASKED}
        return market.provider == self.provider and asked == self.settings


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """What a collection is to be; `cadence` is a valid cron line."""

    name: str
    cadence: str
    is_active: bool
    markets: Sequence[Choice]


@transaction.atomic
def create(workspace: Workspace, user: User, wanted: Arrangement, at: datetime) -> Collection:
    """A new collection; its creator follows it. Raises IntegrityError when the name is taken."""
    collection = watching.make_collection(workspace, wanted.name, user, at, cadence=wanted.cadence)
    arrange(collection, wanted, at)
    return collection


@transaction.atomic
def arrange(collection: Collection, wanted: Arrangement, at: datetime) -> None:
    """Makes a collection what is wanted of it, and its targets follow. Raises IntegrityError as `create` does."""
    known = Collection.objects.select_for_update(no_key=True).get(pk=collection.pk)
    if wanted.cadence != known.cadence or wanted.is_active != known.is_active:
        # Slots of another cadence, or of the pause, were not missed.
        collection.last_slot_at = None
    collection.name, collection.cadence = wanted.name, wanted.cadence
    collection.is_active = wanted.is_active
    collection.save(update_fields=["name", "cadence", "is_active", "last_slot_at"])
    if _set_markets(collection, wanted.markets):
        planning.sync_targets(collection, at)
    planning.schedule_next(collection, at)


def _set_markets(collection: Collection, wanted: Sequence[Choice]) -> bool:
    """Whether anything changed."""
    known = list(collection.markets.all())
    surplus = [market for market in known if not any(choice.is_met_by(market) for choice in wanted)]
    missing = [choice for choice in wanted if not any(choice.is_met_by(market) for market in known)]
    for market in surplus:
        market.delete()
    for choice in missing:
        Market.objects.create(collection=collection, provider=choice.provider, settings=choice.settings)
    return bool(surplus or missing)
