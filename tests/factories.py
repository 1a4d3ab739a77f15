"""Rows for tests: plain functions with readable defaults."""

import hashlib
import io
import uuid
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Max
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import Membership, Role, User, Workspace
from monitor import weblinks
from monitor.models import (
    Collection,
    Comparison,
    Domain,
    Market,
    Match,
    Picture,
    Provider,
    ProviderTask,
    ResultItem,
    Run,
    Search,
    SearchTarget,
    WatchedImage,
)
from monitor.models.markets import hash_settings
from monitor.providers.base import Answer, Item

PASSWORD = "correct horse battery"
# What a provider is asked with when a test does not care; Google needs a place and a language.
SETTINGS: dict[str, dict[str, Any]] = {
    Provider.DATAFORSEO: {"location_code": 2840, "language_code": "en"},
    Provider.YANDEX: {},
}

_numbers = count(1)


def make_user(email: str = "", *, name: str = "", password: str = PASSWORD, is_staff: bool = False) -> User:
    """A person who can sign in with PASSWORD."""
    address = email or f"person{next(_numbers)}@example.com"
    return User.objects.create_user(address, password, name=name, is_staff=is_staff)


def make_workspace(
    owner: User | None = None,
    *,
    name: str = "Northlight",
    time_zone: str = "UTC",
    is_demo: bool = False,
    budget: Decimal | int | None = 1000,
) -> Workspace:
    """A workspace with a confirmed budget (None: not confirmed), and with an owner when one is given."""
    workspace = Workspace.objects.create(
        name=name,
        time_zone=time_zone,
        is_demo=is_demo,
        monthly_budget=budget,
        budget_confirmed_at=None if budget is None else timezone.now(),
    )
    if owner:
        make_member(workspace, Role.OWNER, user=owner)
    return workspace


def make_member(workspace: Workspace, role: str = Role.VIEWER, *, user: User | None = None) -> User:
    """A person (a new one by default) with a role in the workspace."""
    person = user or make_user()
    Membership.objects.create(user=person, workspace=workspace, role=role)
    return person


def make_collection(workspace: Workspace | None = None, *, name: str = "", **fields: Any) -> Collection:
    """A collection without markets."""
    owner = workspace or make_workspace()
    return Collection.objects.create(workspace=owner, name=name or f"Product {next(_numbers)}", **fields)


def make_image(
    collection: Collection | None = None, *, title: str = "Tidal mug", **fields: Any
) -> WatchedImage:
    """A watched image with a real small JPEG behind it."""
    folder = collection or make_collection()
    number = next(_numbers)
    values = {
        "file": default_storage.save(f"watched/test-{number}.jpg", ContentFile(a_jpeg(number))),
        "thumbnail": default_storage.save(
            f"watched/test-{number}-small.jpg", ContentFile(a_jpeg(number, 64))
        ),
        "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
        "public_token": f"token{number}",
        "dhash": number,
        "width": 320,
        "height": 320,
    }
    return WatchedImage.objects.create(
        workspace=folder.workspace, collection=folder, title=title, **{**values, **fields}
    )


def make_target(
    image: WatchedImage | None = None, provider: str = Provider.DATAFORSEO, **settings: Any
) -> SearchTarget:
    """A standing question about an image, of which there may be one per provider and settings."""
    settings = settings or SETTINGS[provider]
    return SearchTarget.objects.create(
        watched_image=image or make_image(),
        provider=provider,
        settings=settings,
        settings_hash=hash_settings(provider, settings),
    )


def make_market(collection: Collection, provider: str = Provider.DATAFORSEO, **settings: Any) -> Market:
    """A place where a collection looks; the targets of its images are left as they are."""
    settings = settings or SETTINGS[provider]
    return Market.objects.create(collection=collection, provider=provider, settings=settings)


