"""The providers' own sample answers, from the body as it came to the facts."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.models import Domain, Match, Picture, Provider, ResultItem, Search
from monitor.pipeline.ingesting import ingest
from monitor.providers.base import Answer, ProviderError
from monitor.providers.dataforseo.parse import parse as parse_google
from monitor.providers.yandex.parse import parse as parse_yandex
from tests.factories import make_search, make_target

pytestmark = pytest.mark.django_db
PAYLOADS = Path(__file__).parents[1] / "payloads"
AT = datetime(2026, 11, 16, 6, tzinfo=UTC)


def take(provider: str, answer: Answer) -> Search:
    search = make_search(make_target(None, provider))
    ingest(search.pk, [answer], AT)
    search.refresh_from_db()
    return search


def test_the_documentations_google_answer_is_ingested_whole() -> None:
    body = (PAYLOADS / "dataforseo" / "task_get_advanced_ok.json").read_bytes()
    search = take(Provider.DATAFORSEO, parse_google(body))
    items = ResultItem.objects.filter(pk__in=search.item_ids)
    assert (search.state, search.n_items) == ("done", 7)
    assert (items.filter(kind="organic").count(), items.filter(kind="images").count()) == (4, 3)
    assert Match.objects.filter(items__kind="images").distinct().count() == 2
    assert set(Domain.objects.values_list("name", flat=True)) == {
        "amazon.com",
        "twitter.com",
        "redbubble.com",
        "globalgovernanceproject.org",
        "mural-wallpaper.com",
    }
    prices = set(items.exclude(price="").values_list("price", "source_label"))
    assert prices == {("$43.35*", "Amazon"), ("$10.82*", "Redbubble")}
    assert not Picture.objects.exclude(state="pending").exists()


def test_the_documentations_yandex_page_is_ingested_whole() -> None:
    body = json.loads((PAYLOADS / "yandex" / "docs_sample_page3.json").read_bytes())["body"]
    search = take(Provider.YANDEX, parse_yandex(json.dumps(body).encode(), 3, 121))
    item = ResultItem.objects.get()
    assert (search.rank_absolute, search.rank_group, item.kind) == ([121], [1], "images")
    assert (item.width, item.height, item.match.domain.name) == (570, 960, "pinterest.com")
    assert item.image_url == "https://cs10.pikabu.ru/post_img/2019/10/29/8/og_og_1572352646221687176.jpg"


@pytest.mark.parametrize(
    "file", sorted(PAYLOADS.glob("dataforseo/task_get_*.json")), ids=lambda path: path.stem
)
def test_every_google_answer_can_be_written(file: Path) -> None:
    try:
        answer = parse_google(file.read_bytes())
    except ProviderError:
        return
    search = take(Provider.DATAFORSEO, answer)
    assert search.n_items == len(search.item_ids) == ResultItem.objects.count()
    assert search.state in ("done", "partial")


@pytest.mark.parametrize("file", sorted(PAYLOADS.glob("yandex/*.json")), ids=lambda path: path.stem)
def test_every_yandex_page_can_be_written(file: Path) -> None:
    sample = json.loads(file.read_bytes())
    if sample.get("_http_status") != 200:
        return
    search = take(Provider.YANDEX, parse_yandex(json.dumps(sample["body"]).encode()))
    assert search.n_items == len(sample["body"].get("images", []))
    assert search.state == "done"
