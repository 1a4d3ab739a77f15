"""Found pictures: fetched once, kept small and by content; failures wait, then say why."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from monitor import imaging, safefetch
from monitor.models import Picture
from monitor.pipeline.ingesting import ingest
from monitor.pipeline.verifying import claiming, fetching, recording
from monitor.providers.base import Answer
from tests.factories import a_jpeg, an_item, make_search, make_target
from tests.pipeline.verifying.web import Web, hurry, look

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 2, 5, tzinfo=UTC)


def a_picture(number: int = 1, *, is_simulated: bool = False) -> Picture:
    picture = Picture.objects.create(
        url_hash=f"00000000-0000-0000-0000-{number:012}",
        url=f"https://cdn{number}.example.com/{number}.jpg",
        is_simulated=is_simulated,
    )
    return Picture.objects.get(pk=picture.pk)


def test_it_is_fetched_once_and_kept_small(web: Web) -> None:
    picture = a_picture()
    web.answers[picture.url] = a_jpeg(3, side=900)
    assert (look(), look()) == (1, 0)
    picture.refresh_from_db()
    assert (picture.state, picture.error) == ("fetched", "")
    with picture.file.open("rb") as file:
        assert file.read(3) == b"\xff\xd8\xff"
    assert picture.file.name == f"pictures/{picture.sha256[:2]}/{picture.sha256}.jpg"


def test_a_picture_written_into_its_address_is_kept_without_asking_anybody() -> None:
    url = "data:image/jpeg;base64," + base64.b64encode(a_jpeg(3)).decode()
    ingest(make_search(make_target()).pk, [Answer(items=[an_item("https://a.example/p", image_url=url)])], AT)
    look()
    assert Picture.objects.get().state == Picture.State.FETCHED


def test_the_same_content_is_kept_once(web: Web) -> None:
    pictures = [a_picture(1), a_picture(2)]
    web.answers = {picture.url: a_jpeg(3) for picture in pictures}
    look()
    assert len(set(Picture.objects.values_list("file", flat=True))) == 1


def test_only_simulated_pictures_may_reach_the_simulator(web: Web, settings: Settings) -> None:
    settings.SIMULATOR_URL = "http://127.0.0.1:9"
    for picture in (a_picture(1), a_picture(2, is_simulated=True)):
        web.answers[picture.url] = a_jpeg()
    look()
    assert sorted(web.asked) == [
        ("https://cdn1.example.com/1.jpg", ""),
        ("https://cdn2.example.com/2.jpg", "http://127.0.0.1:9"),
    ]


def test_it_says_where_we_can_be_asked(web: Web, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://whereabouts.example.com"
    web.answers[a_picture().url] = a_jpeg()
    look()
    assert web.contacts == {"https://whereabouts.example.com"}


def test_a_final_refusal_says_why(web: Web) -> None:
    picture = a_picture()
    web.answers[picture.url] = safefetch.FetchError("The site does not have this picture.", permanent=True)
    look()
    picture.refresh_from_db()
    assert (picture.state, picture.error) == ("failed", "The site does not have this picture.")


def test_a_passing_trouble_is_tried_three_times(web: Web) -> None:
    picture = a_picture()
    web.answers[picture.url] = safefetch.FetchError("The site did not answer in time.", permanent=False)
    states = []
    for _ in range(4):
        hurry()
        look()
        picture.refresh_from_db()
        states.append(picture.state)
    assert states == ["pending", "pending", "failed", "failed"]
    assert len(web.asked) == 3


def test_what_is_no_picture_fails_with_a_sentence(web: Web) -> None:
    picture = a_picture()
    web.answers[picture.url] = b"<html>not a picture</html>"
    look()
    picture.refresh_from_db()
    assert picture.state == "failed"
    assert picture.error.endswith(".")


def test_a_claimed_picture_is_left_alone_until_its_lease_is_over(web: Web) -> None:
    picture = a_picture()
    web.answers[picture.url] = a_jpeg()
    claiming.Ring().claim(free=5, in_turn=5)
    assert look() == 0
    hurry()
    assert look() == 1


def test_an_address_that_breaks_us_takes_no_other_along(web: Web) -> None:
    odd, plain = a_picture(1), a_picture(2)
    web.answers[plain.url] = a_jpeg()  # the odd one raises KeyError
    for _ in range(claiming.MAX_ATTEMPTS):
        hurry()
        look()
    for picture in (odd, plain):
        picture.refresh_from_db()
    assert (odd.state, odd.error) == ("failed", fetching.OUR_FAULT)
    assert plain.state == "fetched"


def test_a_picture_over_which_processes_die_ends_as_failed(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is recorded, but each try was counted; in the end each is tried alone, which saves the innocent."""
    poison, innocent = a_picture(1), a_picture(2)
    web.answers = {poison.url: b"poison", innocent.url: a_jpeg()}
    real = imaging.thumbnail

    def deadly(content: bytes) -> bytes:
        if content == b"poison":
            raise KeyboardInterrupt
        return real(content)

    monkeypatch.setattr(imaging, "thumbnail", deadly)
    for _ in range(claiming.MAX_UNFINISHED):
        hurry()
        with pytest.raises(KeyboardInterrupt):
            look()
    hurry()
    look()
    for picture in (poison, innocent):
        picture.refresh_from_db()
    assert (poison.state, poison.error) == ("failed", claiming.NEVER_FINISHED)
    assert innocent.state == "fetched"


def test_half_a_copy_that_a_kill_left_is_replaced(web: Web) -> None:
    pending = a_picture()
    web.answers[pending.url] = a_jpeg(51)
    small = imaging.thumbnail(a_jpeg(51))
    sha256 = hashlib.sha256(small).hexdigest()
    name = default_storage.save(f"pictures/{sha256[:2]}/{sha256}.jpg", ContentFile(small[:99]))
    look()
    pending.refresh_from_db()
    assert pending.file.name == name
    with pending.file.open("rb") as file:
        assert file.read() == small


def test_a_full_disk_costs_no_picture_its_attempts(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    pending = a_picture()
    web.answers[pending.url] = a_jpeg(52)

    def no_space(copy: recording.Copy) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(recording, "_store", no_space)
        for _ in range(claiming.MAX_UNFINISHED + 1):
            look()
            hurry()
    pending.refresh_from_db()
    assert (pending.state, pending.attempts, pending.error) == ("pending", 0, recording.NOT_STORED)
    look()
    pending.refresh_from_db()
    assert (pending.state, pending.error) == ("fetched", "")
