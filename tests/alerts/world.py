"""A workspace with a follower, and runs that the real ingest fills."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import Role, User, Workspace
from monitor.models import (
    Collection,
    Follow,
    Match,
    Picture,
    Provider,
    Run,
    Search,
    SearchTarget,
    WatchedImage,
)
from monitor.pipeline.ingesting import ingest
from tests import factories

START = datetime(2026, 3, 2, 5, tzinfo=UTC)
A_WEEK = timedelta(days=7)
AN_HOUR = timedelta(hours=1)
OLD = ("https://known.example/a", "https://known.example/b")


@dataclass(kw_only=True)
class World:
    """One image on two engines; `person` follows its collection after each run since before the start."""

    person: User
    workspace: Workspace
    collection: Collection
    image: WatchedImage
    google: SearchTarget
    yandex: SearchTarget
    follow: Follow

    def sweep(
        self,
        at: datetime,
        *pages: str,
        yandex: Iterable[str] | None = (),
        verdict: str = Match.Verdict.EXACT,
    ) -> Run:
        """A run in which Google shows the old pages and `pages`; Yandex the old ones and `yandex`, or fails.

        The new matches have this verdict at once; "" leaves them to be judged.
        """
        run = factories.make_run(self.collection, at)
        answer(run, self.google, pages, at, verdict=verdict)
        if yandex is None:
            factories.make_search(
                self.yandex, run, state=Search.State.FAILED, error="No answer.", ended_at=at
            )
        else:
            answer(run, self.yandex, yandex, at, verdict=verdict)
        return run

    def baseline(self) -> Run:
        """The first run: everything it finds was known at the start."""
        run = self.sweep(START)
        settle()
        return run


def answer(
    run: Run, target: SearchTarget, pages: Iterable[str], at: datetime, *, verdict: str = Match.Verdict.EXACT
) -> None:
    """Lets the target find the old pages and then these."""
    search = factories.make_search(target, run, is_baseline=not target.searches.exists())
    ingest(search.pk, [factories.an_answer(*OLD, *pages)], at)
    if verdict:
        judge(verdict)


def make_world(*, name: str = "Halden", time_zone: str = "UTC", is_demo: bool = False) -> World:
    """Nothing has been searched yet."""
    person = factories.make_user("mara@halden.example")
    workspace = factories.make_workspace(person, name=name, time_zone=time_zone, is_demo=is_demo)
    collection = factories.make_collection(workspace, name="Product")
    image = factories.make_image(collection)
    return World(
        person=person,
        workspace=workspace,
        collection=collection,
        image=image,
        google=factories.make_target(image),
        yandex=factories.make_target(image, Provider.YANDEX),
        follow=add_follow(person, collection),
    )


def add_follow(
    person: User, collection: Collection, frequency: str = Follow.Frequency.EACH_RUN, since: datetime = START
) -> Follow:
    """A person who follows since the start."""
    return Follow.objects.create(user=person, collection=collection, frequency=frequency, since=since)


def add_follower(world: World, frequency: str = Follow.Frequency.EACH_RUN, role: str = Role.VIEWER) -> User:
    """Another member who follows."""
    person = factories.make_member(world.workspace, role)
    add_follow(person, world.collection, frequency)
    return person


def judge(verdict: str = Match.Verdict.EXACT) -> None:
    """What is to be judged has this verdict."""
    Match.objects.filter(method_version=0).update(verdict=verdict, method_version=1)


def settle(*, fetched: bool = True) -> None:
    """All pending pictures are fetched, each with a file of its own, or have failed."""
    for picture in Picture.objects.filter(state=Picture.State.PENDING):
        if fetched:
            content = ContentFile(factories.a_jpeg(picture.pk))
            picture.file.name = default_storage.save(f"pictures/test-{picture.pk}.jpg", content)
            picture.state = Picture.State.FETCHED
        else:
            picture.state, picture.error = Picture.State.FAILED, "The site did not answer."
        picture.save()


def pages(count: int, site: str = "shop") -> list[str]:
    """Addresses of pages on as many sites."""
    return [f"https://{site}{number}.example/p/{number}" for number in range(1, count + 1)]


def told_to(person: User) -> list[str]:
    """The pages in all mails of a person, with repeats if there were any."""
    return sorted(
        Match.objects.filter(pk__in=person.alerts.values("items__match")).values_list("page_url", flat=True)
    )
