"""Found pictures: fetched once, kept small and by content; failures wait, then say why."""

import pytest
from pytest_django import Settings

from monitor import safefetch
from monitor.models import Picture
from monitor.pipeline import verifying
from tests.factories import a_jpeg

pytestmark = pytest.mark.django_db


class Web:
    """Stands for the internet behind safefetch: contents, or errors, by address."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answers: dict[str, bytes | safefetch.FetchError] = {}

    def fetch(self, url: str, *, max_bytes: int, deadline: float, simulator_url: str) -> safefetch.Fetched:
        self.asked.append((url, simulator_url))
        answer = self.answers[url]
        if isinstance(answer, safefetch.FetchError):
            raise answer
        return safefetch.Fetched(content=answer, url=url)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    made = Web()
    monkeypatch.setattr(safefetch, "fetch", made.fetch)
    return made


def a_picture(number: int = 1, *, is_simulated: bool = False) -> Picture:
    return Picture.objects.create(
        url_hash=f"00000000-0000-0000-0000-{number:012}",
        url=f"https://cdn.example.com/{number}.jpg",
        is_simulated=is_simulated,
    )


def hurry() -> None:
    """As after the wait."""
    Picture.objects.update(not_before="2026-01-01T00:00:00Z")


def test_it_is_fetched_once_and_kept_small(web: Web) -> None:
    picture = a_picture()
    web.answers[picture.url] = a_jpeg(3, side=900)
    assert (verifying.fetch_due(), verifying.fetch_due()) == (1, 0)
    picture.refresh_from_db()
    assert (picture.state, picture.error) == ("fetched", "")
    with picture.file.open("rb") as file:
        assert file.read(3) == b"\xff\xd8\xff"
    assert picture.file.name == f"pictures/{picture.sha256[:2]}/{picture.sha256}.jpg"


def test_the_same_content_is_kept_once(web: Web) -> None:
    pictures = [a_picture(1), a_picture(2)]
    web.answers = {picture.url: a_jpeg(3) for picture in pictures}
    verifying.fetch_due()
    assert len(set(Picture.objects.values_list("file", flat=True))) == 1


def test_only_simulated_pictures_may_reach_the_simulator(web: Web, settings: Settings) -> None:
    settings.SIMULATOR_URL = "http://127.0.0.1:9"
    for picture in (a_picture(1), a_picture(2, is_simulated=True)):
        web.answers[picture.url] = a_jpeg()
    verifying.fetch_due()
    assert sorted(web.asked) == [
        ("https://cdn.example.com/1.jpg", ""),
        ("https://cdn.example.com/2.jpg", "http://127.0.0.1:9"),
    ]


def test_a_final_refusal_says_why(web: Web) -> None:
    picture = a_picture()
    web.answers[picture.url] = safefetch.FetchError("The site does not have this picture.", permanent=True)
    verifying.fetch_due()
    picture.refresh_from_db()
    assert (picture.state, picture.error) == ("failed", "The site does not have this picture.")


def test_a_passing_trouble_is_tried_three_times(web: Web) -> None:
    picture = a_picture()
    web.answers[picture.url] = safefetch.FetchError("The site did not answer in time.", permanent=False)
    states = []
    for _ in range(4):
        hurry()
        verifying.fetch_due()
        picture.refresh_from_db()
        states.append(picture.state)
    assert states == ["pending", "pending", "failed", "failed"]
    assert len(web.asked) == 3


def test_what_is_no_picture_fails_with_a_sentence(web: Web) -> None:
    picture = a_picture()
    web.answers[picture.url] = b"<html>not a picture</html>"
    verifying.fetch_due()
    picture.refresh_from_db()
    assert picture.state == "failed"
    assert picture.error.endswith(".")


def test_a_claimed_picture_is_left_alone_until_its_lease_is_over(web: Web) -> None:
    picture = a_picture()
    web.answers[picture.url] = a_jpeg()
    verifying._claim(5)
    assert verifying.fetch_due() == 0
    hurry()
    assert verifying.fetch_due() == 1


def test_a_picture_that_breaks_its_fetcher_ends_as_failed(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the worker is killed each time: nothing is recorded, but each try was counted."""
    picture = a_picture()
    monkeypatch.setattr(verifying, "_look", lambda picture: 1 / 0)
    for _ in range(verifying.MAX_ATTEMPTS):
        hurry()
        with pytest.raises(ZeroDivisionError):
            verifying.fetch_due()
    hurry()
    assert verifying.fetch_due() == 0
    picture.refresh_from_db()
    assert (picture.state, picture.error) == ("failed", verifying.NEVER_FINISHED)
