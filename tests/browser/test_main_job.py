"""The main job with real photographs: watch, run now, see the results come, take them away, be told what is new."""

import csv
import io
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import uploading
from tests.browser.photographs import photographs
from tests.browser.visit import Visit
from tests.system.running import first, until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("app")]

RESULTS_SECONDS = 30.0
MAIL_SECONDS = 60.0
# A run may find nothing new, look-alikes only, or a picture that is long in coming; so many in a row hardly do.
MOST_RUNS = 6


def run_now(visit: Visit) -> float:
    """Press the button and wait until the page says that the run has ended; seconds from one to the other."""
    visit.page.evaluate("window.isStillHere = false")
    began = time.monotonic()
    visit.page.get_by_role("button", name="Run now").first.click()
    visit.says("is under way.")
    visit.page.evaluate("window.isStillHere = true")
    expect(visit.page.get_by_text("has ended:")).to_be_visible(timeout=RESULTS_SECONDS * 1000)
    expect(visit.page.locator("#matches .match").first).to_be_visible(timeout=RESULTS_SECONDS * 1000)
    assert visit.page.evaluate("window.isStillHere")
    return time.monotonic() - began


def rows_of(visit: Visit, image: int) -> list[dict[str, str]]:
    """The CSV of an image's matches."""
    response = visit.page.context.request.get(f"/matches.csv?image={image}&show=all")
    assert response.ok
    return list(csv.DictReader(io.StringIO(response.body().decode("utf-8-sig"))))


def are_worth_a_mail(visit: Visit, image: int) -> bool | None:
    """Whether a copy is among the pages that are new; None while their pictures are looked at."""
    verdicts = {row["verdict"] for row in rows_of(visit, image) if row["known_at_start"] == "no"}
    if verdicts & {"exact", "modified"}:
        return True
    return None if "unchecked" in verdicts else False


def newest_mail(visit: Visit) -> str:
    """The address of the mail at the top of the list."""
    response = visit.page.context.request.get("/mail/")
    return first(r'href="(/mail/\d+/)"', response.text())


def watch_in_new_collection(visit: Visit, photograph: Path) -> int:
    """Upload it under the file's name, and ask for a mail after each run; the image's id."""
    collection = f"Collection of {photograph.stem}"
    visit.go(uploading.FORM)
    uploading.choose(visit, photograph)
    visit.page.locator("[name=title]").fill(photograph.stem)
    visit.page.locator("[name=new_collection]").fill(collection)
    uploading.watch(visit)
    image = uploading.image_id(visit)
    visit.go("/mail/settings/")
    visit.page.get_by_label(collection).select_option("After each run")
    visit.press("Save")
    visit.says("Your choices are saved.")
    visit.go(f"/images/{image}/")
    return image


def read_mail(visit: Visit, path: str, title: str) -> None:
    """The mail's page shows pairs of pictures, its text names the image and the addresses."""
    visit.go(path)
    expect(visit.page.locator(".match .pair img").first).to_be_visible()
    visit.page.get_by_role("link", name="Text version").click()
    visit.page.wait_for_url("**/body/")
    text = visit.page.locator("body").inner_text()
    assert title in text
    assert "Unsubscribe" in text or "unsubscribe" in text


@pytest.mark.parametrize("photograph", photographs(), ids=lambda path: path.stem)
def test_it_follows_a_photograph_to_the_mail(visit: Visit, photograph: Path) -> None:
    mail_before = newest_mail(visit)
    image = watch_in_new_collection(visit, photograph)
    seconds = run_now(visit)
    print(f"{photograph.name}: results on the page after {seconds:.1f} s")  # noqa: T201
    rows = rows_of(visit, image)
    assert len(rows) > 10
    assert {row["image"] for row in rows} == {photograph.stem}
    for _ in range(MOST_RUNS):
        run_now(visit)
        until(lambda: are_worth_a_mail(visit, image) is not None, MAIL_SECONDS, pause=1.0)
        is_told = are_worth_a_mail(visit, image) and until(
            lambda: newest_mail(visit) != mail_before, MAIL_SECONDS, pause=1.0
        )
        if is_told:
            break
    assert is_told
    read_mail(visit, newest_mail(visit), photograph.stem)
