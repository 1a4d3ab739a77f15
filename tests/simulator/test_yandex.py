"""Yandex as its real client meets it: pages, ids, charges and refusals."""

import re
from contextlib import closing

import pytest

from monitor.providers.base import AccountError, IdRejected, Query, Rejected
from monitor.providers.yandex import Yandex
from monitor.providers.yandex.client import request_id
from monitor.simulator.control import Control
from monitor.simulator.server import Server
from tests.simulator.asking import ask_yandex, yandex_pages
from tests.simulator.hosting import Host, drawing

CBIR_ID = re.compile(r"\d{7}/[A-Za-z0-9_-]{22}\d{4}")


def test_it_pages_through_the_pictures(yandex: Yandex, control: Control, picture: bytes) -> None:
    answers = list(yandex_pages(yandex, picture))
    sizes = [len(answer.items) for answer in answers]
    assert sizes[0] == 40
    assert sizes[-1] == 0
    assert 45 <= sum(sizes) <= 80
    assert [answer.page for answer in answers] == list(range(len(answers)))
    urls = [(item.page_url, item.image_url) for answer in answers for item in answer.items]
    assert len(set(urls)) == len(urls)


def test_it_names_a_picture_by_one_id(yandex: Yandex, control: Control, picture: bytes) -> None:
    ids = {answer.cbir_id for answer in yandex_pages(yandex, picture)}
    assert len(ids) == 1
    assert CBIR_ID.fullmatch(ids.pop())


def test_it_finds_the_same_by_id_and_by_address(
    yandex: Yandex, control: Control, picture: bytes, host: Host
) -> None:
    first = yandex.search(Query(tag="a", settings={}, image=picture)).answer
    assert first is not None
    by_id = yandex.search(Query(tag="b", settings={}, cbir_id=first.cbir_id)).answer
    by_url = yandex.search(Query(tag="c", settings={}, image_url=f"{host.url}/i/one.jpg")).answer
    assert first == by_id == by_url


def test_it_keeps_to_the_web_of_the_first_page(yandex: Yandex, control: Control, picture: bytes) -> None:
    first = yandex.search(Query(tag="a", settings={}, image=picture)).answer
    assert first is not None
    control.advance(30 * 86_400)
    again = yandex.search(Query(tag="b", settings={}, cbir_id=first.cbir_id)).answer
    assert again == first
    fresh = yandex.search(Query(tag="c", settings={}, image=picture)).answer
    assert fresh is not None
    assert fresh.items != first.items


def test_it_charges_every_page_to_its_caller(yandex: Yandex, control: Control, picture: bytes) -> None:
    answers = list(yandex_pages(yandex, picture, "walk"))
    expected = {request_id(f"walk.{page}"): [0.0075] for page in range(len(answers))}
    assert control.ledger()["charges"] == expected


def test_it_keeps_to_a_site(yandex: Yandex, control: Control, picture: bytes) -> None:
    answer = yandex.search(Query(tag="a", settings={"site": "halden.example"}, image=picture)).answer
    assert answer is not None
    assert {item.extra["host"] for item in answer.items} == {"halden.example"}


def test_it_does_not_know_every_id(yandex: Yandex, control: Control) -> None:
    with pytest.raises(IdRejected) as caught:
        yandex.search(Query(tag="a", settings={}, cbir_id="1234567/abcdefghijklmnopqrstuv1234"))
    assert caught.value.code == 5
    assert control.ledger()["total"] == 0


def test_it_refuses_what_is_no_picture(yandex: Yandex, control: Control) -> None:
    with pytest.raises(Rejected):
        yandex.search(Query(tag="a", settings={}, image=b"no picture"))
    assert control.ledger()["total"] == 0


@pytest.mark.parametrize(
    ("key", "folder", "code"),
    [
        ("sim-ok", "another", 3),
        ("sim-ok", "", 3),
        ("sim-noscope", "simulator", 7),
        ("sim-expired", "simulator", 16),
        ("unknown", "simulator", 16),
    ],
)
def test_it_turns_strangers_away(server: Server, key: str, folder: str, code: int) -> None:
    stranger = closing(Yandex(server.url, folder_id=folder, api_key=key))
    with stranger as client, pytest.raises(AccountError) as caught:
        client.search(Query(tag="a", settings={}, image=drawing()))
    assert caught.value.code == code


def test_it_tells_two_pictures_apart(yandex: Yandex, control: Control, picture: bytes) -> None:
    one = {item.page_url for item in ask_yandex(yandex, picture, "a")}
    other = {item.page_url for item in ask_yandex(yandex, drawing("#8a1c1c"), "b")}
    assert len(one & other) <= 3
