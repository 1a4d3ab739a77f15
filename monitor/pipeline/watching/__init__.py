"""Beginning to watch: a collection with its first markets, and a picture that becomes a watched image."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from accounts.models import User, Workspace
from monitor import imaging, safefetch
from monitor.models import Collection, Follow, Market, Provider, SearchTarget, WatchedImage
from monitor.models.images import DEFAULT_CADENCE
from monitor.pipeline import engines, planning
from monitor.pipeline.watching.places import location_code

MAX_BYTES = 25 * 1024 * 1024
FETCH_SECONDS = 20.0
# A person waits for each, and a thread of the web with them: strangers' slow hosts must not take them all.
_fetches = BoundedSemaphore(3)
BUSY = "Other pictures are being fetched just now. Try again in a few seconds."
REMOVED = "The collection has been removed meanwhile. Choose another one."


class CollectionRemovedError(Exception):
    """What was to be watched has no place any more; `sentence` is for people."""

    sentence = REMOVED


@transaction.atomic
def make_collection(
    workspace: Workspace, name: str, user: User | None, at: datetime, *, cadence: str = DEFAULT_CADENCE
) -> Collection:
    """A collection that looks on both engines in the workspace's country; its creator follows it.

    Raises IntegrityError when the workspace has one of that name.
    """
    collection = Collection.objects.create(workspace=workspace, name=name, cadence=cadence, created_by=user)
    for provider, settings in default_markets(workspace).items():
        Market.objects.create(collection=collection, provider=provider, settings=settings)
    if user is not None:
        Follow.objects.create(user=user, collection=collection, since=at)
    planning.schedule_next(collection, at)
    return collection


def default_markets(workspace: Workspace) -> dict[Provider, dict[str, object]]:
    """Where a new collection looks: Google in the workspace's country and language, one page of Yandex."""
    return {
        Provider.DATAFORSEO: {
            "location_code": location_code(workspace.country),
            "language_code": workspace.language,
        },
        Provider.YANDEX: {"pages": 1, "family_mode": "moderate"},
    }


def watch(
    collection: Collection, data: bytes, *, title: str, user: User | None, source_url: str = ""
) -> tuple[WatchedImage, bool]:
    """The watched image of an uploaded file, and whether it is new; the same file twice is the first one again.

    Raises ImageError with a sentence when the file cannot be used, and CollectionRemovedError when its
    collection is gone; then nothing has changed.
    """
    picture = imaging.normalise(data)
    known = WatchedImage.objects.filter(workspace=collection.workspace, sha256=picture.sha256).first()
    if known is not None:
        return known, False
    token = secrets.token_urlsafe(24)
    image = WatchedImage(
        workspace=collection.workspace,
        collection=collection,
        title=title[:200],
        file=_save(f"watched/{token}.jpg", picture.jpeg),
        thumbnail=_save(f"watched/{token}-small.jpg", picture.thumbnail),
        sha256=picture.sha256,
        dhash=picture.dhash,
        width=picture.width,
        height=picture.height,
        source_url=source_url,
        public_token=token,
        created_by=user,
    )
    try:
        _insert(image)
    except IntegrityError:  # somebody has uploaded the same file at the same moment
        forget_files(image)
        return WatchedImage.objects.get(workspace=image.workspace, sha256=image.sha256), False
    except Collection.DoesNotExist:
        forget_files(image)
        raise CollectionRemovedError from None
    return image, True


def watch_address(
    collection: Collection, url: str, *, title: str, user: User | None
) -> tuple[WatchedImage, bool]:
    """The same for a picture on the web; raises FetchError too, at once when others are being fetched."""
    simulator = engines.simulator_for(collection.workspace)
    with a_fetch():
        found = safefetch.fetch(url, max_bytes=MAX_BYTES, deadline=FETCH_SECONDS, simulator_url=simulator)
    return watch(collection, found.content, title=title, user=user, source_url=url)


@contextmanager
def a_fetch() -> Iterator[None]:
    """One of the few at a time; raises FetchError when all are taken."""
    if not _fetches.acquire(blocking=False):
        raise safefetch.FetchError(BUSY, permanent=False)
    try:
        yield
    finally:
        _fetches.release()


def _save(name: str, content: bytes) -> str:
    return default_storage.save(name, ContentFile(content))


def forget_files(image: WatchedImage) -> None:
    """Of an image that has no row, or is about to lose it."""
    for name in (image.file.name, image.thumbnail.name):
        default_storage.delete(name or "")


@transaction.atomic
def _insert(image: WatchedImage) -> None:
    # Its markets may be changing: then we wait and follow the new ones.
    Collection.objects.select_for_update(no_key=True).get(pk=image.collection_id)
    image.save(force_insert=True)
    _make_targets(image)


def _make_targets(image: WatchedImage) -> None:
    SearchTarget.objects.bulk_create(
        [
            SearchTarget(
                watched_image=image,
                provider=market.provider,
                settings=market.settings,
                settings_hash=market.settings_hash,
            )
            for market in image.collection.markets.all()
        ]
    )
