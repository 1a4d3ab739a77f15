"""A running simulator, the project's own clients of it, and a host that it fetches the watched pictures from."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import httpx
import pytest

from monitor.providers.dataforseo import DataForSEO
from monitor.providers.yandex import Yandex
from monitor.simulator.control import Control
from monitor.simulator.server import Server, serve
from tests.simulator.hosting import Host, drawing

START = datetime(2026, 1, 5, 6, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(port=0) as running:
        yield running


@pytest.fixture
def control(server: Server) -> Iterator[Control]:
    with Control(server.url) as control:
        control.set_clock(START)
        yield control


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
def dataforseo(server: Server) -> Iterator[DataForSEO]:
    with closing(DataForSEO(login="simulator", password="simulator", url=server.url)) as client:
        yield client


@pytest.fixture
def yandex(server: Server) -> Iterator[Yandex]:
    with closing(Yandex(server.url, folder_id="simulator", api_key="sim-ok")) as client:
        yield client


@pytest.fixture
def picture() -> bytes:
    return drawing()


@pytest.fixture
def host(picture: bytes) -> Iterator[Host]:
    with Host({"/i/one.jpg": picture}) as host:
        yield host
