"""What stands between the internet and this app: one request through PUBLIC_URL, and what it brought back."""

import json
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from monitor import safefetch
from monitor.pipeline.checkup.findings import Finding, bad, off, ok, unknown, warning

ANSWER, HSTS, HOSTS = "The app behind PUBLIC_URL", "Browsers stay with https", "Names that pages answer to"
MAX_BYTES = 100_000
SECONDS = 10.0
KEEP_HOST = (
    "See that the reverse proxy passes requests on to HOST and PORT of this app, and keeps the Host header "
    "(nginx: proxy_set_header Host $host)."
)
SAY_PROTO = (
    "Let the reverse proxy set X-Forwarded-Proto to https in place of what clients send "
    "(nginx: proxy_set_header X-Forwarded-Proto $scheme)."
)


def check(at: datetime) -> Sequence[Finding]:
    """Who answers at PUBLIC_URL, and whether it saw that the request came encrypted."""
    if not settings.PUBLIC_URL:
        return [off(ANSWER, "Nothing is expected to stand before this app, since PUBLIC_URL is not set.")]
    return [_hosts(), *_answer()]


def _hosts() -> Finding:
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    allowed = settings.ENV.allowed_hosts
    if "*" in allowed:
        sentence = (
            "ALLOWED_HOSTS is *: pages answer to any name, so links in mails could be made to lead elsewhere."
        )
        return warning(HOSTS, sentence, f"Set ALLOWED_HOSTS to {host}, or leave it away.")
    if not any(_matches(host, name) for name in allowed):
        sentence = f"ALLOWED_HOSTS lacks {host}, the host of PUBLIC_URL: every page there is refused."
        return bad(HOSTS, sentence, f"Add {host} to ALLOWED_HOSTS, or leave it away: its default holds it.")
    return ok(HOSTS, f"Pages answer to {host}.")


def _matches(host: str, name: str) -> bool:
    return host == name.lower() or (name.startswith(".") and f".{host}".endswith(name.lower()))


def _answer() -> Sequence[Finding]:
    try:
        answered = safefetch.ask(
            settings.PUBLIC_URL + reverse("health"), max_bytes=MAX_BYTES, deadline=SECONDS
        )
    except safefetch.FetchError as error:
        sentence = f"A request through PUBLIC_URL was not answered: {error.sentence}"
        return [unknown(ANSWER, sentence, "See what the checks of the public address say.")]
    if not _is_ours(answered):
        return [_stranger(answered)]
    found = ok(ANSWER, "A request through PUBLIC_URL reached this app, with its own host name.")
    return [found, _hsts(answered)] if settings.IS_HTTPS else [found]


def _is_ours(answered: safefetch.Answered) -> bool:
    try:
        found = json.loads(answered.content)
    except ValueError:
        return False
    return isinstance(found, dict) and "database" in found


def _stranger(answered: safefetch.Answered) -> Finding:
    if answered.status == 400:
        sentence = "The app refused a request through PUBLIC_URL (status 400), most likely for its host name."
    elif "location" in answered.headers:
        sentence = "A request for /health/ through PUBLIC_URL was redirected; it should be answered as it is."
    elif answered.status in (502, 503, 504):
        sentence = f"The reverse proxy answers, but the app behind it does not (status {answered.status})."
    else:
        sentence = f"Something else than this app answers at PUBLIC_URL (status {answered.status})."
    return bad(ANSWER, sentence, KEEP_HOST)


def _hsts(answered: safefetch.Answered) -> Finding:
    """The app sends it on requests that it knows as encrypted, so it proves that X-Forwarded-Proto came."""
    if "strict-transport-security" in answered.headers:
        return ok(HSTS, "Answers carry Strict-Transport-Security, so browsers never fall back to http.")
    sentence = (
        "Answers lack Strict-Transport-Security. The app sends it with each request that it knows as encrypted, so "
        "X-Forwarded-Proto does not arrive, or the proxy takes the header off."
    )
    return bad(HSTS, sentence, SAY_PROTO)
