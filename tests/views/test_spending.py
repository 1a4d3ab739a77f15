"""The spend page, the budget, and prices shown before they are spent."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User, Workspace
from monitor.models import LedgerEntry, Price, Provider, Search
from monitor.pipeline import watching
from monitor.spending.prices import price_of
from tests.accounts.conftest import ClientFor
from tests.factories import (
    make_collection,
    make_image,
    make_market,
    make_search,
    make_target,
    make_task,
    make_workspace,
)
from tests.views.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def engines_set_up(settings: Settings) -> None:
    settings.HAS_DATAFORSEO = settings.HAS_YANDEX = True
    settings.PUBLIC_URL = "https://whereabouts.example.com"


def spend(workspace: Workspace, cost: str, provider: str = Provider.DATAFORSEO, **fields: Any) -> Search:
    collection = make_collection(workspace)
    search = make_search(make_target(make_image(collection), provider))
    make_task(search, cost=Decimal(cost), **fields)
    return search


def weekly(workspace: Workspace) -> Any:
    collection = watching.make_collection(workspace, "Product", None, timezone.now())
    image = make_image(collection)
    for market in collection.markets.all():
        make_target(image, market.provider, **market.settings)
    return image


def body_of(client: Client, path: str = "/spend/") -> str:
    return client.get(path).content.decode()


def test_before_a_budget_is_confirmed_one_is_proposed(
    owner: User, sign_in: ClientFor, engines_set_up: None
) -> None:
    make_workspace(owner, budget=None)
    body = body_of(sign_in(owner))
    assert "No money is spent before an owner confirms a budget" in body
    assert 'value="10"' in body
    assert "Confirm the budget" in body


def test_an_owner_confirms_it_and_what_waited_goes_on(owner: User, sign_in: ClientFor) -> None:
    workspace = make_workspace(owner, budget=None)
    search = make_search(
        make_target(make_image(make_collection(workspace))), state=Search.State.HELD, held_for="budget"
    )
    response = sign_in(owner).post("/spend/budget/", {"monthly_budget": "12.50"}, follow=True)
    assert "The budget is $12.50 a month. What waited for it goes on: 1 search." in response.content.decode()
    workspace.refresh_from_db()
    assert workspace.monthly_budget == Decimal("12.50")
    assert workspace.budget_confirmed_at
    search.refresh_from_db()
    assert search.state == Search.State.PLANNED


@pytest.mark.parametrize("amount", ["", "-1", "much", "1e99", "NaN"])
def test_a_budget_that_is_none_is_not_taken(owner: User, sign_in: ClientFor, amount: str) -> None:
    workspace = make_workspace(owner, budget=7)
    response = sign_in(owner).post("/spend/budget/", {"monthly_budget": amount})
    assert response.status_code == 422
    workspace.refresh_from_db()
    assert workspace.monthly_budget == 7


def test_only_owners_change_it(workspace: Workspace, editor: User, viewer: User, sign_in: ClientFor) -> None:
    for person in (editor, viewer):
        assert sign_in(person).post("/spend/budget/", {"monthly_budget": "1"}).status_code == 403
        assert "spend/budget" not in body_of(sign_in(person))
    workspace.refresh_from_db()
    assert workspace.monthly_budget == 1000


def test_the_month_is_told_by_engine_and_collection(owner: User, sign_in: ClientFor) -> None:
    workspace = make_workspace(owner, budget=10)
    spend(workspace, "0.0012")
    search = spend(workspace, "0.0075", Provider.YANDEX)
    spend(make_workspace(), "5")
    LedgerEntry.objects.create(workspace=workspace, amount=Decimal("-0.0006"), reason="Given back")
    body = body_of(sign_in(owner))
    assert "$0.0081 <small>of $10.00</small>" in body
    assert "$9.99" in body
    assert search.watched_image.collection.name in body
    assert "Given back" in body and "−$0.0006" in body
    assert "$5.00" not in body


@pytest.mark.parametrize(
    ("cost", "words"),
    [("7.4", ""), ("7.5", "More than three quarters"), ("10", "The budget is used up.")],
)
def test_it_warns_at_three_quarters_and_says_when_it_is_spent(
    owner: User, sign_in: ClientFor, cost: str, words: str
) -> None:
    spend(make_workspace(owner, budget=10), cost)
    body = body_of(sign_in(owner))
    for each in ("More than three quarters", "The budget is used up."):
        assert (each in body) == (each == words)


def test_what_waits_for_the_budget_stands_there_with_the_reason(owner: User, sign_in: ClientFor) -> None:
    workspace = make_workspace(owner)
    target = make_target(make_image(make_collection(workspace, name="Autumn")))
    make_search(target, state=Search.State.HELD, held_for="budget", error="The budget is used up, really.")
    body = body_of(sign_in(owner))
    assert "Waiting for the budget" in body
    assert "The budget is used up, really." in body


def test_the_months_before_are_kept_apart(owner: User, sign_in: ClientFor) -> None:
    workspace = make_workspace(owner)
    before = timezone.now().replace(day=1) - timedelta(days=3)
    spend(workspace, "3.21", posted_at=before)
    body = body_of(sign_in(owner))
    assert f"{before:%B %Y}" in body
    assert "$3.21" in body
    assert "$0.00 <small>of" in body


def test_pages_that_yandex_did_not_need_are_savings(owner: User, sign_in: ClientFor) -> None:
    workspace = make_workspace(owner)
    target = make_target(make_image(make_collection(workspace)), Provider.YANDEX, pages=5)
    search = make_search(target, state="done", stop=Search.Stop.END, ended_at=timezone.now())
    make_task(search, cost=Decimal("0.0075"))
    body = body_of(sign_in(owner))
    assert "$0.03 <small>4 pages of Yandex not needed</small>" in body


@pytest.mark.parametrize("n", [10, 20])
def test_its_queries_do_not_grow(owner: User, sign_in: ClientFor, engines_set_up: None, n: int) -> None:
    workspace = make_workspace(owner)
    for number in range(n):
        spend(workspace, "0.0006", posted_at=timezone.now() - timedelta(days=40 * (number % 3)))
        make_search(
            make_target(make_image(make_collection(workspace))), state=Search.State.HELD, held_for="budget"
        )
        LedgerEntry.objects.create(workspace=workspace, amount=1, reason="Correction")
    assert queries_of(sign_in(owner), "/spend/") == 17


def test_operators_set_the_price_of_a_yandex_page(owner: User, sign_in: ClientFor) -> None:
    make_workspace(owner)
    assert sign_in(owner).post("/spend/price/", {"amount": "0.008"}).status_code == 404
    owner.is_staff = True
    owner.save()
    sign_in(owner).post("/spend/price/", {"amount": "0.008"})
    assert price_of(Provider.YANDEX, "normal") == price_of(Provider.YANDEX, "high") == Decimal("0.008")
    sign_in(owner).post("/spend/price/", {"amount": "11"})
    assert Price.objects.count() == 2


FORM = {
    "kind": "weekly", "at": "05:00", "weekday": "1", "second_weekday": "4", "month_day": "1", "cron": "",
    "is_active": "on", "yandex": "on", "pages": "2", "family_mode": "moderate",
    "google-TOTAL_FORMS": "1", "google-INITIAL_FORMS": "1",
    "google-0-country": "US", "google-0-language": "en",
}  # fmt: skip


def test_the_price_of_a_form_is_known_before_it_is_saved(
    owner: User, sign_in: ClientFor, engines_set_up: None
) -> None:
    make_workspace(owner)
    weekly_price = sign_in(owner).post("/collections/price/", FORM).content.decode()
    daily_price = sign_in(owner).post("/collections/price/", FORM | {"kind": "daily", "pages": "3"})
    assert "About $0.0679 a month for each image" in weekly_price
    assert "$0.0156" in weekly_price
    assert "One page of Yandex instead of 2 would save $0.0327 a month for each image." in weekly_price
    assert "Running monthly would save $0.0523 a month for each image." in weekly_price
    assert "About $0.70 a month for each image" in daily_price.content.decode()


def test_the_price_of_a_collection_counts_its_images(
    owner: User, sign_in: ClientFor, engines_set_up: None
) -> None:
    image = weekly(make_workspace(owner, budget=Decimal("0.05")))
    make_image(image.collection, state="paused")
    path = f"/collections/price/?collection={image.collection_id}"
    body = sign_in(owner).post(path, FORM | {"name": "Product"}).content.decode()
    assert "About $0.0679 a month" in body and "for 1 image" in body
    stored = body_of(sign_in(owner), f"/collections/{image.collection_id}/")
    assert "About $0.0353 a month" in stored


def test_without_scripts_a_button_works_the_price_out(
    owner: User, sign_in: ClientFor, engines_set_up: None
) -> None:
    image = weekly(make_workspace(owner))
    path = f"/collections/{image.collection_id}/"
    sent = FORM | {"name": "Product", "kind": "daily", "price": "show"}
    body = sign_in(owner).post(path, sent).content.decode()
    assert "About $0.47 a month" in body
    image.collection.refresh_from_db()
    assert image.collection.cadence == "0 5 * * 1"


def test_a_form_that_is_not_valid_has_no_price(owner: User, sign_in: ClientFor) -> None:
    make_workspace(owner)
    body = sign_in(owner).post("/collections/price/", FORM | {"pages": "0"}).content.decode()
    assert "once the form is complete" in body


def test_a_strangers_collection_has_no_price(owner: User, stranger: User, sign_in: ClientFor) -> None:
    image = weekly(make_workspace(owner))
    path = f"/collections/price/?collection={image.collection_id}"
    assert sign_in(stranger).post(path, FORM).status_code == 404


def test_run_now_says_what_it_costs(owner: User, sign_in: ClientFor, engines_set_up: None) -> None:
    image = weekly(make_workspace(owner))
    body = body_of(sign_in(owner), f"/images/{image.pk}/")
    assert "about $0.0087" in body
    assert 'title="Asks every engine at once: about $0.0087"' in body


def test_watching_says_what_each_image_adds(owner: User, sign_in: ClientFor, engines_set_up: None) -> None:
    workspace = make_workspace(owner)
    assert "Each image adds about $0.0353 a month" in body_of(sign_in(owner), "/images/new/")
    weekly(workspace)
    make_market(make_collection(workspace, name="Autumn", cadence="0 5 1 * *"))
    body = body_of(sign_in(owner), "/images/new/")
    assert "What each image adds a month" in body
    assert "Autumn" in body and "$0.0006" in body
