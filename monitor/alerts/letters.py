"""What a mail says, read from the stored rows; the mail itself and the app's page of it are drawn from this."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import dateformat

from monitor import weblinks
from monitor.alerts import words
from monitor.models import Alert, AlertItem, Match, Picture, ResultItem, WatchedImage
from monitor.queries import found, verdict_words

MAX_SHOWN = 8
NO_RANK = 10_000
NO_PICTURE = "The search result came without a picture."
NOT_YET = "The picture was not fetched yet."


@dataclass(frozen=True, kw_only=True)
class Found:
    """A new match as a mail shows it; `item` has the found picture, or `reason` says why there is none.

    `look` is what our look at the picture says, "" when there was none.
    """

    image: WatchedImage
    match: Match
    look: str
    title: str
    host: str
    path: str
    ranks: str
    item: ResultItem | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The content of a mail; `path` leads to the page that shows all of it, `when` is the workspace's clock."""

    subject: str
    heading: str
    when: str
    collection: str
    workspace: str
    is_demo: bool
    is_daily: bool
    total: int
    images: int
    found: Sequence[Found]
    unread: Sequence[str]
    path: str

    @property
    def more(self) -> int:
        """How many matches are not shown."""
        return self.total - len(self.found)

    @property
    def sites(self) -> str:
        """The first sites, for the line that mail programs show beside the subject."""
        return ", ".join(dict.fromkeys(found.host for found in self.found))


def read(alert: Alert, at: datetime) -> Letter | None:
    """The letter of an alert as of `at`; None when none of its matches is left."""
    items = sorted(items_of(alert), key=_order)
    if not items:
        return None
    titles = list({item.match.watched_image_id: item.match.watched_image.title for item in items}.values())
    total, collection, workspace = len(items), alert.collection.name, alert.workspace.name
    return Letter(
        subject=words.subject(titles, total, collection, workspace),
        heading=words.heading(titles, total),
        when=dateformat.format(at.astimezone(ZoneInfo(alert.workspace.time_zone)), "l j F Y, H:i"),
        collection=collection,
        workspace=workspace,
        is_demo=alert.workspace.is_demo,
        is_daily=alert.kind == Alert.Kind.DIGEST,
        total=total,
        images=len(titles),
        found=_found(items[:MAX_SHOWN]),
        unread=[words.unread(engine) for engine in alert.unread_engines],
        path=_path(items),
    )


def items_of(alert: Alert) -> QuerySet[AlertItem]:
    """The matches that an alert holds."""
    return AlertItem.objects.filter(alert=alert).select_related("match__watched_image", "match__domain")


def _order(item: AlertItem) -> tuple[int, int]:
    """The best ranks first: these pages are met by the most people."""
    return min(item.ranks.values(), default=NO_RANK), item.match_id


def _found(items: Sequence[AlertItem]) -> list[Found]:
    seen = found.items_of(item.match_id for item in items)
    return [_one(item, seen.get(item.match_id)) for item in items]


def _one(item: AlertItem, seen: ResultItem | None) -> Found:
    match = item.match
    host = weblinks.display_host(weblinks.host_of(match.page_url)) or match.domain.name
    path = weblinks.display_path(match.page_url)
    picture = seen.picture if seen else None
    has_file = picture is not None and picture.state == Picture.State.FETCHED
    return Found(
        image=match.watched_image,
        match=match,
        look=_look(match),
        title=match.title or host,
        host=host,
        path="" if path == "/" else path,
        ranks=words.ranks(item.ranks),
        item=seen if has_file else None,
        reason="" if has_file else _reason(picture),
    )


def _look(match: Match) -> str:
    """ "Modified copy: text added at the bottom"."""
    if match.verdict == Match.Verdict.UNCHECKED:
        return ""
    return ": ".join(filter(None, [verdict_words.badge(match.verdict), verdict_words.changes(match.changes)]))


def _reason(picture: Picture | None) -> str:
    if picture is None:
        return NO_PICTURE
    return picture.error or NOT_YET


def _path(items: Sequence[AlertItem]) -> str:
    """The image when the mail is about one, else the run when it is of one, else all runs."""
    images = {item.match.watched_image_id: item.match.watched_image for item in items}
    if len(images) == 1:
        return next(iter(images.values())).get_absolute_url()
    runs = {item.run_id for item in items}
    run = runs.pop() if len(runs) == 1 else None
    return reverse("run", args=[run]) if run else reverse("runs")
