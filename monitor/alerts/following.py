"""Who wants mail about what, and how often."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import Membership, User
from monitor.models import Alert, Collection, Follow

WORKSPACE_IS_DELETED = "The workspace was deleted before this mail went out."
NOT_A_MEMBER = "The person had left the workspace before this mail went out."
TURNED_OFF = "Mails about this collection were turned off before this one went out."


@transaction.atomic
def choose(user: User, collection: Collection, frequency: str, at: datetime) -> None:
    """Sets how often a person hears of a collection; who begins anew is told only what is found from `at` on."""
    off = Follow.Frequency.OFF
    known = Follow.objects.select_for_update(no_key=True)
    follow, _ = known.get_or_create(
        user=user, collection=collection, defaults={"frequency": off, "since": at}
    )
    if follow.frequency == off and frequency != off:
        follow.since = at
    follow.frequency = frequency
    follow.save()


def frequency_of(user: User, collection: Collection) -> str:
    """What the person chose; never, when they never did."""
    return frequencies(user, [collection])[collection.pk]


def frequencies(user: User, collections: Iterable[Collection]) -> dict[int, str]:
    """The person's choice for each collection, by its id."""
    ids = [collection.pk for collection in collections]
    chosen = dict(
        Follow.objects.filter(user=user, collection__in=ids).values_list("collection_id", "frequency")
    )
    return {pk: chosen.get(pk, Follow.Frequency.OFF.value) for pk in ids}


def is_member(user: User, collection: Collection) -> bool:
    """Whether the person may still hear of the collection."""
    seats = Membership.objects.filter(user=user, workspace=collection.workspace_id)
    return user.is_active and seats.filter(workspace__deleted_at=None).exists()


def why_not(alert: Alert) -> str:
    """The reason, as a sentence, why this alert is not to be mailed any more; empty when it is."""
    if alert.workspace.deleted_at:
        return WORKSPACE_IS_DELETED
    if not is_member(alert.user, alert.collection):
        return NOT_A_MEMBER
    if frequency_of(alert.user, alert.collection) == Follow.Frequency.OFF:
        return TURNED_OFF
    return ""
