"""Fields that several forms of people and workspaces share."""

import re
from urllib.parse import urlsplit

from django import forms

from accounts.places import countries, languages, time_zones

PASSWORD_HELP = "At least 10 characters, not a common password and not your name or address."  # noqa: S105
HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$")
MAX_DOMAINS = 50


def name_field() -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "name"})
    return forms.CharField(label="Your name", max_length=150, widget=widget)


def workspace_field() -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "organization"})
    text = "A workspace holds one brand, or one client, with its team."
    return forms.CharField(label="Name of the workspace", max_length=100, widget=widget, help_text=text)


def country_field() -> forms.ChoiceField:
    text = "Google searches start here; collections can choose other markets."
    return forms.ChoiceField(label="Country", choices=countries, initial="US", help_text=text)


def language_field() -> forms.ChoiceField:
    return forms.ChoiceField(label="Language of searches", choices=languages, initial="en")


def time_zone_field() -> forms.ChoiceField:
    text = "Runs start and mails are sent by this clock."
    return forms.ChoiceField(label="Time zone", choices=time_zones, initial="UTC", help_text=text)


def domains_field() -> forms.CharField:
    """Read its text with `domains`."""
    return forms.CharField(
        label="Your own domains",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"}),
        help_text="One on a line, such as example.com. What appears there is yours.",
    )


def domains(text: str) -> list[str]:
    """The host names in a text of domains or full addresses; raises ValidationError."""
    names = sorted({_host(word) for word in text.replace(",", " ").split()})
    if len(names) > MAX_DOMAINS:
        raise forms.ValidationError(f"Enter at most {MAX_DOMAINS} domains.")
    return names


def _host(word: str) -> str:
    """The host name of a domain or address, in ASCII letters and without www."""
    wrong = forms.ValidationError(f"“{word}” is not a domain. Enter it like example.com.")
    try:
        host = urlsplit(word if "//" in word else f"//{word}").hostname or ""
        host = host.rstrip(".").encode("idna").decode().lower().removeprefix("www.")
    except ValueError as error:
        raise wrong from error
    if not HOST.match(host):
        raise wrong
    return host
