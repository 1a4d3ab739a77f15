"""The one call of Yandex's search by image. Every page is paid, even the empty one after the last."""

import base64
import logging
import uuid

import httpx

from monitor.providers.base import CallIds, Collected, ProviderError, Query, Rejected
from monitor.providers.http import LONG, Reply, Wire
from monitor.providers.reading import text
from monitor.providers.yandex import rules
from monitor.providers.yandex.errors import NAME, error_of, told_by
from monitor.providers.yandex.parse import parse

PATH = "/v2/image/search_by_image"
MAX_NAME = 100  # of an id that is kept

log = logging.getLogger(__name__)


class Yandex:
    """One folder with its key (or, without one, an IAM token) at one address."""

    def __init__(
        self,
        url: str,
        folder_id: str,
        api_key: str = "",
        iam_token: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        credentials = f"Api-Key {api_key}" if api_key else f"Bearer {iam_token}"
        self._folder_id = folder_id
        self._wire = Wire(NAME, url, {"Authorization": credentials}, transport)

    def close(self) -> None:
        """Close the kept connections."""
        self._wire.close()

    def search(self, query: Query, first_rank: int = 1) -> Collected:
        """Buy page `query.page`, by the id of an earlier page if there is one, else by the picture itself.

        `first_rank` is its first item's rank in the whole walk. `IdRejected` and `AddressRejected` mean: once
        more, with the picture itself. The call's ids are in the answer, and in an error.
        """
        if flaw := rules.flaw(query):
            raise Rejected(flaw)
        ids = CallIds(client=request_id(query.tag))
        payload = {"folderId": self._folder_id, **_picture(query), **_settings(query)}
        try:
            headers = {"x-client-request-id": ids.client}
            reply = self._wire.post(PATH, payload, paid=True, patience=LONG, headers=headers)
            told = told_by(reply)
            ids = _ids_of(reply, ids.client, told.request_id)
            _log(reply, ids)
            if told.status != 200:
                raise error_of(reply, rules.input_of(query))
            return Collected(body=reply.body, answer=parse(reply.body, query.page, first_rank), call=ids)
        except ProviderError as error:
            error.call = ids
            raise


def request_id(tag: str) -> str:
    """The id that a call carries, derived from its tag: a bill can be held against our own rows."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, tag))


def _ids_of(reply: Reply, client: str, told: str) -> CallIds:
    """Yandex's own ids are what its support asks for; an error may name the request in its body only."""
    return CallIds(
        client=client,
        request=text(reply.headers.get("x-request-id"), MAX_NAME) or told,
        trace=text(reply.headers.get("x-server-trace-id"), MAX_NAME),
    )


def _picture(query: Query) -> dict[str, str]:
    """Exactly one of id, data and url."""
    match rules.input_of(query):
        case "id":
            return {"id": query.cbir_id}
        case "data":
            return {"data": base64.b64encode(query.image).decode()}
        case "url":
            return {"url": query.image_url}


def _settings(query: Query) -> dict[str, str]:
    """The same on every page of a walk; what is not set is left out, and family mode is then moderate."""
    settings = {"page": str(query.page)}
    if mode := query.settings.get("family_mode"):
        settings["familyMode"] = rules.wire_mode(mode)
    if site := query.settings.get("site"):
        settings["site"] = str(site)
    return settings


def _log(reply: Reply, ids: CallIds) -> None:
    """Nothing of the request itself."""
    log.log(
        logging.DEBUG if reply.status == 200 else logging.WARNING,
        "%s answered %s; request %s, theirs %s, trace %s",
        NAME,
        reply.status,
        ids.client,
        ids.request or "-",
        ids.trace or "-",
    )
