"""How the request for the set-up page itself came in: what the reverse proxy told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from monitor.pipeline.checkup.findings import Finding, State, bad, off, ok, warning
from monitor.pipeline.checkup.proxy import KEEP_HOST, SAY_PROTO

PROTO, FORWARDED, HOST = "X-Forwarded-Proto", "X-Forwarded-For", "Host"
SET_FOR = (
    "Let the reverse proxy set X-Forwarded-For itself, in place of what clients send "
    "(nginx: proxy_set_header X-Forwarded-For $remote_addr)."
)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What of a request tells of the way it came; header values as received, "" for none."""

    host: str
    proto: str
    forwarded: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Arrival":
        headers = request.headers
        return cls(
            host=headers.get("Host", ""), proto=headers.get(PROTO, ""), forwarded=headers.get(FORWARDED, "")
        )


def check(arrival: Arrival) -> Sequence[Finding]:
    """What a proxy has to tell, when there is one."""
    if not settings.PUBLIC_URL:
        return [_direct(arrival)]
    public = urlsplit(settings.PUBLIC_URL)
    if arrival.host.partition(":")[0].lower() != public.hostname:
        return [_another_way(arrival)]
    findings = [ok(HOST, f"The host name {public.hostname} arrived as it was asked for.")]
    return [*findings, *_told(arrival)] if settings.IS_HTTPS else findings


def _direct(arrival: Arrival) -> Finding:
    if arrival.forwarded or arrival.proto:
        return warning(
            "Reverse proxy",
            "This page came through a reverse proxy, but PUBLIC_URL is not set: links in mails lead to this "
            "machine, and every visitor counts as the proxy.",
            "Set PUBLIC_URL to the address in your browser.",
        )
    return off("Reverse proxy", "This page came straight to the app; no reverse proxy is set up.")


def _another_way(arrival: Arrival) -> Finding:
    """Whoever came by another name than that of PUBLIC_URL, or with it lost on the way."""
    remedy = f"Open this page through PUBLIC_URL and look again. If you did: {KEEP_HOST}"
    sentence = (
        f"This page was asked for as {arrival.host}, not through PUBLIC_URL; so the proxy cannot be judged."
    )
    return Finding(HOST, State.UNKNOWN, sentence, remedy)


def _told(arrival: Arrival) -> Sequence[Finding]:
    return [_proto(arrival.proto), _forwarded(arrival.forwarded)]


def _proto(value: str) -> Finding:
    if value == "https":
        return ok(PROTO, "The proxy says that this request came encrypted.")
    said = f"“{value[:40]}”" if value else "nothing"
    sentence = (
        f"The proxy says {said} where https is expected, so the app takes requests for unencrypted ones."
    )
    return bad(PROTO, sentence, SAY_PROTO)


def _forwarded(value: str) -> Finding:
    """The app trusts the last entry, which is the proxy's own."""
    entries = [entry.strip() for entry in value.split(",") if entry.strip()]
    if not entries:
        sentence = "The proxy does not say who asks: all visitors share one limit of failed sign-ins."
        return bad(FORWARDED, sentence, SET_FOR)
    if len(entries) > 1:
        sentence = (
            f"{len(entries)} addresses came. Limits on failed sign-ins count the last one, {entries[-1][:45]}; "
            "if that is another proxy of yours, all visitors share one limit."
        )
        return warning(
            FORWARDED, sentence, f"{SET_FOR} With several proxies the outermost address has to be last."
        )
    return ok(FORWARDED, f"The proxy says that you come from {entries[0][:45]}.")
