"""The environment as one frozen object."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from monitor.env.links import EmailServer, parse_database_url, parse_email_url, parse_media_url
from monitor.env.values import BadEnv, address, choice, flag, number, secret, text

CHECKOUT = Path(__file__).resolve().parent.parent.parent
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EVERY_INTERFACE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - only compared with
DATAFORSEO_URL = "https://api.dataforseo.com"
YANDEX_URL = "https://searchapi.api.cloud.yandex.net"

NAMES = (
    "DATABASE_URL",
    "DATA_DIR",
    "HOST",
    "PORT",
    "PUBLIC_URL",
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "SIGNUP",
    "DATAFORSEO_LOGIN",
    "DATAFORSEO_PASSWORD",
    "DATAFORSEO_URL",
    "YANDEX_API_KEY",
    "YANDEX_IAM_TOKEN",
    "YANDEX_FOLDER_ID",
    "YANDEX_URL",
    "SIMULATOR",
    "SIMULATOR_URL",
    "DEMO_PASSWORD",
    "EMAIL_URL",
    "MEDIA_URL",
    "METRICS_TOKEN",
    "WORKERS",
    "VERIFY_AT_ONCE",
    "VERIFY_SHARE",
    "LOG_LEVEL",
)


@dataclass(frozen=True, kw_only=True)
class Env:
    """Everything that an installation may set; "" means not given."""

    database_url: str = field(repr=False)
    data_dir: Path
    host: str
    port: int
    public_url: str
    secret_key: str = field(repr=False)
    debug: bool
    allowed_hosts: tuple[str, ...]
    signup: Literal["invite", "open"]
    dataforseo_login: str
    dataforseo_password: str = field(repr=False)
    dataforseo_url: str
    yandex_api_key: str = field(repr=False)
    yandex_iam_token: str = field(repr=False)
    yandex_folder_id: str
    yandex_url: str
    simulator: Literal["auto", "off"]
    simulator_url: str
    demo_password: str = field(repr=False)
    email_url: str = field(repr=False)
    email: EmailServer | None
    media_url: str
    media_dir: Path
    metrics_token: str = field(repr=False)
    workers: int
    verify_at_once: int
    verify_share: int
    log_level: str

    @property
    def has_dataforseo(self) -> bool:
        """DataForSEO can be asked."""
        return bool(self.dataforseo_login and self.dataforseo_password)

    @property
    def has_yandex(self) -> bool:
        """Yandex can be asked."""
        return bool((self.yandex_api_key or self.yandex_iam_token) and self.yandex_folder_id)

    @property
    def has_credentials(self) -> bool:
        """At least one real provider can be asked."""
        return self.has_dataforseo or self.has_yandex

    @property
    def wants_simulator(self) -> bool:
        """The simulator stands in for the providers: nothing real is set up, and it is not turned off."""
        return self.simulator == "auto" and not self.has_credentials

    @property
    def is_loopback(self) -> bool:
        """Only this machine can reach the app."""
        return self.host in LOOPBACK


def environment() -> dict[str, str]:
    """The process's variables, and those of the checkout's .env file that are not set there."""
    return _dotenv(CHECKOUT / ".env") | dict(os.environ)


def read_env(environ: Mapping[str, str]) -> Env:
    """Read and check every variable; BadEnv says what is wrong with the first bad one."""
    data_dir = Path(text(environ, "DATA_DIR", str(CHECKOUT / "var"))).expanduser().absolute()
    host = text(environ, "HOST", "127.0.0.1").removeprefix("[").removesuffix("]")
    public_url = address(environ, "PUBLIC_URL")
    database_url, email_url = secret(environ, "DATABASE_URL"), secret(environ, "EMAIL_URL")
    media_url = text(environ, "MEDIA_URL")
    env = Env(
        database_url=database_url,
        data_dir=data_dir,
        host=host,
        port=number(environ, "PORT", 8000, low=1, high=65535),
        public_url=public_url,
        secret_key=secret(environ, "SECRET_KEY"),
        debug=flag(environ, "DEBUG"),
        allowed_hosts=_allowed_hosts(environ, host, public_url),
        signup=cast("Literal['invite', 'open']", choice(environ, "SIGNUP", "invite", "open")),
        dataforseo_login=secret(environ, "DATAFORSEO_LOGIN"),
        dataforseo_password=secret(environ, "DATAFORSEO_PASSWORD"),
        dataforseo_url=address(environ, "DATAFORSEO_URL", DATAFORSEO_URL),
        yandex_api_key=secret(environ, "YANDEX_API_KEY"),
        yandex_iam_token=secret(environ, "YANDEX_IAM_TOKEN"),
        yandex_folder_id=text(environ, "YANDEX_FOLDER_ID"),
        yandex_url=address(environ, "YANDEX_URL", YANDEX_URL),
        simulator=cast("Literal['auto', 'off']", choice(environ, "SIMULATOR", "auto", "off")),
        simulator_url=address(environ, "SIMULATOR_URL"),
        demo_password=secret(environ, "DEMO_PASSWORD"),
        email_url=email_url,
        email=parse_email_url(email_url) if email_url else None,
        media_url=media_url,
        media_dir=parse_media_url(media_url, data_dir / "media"),
        metrics_token=secret(environ, "METRICS_TOKEN"),
        workers=number(environ, "WORKERS", 4, low=1, high=64),
        verify_at_once=number(environ, "VERIFY_AT_ONCE", 1, low=0, high=64),
        verify_share=number(environ, "VERIFY_SHARE", 50, low=5, high=100),
        log_level=choice(environ, "LOG_LEVEL", "INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL"),
    )
    _check_together(env)
    return env


def _check_together(env: Env) -> None:
    if env.database_url:
        parse_database_url(env.database_url)
        if not env.secret_key:
            raise BadEnv(
                "SECRET_KEY must be set together with DATABASE_URL: every machine needs the same one."
            )
    if bool(env.dataforseo_login) != bool(env.dataforseo_password):
        raise BadEnv("DATAFORSEO_LOGIN and DATAFORSEO_PASSWORD must be set together.")
    if bool(env.yandex_api_key or env.yandex_iam_token) != bool(env.yandex_folder_id):
        raise BadEnv("YANDEX_FOLDER_ID must be set together with YANDEX_API_KEY or YANDEX_IAM_TOKEN.")
    if 0 < len(env.secret_key) < 32:
        raise BadEnv("SECRET_KEY is too short: use at least 32 random characters.")


def _allowed_hosts(environ: Mapping[str, str], host: str, public_url: str) -> tuple[str, ...]:
    """The given names, else this machine's own and the one of PUBLIC_URL."""
    given = text(environ, "ALLOWED_HOSTS")
    if given:
        return tuple(name.strip() for name in given.split(",") if name.strip())
    names = ["localhost", "127.0.0.1", "[::1]", urlsplit(public_url).hostname or ""]
    if host not in EVERY_INTERFACE:
        names.append(f"[{host}]" if ":" in host else host)
    return tuple(dict.fromkeys(filter(None, names)))


def _dotenv(path: Path) -> dict[str, str]:
    """NAME=value lines of a file; quotes around a value are taken off, nothing is expanded."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadEnv(f"{path} cannot be read.") from error
    pairs = (line.strip().removeprefix("export ").partition("=") for line in lines if not _is_comment(line))
    return {name.strip(): _unquoted(value.strip()) for name, _, value in pairs}


def _is_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value
