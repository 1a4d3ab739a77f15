"""What we decide in place of allauth: who may sign up or in, where they go, and our words."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from accounts.invitations import invitation_of
from accounts.links import absolute
from accounts.models import User
from accounts.workspaces import DEMO_CLOSED, is_closed_demo


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-up is closed but for invited people, unless SIGNUP=open."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right.",
        "too_many_login_attempts": "Too many attempts failed. Wait five minutes, then try again.",
        "email_taken": "An account with this address exists already. Sign in instead.",
        "enter_current_password": "This is not your current password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP_OPEN or invitation_of(request) is not None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Refuses demo people, with the reason, when the demo is not open."""
        user: User | None = super().authenticate(request, **credentials)
        if user and is_closed_demo(user):
            raise ValidationError(DEMO_CLOSED)
        return user

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """`key` is what the address holds after password/reset/key/."""
        uidb36, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
        return absolute(path, self.request)

    def format_email_subject(self, subject: str) -> str:
        return str(subject)
