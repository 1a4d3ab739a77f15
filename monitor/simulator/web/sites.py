"""The sites of the simulated web; every host ends in .example, a name that no real site can have."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["shop", "market", "blog", "pins", "prints", "forum"]

HOME = "halden.example"


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site: its host (ASCII form), the name it shows, what it is, the language and currency it uses."""

    host: str
    name: str
    kind: Kind
    language: str
    currency: str

    @property
    def has_prices(self) -> bool:
        """Whether its pages sell something."""
        return self.kind in ("shop", "market", "prints")


# Host, shown name, kind, language; a name with accents or Cyrillic letters becomes its punycode form.
_ROWS: tuple[tuple[str, str, Kind, str], ...] = (
    ("www.pinmood.example", "Pinmood", "pins", "en"),
    ("homeglow.example", "Homeglow", "shop", "en"),
    ("dealbarn.example", "Dealbarn", "market", "en"),
    ("www.bazaar.example", "Bazaar", "market", "en"),
    ("wohn-welt.example", "Wohn-Welt", "shop", "de"),
    ("yarmarka.example", "Ярмарка", "market", "ru"),
    ("gift-lists.example", "Gift Lists", "blog", "en"),
    ("reseller-hub.example", "Reseller Hub", "market", "en"),
    ("slow-journal.example", "Slow Journal", "blog", "en"),
    ("loftly.example", "Loftly", "shop", "en"),
    ("www.sitwell.example", "Sitwell", "shop", "gb"),
    ("zines.example", "Zines", "prints", "en"),
    ("wallart.example", "Wallart", "prints", "en"),
    ("printhaus.example", "Printhaus", "prints", "de"),
    ("interiors.example", "Interiors", "blog", "gb"),
    ("mono-beauty.example", "Mono Beauty", "shop", "en"),
    ("parfum24.example", "Parfum24", "shop", "de"),
    ("kladovka.example", "Кладовка", "shop", "ru"),
    ("uyutny-dom.example", "Уютный дом", "blog", "ru"),
    ("masterskaya.example", "Мастерская", "market", "ru"),
    ("vitrina.example", "Vitrina", "shop", "it"),
    ("belle-maison.example", "Belle Maison", "shop", "fr"),
    ("brocante-vide.example", "Brocante & Vide-grenier", "market", "fr"),
    ("cote-deco.example", "Côté déco", "blog", "fr"),
    ("wohnträume.example", "Wohnträume", "blog", "de"),
    ("schöner-kauf.example", "Schöner Kauf", "shop", "de"),
    ("café-objet.example", "Café Objet", "shop", "fr"),
    ("находки.example", "Находки", "pins", "ru"),
    ("boardly.example", "Boardly", "pins", "en"),
    ("swatchbook.example", "Swatchbook", "pins", "en"),
    ("northfold.example", "Northfold", "shop", "gb"),
    ("tinroof.example", "Tin Roof", "shop", "en"),
    ("oakandpaper.example", "Oak & Paper", "shop", "en"),
    ("kleinanzeiger.example", "Kleinanzeiger", "market", "de"),
    ("secondround.example", "Second Round", "market", "gb"),
    ("flipmarkt.example", "Flipmarkt", "market", "de"),
    ("pricehawk.example", "Pricehawk", "market", "en"),
    ("bulkbuy.example", "Bulkbuy", "market", "en"),
    ("dropcrate.example", "Dropcrate", "market", "en"),
    ("lavka.example", "Лавка", "shop", "ru"),
    ("stilvoll.example", "Stilvoll", "blog", "de"),
    ("morning-edit.example", "The Morning Edit", "blog", "gb"),
    ("roomnotes.example", "Room Notes", "blog", "en"),
    ("the-makers.example", "The Makers", "blog", "gb"),
    ("casa-viva.example", "Casa Viva", "blog", "it"),
    ("oggetti.example", "Oggetti", "shop", "it"),
    ("ruhepunkt.example", "Ruhepunkt", "shop", "de"),
    ("canvasfox.example", "Canvasfox", "prints", "en"),
    ("posterloft.example", "Posterloft", "prints", "gb"),
    ("stockpile.example", "Stockpile", "prints", "en"),
    ("freebackdrops.example", "Free Backdrops", "prints", "en"),
    ("threadly.example", "Threadly", "forum", "en"),
    ("collectors-corner.example", "Collectors’ Corner", "forum", "gb"),
    ("sammlerforum.example", "Sammlerforum", "forum", "de"),
    ("obsuzhdaem.example", "Обсуждаем", "forum", "ru"),
    ("daily-finds.example", "Daily Finds", "blog", "en"),
    ("trendspotter.example", "Trendspotter", "blog", "en"),
    ("clickshelf.example", "Clickshelf", "shop", "en"),
    ("giftgoose.example", "Gift Goose", "shop", "gb"),
    ("mood-archive.example", "Mood Archive", "pins", "en"),
    ("lookbook-daily.example", "Lookbook Daily", "pins", "gb"),
    ("outletnord.example", "Outlet Nord", "shop", "de"),
)
_CURRENCIES = {"en": "$", "gb": "£", "ru": "₽"}


def _site(host: str, name: str, kind: Kind, language: str) -> Site:
    return Site(
        host=host.encode("idna").decode(),
        name=name,
        kind=kind,
        language="en" if language == "gb" else language,
        currency=_CURRENCIES.get(language, "€"),
    )


POOL = tuple(_site(*row) for row in _ROWS)
OWN = _site(HOME, "Halden", "shop", "gb")
