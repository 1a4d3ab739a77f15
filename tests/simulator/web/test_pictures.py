"""What picture hosts of the simulated web answer."""

import io
from urllib.parse import parse_qsl, urlsplit

import pytest
from PIL import Image

from monitor.simulator.library import Library
from monitor.simulator.state import State
from monitor.simulator.web import pictures
from monitor.simulator.web.addresses import picture_url, thumbnail_url
from monitor.simulator.web.pictures import Gallery
from monitor.simulator.web.recipes import Shown, Trouble
from monitor.simulator.wire import Request, Response
from tests.simulator.hosting import drawing


class Web:
    """A gallery with one original, asked by address."""

    def __init__(self) -> None:
        library = Library(State())
        original = library.add(drawing())
        assert original
        self.sha256 = original.sha256
        self._gallery = Gallery(library)

    def ask(self, url: str) -> Response:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        return self._gallery.answer(
            Request(method="GET", host=parts.hostname or "", path=parts.path, query=query)
        )

    def at_host(self, shown: Shown) -> Response:
        return self.ask(picture_url("loftly.example", self.sha256, shown))

    def at_google(self, shown: Shown) -> Response:
        return self.ask(thumbnail_url(self.sha256, shown))


def troubled(trouble: Trouble) -> Shown:
    pictures = (Shown(seed=seed, number=0, letter="e") for seed in range(5000))
    return next(picture for picture in pictures if picture.trouble == trouble)


def test_a_host_gives_the_large_picture_and_google_a_small_one() -> None:
    web, shown = Web(), troubled("")
    large, small = (
        Image.open(io.BytesIO(answer.body)) for answer in (web.at_host(shown), web.at_google(shown))
    )
    assert (max(large.size), max(small.size)) == (shown.recipe.side, 256)


@pytest.mark.parametrize(("trouble", "status"), [("gone", 404), ("forbidden", 403), ("page", 200)])
def test_a_host_refuses_or_shows_a_page_instead(trouble: Trouble, status: int) -> None:
    answer = Web().at_host(troubled(trouble))
    assert answer.status == status
    assert answer.content_type.startswith("text/html")


def test_google_keeps_what_a_host_refuses_but_not_what_is_gone() -> None:
    web = Web()
    assert web.at_google(troubled("forbidden")).content_type == "image/jpeg"
    assert web.at_google(troubled("page")).content_type == "image/jpeg"
    assert web.at_google(troubled("gone")).status == 404


def test_a_slow_host_answers_late(monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []
    monkeypatch.setattr(pictures, "sleep", naps.append)
    web, shown = Web(), troubled("slow")
    assert web.at_google(shown).status == web.at_host(shown).status == 200
    assert naps == [pictures.SLOW_SECONDS]