def make_match(image: WatchedImage, page: str = "", **fields: Any) -> Match:
    """The image on a page of a site, first seen just now unless told otherwise."""
    url = page or f"https://shop{next(_numbers)}.example/p/1"
    domain, _ = Domain.objects.get_or_create(name=weblinks.registrable_domain(url))
    values = {
        "page_key": weblinks.page_key(url),
        "title": f"Page at {url}",
        "first_seen_at": timezone.now(),
    }
    return Match.objects.create(
        workspace=image.workspace, watched_image=image, domain=domain, page_url=url, **{**values, **fields}
    )


def make_found(match: Match, target: SearchTarget, **picture: Any) -> ResultItem:
    """A result item of a match, with a picture that is fetched when a `file` is given."""
    number = next(_numbers)
    state = Picture.State.FETCHED if picture.get("file") else Picture.State.PENDING
    values = {"url": f"https://shop.example/{number}.jpg", "url_hash": uuid.UUID(int=number), "state": state}
    return ResultItem.objects.create(
        target=target,
        match=match,
        kind=ResultItem.Kind.ORGANIC,
        item_key=uuid.UUID(int=number),
        title=match.title,
        picture=Picture.objects.create(**{**values, **picture}),
    )


def make_look(item: ResultItem, label: str = "modified", **fields: Any) -> Comparison:
    """What our look at the picture of an item says."""
    assert item.picture
    return Comparison.objects.create(
        watched_image=item.match.watched_image,
        picture=item.picture,
        label=label,
        **{"method_version": 1, "score": 0.9, **fields},
    )


def make_run(collection: Collection, at: datetime | None = None, **fields: Any) -> Run:
    """A run without searches."""
    number = (collection.runs.aggregate(last=Max("number"))["last"] or 0) + 1
    values = {"trigger": Run.Trigger.SCHEDULE, "scheduled_for": at or timezone.now()}
    return Run.objects.create(collection=collection, number=number, **{**values, **fields})


def make_search(target: SearchTarget, run: Run | None = None, **fields: Any) -> Search:
    """A search of a target, planned unless told otherwise."""
    image = target.watched_image
    seq = (target.searches.aggregate(last=Max("seq"))["last"] or 0) + 1
    sweep = run or make_run(image.collection)
    return Search.objects.create(target=target, watched_image=image, run=sweep, seq=seq, **fields)


def make_task(search: Search, **fields: Any) -> ProviderTask:
    """A paid call of a search, collected and charged unless told otherwise."""
    number = next(_numbers)
    values = {
        "provider": search.target.provider,
        "tag": f"task{number}",
        "attempt": search.provider_tasks.count() + 1,
        "state": ProviderTask.State.COLLECTED,
        "posted_at": timezone.now(),
    }
    return ProviderTask.objects.create(search=search, **{**values, **fields})


def an_item(page: str = "https://shop.example/p/1", rank: int = 1, **fields: Any) -> Item:
    """An item as a provider's parser gives it."""
    values: dict[str, Any] = {
        "kind": "organic",
        "title": f"Page at {page}",
        "image_url": f"{page}/picture.jpg",
        "rank_absolute": rank,
        "rank_group": rank,
    }
    return Item(page_url=page, **{**values, **fields})


def an_answer(*pages: str, **fields: Any) -> Answer:
    """An answer that holds these pages, in this order."""
    return Answer(items=[an_item(page, rank) for rank, page in enumerate(pages, 1)], **fields)


def a_jpeg(seed: int = 1, side: int = 320) -> bytes:
    """A small JPEG that differs from seed to seed."""
    picture = Image.new("RGB", (side, side), (seed * 53 % 256, seed * 97 % 256, seed * 31 % 256))
    draw = ImageDraw.Draw(picture)
    draw.ellipse([side // 8, side // 6, side // 2, side // 2], fill=(250, 240, seed * 7 % 256))
    draw.rectangle([side // 2, side // 2, side - 9, side - 20], fill=(seed * 11 % 256, 30, 90))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
