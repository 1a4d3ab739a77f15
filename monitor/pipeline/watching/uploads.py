"""Several pictures at once: each is watched or refused for itself, and what became of each is told."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.models import User, Workspace
from monitor import imaging, safefetch
from monitor.models import Collection, WatchedImage
from monitor.pipeline import watching

TOO_LARGE = "This file is larger than the 25 MB we accept. Save it smaller and upload that copy."
UNTITLED = "Untitled image"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person wants watched, and in which collection: `new_collection` names it when it is not empty."""

    pictures: "Sequence[UploadedFile[bytes]]"
    refused: Sequence[str]
    address: str
    title: str
    collection: Collection | None = None
    new_collection: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one picture: an image, new or known before, or a problem as a sentence."""

    name: str
    image: WatchedImage | None = None
    is_new: bool = False
    problem: str = ""


def watch_all(workspace: Workspace, wish: Wish, user: User, at: datetime) -> list[Outcome]:
    """Watches each picture that can be; a collection made for them is taken back when it stays empty."""
    collection, is_made = _collection(workspace, wish, user, at)
    title = wish.title if len(wish.pictures) + bool(wish.address) == 1 else ""
    outcomes = [Outcome(name=name, problem=TOO_LARGE) for name in wish.refused]
    outcomes += [_file(collection, file, title, user) for file in wish.pictures]
    if wish.address:
        outcomes.append(_address(collection, wish.address, title, user))
    if is_made and not any(outcome.is_new for outcome in outcomes):
        with suppress(ProtectedError):  # somebody else has put an image into it
            collection.delete()
    return outcomes


def _collection(workspace: Workspace, wish: Wish, user: User, at: datetime) -> tuple[Collection, bool]:
    if wish.collection and not wish.new_collection:
        return wish.collection, False
    of_that_name = Collection.objects.filter(workspace=workspace, name=wish.new_collection)
    if known := of_that_name.first():
        return known, False
    try:
        with transaction.atomic():
            return watching.make_collection(workspace, wish.new_collection, user, at), True
    except IntegrityError:  # somebody else has just made it
        return of_that_name.get(), False


def _file(collection: Collection, file: "UploadedFile[bytes]", title: str, user: User) -> Outcome:
    name = file.name or ""
    try:
        image, is_new = watching.watch(collection, file.read(), title=title or title_of(name), user=user)
    except (imaging.ImageError, watching.CollectionRemovedError) as error:
        return Outcome(name=name, problem=error.sentence)
    return Outcome(name=name, image=image, is_new=is_new)


def _address(collection: Collection, url: str, title: str, user: User) -> Outcome:
    try:
        image, is_new = watching.watch_address(collection, url, title=title or _title_at(url), user=user)
    except (imaging.ImageError, safefetch.FetchError, watching.CollectionRemovedError) as error:
        return Outcome(name=url, problem=error.sentence)
    return Outcome(name=url, image=image, is_new=is_new)


def title_of(file_name: str) -> str:
    """A readable title from a file's name: "tidal_mug-front.jpg" is "Tidal mug front"."""
    name = "".join(filter(str.isprintable, file_name))
    text = " ".join(PurePosixPath(name).stem.replace("_", " ").replace("-", " ").split())
    return text[:1].upper() + text[1:] or UNTITLED


def _title_at(url: str) -> str:
    """From the last part of the path."""
    try:
        return title_of(unquote(urlsplit(url).path))
    except ValueError:  # no address at all; whoever fetches it says so
        return UNTITLED
