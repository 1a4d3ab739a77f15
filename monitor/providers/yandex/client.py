"""The one call of Yandex's search by image. Every page is paid, even the empty one after the last."""

import base64
import logging
import uuid
from types import TracebackType
from typing import Self

import httpx

from monitor.providers.base import Collected, Query, Rejected
from monitor.providers.http import Reply, Wire
from monitor.providers.yandex.errors import NAME, error_of, told_by
from monitor.providers.yandex.parse import parse

PATH = "/v2/image/search_by_image"
MAX_IMAGE_BYTES = 3_145_728  # of the field; a whole body under 4 MiB needs less, see `imaging`
MAX_URL = 1024

log = logging.getLogger(__name__)


class Yandex:
    """One folder with its key (or, without one, an IAM token) at one address; use it as a context manager."""

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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the kept connections."""
        self._wire.close()

    def search(self, query: Query, first_rank: int = 1) -> Collected:
        """Buy page `query.page`, by the id of an earlier page if there is one, else by the picture itself.

        `first_rank` is its first item's rank in the whole walk. `IdRejected` means: once more without id.
        """
        payload = {"folderId": self._folder_id, **_picture(query), **_settings(query)}
        ours = request_id(query.tag)
        reply = self._wire.post(PATH, payload, paid=True, headers={"x-client-request-id": ours})
        _log(reply, ours)
        if reply.status != 200 or told_by(reply).code:
            raise error_of(reply, by_id=bool(query.cbir_id))
        return Collected(body=reply.body, answer=parse(reply.body, query.page, first_rank))


def request_id(tag: str) -> str:
    """The id that a call carries, derived from its tag: a bill can be held against our own rows."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, tag))


def _picture(query: Query) -> dict[str, str]:
    """Exactly one of id, data and url. Data before url: Yandex need not reach our host then."""
    if query.cbir_id:
        return {"id": query.cbir_id}
    if len(query.image) > MAX_IMAGE_BYTES:
        raise Rejected(f"The picture is too large for {NAME}, which takes at most {MAX_IMAGE_BYTES:,} bytes.")
    if query.image:
        return {"data": base64.b64encode(query.image).decode()}
    if not query.image_url or len(query.image_url) > MAX_URL:
        raise Rejected(f"There is no picture that {NAME} could be asked with.")
    return {"url": query.image_url}


def _settings(query: Query) -> dict[str, str]:
    """The same on every page of a walk; what is not set is left out, and family mode is then moderate."""
    settings = {"page": str(query.page)}
    if mode := query.settings.get("family_mode"):
        settings["familyMode"] = "FAMILY_MODE_" + str(mode).upper().removeprefix("FAMILY_MODE_")
    if site := query.settings.get("site"):
        settings["site"] = str(site)
    return settings


def _log(reply: Reply, ours: str) -> None:
    """The ids that Yandex's support asks for; nothing of the request itself."""
    log.log(
        logging.DEBUG if reply.status == 200 else logging.WARNING,
        "%s answered %s; request %s, theirs %s, trace %s",
        NAME,
        reply.status,
        ours,
        reply.headers.get("x-request-id", "-"),
        reply.headers.get("x-server-trace-id", "-"),
    )
