"""Tags by which a paid task is found again: readable, unguessable, within 255 URL-safe characters."""

import hashlib
import hmac
import secrets

from django.conf import settings

PREFIX = "wa1"


def new_tag(search_id: int, page: int = 0) -> str:
    """`wa1.<search>.<page>.<random>.<hmac>`; the HMAC proves to a webhook that the tag is ours."""
    body = f"{PREFIX}.{search_id}.{page}.{secrets.token_hex(6)}"
    return f"{body}.{_sign(body)}"


def is_ours(tag: str) -> bool:
    """Whether this installation made the tag."""
    body, _, signature = tag.rpartition(".")
    return body.startswith(f"{PREFIX}.") and hmac.compare_digest(signature.encode(), _sign(body).encode())


def _sign(body: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), body.encode(), hashlib.sha256).hexdigest()[:16]
