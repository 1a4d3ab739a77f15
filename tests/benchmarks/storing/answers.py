"""Answers as DataForSEO gives them: from run to run about 95 % repeat, and most pages that leave come back.

Each element has the members of the provider's own example, of which most are null, and about its length: 1,100
bytes.
"""

import json
from random import Random
from typing import Any

from monitor.providers.base import Answer
from monitor.providers.dataforseo.parse import parse

LEAVES, COMES_BACK, IS_EDITED = 0.05, 0.6, 0.005
DOMAINS = 20_000
SLUGS = ["ceramic", "mug", "wave", "tidal", "blue", "studio", "gift", "shop", "review", "handmade", "tasse"]
WORDS = [*SLUGS, "новый", "кружка", "Größe"]
# Members that are always there, and hardly ever say anything.
NULL = [
    *("xpath", "cache_url", "related_search_url", "breadcrumb", "website_name", "description", "pre_snippet"),
    *("extended_snippet", "rating", "price", "highlighted", "links", "faq", "extended_people_also_search"),
    *("about_this_result", "related_result", "timestamp", "rectangle"),
]
FALSE = ["is_video", "is_featured_snippet", "is_malicious", "is_web_story", "amp_version"]

Element = dict[str, Any]


class Stream:
    """The answers to one target, one after the other; the same for the same number."""

    def __init__(self, number: int, size: int = 80) -> None:
        self._number, self._die = number, Random(number)
        self._made = 0
        self._shown = [self._new() for _ in range(size)]
        self._left: list[Element] = []

    def elements(self) -> list[Element]:
        """Those of the next answer."""
        self._shown = [self._next(page) for page in self._shown]
        for place in self._die.sample(range(len(self._shown) - 1), len(self._shown) // 8):
            self._shown[place : place + 2] = self._shown[place : place + 2][::-1]
        return [{**page, "rank_group": n, "rank_absolute": n} for n, page in enumerate(self._shown, 1)]

    def answer(self) -> Answer:
        """The next one."""
        return answer_of(self.elements())

    def _next(self, page: Element) -> Element:
        if self._die.random() < LEAVES:
            returns = len(self._left) > 0 and self._die.random() < COMES_BACK
            other = self._left.pop(self._die.randrange(len(self._left))) if returns else self._new()
            self._left.append(page)
            return other
        return {**page, "title": self._title()} if self._die.random() < IS_EDITED else page

    def _new(self) -> Element:
        """A page on a site that is the rarer the higher its number; a third of them are offers with a price."""
        self._made += 1
        site = int(self._die.paretovariate(0.9)) % DOMAINS
        name = "-".join(self._die.choices(SLUGS, k=3))
        url = f"https://www.shop{site}.example/products/{name}-{self._number}-{self._made}"
        copy = f"https://encrypted-tbn0.gstatic.com/images?q=tbn:ANd9Gc{self._die.randbytes(23).hex()}&s"
        price = f"${self._die.randrange(5, 90)}.00* • " if self._die.random() < 1 / 3 else ""
        return {
            "type": "organic",
            "rank_group": 0,
            "rank_absolute": 0,
            "position": "left",
            "domain": f"{price}Shop {site}",
            "title": self._title(),
            "url": url,
            "is_image": True,
            "images": [{"type": "images_element", "alt": None, "url": url, "image_url": copy}],
            **dict.fromkeys(NULL),
            **dict.fromkeys(FALSE, False),
        }

    def _title(self) -> str:
        return " ".join(self._die.choices(WORDS, k=8))


def answer_of(elements: list[Element]) -> Answer:
    """The answer as the client of the provider reads it."""
    task = {"id": "1", "status_code": 20000, "status_message": "Ok.", "result": [{"items": elements}]}
    return parse(json.dumps({"status_code": 20000, "status_message": "Ok.", "tasks": [task]}).encode())
