"""Making the demo workspace, whole or not at all: the demo person's membership is written after everything else."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Membership, Role, User, Workspace
from monitor.alerts.telling import tell
from monitor.env.demo import forget_demo_removed
from monitor.management.demo import brand, looking
from monitor.management.demo.history import past_slots, run_past
from monitor.models import Collection, Follow
from monitor.pipeline import watching
from monitor.pipeline.pruning.vacating import remove_workspace
from monitor.simulator.control import Control

# Seconds; what is not looked at by then is left to the workers.
MAY_TAKE = 40.0


def exists() -> bool:
    """Whether the demo is there, complete."""
    places = Membership.objects.filter(user__email=brand.EMAIL, workspace__is_demo=True)
    return places.filter(workspace__deleted_at=None).exists()


def make(password: str) -> looking.Figures:
    """Makes the demo anew: workspace, images, past runs, looks; then its person comes in and is told the news."""
    until = time.monotonic() + MAY_TAKE
    _hurry()
    remove()
    person = _person(password)
    slots = past_slots(timezone.now())
    workspace = _workspace(slots[0] - timedelta(days=1))
    collections = [_collection(workspace, name, person, slots) for name in (brand.PRODUCT, brand.CAMPAIGN)]
    with Control(settings.SIMULATOR_URL) as control:
        run_past(collections, slots, control)
    figures = looking.look(workspace, timezone.now(), until=until)
    Membership.objects.create(user=person, workspace=workspace, role=Role.OWNER)
    tell(timezone.now())
    forget_demo_removed(settings.ENV.data_dir)
    return figures


def _hurry() -> None:
    """Commits do not wait for the disk: a demo that a crash cuts short is made anew anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def remove() -> None:
    """Takes every demo away, with all that it has: whole, unfinished, or removed a moment ago."""
    for workspace in Workspace.objects.filter(is_demo=True):
        for _ in remove_workspace(workspace):
            pass


def let_in(password: str) -> None:
    """Makes the password that was printed the one that opens the demo."""
    _person(password)


def _person(password: str) -> User:
    """The demo's owner, who is an operator too: a demo exists only where nobody else can reach the app."""
    person, _ = User.objects.get_or_create(email=brand.EMAIL, defaults={"name": brand.NAME, "is_staff": True})
    if not person.check_password(password):
        person.set_password(password)
        person.save(update_fields=["password"])
    return person


def _workspace(began: datetime) -> Workspace:
    """Its budget was confirmed when it all began."""
    return Workspace.objects.create(
        name=brand.WORKSPACE,
        time_zone=brand.TIME_ZONE,
        country=brand.COUNTRY,
        language=brand.LANGUAGE,
        own_domains=brand.OWN_DOMAINS,
        is_demo=True,
        monthly_budget=brand.BUDGET,
        budget_confirmed_at=began,
    )


def _collection(workspace: Workspace, name: str, person: User, slots: Sequence[datetime]) -> Collection:
    """A collection with its pictures, watched since the day before the first slot."""
    began = slots[0] - timedelta(days=1)
    collection = watching.make_collection(workspace, name, person, began, cadence=brand.CADENCE)
    for picture in brand.PICTURES:
        if picture.collection == name:
            watching.watch(collection, picture.read(), title=picture.title, user=person)
    Collection.objects.filter(pk=collection.pk).update(created_at=began)
    collection.images.update(created_at=began)
    _follow(person, collection, slots[-1])
    return collection


def _follow(person: User, collection: Collection, last_slot: datetime) -> None:
    """Mail after each run, beginning with the last slot; only the products, so that there is one mail to read."""
    is_told = collection.name == brand.PRODUCT
    Follow.objects.filter(user=person, collection=collection).update(
        frequency=Follow.Frequency.EACH_RUN if is_told else Follow.Frequency.DAILY,
        since=last_slot - timedelta(minutes=1) if is_told else timezone.now(),
    )
