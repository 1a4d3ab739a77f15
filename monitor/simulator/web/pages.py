"""One page of the simulated web: its address, where it can be found, and how its wording changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.simulator.web import dice
from monitor.simulator.web.recipes import Shown, shown
from monitor.simulator.web.sites import OWN, Kind, Site
from monitor.simulator.web.titles import OWN_PAGES, snippet_of, title_of

DAY = 24
BOTH, ONE = 0.5, 0.75  # below BOTH both engines know it, below ONE only Google, else only Yandex
UNKNOWN_IN_MARKET = 0.06
EDITED, REPRICED = 0.2, 0.3
NEVER = 10**9

_PATHS: Mapping[Kind, Sequence[str]] = {
    "shop": ("/products/{slug}-{n}", "/p/{n}?variant={m}", "/{slug}/{n}.html", "/shop/{slug}?id={n}"),
    "market": ("/item/{n}", "/listing/{n}/{slug}", "/offers/{slug}/{n}"),
    "blog": ("/2025/{mm}/{slug}/", "/journal/{slug}-{n}", "/{slug}?post={n}"),
    "pins": ("/pin/{n}{m}/", "/boards/{slug}/{n}"),
    "prints": ("/print/{n}/{slug}", "/download/{slug}-{n}"),
    "forum": ("/t/{slug}/{n}", "/viewtopic.php?t={n}&start={m}"),
}
_SLUGS = (
    "new-arrivals", "gift-guide", "small-things", "shelf-ideas", "weekend-finds", "slow-living", "under-30",
    "best-of-the-week", "calm-tones", "makers-choice", "%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%BA%D0%B8", "id%C3%A9es",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page: `score` decides its rank, `pictures` what it shows, `seed` everything else."""

    seed: int
    site: Site
    url: str
    score: float
    period: float
    phase: float
    on_google: bool
    on_yandex: bool
    pictures: tuple[Shown, ...]
    own_title: str = ""

    @property
    def picture(self) -> Shown:
        """Its main picture."""
        return self.pictures[0]

    @property
    def is_in_block(self) -> bool:
        """Whether Google shows it inside a block of pictures."""
        return self.site is not OWN and dice.chance(self.seed, "block") < 0.22

    def is_known_in(self, market: object) -> bool:
        """Whether Google shows it to people in a country."""
        return self.site is OWN or dice.chance(self.seed, market) >= UNKNOWN_IN_MARKET

    def title(self, hour: int) -> str:
        """Its title, which some pages change every few weeks."""
        return self.own_title or title_of(self.site, self.seed % 1000 + self._edition(hour, "title", EDITED))

    def snippet(self) -> str:
        """A sentence from it."""
        return snippet_of(self.site, self.seed >> 8)

    def price(self, hour: int) -> str:
        """The price it shows, or ""."""
        if self.own_title or not self.site.has_prices or dice.chance(self.seed, "priced") < 0.3:
            return ""
        edition = self._edition(hour, "price", REPRICED)
        amount = (8 + 140 * dice.chance(self.seed, "amount") ** 2) * (
            0.8 + 0.4 * dice.chance(self.seed, edition)
        )
        if self.site.currency == "₽":
            return f"RUB {round(amount * 90, -1):,.2f}"
        return f"{self.site.currency}{amount:.2f}"

    def _edition(self, hour: int, what: str, share: float) -> int:
        """How often something has changed up to an hour; always the same for pages that never change it."""
        if dice.chance(self.seed, what) >= share:
            return 0
        period = int(DAY * (20 + 50 * dice.chance(self.seed, what, "period")))
        return (hour + self.seed % period) // period


def new_page(seed: int, site: Site, *, number: int) -> Page:
    """The page that belongs to a seed; `number` tells the pages of the brand's own site apart."""
    is_own = site is OWN
    own_path, own_title = OWN_PAGES[number % len(OWN_PAGES)] if is_own else ("", "")
    engines = 0.0 if is_own else dice.chance(seed, "engines")
    return Page(
        seed=seed,
        site=site,
        url=f"https://{site.host}{own_path or _path(seed, site)}",
        score=0.97 - 0.04 * number if is_own else 0.04 + 0.9 * dice.chance(seed, "score"),
        period=300 + 900 * dice.chance(seed, "period"),
        phase=dice.chance(seed, "phase"),
        on_google=engines < ONE,
        on_yandex=engines < BOTH or engines >= ONE,
        pictures=tuple(shown(seed, n, is_own=is_own) for n in range(_pictures(seed))),
        own_title=own_title,
    )


def _path(seed: int, site: Site) -> str:
    random = dice.roll(seed, "path")
    return random.choice(_PATHS[site.kind]).format(
        slug=random.choice(_SLUGS),
        n=random.randrange(10_000, 10_000_000),
        m=random.randrange(100, 1000),
        mm=f"{random.randint(1, 12):02}",
    )


def _pictures(seed: int) -> int:
    return dice.pick((1, 1, 1, 1, 1, 1, 1, 2, 2, 3), seed, "pictures")
