"""Both engines over one simulated web: what they share, its pictures, and a restless one."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import httpx
import pytest
from PIL import Image

from monitor.providers.dataforseo import DataForSEO
from monitor.providers.yandex import Yandex
from monitor.safefetch import fetch as fetch_safely
from monitor.simulator.control import Control
from monitor.simulator.searches import DAY, Searches
from monitor.simulator.server import Server
from monitor.simulator.settings import Dials
from monitor.simulator.state import State
from monitor.weblinks import picture_identity
from tests.simulator.asking import ask_google, ask_yandex, fetch
from tests.simulator.conftest import START
from tests.simulator.hosting import Host


@pytest.fixture
def google_items(dataforseo: DataForSEO, control: Control, host: Host) -> Iterator[list[str]]:
    answer = ask_google(dataforseo, control, f"{host.url}/i/one.jpg")
    yield [item.image_url for item in answer.items]


def test_it_shows_both_engines_the_same_web(
    dataforseo: DataForSEO, yandex: Yandex, control: Control, host: Host, picture: bytes
) -> None:
    google = {item.page_url: item for item in ask_google(dataforseo, control, f"{host.url}/i/one.jpg").items}
    found = {item.page_url: item for item in ask_yandex(yandex, picture)}
    shared = google.keys() & found.keys()
    assert 0.3 < len(shared) / len(google.keys() | found.keys()) < 0.9
    assert google.keys() - found.keys()
    assert found.keys() - google.keys()
    assert any("halden.example" in url for url in shared)
    for url in shared:
        if google[url].kind == "organic":
            assert google[url].title == found[url].title


def test_it_answers_the_same_at_the_same_time(
    dataforseo: DataForSEO, yandex: Yandex, control: Control, host: Host, picture: bytes
) -> None:
    first = ask_google(dataforseo, control, f"{host.url}/i/one.jpg", "a"), ask_yandex(yandex, picture, "a")
    control.set_clock(START + timedelta(days=50))
    later = ask_google(dataforseo, control, f"{host.url}/i/one.jpg", "b"), ask_yandex(yandex, picture, "b")
    control.set_clock(START)
    again = ask_google(dataforseo, control, f"{host.url}/i/one.jpg", "c"), ask_yandex(yandex, picture, "c")
    assert first[0].items == again[0].items != later[0].items
    assert first[1] == again[1] != later[1]


def test_it_serves_the_pictures_of_the_pages(
    yandex: Yandex, http: httpx.Client, control: Control, picture: bytes
) -> None:
    items = ask_yandex(yandex, picture)
    statuses: Counter[int] = Counter()
    for item in items:
        answer = fetch(http, item.image_url)
        is_picture = answer.headers["content-type"] == "image/jpeg"
        statuses[answer.status_code if is_picture else -answer.status_code] += 1
        assert is_picture == (control.truth(item.image_url) != "none")
        if is_picture:
            assert Image.open(BytesIO(answer.content)).size == (item.width, item.height)
            assert fetch(http, item.image_url).content == answer.content
    assert set(statuses) <= {200, -200, -403, -404}
    assert statuses[200] > 0.85 * len(items)


def test_it_serves_googles_thumbnails(http: httpx.Client, google_items: list[str]) -> None:
    for url in google_items[:10]:
        assert picture_identity(url).startswith("tbn:")
        answer = fetch(http, url)
        if answer.status_code == 200:
            assert max(Image.open(BytesIO(answer.content)).size) <= 256
    assert fetch(http, google_items[0] + "x").status_code == 404


def test_it_is_reached_by_the_safe_fetcher(
    server: Server, yandex: Yandex, control: Control, picture: bytes
) -> None:
    url = next(i.image_url for i in ask_yandex(yandex, picture) if "halden" in i.image_url)
    fetched = fetch_safely(url, max_bytes=1_000_000, simulator_url=server.url)
    assert Image.open(BytesIO(fetched.content)).format == "JPEG"


def test_it_knows_no_other_pictures(http: httpx.Client, control: Control) -> None:
    assert fetch(http, "https://halden.example/media/none.jpg").status_code == 404
    name = "0" * 16 + "1" * 16 + "0e"
    assert fetch(http, f"https://halden.example/media/{name}.jpg").status_code == 404


def searches_of(*, restless: bool) -> Searches:
    state = State()
    return Searches(state, Dials(state), restless=restless)


def test_it_stays_in_the_present_unless_restless() -> None:
    searches = searches_of(restless=False)
    assert [searches.world_at("google", "a", 1000.0) for _ in range(3)] == [1000.0] * 3


def test_it_moves_on_with_each_search_of_a_day_when_restless() -> None:
    searches = searches_of(restless=True)
    assert searches.world_at("google", "a", 0.0) == 0
    assert searches.world_at("google", "a", 60.0) == 60 + DAY
    assert searches.world_at("google", "a", 120.0) == 60 + 2 * DAY
    assert searches.world_at("google", "b", 120.0) == 120
    assert searches.world_at("yandex", "a", 120.0) == 120


def test_it_never_goes_back_when_restless() -> None:
    searches = searches_of(restless=True)
    for second in range(10):
        seen = searches.world_at("google", "a", float(second))
    assert searches.world_at("google", "a", 2.0 * DAY) == seen
    assert searches.world_at("google", "a", 10.0 * DAY) == 10 * DAY


def test_it_forgets_the_future_when_its_clock_is_set_back() -> None:
    searches = searches_of(restless=True)
    searches.world_at("google", "a", 50.0 * DAY)
    assert searches.world_at("google", "a", 1.0 * DAY) == DAY
