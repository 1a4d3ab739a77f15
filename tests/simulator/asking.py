"""Short ways to ask the simulator through the project's own clients."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from monitor.providers.base import Answer, Item, Query
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.yandex import Yandex
from monitor.simulator.control import Control

MARKET = {"location_code": 2826, "language_code": "en"}


def google_query(url: str, tag: str = "t1", location: int = 2826) -> Query:
    """A question to Google."""
    return Query(tag=tag, settings={**MARKET, "location_code": location}, image_url=url)


def ask_google(client: DataForSEO, control: Control, url: str, tag: str = "t1") -> Answer:
    """Post, wait and collect."""
    (posted,) = client.post([google_query(url, tag)])
    control.advance(21)
    answer = client.collect(posted.remote_id).answer
    assert answer is not None
    return answer


def yandex_pages(client: Yandex, picture: bytes, tag: str = "y") -> Iterator[Answer]:
    """Every page up to and with the empty one, the later ones by id."""
    cbir_id = ""
    for page in range(20):
        query = Query(
            tag=f"{tag}.{page}", settings={}, image=b"" if cbir_id else picture, cbir_id=cbir_id, page=page
        )
        answer = client.search(query).answer
        assert answer is not None
        yield answer
        if not answer.items:
            return
        cbir_id = answer.cbir_id


def ask_yandex(client: Yandex, picture: bytes, tag: str = "y") -> list[Item]:
    """All items of a walk."""
    return [item for answer in yandex_pages(client, picture, tag) for item in answer.items]


def fetch(http: httpx.Client, url: str) -> httpx.Response:
    """A picture of the simulated web, from its host."""
    parts = urlsplit(url)
    return http.get(f"{parts.path}?{parts.query}", headers={"Host": parts.netloc})
