"""The contract: every stored page, refusal and request of Yandex."""

import json

import httpx
import pytest

from monitor.providers.base import (
    AccountError,
    AddressRejected,
    IdRejected,
    OutcomeUnknown,
    ProviderError,
    Query,
    RateLimited,
    Rejected,
)
from monitor.providers.yandex.errors import STATUS_OF_GRPC
from tests.providers.wire import PAYLOADS, payload
from tests.providers.yandex.test_client import BY_ID, CBIR_ID, FIRST, FOLDER, client, error_after, stored

BY_ADDRESS = Query(tag="t", settings={}, image_url="https://example.com/logo.png")

INPUT = (Rejected, AddressRejected, IdRejected)
ACCOUNT = (AccountError,) * 3
QUOTA = (RateLimited,) * 3
UNKNOWN = (OutcomeUnknown,) * 3
# What each stored refusal means when the picture itself, its address, or its id was sent; and its gRPC code.
REFUSALS: dict[str, tuple[tuple[type[ProviderError], ...], int | None]] = {
    "error_400_bad_image": (INPUT, 3),
    "error_400_badrequest_details": (INPUT, 3),
    "error_400_folder_mismatch": (ACCOUNT, 3),
    "error_400_folder_required": (ACCOUNT, 3),
    "error_400_image_missing": (INPUT, 3),
    "error_401_docs": (ACCOUNT, 16),
    "error_401_key_expired": (ACCOUNT, 16),
    "error_401_unknown_api_key": (ACCOUNT, 16),
    "error_403_permission": (ACCOUNT, 7),
    "error_404_unknown_cbir_id": (INPUT, 5),
    "error_429_quota": (QUOTA, 8),
    "error_500_internal": (UNKNOWN, None),
    "error_502_html": (UNKNOWN, None),
    "error_503_unavailable": (UNKNOWN, None),
    "error_504_deadline": (UNKNOWN, None),
    "error_alt_envelope_grpcCode": (ACCOUNT, 16),
}
# How many results each stored page holds, and which page it says it is (of page 7, which was asked for).
PAGES = {
    "docs_sample_page3": (1, 3),
    "item_unspecified_format_and_missing_fields": (2, 7),
    "last_page_short": (17, 2),
    "nothing_found_page0": (0, 7),
    "page0_40_no_maxpage": (40, 7),
    "page0_40_with_maxpage": (40, 7),
    "page1_40": (40, 1),
    "past_last_page_empty": (0, 3),
    "totally_empty": (0, 7),
}
REQUESTS: dict[str, Query] = {
    "first_page_data": Query(tag="t", settings={"family_mode": "none"}, image=b"picture"),
    "first_page_url": BY_ADDRESS,
    "next_page_id": Query(tag="t", settings={"family_mode": "none"}, page=1, cbir_id=CBIR_ID),
    "site_restricted": Query(tag="t", settings={"site": "example.com"}, cbir_id=CBIR_ID),
}
# What a refusal with each gRPC code means when the picture itself was sent. 11 and 2 as their HTTP status says.
GRPC: dict[int, str] = {
    1: "OutcomeUnknown",
    2: "OutcomeUnknown",
    3: "Rejected",
    4: "OutcomeUnknown",
    5: "Rejected",
    6: "ProtocolBug",
    7: "AccountError",
    8: "RateLimited",
    9: "Rejected",
    10: "ProtocolBug",
    11: "Rejected",
    12: "ProtocolBug",
    13: "OutcomeUnknown",
    14: "OutcomeUnknown",
    15: "TaskFailed",
    16: "AccountError",
}


def test_every_stored_file_is_in_the_contract() -> None:
    files = {path.stem for path in (PAYLOADS / "yandex").iterdir()}
    assert files == set(REFUSALS) | set(PAGES) | {"requests"}
    assert set(json.loads(payload("yandex/requests.json"))) == set(REQUESTS)
    assert set(GRPC) == set(STATUS_OF_GRPC)


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_each_stored_refusal(name: str) -> None:
    kinds, code = REFUSALS[name]
    errors = [error_after(stored(name), query) for query in (FIRST, BY_ADDRESS, BY_ID)]
    assert tuple(type(error) for error in errors) == kinds
    assert {error.code for error in errors} == {code}
    assert {error.billed for error in errors} == {"possibly" if kinds == UNKNOWN else "no"}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_each_stored_page(name: str) -> None:
    count, page = PAGES[name]
    found = client(stored(name))[0].search(Query(tag="t", settings={}, image=b"x", page=7), 281).answer
    assert found is not None
    assert (len(found.items), found.page, found.unusable) == (count, page, 0)
    assert [item.rank_absolute for item in found.items] == list(range(281, 281 + count))
    assert found.cbir_id == ("" if name == "totally_empty" else CBIR_ID)


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_each_stored_request_is_what_is_sent(name: str) -> None:
    api, recorder = client(stored("totally_empty"))
    api.search(REQUESTS[name])
    wanted = {"page": "0", **json.loads(payload("yandex/requests.json"))[name]}
    if "data" in wanted:
        wanted["data"] = "cGljdHVyZQ=="
    assert recorder.sent() == wanted
    assert wanted["folderId"] == FOLDER


@pytest.mark.parametrize("code", sorted(GRPC))
def test_each_grpc_code_in_either_envelope_under_either_status(code: int) -> None:
    plain = {"code": code, "message": "Told"}
    wrapped = {"error": {"grpcCode": code, "httpCode": STATUS_OF_GRPC[code], "message": "Told"}}
    for body in (plain, wrapped):
        for status in (STATUS_OF_GRPC[code], 200):
            error = error_after(httpx.Response(status, json=body))
            assert type(error).__name__ == GRPC[code]


@pytest.mark.parametrize("status", [429, 400, 200])
def test_a_body_that_is_too_large_is_never_a_quota(status: int) -> None:
    told = {"code": 8, "message": "Received message larger than max (4194335 vs. 4194304)"}
    for body in (told, {"error": {"grpcCode": 8, "message": told["message"]}}):
        assert type(error_after(httpx.Response(status, json=body))) is Rejected
