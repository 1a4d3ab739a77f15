"""The small parts of pages."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import Context
from django.urls import path as at
from django.utils import timezone

from monitor.templatetags import ui

ICONS = Path(__file__).parents[2] / "static" / "icons.svg"
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    at("", page, name="overview"),
    at("images/", page, name="images"),
    at("images/new/", page, name="image-new"),
    at("runs/", page, name="runs"),
    at("collections/", page, name="collections"),
    at("more/", page, name="more"),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def context(path: str = "/", **cookies: str) -> Context:
    request = HttpRequest()
    request.path = path
    request.COOKIES.update(cookies)
    return Context({"request": request})


def text_of(html: str) -> str:
    return html.split(">")[1].split("<")[0]


def test_it_gives_the_chosen_theme_to_the_page() -> None:
    assert ui.theme(context(theme="dark")) == 'data-theme="dark"'


@pytest.mark.parametrize("cookie", ["", "blue", '"><script>'])
def test_it_follows_the_system_when_the_cookie_says_nothing_known(cookie: str) -> None:
    assert ui.theme(context(theme=cookie)) == ""


def test_it_needs_no_request_for_the_theme() -> None:
    assert ui.theme(Context({})) == ""


def test_it_configures_htmx_without_eval_and_shows_refused_forms() -> None:
    config = json.loads(ui.htmx_config())
    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False
    assert {"code": "422", "swap": True} in config["responseHandling"]


def test_it_hides_a_decorative_icon_from_assistive_technology() -> None:
    html = ui.icon("play")
    assert 'aria-hidden="true"' in html
    assert "icons.svg#play" in html


def test_it_speaks_a_labelled_icon_and_escapes_the_label() -> None:
    html = ui.icon("check", '"allowed"', "glyph")
    assert 'role="img" aria-label="&quot;allowed&quot;"' in html
    assert 'class="i glyph"' in html


def test_it_knows_every_icon_it_names() -> None:
    sprite = ICONS.read_text()
    named = {icon for _, icon in ui.CHIPS.values() if icon} | set(ui.MESSAGE_ICONS.values())
    assert not [name for name in named | {"info", "arrow-up", "arrow-down"} if f'id="{name}"' not in sprite]


@pytest.mark.parametrize(
    ("path", "mark"),
    [("/images/", 'aria-current="page"'), ("/images/7/", 'aria-current="true"'), ("/runs/", None)],
)
def test_it_marks_the_page_and_the_pages_beneath(path: str, mark: str | None) -> None:
    html = ui.nav_link(context(path), "images", "Watched images", "images")
    assert (mark in html) if mark else ("aria-current" not in html)


def test_it_does_not_mark_what_has_an_entry_of_its_own_beneath() -> None:
    entry = ("images", "Watched images", "images", "image-new")
    assert "aria-current" not in ui.nav_link(context("/images/new/"), *entry)
    assert 'aria-current="true"' in ui.nav_link(context("/images/1/"), *entry)


@pytest.mark.parametrize(
    "path", ["/mail/", "/mail/7/", "/mail/settings/", "/account/", "/team/", "/setup/", "/collections/new/"]
)
def test_it_marks_more_on_pages_without_a_tab(path: str) -> None:
    assert 'aria-current="true"' in ui.more_tab(context(path))


@pytest.mark.parametrize("path", ["/", "/images/", "/images/7/diff/", "/runs/7/"])
def test_it_marks_more_on_no_page_with_a_tab(path: str) -> None:
    assert "aria-current" not in ui.more_tab(context(path))


def test_it_marks_more_on_its_own_page() -> None:
    assert 'aria-current="page"' in ui.more_tab(context("/more/"))


def test_it_marks_the_overview_only_on_its_own_page() -> None:
    assert "aria-current" not in ui.nav_link(context("/images/"), "overview", "Overview", "images")
    assert 'aria-current="page"' in ui.nav_link(context("/"), "overview", "Overview", "images")


def test_it_shows_a_host_as_people_write_it() -> None:
    assert ui.host("xn--caf-dma.example") == "café.example"


def test_it_names_engines() -> None:
    assert ui.engine("google") == '<span class="eng g">Google</span>'
    assert ui.engine("yandex", "Y 9") == '<span class="eng y">Y 9</span>'


def test_it_escapes_the_words_of_a_chip() -> None:
    assert "&lt;b&gt;" in ui.chip("new", "<b>")
    assert 'class="chip"' in ui.chip("plain", "Product")
    assert "<svg" not in ui.chip("plain", "Product")


@pytest.mark.parametrize(("steps", "words"), [(7, "up </span>7"), (-2, "down </span>2"), (0, "no change")])
def test_it_tells_a_move_in_words(steps: int, words: str) -> None:
    assert words in ui.delta(steps)


def test_it_draws_progress_even_of_nothing() -> None:
    assert 'value="0" max="1"' in ui.progress(0, 0, "nothing to do")
    assert 'value="3" max="8" aria-label="3 of 8 searches done"' in ui.progress(3, 8, "3 of 8 searches done")


@pytest.mark.parametrize(
    ("value", "words"), [(0, "no matches"), (1, "1 match"), (2, "2 matches"), (1204, "1,204 matches")]
)
def test_it_counts_in_words(value: int, words: str) -> None:
    assert ui.count(value, "match,matches") == words


def test_it_separates_thousands() -> None:
    assert ui.number(1_234_567) == "1,234,567"


def test_it_lets_a_host_break_before_its_dots() -> None:
    assert ui.breakable("shop.<b>.example") == "shop<wbr>.&lt;b&gt;<wbr>.example"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Mara Keller", "MK"), ("Mara van der Keller", "MK"), ("mara@example.com", "M"), ("", "")],
)
def test_it_stands_for_a_person_with_two_letters(name: str, letters: str) -> None:
    assert ui.initials(name) == letters


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today 12:00"),
        (-1, "yesterday 12:00"),
        (1, "tomorrow 12:00"),
        (-9, "1 Mar, 12:00"),
        (-100, "30 Nov 2025, 12:00"),
    ],
)
def test_it_says_when(days: int, words: str) -> None:
    assert text_of(ui.when(NOON + timedelta(days=days))) == words


def test_it_says_when_in_the_zone_of_the_workspace() -> None:
    late = NOON.replace(hour=23)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        html = ui.when(late)
        assert text_of(html) == "tomorrow 08:00"
        assert 'datetime="2026-03-10T23:00:00+00:00"' in html
        assert "Wednesday 11 March 2026, 08:00 JST" in html


def test_it_says_the_day_alone() -> None:
    assert text_of(ui.day(NOON)) == "today"
    assert text_of(ui.day(NOON - timedelta(days=9))) == "1 Mar"


def test_it_says_never_for_no_moment() -> None:
    assert text_of(ui.when(None)) == "never"
    assert text_of(ui.day(None, "not yet")) == "not yet"


def test_it_gives_each_message_its_icon() -> None:
    assert ui.message_icon("error") == "circle-alert"
    assert ui.message_icon("debug") == "info"
