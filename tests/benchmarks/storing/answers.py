"""Answers as engines give them: from run to run about 95 % repeat, and most pages that leave come back."""

from random import Random
from typing import Any

from monitor.providers.base import Answer, Item

LEAVES, COMES_BACK, IS_EDITED = 0.05, 0.6, 0.005
DOMAINS = 20_000
SLUGS = ["ceramic", "mug", "wave", "tidal", "blue", "studio", "gift", "shop", "review", "handmade", "tasse"]
WORDS = [*SLUGS, "новый", "кружка", "Größe"]


class Stream:
    """The answers to one target, one after the other; the same for the same number."""

    def __init__(self, number: int, size: int = 80) -> None:
        self._number, self._die = number, Random(number)
        self._made = 0
        self._shown = [self._new() for _ in range(size)]
        self._left: list[dict[str, Any]] = []

    def answer(self) -> Answer:
        """The next one."""
        self._move_on()
        return Answer(
            items=[
                Item(**page, rank_absolute=place, rank_group=place)
                for place, page in enumerate(self._shown, 1)
            ]
        )

    def _move_on(self) -> None:
        self._shown = [self._next(page) for page in self._shown]
        for place in self._die.sample(range(len(self._shown) - 1), len(self._shown) // 8):
            self._shown[place : place + 2] = self._shown[place : place + 2][::-1]

    def _next(self, page: dict[str, Any]) -> dict[str, Any]:
        if self._die.random() < LEAVES:
            returns = len(self._left) > 0 and self._die.random() < COMES_BACK
            other = self._left.pop(self._die.randrange(len(self._left))) if returns else self._new()
            self._left.append(page)
            return other
        return {**page, "title": self._words(8)} if self._die.random() < IS_EDITED else page

    def _new(self) -> dict[str, Any]:
        """A page on a site that is the rarer the higher its number."""
        self._made += 1
        site = int(self._die.paretovariate(0.9)) % DOMAINS
        name = "-".join(self._die.choices(SLUGS, k=3))
        return {
            "kind": "organic",
            "page_url": f"https://www.shop{site}.example/products/{name}-{self._number}-{self._made}",
            "title": self._words(8),
            "snippet": self._words(20),
            "image_url": f"https://encrypted-tbn0.gstatic.com/images?q=tbn:{self._die.randbytes(26).hex()}&s",
            "source_label": f"Shop {site}",
            "price": f"${self._die.randrange(5, 90)}.00",
            "extra": {"breadcrumb": f"https://www.shop{site}.example › products", "alt": self._words(5)},
        }

    def _words(self, n: int) -> str:
        return " ".join(self._die.choices(WORDS, k=n))
