"""Short ways to ask the simulator through the project's own clients."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from monitor.providers.base import Answer, Item, Query
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.yandex import Yandex
from monitor.simulator.control import Control

MARKET = {"location_code": 2826, "language_code": "en"}
AUTH = ("simulator", "simulator")
SEARCHES = "serp/google/search_by_image"
TASK_POST = f"{SEARCHES}/task_post"


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


def call(http: httpx.Client, path: str, body: object = None) -> Any:
    """What DataForSEO answers: a POST where there is a body, else a GET."""
    url = f"/v3/{path}"
    answer = http.get(url, auth=AUTH) if body is None else http.post(url, json=body, auth=AUTH)
    return answer.json()


def row_of(http: httpx.Client, path: str, body: object = None) -> dict[str, Any]:
    """The one task of an answer."""
    (row,) = call(http, path, body)["tasks"]
    assert isinstance(row, dict)
    return row


def post_tasks(http: httpx.Client, tags: Sequence[str], **fields: Any) -> list[dict[str, Any]]:
    """What becomes of tasks with these tags."""
    image = {"image_url": "https://images.example.org/a.jpg"}
    found = call(http, TASK_POST, [{**MARKET, **image, "tag": tag, **fields} for tag in tags])["tasks"]
    assert isinstance(found, list)
    return found


def listed_tags(http: httpx.Client, name: str) -> list[str]:
    """The tags on tasks_ready or tasks_fixed."""
    return [row["tag"] for row in row_of(http, f"{SEARCHES}/{name}")["result"] or []]


def listed_ids(http: httpx.Client) -> list[dict[str, Any]]:
    """The rows of id_list around the beginning of the tests' time."""
    hours = {"datetime_from": "2026-01-05 00:00:00 +00:00", "datetime_to": "2026-01-07 00:00:00 +00:00"}
    return row_of(http, "serp/id_list", [{**hours, "include_metadata": True}])["result"] or []
