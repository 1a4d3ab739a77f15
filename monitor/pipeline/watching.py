"""Beginning to watch: a collection with its first markets, and a picture that becomes a watched image."""

import secrets
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from accounts.models import User, Workspace
from monitor import imaging, safefetch
from monitor.models import Collection, Follow, Market, Provider, SearchTarget, WatchedImage
from monitor.models.images import DEFAULT_CADENCE
from monitor.pipeline import engines, planning
from monitor.pipeline.places import location_code

MAX_BYTES = 25 * 1024 * 1024
FETCH_SECONDS = 20.0


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
    """Where a new collection looks: Google in the workspace's country and language, two pages of Yandex."""
    return {
        Provider.DATAFORSEO: {
            "location_code": location_code(workspace.country),
            "language_code": workspace.language,
        },
        Provider.YANDEX: {"pages": 2, "family_mode": "moderate"},
    }


def watch(
    collection: Collection, data: bytes, *, title: str, user: User | None, source_url: str = ""
) -> tuple[WatchedImage, bool]:
    """The watched image of an uploaded file, and whether it is new; the same file twice is the first one again.

    Raises ImageError with a sentence when the file cannot be used; then nothing has changed.
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
    return _insert(image)


def watch_address(
    collection: Collection, url: str, *, title: str, user: User | None
) -> tuple[WatchedImage, bool]:
    """The same for a picture on the web; raises FetchError or ImageError with a sentence."""
    simulator = engines.simulator_for(collection.workspace)
    found = safefetch.fetch(url, max_bytes=MAX_BYTES, deadline=FETCH_SECONDS, simulator_url=simulator)
    return watch(collection, found.content, title=title, user=user, source_url=url)


def _save(name: str, content: bytes) -> str:
    return default_storage.save(name, ContentFile(content))


def _insert(image: WatchedImage) -> tuple[WatchedImage, bool]:
    """Two uploads of one file at the same moment: the second finds the first."""
    try:
        with transaction.atomic():
            # Its markets may be changing: then we wait and follow the new ones.
            Collection.objects.select_for_update(no_key=True).get(pk=image.collection_id)
            image.save(force_insert=True)
            _make_targets(image)
    except IntegrityError:
        for name in (image.file.name, image.thumbnail.name):
            default_storage.delete(name or "")
        return WatchedImage.objects.get(workspace=image.workspace, sha256=image.sha256), False
    return image, True


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
