"""Forms of people who are not signed in yet, and of passwords."""

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from accounts.forms.fields import (
    PASSWORD_HELP,
    country_field,
    language_field,
    name_field,
    time_zone_field,
    workspace_field,
)
from accounts.invitations import InvitationClosed, accept, invitation_of
from accounts.models import User
from accounts.workspaces import make_workspace

LABELS = {
    "login": "E-mail",
    "email": "E-mail",
    "password": "Password",
    "oldpassword": "Current password",
    "password1": "Password",
    "password2": "Password, once more",
}
NEW_PASSWORD = LABELS | {"password1": "New password", "password2": "New password, once more"}
HELP = {"password1": PASSWORD_HELP}


class InOurWords:
    """A mixin for allauth's forms: labels and help in our words, no placeholders that repeat the label."""

    fields: dict[str, forms.Field]
    labels = LABELS

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = HELP.get(name, "")


class LoginForm(InOurWords, allauth_forms.LoginForm):  # type: ignore[misc]  # allauth is untyped
    """Sign-in by e-mail address and password."""

    @property
    def is_open_for_signup(self) -> bool:
        return bool(get_adapter().is_open_for_signup(self.request))

    @property
    def has_nobody(self) -> bool:
        """Whether there is no account at all: the page then says how the first one is made."""
        return not User.objects.exists()


class ResetPasswordForm(InOurWords, allauth_forms.ResetPasswordForm):  # type: ignore[misc]  # allauth is untyped
    """Asks for a mail with a link."""


class ResetPasswordKeyForm(InOurWords, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth is untyped
    """Chooses a new password after following such a link."""

    labels = NEW_PASSWORD


class ChangePasswordForm(InOurWords, allauth_forms.ChangePasswordForm):  # type: ignore[misc]  # allauth is untyped
    """Changes a known password."""

    labels = NEW_PASSWORD


class SignupForm(InOurWords, allauth_forms.SignupForm):  # type: ignore[misc]  # allauth is untyped
    """A new person: into the workspace they are invited to, else into a new one of their own."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation_of(context.request)
        self.fields = {"name": name_field(), **self.fields}
        if self.invitation:
            self.fields["email"].disabled = True
            self.initial["email"] = self.invitation.email
        else:
            self.fields |= place_fields()

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        if self.invitation:
            accept(self.invitation, user)
        else:
            data = self.cleaned_data
            make_workspace(
                user,
                data["workspace"],
                country=data["country"],
                language=data["language"],
                time_zone=data["time_zone"],
            )

    def save(self, request: HttpRequest) -> User:
        """All or nothing; an invitation used up in the meantime leads to the page that says so."""
        try:
            with transaction.atomic():
                return super().save(request)  # type: ignore[no-any-return]  # allauth is untyped
        except InvitationClosed as error:
            assert self.invitation  # noqa: S101  # only an invitation can be closed
            raise ImmediateHttpResponse(redirect("invitation", self.invitation.token)) from error


def place_fields() -> dict[str, forms.Field]:
    """The fields that describe a new workspace."""
    return {
        "workspace": workspace_field(),
        "country": country_field(),
        "language": language_field(),
        "time_zone": time_zone_field(),
    }


class FirstOwnerForm(forms.Form):
    """The first person and their workspace."""

    name = name_field()
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password1 = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=PASSWORD_HELP,
    )
    password2 = forms.CharField(
        label="Password, once more",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    workspace = workspace_field()
    country = country_field()
    language = language_field()
    time_zone = time_zone_field()

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(
                "An account with this address exists already. Choose another address."
            )
        return email

    def clean(self) -> None:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if not first:
            return
        person = User(email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", ""))
        try:
            validate_password(first, person)
        except forms.ValidationError as error:
            self.add_error("password1", error)
        if second and first != second:
            self.add_error("password2", "The two passwords differ. Enter the same one twice.")
