"""Whether the internet reaches our pictures; DataForSEO fetches them from PUBLIC_URL.

A fetch from inside goes the same way as a stranger's from the name's address on, but a firewall may treat the two
differently. So this proves that something is wrong when it fails, and makes it likely that all is well when not.
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from monitor import safefetch
from monitor.models import WatchedImage
from monitor.pipeline.checkup.bounds import in_time
from monitor.pipeline.checkup.findings import Finding, bad, off, ok, unknown, warning

ADDRESS, HTTPS, PICTURE = "Public address", "Encryption", "A picture from outside"
MAX_BYTES = 40 * 1024 * 1024
SECONDS = 10.0
FROM_INSIDE = "This was tried from this machine; only somebody outside can prove it for outside."
TRY_OUTSIDE = "To be sure, open the same address on a phone without Wi-Fi."
LET_THROUGH = "See that the reverse proxy passes /i/ on to this app as it is, for everybody."
AS_IT_IS = (
    "See that no service on the way makes pictures smaller, and that PUBLIC_URL is the address of this app."
)
SAY_HTTPS = (
    "If PUBLIC_URL begins with http://, write it with https://. Else let the reverse proxy set X-Forwarded-Proto "
    "to https: without it this app takes each request for an unencrypted one."
)
SIGN_IN = (401, 403, 407)


def check(at: datetime) -> Sequence[Finding]:
    """The address itself, then one of our own pictures through it."""
    if not settings.PUBLIC_URL:
        return [_without_address()]
    findings = [_encryption()]
    if not safefetch.is_public_url(settings.PUBLIC_URL):
        return [_not_public(), *findings]
    host = urlsplit(settings.PUBLIC_URL).hostname
    return [ok(ADDRESS, f"{host} leads to an address on the public internet."), *findings, _picture()]


def _without_address() -> Finding:
    remedy = "Set PUBLIC_URL to the address at which the internet reaches this app."
    if settings.HAS_DATAFORSEO:
        sentence = (
            "PUBLIC_URL is not set. Google is asked by address, so only pictures watched by their own public "
            "address are searched there; uploaded ones are skipped."
        )
        return bad(ADDRESS, sentence, remedy)
    return off(
        ADDRESS, "PUBLIC_URL is not set, and nothing that is set up needs it.", f"For Google: {remedy}"
    )


def _encryption() -> Finding:
    if settings.IS_HTTPS:
        return ok(HTTPS, "PUBLIC_URL begins with https://, so passwords and pictures travel encrypted.")
    return warning(
        HTTPS,
        "PUBLIC_URL begins with http://: passwords and pictures can be read on their way.",
        "Let a reverse proxy with a certificate stand in front, and write PUBLIC_URL with https://.",
    )


def _not_public() -> Finding:
    host = urlsplit(settings.PUBLIC_URL).hostname
    return bad(
        ADDRESS,
        f"{host} does not lead to an address on the public internet, port 80 or 443, as seen from here. "
        "DataForSEO cannot fetch our pictures from there.",
        "Give the name a public address in the DNS, or correct PUBLIC_URL. If this network answers the name with "
        "an inside address of its own (split DNS), this cannot be checked from here.",
    )


def _picture() -> Finding:
    with in_time():
        image = WatchedImage.objects.filter(workspace__deleted_at=None).order_by("-pk").first()
    if image is None:
        return unknown(
            PICTURE, "No image is watched yet, so none could be fetched.", "Watch one, then check again."
        )
    url = f"{settings.PUBLIC_URL}/i/{image.public_token}.jpg"
    try:
        answered = safefetch.ask(url, max_bytes=MAX_BYTES, deadline=SECONDS)
    except safefetch.FetchError as error:
        sentence = f"Fetching one of our own pictures through PUBLIC_URL failed: {error.sentence}"
        return bad(PICTURE, sentence, f"{LET_THROUGH} {FROM_INSIDE} {TRY_OUTSIDE}")
    problem, remedy = _problem(image, url, answered)
    if problem:
        return bad(PICTURE, problem, remedy)
    return ok(PICTURE, f"One of our own pictures came through PUBLIC_URL, byte for byte. {FROM_INSIDE}")


def _problem(image: WatchedImage, url: str, answered: safefetch.Answered) -> tuple[str, str]:
    """What is wrong with the answer and what to do; two empty texts when it is our picture."""
    kind = answered.headers.get("content-type", "something without a type")
    location = answered.headers.get("location", "")
    if location:
        return _redirect(url, location)
    if answered.status in SIGN_IN:
        return f"A sign-in or a filter stands before our picture (status {answered.status}).", LET_THROUGH
    if answered.status != 200:
        return f"Instead of our picture came the status {answered.status}.", LET_THROUGH
    if kind.partition(";")[0] != "image/jpeg":
        return f"Instead of our picture came {kind}, which looks like a page for people.", LET_THROUGH
    if not _is_same(image, answered.content):
        return "A picture came, but not the one that is kept here, byte for byte.", AS_IT_IS
    return "", ""


def _redirect(url: str, location: str) -> tuple[str, str]:
    if location == url.replace("http://", "https://", 1):
        return "Our picture is redirected to its own address with https://, without end.", SAY_HTTPS
    return f"Our picture is redirected to {_origin(location)}, where engines may not follow.", LET_THROUGH


def _origin(location: str) -> str:
    """Where a redirect leads, without what its query may hold."""
    parts = urlsplit(location)
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else parts.path


def _is_same(image: WatchedImage, content: bytes) -> bool:
    with image.file.open("rb") as file:
        return bool(file.read() == content)
