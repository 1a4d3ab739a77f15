"""Whether mails leave the house, and one mail that really does, on request."""

import smtplib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from monitor.alerts import email
from monitor.env import EmailServer
from monitor.pipeline.checkup.findings import Finding, State, bad, off, ok, warning

SERVER, SENDER, SENT = "Mail server", "Sender of mails", "Test mail"
SECONDS = 8
NOWHERE = ("localhost", "example.com", "example.org", "example.net")
INSIDE = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".example")
SUBJECT = "Whereabouts: a test mail"
TEXT = """This is the test mail that was asked for {at:%d %B %Y, %H:%M} UTC.

Mails of Whereabouts reach you. If this one lay among the spam: its headers say under Authentication-Results
whether SPF and DKIM of the sender's domain passed.

{url}
"""
SET_URL = "Set EMAIL_URL, for example smtp://user:password@host:587?from=whereabouts@your-domain."
RECORDS = (
    "Look at its TXT records (dig +short TXT NAME): {domain} allows {host} to send for it (v=spf1, SPF), "
    "SELECTOR._domainkey.{domain} holds the key of your mail provider (DKIM), and _dmarc.{domain} begins v=DMARC1. "
    "The headers of a test mail tell whether they pass."
)
RIGHT_USER = "Correct user and password in EMAIL_URL (special characters percent-encoded)."
RIGHT_HOST = "Correct host and port in EMAIL_URL, and see that this machine may reach them."


def check(at: datetime) -> Sequence[Finding]:
    """The server and whom mails come from; nothing is sent."""
    server = settings.EMAIL_CONFIG
    if server is None:
        sentence = (
            "No mail server is set up: alerts are kept here, invitations and new passwords are not sent."
        )
        return [warning(SERVER, sentence, SET_URL) if settings.PUBLIC_URL else off(SERVER, sentence, SET_URL)]
    return [_server(server), *_encrypted(server), _sender(server)]


def _server(server: EmailServer) -> Finding:
    where = f"{server.host}, port {server.port}"
    try:
        _greet()
    except smtplib.SMTPAuthenticationError:
        sentence = f"The mail server at {where} does not accept our name and password."
        return bad(SERVER, sentence, RIGHT_USER)
    except (smtplib.SMTPException, OSError) as error:
        sentence = f"The mail server at {where} did not let us in: {_reason(error)}."
        return bad(SERVER, sentence, RIGHT_HOST)
    accepts = " and accepts our password" if server.user else ""
    return ok(SERVER, f"The mail server at {where} answers{accepts}.")


def _greet() -> None:
    """Says hello, and signs in where there is a user; a connection that fails half-way is closed too."""
    backend = EmailBackend(timeout=SECONDS)
    try:
        backend.open()
        if backend.connection:
            backend.connection.ehlo_or_helo_if_needed()
    finally:
        with suppress(smtplib.SMTPException, OSError):
            backend.close()


def _reason(error: Exception) -> str:
    """What the network or the server said, in one line; never what we sent."""
    said = getattr(error, "smtp_error", b"") or getattr(error, "strerror", "") or str(error)
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:200].rstrip(".") or type(error).__name__


def _encrypted(server: EmailServer) -> Sequence[Finding]:
    if server.starttls or server.ssl or server.host in ("localhost", "127.0.0.1", "::1"):
        return []
    sentence = "Mails and the password go to the mail server unencrypted (tls=off)."
    return [
        warning(
            "Encryption of mails", sentence, "Take tls=off out of EMAIL_URL if the server knows STARTTLS."
        )
    ]


def _sender(server: EmailServer) -> Finding:
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    domain = address.rpartition("@")[2].lower()
    is_number = domain.rpartition(".")[2].isdigit()
    if domain in NOWHERE or is_number or "." not in domain or domain.endswith(INSIDE):
        sentence = (
            f"Mails come from {address}, a domain that does not exist for others; they will be refused."
        )
        return bad(SENDER, sentence, "Add ?from=whereabouts@your-domain to EMAIL_URL.")
    sentence = f"Mails come from {address}. What the DNS says of {domain} is not looked up from here."
    return Finding(SENDER, State.OK, sentence, RECORDS.format(domain=domain, host=server.host))


def send(address: str, at: datetime) -> Finding:
    """Sends one test mail, now."""
    if not settings.EMAIL_CONFIG:
        return bad(SENT, "No mail server is set up, so no test mail could be sent.", SET_URL)
    text = TEXT.format(at=at, url=settings.BASE_URL)
    message = EmailMultiAlternatives(SUBJECT, text, to=[address])
    try:
        with email.Postbox() as postbox:
            postbox.send(message)
    except email.MailError as error:
        return bad(SENT, error.sentence, "See what is said about the mail server, and try again.")
    return ok(SENT, f"The mail server took a test mail to {address}. Look for it there, also among the spam.")
