"""Places, as somebody types."""

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from monitor.models import Location
from tests.views.conftest import ClientFor
from tests.views.counting import queries_of

PATH = "/places/locations/"


@pytest.fixture(autouse=True)
def places(db: None) -> None:
    rows = [
        (1, "Berlin,Germany", "DE", "State"),
        (2, "Berlin,Berlin,Germany", "DE", "City"),
        (3, "Berlin,Connecticut,United States", "US", "City"),
        (4, "East Berlin,Pennsylvania,United States", "US", "City"),
        (5, "100% Mall,Germany", "DE", "Airport"),
        *((100 + number, f"Bern {number},Germany", "DE", "City") for number in range(30)),
    ]
    Location.objects.bulk_create(
        Location(code=code, name=name, country=country, kind=kind) for code, name, country, kind in rows
    )


@pytest.fixture
def client(viewer: User, sign_in: ClientFor) -> Client:
    return sign_in(viewer)


def found(client: Client, **asked: str) -> list[str]:
    page = client.get(PATH, asked).content.decode()
    return [part.partition('"')[0] for part in page.split('data-name="')[1:]]


def test_it_finds_what_begins_so_the_shortest_first(client: Client) -> None:
    assert found(client, q="berlin") == [
        "Berlin, Germany",
        "Berlin, Berlin, Germany",
        "Berlin, Connecticut, United States",
    ]


def test_it_stays_in_the_country(client: Client) -> None:
    assert found(client, q="BERLIN", country="US") == ["Berlin, Connecticut, United States"]
    assert found(client, q="berlin", country="coordinate") == []


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), (" ", 0), ("xyz", 0), ("ber", 20), ("100%", 1), ("%", 0)]
)
def test_it_shows_no_more_than_fit(client: Client, text: str, count: int) -> None:
    assert len(found(client, q=text)) == count


def test_it_reads_names_as_people_write_them(client: Client) -> None:
    assert found(client, q="berlin, conn") == ["Berlin, Connecticut, United States"]


def test_each_is_an_option_of_its_own(client: Client) -> None:
    page = client.get(PATH, {"q": "100"}).content.decode()
    assert '<li role="option" id="place-5" aria-selected="false" data-name="100% Mall, Germany">' in page


def test_it_takes_one_query_and_the_index(client: Client) -> None:
    assert queries_of(client, f"{PATH}?q=ber&country=DE") == queries_of(client, f"{PATH}?q=") + 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Location.objects.starting("berlin")[:20].explain()
    assert "location_name" in plan


def test_strangers_to_the_house_sign_in_first(db: None) -> None:
    assert Client().get(PATH).status_code == 302
