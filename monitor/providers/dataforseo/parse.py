"""DataForSEO's result to an `Answer`; lenient, because one odd item must not lose a paid answer.

Facts behind it: `domain` is display text ("$43.35* • Amazon"), an `images` block holds several pages under
one rank, most members are null, `items_count` and `se_results_count` count something else.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from monitor.providers.base import Answer, Item, Unavailable
from monitor.providers.dataforseo.codes import Meaning, failure, meaning_of
from monitor.providers.dataforseo.envelope import Task, only_task, read_tasks
from monitor.providers.dataforseo.rows import moment
from monitor.providers.reading import picture_url, rank, record, records, storable, text, web_url

EXTRAS = (
    "breadcrumb",
    "is_malicious",
    "price",
    "rating",
    "related_result",
    "related_search_url",
    "timestamp",
    "website_name",
)
MAX_EXTRA = 4000  # characters of one extra; the kept payload has the rest
KNOWN_TYPES = ("organic", "images")

_PRICE_AND_SHOP = re.compile(r"^(\D*[\d.,]+\*?) • (.+)$")


def parse(body: bytes) -> Answer:
    """Read a kept envelope of task_get; raises a ProviderError where it holds no answer."""
    answer = answer_of(only_task(read_tasks(body)))
    if answer is None:
        raise Unavailable("This search is not finished yet.")
    return answer


def answer_of(task: Task) -> Answer | None:
    """The answer of a collected task, None while it is pending; raises when it has ended without one."""
    answer = _read_result(task.result[0]) if task.result else None
    match meaning_of(task.code, has_result=bool(task.result)):
        case Meaning.OK | Meaning.PENDING as meaning:
            return answer if meaning is Meaning.OK else None
        case Meaning.EMPTY:
            return answer or Answer(items=())
        case Meaning.PARTIAL if answer and answer.items:
            return replace(answer, is_partial=True)
    raise failure(task.code, task.told)


def _read_result(result: dict[str, object]) -> Answer:
    items: list[Item] = []
    unknown: Counter[str] = Counter()
    unusable = 0
    for place, row in enumerate(records(result.get("items")), start=1):
        if row.get("type") not in KNOWN_TYPES:
            unknown[_type_of(row)] += 1
        found = list(_items_of(row, place))
        items += [item for item in found if item]
        unusable += found.count(None)
    return Answer(
        items=tuple(sorted(items, key=lambda item: item.rank_absolute)),  # stable: elements keep their order
        observed_at=moment(result.get("datetime")),
        unknown_kinds=dict(unknown),
        unusable=unusable,
    )


def _items_of(row: dict[str, object], place: int) -> Iterator[Item | None]:
    """The pages that one row names; None for each that cannot be used."""
    if row.get("type") != "images":
        yield _page(row, place)
        return
    for element in records(row.get("items")) or [row]:
        yield _element(row, element, place)


def _page(row: dict[str, object], place: int) -> Item | None:
    """An organic row, or one of an unknown type: one page, whose pictures are the row's `images`."""
    pictures = records(row.get("images"))
    page_url = web_url(row.get("url")) or _first(pictures, "url", web_url)
    if not page_url:
        return None
    price, source_label = _price_and_source(row)
    is_known = row.get("type") == "organic"
    return Item(
        kind="organic",
        page_url=page_url,
        title=text(row.get("title")),
        image_url=_first([*pictures, row], "image_url", picture_url),
        rank_absolute=rank(row.get("rank_absolute"), place),
        rank_group=rank(row.get("rank_group"), place),
        snippet=_snippet(row),
        source_label=source_label,
        price=price,
        extra=_extra(row) if is_known else {**_extra(row), "type": _type_of(row)},
    )


def _element(block: dict[str, object], element: dict[str, object], place: int) -> Item | None:
    page_url = web_url(element.get("url"))
    if not page_url:
        return None
    return Item(
        kind="images",
        page_url=page_url,
        # `alt` only numbers the block's title ("Image #2 for …"): a new order would look like an edited page.
        title=text(block.get("title")) or text(element.get("alt")),
        image_url=picture_url(element.get("image_url")),
        rank_absolute=rank(block.get("rank_absolute"), place),
        rank_group=rank(block.get("rank_group"), place),
        extra=_extra(element),
    )


def _price_and_source(row: dict[str, object]) -> tuple[str, str]:
    """The price text and the source's name as they were displayed; the host is never read from them."""
    label = text(row.get("domain"), 200)
    if found := _PRICE_AND_SHOP.match(label):
        return found[1].strip(), found[2].strip()
    return text(record(row.get("price")).get("displayed_price"), 100), label


def _snippet(row: dict[str, object]) -> str:
    parts = (text(row.get(name)) for name in ("pre_snippet", "description", "extended_snippet"))
    return " ".join(part for part in parts if part)


def _extra(row: dict[str, object]) -> dict[str, object]:
    kept = ((name, storable(row[name])) for name in EXTRAS if row.get(name))
    return {name: value for name, value in kept if value and len(str(value)) <= MAX_EXTRA}


def _first(rows: list[dict[str, object]], name: str, read: Callable[[object], str]) -> str:
    return next((url for row in rows if (url := read(row.get(name)))), "")


def _type_of(row: dict[str, object]) -> str:
    return text(row.get("type"), 100) or "untyped"
