"""An installation with a public address, and an internet that answers as a test wants."""

import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings

from monitor import safefetch
from monitor.pipeline.checkup.findings import Finding, State
from tests.safefetch.servers import Names, Reply, Server, Wires, authority, serving

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOST = "pictures.shop-a.com"
PUBLIC_URL = f"https://{HOST}"
Internet = Callable[[Mapping[str, Reply]], Server]


def set_env(settings: Settings, **fields: Any) -> None:
    """Changes what the environment gave."""
    settings.ENV = replace(settings.ENV, **fields)


def states(findings: Sequence[Finding]) -> dict[str, State]:
    """The state of each finding, by its name."""
    return {finding.name: finding.state for finding in findings}


@pytest.fixture
def public(settings: Settings) -> str:
    """The internet reaches this installation, encrypted; its PUBLIC_URL."""
    settings.PUBLIC_URL = PUBLIC_URL
    settings.IS_HTTPS = True
    set_env(settings, allowed_hosts=(HOST,))
    return PUBLIC_URL


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """Lets HOST answer with these replies by path, over TLS; every other name leads to the same place."""
    with ExitStack() as stack:

        def answer(replies: Mapping[str, Reply]) -> Server:
            server = stack.enter_context(serving(replies, secure=True))
            context = ssl.create_default_context()
            authority().configure_trust(context)
            fetcher = safefetch.Fetcher(resolve=Names(), connect=Wires(server.port), certificates=context)
            monkeypatch.setattr(safefetch, "_fetcher", fetcher)
            return server

        yield answer


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """HOST leads to an address of the inside."""
    names = Names(**{"pictures_shop-a_com": ["10.0.0.5"]})
    monkeypatch.setattr(safefetch, "_fetcher", safefetch.Fetcher(resolve=names))
