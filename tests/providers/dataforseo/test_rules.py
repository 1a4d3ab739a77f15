"""The rules for a task: each documented limit holds at its edges."""

from dataclasses import replace

import pytest

from monitor.providers.base import Query
from monitor.providers.dataforseo import rules

SOUND = Query(
    tag="t", settings={"location_code": 2840, "language_code": "en"}, image_url="https://images.test/1.jpg"
)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"max_crawl_pages": 1},
        {"max_crawl_pages": 100},
        {"se_domain": "google.co.uk"},
        {"se_domain": "lens.google.com"},
        {"search_param": "gl=us&tbs=qdr:m"},
        {"location_code": "", "location_name": "London,England,United Kingdom"},
        {"location_code": None, "location_coordinate": "53.4762251,-2.2435720,199.9"},
        {"location_code": None, "location_coordinate": "-90,180,199999"},
        {"language_code": "zh-CN"},
        {"language_code": "", "language_name": "Chinese (Simplified)"},
        {"pages": 3, "family_mode": "strict"},
    ],
)
def test_it_takes_what_the_documentation_allows(settings: dict[str, object]) -> None:
    assert rules.flaw(replace(SOUND, settings={**SOUND.settings, **settings})) == ""


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"location_code": None}, rules.ONE_PLACE),
        ({"location_name": "Berlin,Germany"}, rules.ONE_PLACE),
        ({"language_code": ""}, rules.ONE_LANGUAGE),
        ({"language_name": "English"}, rules.ONE_LANGUAGE),
        ({"location_code": "Berlin"}, rules.BAD_CODE),
        ({"location_code": 0}, rules.BAD_CODE),
        ({"language_code": "English"}, rules.BAD_LANGUAGE),
        ({"max_crawl_pages": 0}, rules.BAD_PAGES),
        ({"max_crawl_pages": 101}, rules.BAD_PAGES),
        ({"max_crawl_pages": "many"}, rules.BAD_PAGES),
        ({"se_domain": "https://google.de"}, rules.BAD_DOMAIN),
        ({"se_domain": "bing.com"}, rules.BAD_DOMAIN),
        ({"search_param": "a b"}, rules.BAD_PARAM),
        ({"search_param": "x" * 256}, rules.BAD_PARAM),
        ({"search_param": "q=ä"}, rules.BAD_PARAM),
    ],
)
def test_it_says_which_rule_is_broken(settings: dict[str, object], told: str) -> None:
    assert rules.flaw(replace(SOUND, settings={**SOUND.settings, **settings})) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("53.4,-2.2", rules.BAD_COORDINATE),
        ("53.12345678,-2.2,200", rules.BAD_COORDINATE),
        ("53.4 ,-2.2,200", rules.BAD_COORDINATE),
        ("north,west,200", rules.BAD_COORDINATE),
        (53.4, rules.BAD_COORDINATE),
        ("90.1,0,200", rules.BAD_LATITUDE),
        ("0,-180.1,200", rules.BAD_LONGITUDE),
        ("0,0,199.8", rules.BAD_RADIUS),
        ("0,0,199999.1", rules.BAD_RADIUS),
    ],
)
def test_it_knows_a_coordinate(value: object, told: str) -> None:
    assert rules.coordinate(value) == told


@pytest.mark.parametrize("value", ["", "a\nb", "x" * 501, None, 3])
def test_a_name_is_one_line(value: object) -> None:
    assert rules.name(value) == rules.BAD_NAME


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (replace(SOUND, image_url=""), rules.NO_PICTURE),
        (replace(SOUND, image_url="ftp://images.test/1.jpg"), rules.NO_PICTURE),
        (replace(SOUND, tag=""), rules.NO_TAG),
        (replace(SOUND, tag="x" * 256), rules.NO_TAG),
        (replace(SOUND, pingback_url="me.test/ping"), rules.NO_HOOK),
        (replace(SOUND, pingback_url="javascript:alert(1)"), rules.NO_HOOK),
    ],
)
def test_it_needs_a_picture_a_tag_and_addresses_that_are_some(query: Query, told: str) -> None:
    assert rules.flaw(query) == told
