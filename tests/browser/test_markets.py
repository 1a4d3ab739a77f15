"""The form of a collection: an exact place is found while one types, by keyboard, by mouse, or without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import Windows
from tests.browser.visit import Visit
from tests.system.running import until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("app")]

FORM = "/collections/new/"


def begin(visit: Visit, country: str, typed: str) -> None:
    """Opens the options of the first place, and types there; the list comes with the first tick."""
    visit.go(FORM)
    assert until(lambda: "Berlin" in visit.page.request.get("/places/locations/?q=berlin").text(), 120, 1)
    visit.page.get_by_label("Country").first.select_option(label=country)
    visit.page.get_by_text("More options").first.click()
    visit.page.get_by_label("Exact place").first.press_sequentially(typed)


def test_a_place_is_chosen_by_keyboard(visit: Visit) -> None:
    begin(visit, "Germany", "ber")
    field = visit.page.get_by_role("combobox", name="Exact place").first
    listed = visit.page.locator("[role=option]:visible")
    expect(listed.first).to_contain_text("Berlin, Germany")
    assert field.get_attribute("aria-expanded") == "true"
    expect(visit.page.get_by_role("status").filter(has_text="place")).to_have_count(1)
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") == listed.first.get_attribute("id")
    field.press("Enter")
    expect(field).to_have_value("Berlin, Germany")
    expect(field).to_be_focused()
    expect(listed).to_have_count(0)
    assert visit.page.url.endswith(FORM)  # Enter has sent nothing


def test_escape_closes_the_list_and_leaves_what_was_typed(visit: Visit) -> None:
    begin(visit, "Germany", "ber")
    field = visit.page.get_by_role("combobox", name="Exact place").first
    expect(visit.page.locator("[role=option]:visible").first).to_be_visible()
    field.press("Escape")
    expect(visit.page.locator("[role=option]:visible")).to_have_count(0)
    expect(field).to_have_value("ber")
    assert field.get_attribute("aria-expanded") == "false"


def test_a_place_is_chosen_by_mouse_and_only_of_the_country(visit: Visit) -> None:
    begin(visit, "United States", "ber")
    visit.says("No place of the country begins like this.")
    field = visit.page.get_by_role("combobox", name="Exact place").first
    field.fill("ala")
    visit.page.locator("[role=option]:visible", has_text="Alaska").click()
    expect(field).to_have_value("Alaska, United States")


def test_the_open_list_has_no_barriers(visit: Visit) -> None:
    begin(visit, "Germany", "ber")
    expect(visit.page.locator("[role=option]:visible").first).to_be_visible()
    visit.page.get_by_role("combobox", name="Exact place").first.press("ArrowDown")
    assert visit.flaws() == {}
    expect(visit.page.locator("[role=option]:visible").first).to_be_visible()


def test_without_scripts_the_field_takes_a_name(windows: Windows) -> None:
    with windows.new(has_scripts=False) as window, Visit(window, 422) as visit:
        begin(visit, "Germany", "Atlantis")
        visit.field("Name").fill("By name")
        visit.press("Make the collection")
        visit.says("There is no place of this name in the chosen country.")
        visit.page.get_by_label("Exact place").first.fill("berlin,germany")
        visit.press("Make the collection")
        visit.says("“By name” is made.")
        expect(visit.page.get_by_label("Exact place").first).to_have_value("Berlin, Germany")
