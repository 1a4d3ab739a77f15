"""Watching images with a browser: by file, by drop, twice; and what cannot be watched."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import uploading
from tests.browser.photographs import new_picture
from tests.browser.visit import Visit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("app")]

TOO_LARGE = "This file is larger than the 25 MB we accept. Save it smaller and upload that copy."
ADDRESSES = ["http://127.0.0.1:5432/", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"]


def test_it_watches_a_dropped_picture(visit: Visit) -> None:
    visit.go(uploading.FORM)
    uploading.drop(visit, "bell_heather.jpg", new_picture())
    visit.says("bell_heather.jpg")
    uploading.watch(visit)
    assert uploading.image_id(visit)
    expect(visit.page.locator("h1")).to_have_text("Bell heather")


def test_it_opens_the_first_of_two_equal_pictures(visit: Visit) -> None:
    picture = new_picture()
    ids = set()
    for name in ("first.jpg", "second.jpg"):
        visit.go(uploading.FORM)
        uploading.choose(visit, uploading.jpeg(name, picture))
        uploading.watch(visit)
        ids.add(uploading.image_id(visit))
    assert len(ids) == 1
    visit.says("This picture is already watched, as “First”.")


def assert_refused(visit: Visit, n_before: int, field: str) -> str:
    """The form is there again with a sentence at the field, and nothing was added; the sentence."""
    wrong = visit.page.locator(".form-field.wrong", has=visit.page.locator(f"[name={field}]"))
    expect(wrong).to_be_visible()
    sentence = wrong.locator(".errorlist").inner_text()
    assert sentence.endswith(".")
    assert uploading.n_images(visit) == n_before
    return sentence


def test_it_refuses_a_text_that_is_called_a_picture(visit: Visit) -> None:
    visit.expected.add(422)
    n_before = uploading.n_images(visit)
    visit.go(uploading.FORM)
    uploading.choose(visit, uploading.jpeg("notes.jpg", b"These are notes, not a picture. " * 9))
    uploading.watch(visit)
    assert "picture" in assert_refused(visit, n_before, "pictures")


def test_it_refuses_thirty_megabytes(visit: Visit, tmp_path: Path) -> None:
    visit.expected.add(422)
    n_before = uploading.n_images(visit)
    large = tmp_path / "large.jpg"
    large.write_bytes(new_picture().ljust(30 * 1024 * 1024, b"\0"))
    visit.go(uploading.FORM)
    uploading.choose(visit, large)
    uploading.watch(visit)
    assert assert_refused(visit, n_before, "pictures") == TOO_LARGE


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_refuses_an_address_that_is_not_public(visit: Visit, address: str) -> None:
    visit.expected.add(422)
    n_before = uploading.n_images(visit)
    visit.go(uploading.FORM)
    visit.page.locator("[name=address]").fill(address)
    uploading.watch(visit)
    assert_refused(visit, n_before, "address")
    visit.go("/")
