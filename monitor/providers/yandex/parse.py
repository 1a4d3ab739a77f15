"""A page of Yandex's answer to an `Answer`: proto3 JSON, so int64 are strings and empty values left out."""

from monitor.providers.base import Answer, Item
from monitor.providers.http import trouble
from monitor.providers.reading import picture_url, rank, read_json, record, records, text, web_url, whole
from monitor.providers.yandex.errors import NAME

MAX_PIXELS = 2_147_483_647  # width and height are kept as integer


def parse(body: bytes, page: int = 0, first_rank: int = 1) -> Answer:
    """Read page `page` (from 0), whose first item has rank `first_rank` (from 1) in the whole walk.

    No `images` means that nothing was found, or that the last page is behind us. `maxPage` is deprecated and
    wrong, so it is not read.
    """
    try:
        payload = read_json(body)
    except ValueError:
        payload = None
    if not isinstance(payload, dict):
        raise trouble(NAME, "sent an answer that cannot be read", paid=True)
    rows = records(payload.get("images"))
    found = [(row, url) for row in rows if (url := web_url(row.get("pageUrl")))]
    told_page = whole(payload.get("page"))
    return Answer(
        items=tuple(_item(row, url, place, first_rank) for place, (row, url) in enumerate(found)),
        cbir_id=text(payload.get("id"), 1024),
        page=page if told_page is None else told_page,
        unusable=len(rows) - len(found),
    )


def _item(row: dict[str, object], page_url: str, place: int, first_rank: int) -> Item:
    return Item(
        kind="images",
        page_url=page_url,
        title=text(row.get("pageTitle")),
        image_url=picture_url(row.get("url")),
        rank_absolute=rank(first_rank + place, 1),
        rank_group=rank(place + 1, 1),
        snippet=text(row.get("passage")),
        width=_pixels(row.get("width")),
        height=_pixels(row.get("height")),
        extra=_extra(record(row)),
    )


def _pixels(value: object) -> int | None:
    number = whole(value)
    return number if number and number <= MAX_PIXELS else None


def _extra(row: dict[str, object]) -> dict[str, object]:
    """`format` is a name, or a number that is newer than the names; `host` is the page's."""
    kind = text(row.get("format"), 50) or whole(row.get("format"))
    extra = {"format": kind, "host": text(row.get("host"), 255).lower()}
    return {name: value for name, value in extra.items() if value}
