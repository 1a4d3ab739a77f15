"""Forms about a workspace, its team and one's own account."""

from django import forms
from django.http import QueryDict

from accounts.forms.fields import (
    country_field,
    domains,
    domains_field,
    language_field,
    time_zone_field,
    workspace_field,
)
from accounts.models import Invitation, Membership, Role, User, Workspace


class WorkspaceForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted while running
    """The settings of a workspace."""

    name = workspace_field()
    country = country_field()
    language = language_field()
    time_zone = time_zone_field()
    own_domains = domains_field()

    class Meta:
        model = Workspace
        fields = ["name", "country", "language", "time_zone", "own_domains"]

    def __init__(self, data: QueryDict | None, *, instance: Workspace) -> None:
        super().__init__(data, instance=instance)
        self.initial["own_domains"] = "\n".join(instance.own_domains)

    def clean_own_domains(self) -> list[str]:
        return domains(self.cleaned_data["own_domains"])


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted while running
    """Whom to invite, and as what."""

    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(choices=Role.choices, initial=Role.VIEWER)

    class Meta:
        model = Invitation
        fields = ["email", "role"]


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted while running
    """Another role for a member."""

    class Meta:
        model = Membership
        fields = ["role"]


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted while running
    """One's own name and habits."""

    class Meta:
        model = User
        fields = ["name", "shortcuts"]
        labels = {"name": "Your name", "shortcuts": "Single-key shortcuts"}
        help_texts = {"shortcuts": "Press ? on any page to see them."}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
