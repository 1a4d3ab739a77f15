"""Who Halden is: the invented brand of the demo, its pictures and its habits."""

from dataclasses import dataclass
from pathlib import Path

IMAGES = Path(__file__).parent / "images"
EMAIL = "demo@example.com"
NAME = "Mara Keller"
WORKSPACE = "Halden"
TIME_ZONE = "Europe/London"
COUNTRY, LANGUAGE = "GB", "en"
OWN_DOMAINS = ["halden.example"]
CADENCE = "0 6 * * 1,4"
SLOTS = 24
BUDGET = 10


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of the brand and the collection that it belongs to."""

    file: str
    title: str
    collection: str

    def read(self) -> bytes:
        return (IMAGES / self.file).read_bytes()


PRODUCT, CAMPAIGN = "Product", "Autumn campaign"
PICTURES = (
    Picture(file="mug.jpg", title="Tidal mug, front", collection=PRODUCT),
    Picture(file="chair.jpg", title="Nord chair, studio", collection=PRODUCT),
    Picture(file="serum.jpg", title="Fjord serum, hero", collection=PRODUCT),
    Picture(file="watch.jpg", title="Meridian watch", collection=PRODUCT),
    Picture(file="pack.jpg", title="Ridge backpack", collection=PRODUCT),
    Picture(file="poster.jpg", title="Slow Summer key visual", collection=CAMPAIGN),
    Picture(file="lamp.jpg", title="Arc lamp, night", collection=CAMPAIGN),
    Picture(file="logo.jpg", title="Halden logo", collection=CAMPAIGN),
)
