"""From a written mail to a message on the wire, and what the mail server said to it."""

import smtplib
from collections.abc import Mapping
from contextlib import suppress
from email.mime.image import MIMEImage
from email.utils import formataddr, parseaddr
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from monitor.alerts import pictures
from monitor.models import Mail

NO_ANSWER = "The mail server could not be reached."
BAD_ADDRESS = "The address cannot be written to."
ASKED_TO_WAIT = "The mail server asked to try later ({said})."
REFUSED = "The mail server refused the mail ({said})."
NOT_LET_IN = "The mail server did not accept our name and password. The operator can mend EMAIL_URL."


class MailError(Exception):
    """A mail was not taken. `permanent`: trying again is no use. `is_down`: no other mail will get through."""

    def __init__(self, sentence: str, *, permanent: bool = False, is_down: bool = False) -> None:
        super().__init__(sentence)
        self.sentence, self.permanent, self.is_down = sentence, permanent, is_down


class Message(EmailMultiAlternatives):
    """Text and HTML, with pictures that belong to the HTML (RFC 2387)."""

    mixed_subtype = "related"


class Postbox:
    """One connection to the mail server for several mails, opened when the first is sent."""

    def __init__(self) -> None:
        self._connection = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, message: EmailMultiAlternatives) -> None:
        """Hands the message over; returning means that the server has taken it. Raises MailError."""
        try:
            self._connection.open()
            self._connection.send_messages([message])
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._close()
            raise _explained(error) from error

    def _close(self) -> None:
        # After the server has taken the mails, a failing farewell changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            self._connection.close()


def build(mail: Mail, headers: Mapping[str, str] | None = None) -> EmailMultiAlternatives:
    """The message: text, HTML and its pictures; `headers` are added to those of every mail."""
    message = Message(
        subject=mail.subject,
        body=mail.text,
        from_email=_sender(),
        to=[mail.address],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", **(headers or {})},
    )
    message.attach_alternative(mail.html, "text/html")
    for inline in pictures.inlines(mail.html):
        message.attach(_part(inline))
    return message


def _sender() -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or "Whereabouts", address))


def _part(inline: pictures.Inline) -> MIMEImage:
    part = MIMEImage(inline.jpeg, "jpeg")
    part.add_header("Content-ID", f"<{inline.cid}>")
    part.add_header("Content-Disposition", "inline", filename=inline.cid.partition("@")[0] + ".jpg")
    return part


def _explained(error: Exception) -> MailError:
    match error:
        case smtplib.SMTPAuthenticationError():
            return MailError(NOT_LET_IN, is_down=True)
        case smtplib.SMTPRecipientsRefused():
            return _refusal(*next(iter(error.recipients.values())))
        case smtplib.SMTPSenderRefused() | smtplib.SMTPDataError():
            return _refusal(error.smtp_code, error.smtp_error)
        case smtplib.SMTPException() | OSError():
            return MailError(NO_ANSWER, is_down=True)
        case _:
            return MailError(BAD_ADDRESS, permanent=True)


def _refusal(code: int, words: bytes | str) -> MailError:
    """4xx asks to come back, 5xx does not (RFC 5321, section 4.2.1)."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    said = f"{code} {' '.join(text.split())}".strip()[:300]
    permanent = code >= 500
    return MailError((REFUSED if permanent else ASKED_TO_WAIT).format(said=said), permanent=permanent)
