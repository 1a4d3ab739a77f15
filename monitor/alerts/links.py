"""Addresses that mails carry: into the right workspace, and out of the mails without signing in."""

from dataclasses import dataclass
from email.utils import make_msgid, parseaddr
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.links import absolute

SALT = "monitor.alerts.unsubscribe"


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """Whose mails about which collection a token is for."""

    user_id: int
    collection_id: int


def into(workspace_id: int, path: str) -> str:
    """A page of a workspace, whichever workspace the person's session shows at the time."""
    return absolute(reverse("mail-go", args=[workspace_id]) + "?" + urlencode({"to": path}))


def unsubscribe_url(subscription: Subscription) -> str:
    """Works without signing in and never ends: a mail may be opened years later."""
    pair = [subscription.user_id, subscription.collection_id]
    return absolute(reverse("unsubscribe", args=[signing.dumps(pair, salt=SALT)]))


def read_token(token: str) -> Subscription | None:
    """What an unsubscribe token stands for; None when we did not sign it."""
    try:
        user_id, collection_id = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Subscription(user_id=user_id, collection_id=collection_id)


def message_id() -> str:
    """A new Message-ID in the domain that we send from."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return make_msgid(domain=domain or "localhost")
