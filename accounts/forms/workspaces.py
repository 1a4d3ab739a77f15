"""Forms about a workspace, its team and one's own account."""

from django import forms

from accounts.forms.fields import (
    DomainsField,
    country_field,
    language_field,
    time_zone_field,
    workspace_field,
)
from accounts.models import Invitation, Membership, Role, User, Workspace

ROLE_HELP = "Viewers look; editors also add and change; owners also see to the team and these settings."


class WorkspaceForm(forms.ModelForm[Workspace]):
    """The settings of a workspace."""

    name = workspace_field()
    country = country_field()
    language = language_field()
    time_zone = time_zone_field()
    own_domains = DomainsField()

    class Meta:
        model = Workspace
        fields = ["name", "country", "language", "time_zone", "own_domains"]


class InvitationForm(forms.ModelForm[Invitation]):
    """Whom to invite, and as what."""

    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(choices=Role.choices, initial=Role.VIEWER, help_text=ROLE_HELP)

    class Meta:
        model = Invitation
        fields = ["email", "role"]


class RoleForm(forms.ModelForm[Membership]):
    """Another role for a member."""

    class Meta:
        model = Membership
        fields = ["role"]


class AccountForm(forms.ModelForm[User]):
    """One's own name and habits."""

    class Meta:
        model = User
        fields = ["name", "shortcuts"]
        labels = {"name": "Your name", "shortcuts": "Single-key shortcuts"}
        help_texts = {"shortcuts": "Press ? on any page to see them."}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
