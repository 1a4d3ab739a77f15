"""Addresses that leave the app: in mails, on the command line, to be copied."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Invitation, User


def mail_is_set_up() -> bool:
    """Whether this installation can send mail; pages say so where it cannot."""
    return settings.EMAIL_CONFIG is not None


def absolute(path: str, request: HttpRequest | None = None) -> str:
    """The full address of a path: as the internet reaches us, else as this request did, else as we listen."""
    if settings.PUBLIC_URL or request is None:
        return str(settings.BASE_URL) + path
    return request.build_absolute_uri(path)


def invitation_link(invitation: Invitation, request: HttpRequest | None = None) -> str:
    return absolute(reverse("invitation", args=[invitation.token]), request)


def password_link(user: User) -> str:
    """A link to choose a new password; it works until it is used, and for three days at most."""
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return absolute(reverse("account_reset_password_from_key", kwargs=parts))
