"""What Google Search By Image answers, in DataForSEO's form: blocks of pictures among organic rows."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any
from urllib.parse import quote

from monitor.simulator.dataforseo.fields import LOCATION
from monitor.simulator.web import dice
from monitor.simulator.web.addresses import thumbnail_url
from monitor.simulator.web.titles import BLOCK_TITLES
from monitor.simulator.web.world import WINDOW, Sight, sights
from monitor.simulator.wire import Written

BLOCKS = 2
SECOND_BLOCK_AT = 12  # rows before it
OVERLOOKED = 2  # rows that a repair adds
ODD_ROW = 0.08  # how often a row of another kind is among them
_EMPTY = (
    "cache_url", "related_search_url", "breadcrumb", "website_name", "description", "pre_snippet",
    "extended_snippet", "rating", "price", "highlighted", "links", "faq", "extended_people_also_search",
    "about_this_result", "related_result", "timestamp", "rectangle",
)  # fmt: skip
_FLAGS = ("is_image", "is_video", "is_featured_snippet", "is_malicious", "is_web_story", "amp_version")
Item = dict[str, Any]


def result(
    sha256: str,
    hour: int,
    fields: Mapping[str, Any],
    *,
    when: str,
    share: float = 1.0,
    is_fixed: bool = False,
) -> Item:
    """The result of a finished task; `hour` of the world, `when` it was done as DataForSEO writes it.

    `share` is how many of its rows are there. A repaired one has rows that were overlooked at first.
    """
    ranked = _ranked(sha256, hour, _market(fields), is_fixed=is_fixed)
    items = ranked[: int(len(ranked) * share)]
    url, language = fields["image_url"], fields.get("language_code")
    return {
        "image_url": url,
        "keyword": None,
        "type": "search_by_image",
        "se_domain": fields.get("se_domain", "lens.google.com"),
        "location_code": fields.get("location_code"),
        "language_code": language,
        "check_url": f"https://lens.google.com/uploadbyurl?url={quote(url, safe='')}&hl={language or 'en'}",
        "datetime": when,
        "spell": None,
        "refinement_chips": None,
        "item_types": sorted({kind for kind, _ in items}),
        "se_results_count": 0,
        "items_count": len(items),
        "items": Written(f"[{', '.join(text for _, text in items)}]") if items else None,
    }


def _market(fields: Mapping[str, Any]) -> object:
    return next((fields[name] for name in LOCATION if fields.get(name)), None)


@lru_cache(maxsize=1024)
def _ranked(sha256: str, hour: int, market: object, *, is_fixed: bool) -> Sequence[tuple[str, str]]:
    """All rows with their ranks over all and within their kind: the kind of each, and the row as JSON."""
    groups: dict[str, Iterator[int]] = {}
    found = []
    for rank, item in enumerate(_rows(sha256, hour, market, OVERLOOKED if is_fixed else 0), start=1):
        group = groups.setdefault(item["type"], count(1))
        row = {"type": item["type"], "rank_group": next(group), "rank_absolute": rank} | item
        found.append((item["type"], json.dumps(row, ensure_ascii=False)))
    return found


def _rows(sha256: str, hour: int, market: object, overlooked: int) -> Iterator[Item]:
    everywhere = sights(sha256, hour)
    seen = [sight for sight in everywhere if sight.page.on_google and sight.page.is_known_in(market)]
    blocks = [[s for s in seen if s.page.is_in_block and s.page.seed % BLOCKS == n] for n in range(BLOCKS)]
    yield from _block(sha256, 0, blocks[0])
    for place, sight in enumerate(s for s in seen if not s.page.is_in_block):
        if place == SECOND_BLOCK_AT:
            yield from _block(sha256, 1, blocks[1])
        yield _organic(sha256, sight)
    for sight in [sight for sight in everywhere if not sight.page.on_google][:overlooked]:
        yield _organic(sha256, sight)
    if dice.chance(sha256, hour // WINDOW, "odd row") < ODD_ROW:
        yield {"type": "related_searches", "position": "left", "xpath": None, "title": "People also look for"}


def _organic(sha256: str, sight: Sight) -> Item:
    page = sight.page
    element = {
        "type": "images_element",
        "alt": None,
        "url": page.url,
        "image_url": thumbnail_url(sha256, page.picture),
    }
    row: Item = {
        "type": "organic",
        "position": "left",
        "xpath": None,
        "domain": _label(sight),
        "title": sight.title,
        "url": page.url,
        **dict.fromkeys(_EMPTY),
        **dict.fromkeys(_FLAGS, False),
    }
    says_something = dice.chance(page.seed, "description") < 0.4
    described = {"description": page.snippet()} if says_something else {}
    return row | described | {"is_image": True, "images": [element]}


def _label(sight: Sight) -> str:
    """The display text that stands where the host is expected."""
    site = sight.page.site
    return f"{sight.price}* • {site.name}" if sight.price else site.host.removeprefix("www.")


def _block(sha256: str, number: int, seen: list[Sight]) -> Iterator[Item]:
    if not seen:
        return
    title = BLOCK_TITLES[(dice.number(sha256, "block") + number) % len(BLOCK_TITLES)]
    elements = [
        {
            "type": "images_element",
            "alt": f"Image #{place} for {title}",
            "url": sight.page.url,
            "image_url": thumbnail_url(sha256, sight.page.picture),
        }
        for place, sight in enumerate(seen, start=1)
    ]
    yield {
        "type": "images",
        "position": "left",
        "xpath": None,
        "title": title,
        "url": None,
        "items": elements,
        "related_image_searches": None,
        "rectangle": None,
    }
