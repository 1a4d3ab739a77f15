"""The variables that are URLs: DATABASE_URL, EMAIL_URL and MEDIA_URL."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote

import psycopg
from psycopg.conninfo import make_conninfo

from monitor.env.values import FALSE, BadEnv, split

DATABASE_SHAPE = "DATABASE_URL must look like postgresql://user:password@host:5432/name"
EMAIL_SHAPE = "EMAIL_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465"


@dataclass(frozen=True, kw_only=True)
class EmailServer:
    """An SMTP server: STARTTLS for smtp:// (unless ?tls=off), TLS from the start for smtps://."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    starttls: bool
    ssl: bool
    sender: str


def parse_database_url(url: str) -> dict[str, object]:
    """Django's settings for a postgresql:// URL, with libpq's parameters (sslmode, host) in its query."""
    parts = _parts(url, ("postgresql", "postgres"), DATABASE_SHAPE)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = unquote(_bare_host(parts))
    settings: dict[str, object] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": options.pop("dbname", unquote(parts.path.removeprefix("/"))),
        "USER": options.pop("user", unquote(parts.username or "")),
        "PASSWORD": options.pop("password", unquote(parts.password or "")),
        "HOST": options.pop("host", host),
        "PORT": options.pop("port", str(parts.port or "")),
    }
    if not settings["NAME"]:
        raise BadEnv(f"{DATABASE_SHAPE}; the name of the database is missing.")
    _check_options(options)
    return settings | {"OPTIONS": options}


def parse_email_url(url: str) -> EmailServer:
    """The mail server of smtp://user:password@host:port?from=sender&tls=off, everything percent-decoded."""
    parts = _parts(url, ("smtp", "smtps"), EMAIL_SHAPE)
    options = dict(parse_qsl(parts.query))
    unknown = options.keys() - {"from", "tls"}
    if not parts.hostname or parts.path not in ("", "/") or unknown:
        raise BadEnv(f"{EMAIL_SHAPE}, with ?from=sender and &tls=off when needed.")
    is_ssl = parts.scheme == "smtps"
    user = unquote(parts.username or "")
    return EmailServer(
        host=parts.hostname,
        port=parts.port or (465 if is_ssl else 587),
        user=user,
        password=unquote(parts.password or ""),
        starttls=not is_ssl and options.get("tls", "on").lower() not in FALSE,
        ssl=is_ssl,
        sender=options.get("from") or (user if "@" in user else f"whereabouts@{parts.hostname}"),
    )


def parse_media_url(url: str, default: Path) -> Path:
    """The folder of uploaded pictures, from file:///folder."""
    if not url:
        return default
    parts = split(url)
    if not parts or parts.scheme != "file" or parts.netloc not in ("", "localhost") or len(parts.path) < 2:
        raise BadEnv("MEDIA_URL must look like file:///folder/of/pictures.")
    return Path(unquote(parts.path))


def _parts(url: str, schemes: tuple[str, ...], shape: str) -> SplitResult:
    # The value is never repeated in the sentence: it may hold a password.
    parts = split(url)
    if parts is None or parts.scheme not in schemes:
        raise BadEnv(f"{shape} (special characters percent-encoded).")
    return parts


def _bare_host(parts: SplitResult) -> str:
    """The host as written: urlsplit's own would lower-case the path of an encoded socket folder."""
    host = parts.netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _check_options(options: dict[str, str]) -> None:
    try:
        make_conninfo("", **options)
    except psycopg.ProgrammingError as error:
        raise BadEnv(f"DATABASE_URL has a bad option after the question mark: {error}.") from error
