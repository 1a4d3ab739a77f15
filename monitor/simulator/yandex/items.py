"""The pictures that Yandex finds: each with its page, its size and the text around it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from monitor.simulator.library import Original
from monitor.simulator.web import dice
from monitor.simulator.web.addresses import picture_url
from monitor.simulator.web.painting import size_of
from monitor.simulator.web.recipes import Shown
from monitor.simulator.web.world import Sight, sights

LONGEST_TITLE = 128
FURTHER_DOWN = 0.17  # a page's second picture, and its third
IMPROPER = 0.08  # for strict families
NO_FORMAT = 0.03


@lru_cache(maxsize=256)
def items_of(
    original: Original, hour: int, site: str = "", *, is_strict: bool = False
) -> Sequence[dict[str, str]]:
    """All items at an hour of the world, best first; `site` keeps one domain only. Nobody may change them."""
    found = [
        (sight.score - FURTHER_DOWN * number, _item(original, sight, shown))
        for sight in sights(original.sha256, hour)
        if sight.page.on_yandex and _is_on(site, sight.page.site.host)
        if not is_strict or dice.chance(sight.page.seed, "improper") >= IMPROPER
        for number, shown in enumerate(sight.page.pictures)
    ]
    return [item for _, item in sorted(found, key=_score, reverse=True)]


def _score(scored: tuple[float, dict[str, str]]) -> float:
    return scored[0]


def _is_on(site: str, host: str) -> bool:
    return not site or host.removeprefix("www.") == site.removeprefix("www.")


def _item(original: Original, sight: Sight, shown: Shown) -> dict[str, str]:
    page = sight.page
    width, height = size_of(shown.recipe, (original.width, original.height))
    item: dict[str, Any] = {
        "url": picture_url(page.site.host, original.sha256, shown),
        "format": "" if dice.chance(shown.seed, "format") < NO_FORMAT else "IMAGE_FORMAT_JPEG",
        "width": str(width),
        "height": str(height),
        "passage": f"{page.snippet()} " if dice.chance(page.seed, "passage") < 0.8 else "",
        "host": urlsplit(page.url).netloc,
        "pageTitle": sight.title[:LONGEST_TITLE],
        "pageUrl": page.url,
    }
    return {name: value for name, value in item.items() if value}
