"""The environment: safe defaults, and one sentence for each bad value."""

import stat
from pathlib import Path

import pytest

from monitor.env import NAMES, BadEnv, database_settings, read_env, secret_key, socket_dir
from monitor.env.reading import CHECKOUT, environment

KEY = "k" * 40
SERVER = {"SECRET_KEY": KEY}


def test_it_is_embedded_safe_and_local_by_default() -> None:
    env = read_env({})
    assert (env.host, env.port, env.data_dir) == ("127.0.0.1", 8000, CHECKOUT / "var")
    assert (env.debug, env.signup, env.public_url, env.email) == (False, "invite", "", None)
    assert env.allowed_hosts == ("localhost", "127.0.0.1", "[::1]")
    assert env.wants_simulator and env.is_loopback and not env.has_credentials
    assert env.media_dir == env.data_dir / "media"


def test_it_takes_an_empty_value_for_none() -> None:
    assert read_env(dict.fromkeys(NAMES, " ")) == read_env({})


def test_it_never_prints_secrets() -> None:
    names = ("DATAFORSEO_PASSWORD", "YANDEX_API_KEY", "DEMO_PASSWORD", "METRICS_TOKEN")
    given = dict.fromkeys(names, "hush") | {"DATAFORSEO_LOGIN": "me", "YANDEX_FOLDER_ID": "f"}
    urls = {
        "DATABASE_URL": "postgresql://me:hush@h/d",
        "EMAIL_URL": "smtp://me:hush@h",
        "SECRET_KEY": "hush" * 10,
    }
    assert "hush" not in repr(read_env(given | urls))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "http", "PORT must be a whole number from 1 to 65535, not 'http'."),
        ("PORT", "0", "PORT must be a whole number"),
        ("PORT", "65536", "PORT must be a whole number"),
        ("PORT", "8०", "PORT must be a whole number"),
        ("WORKERS", "-1", "WORKERS must be a whole number from 1 to 64"),
        ("VERIFY_AT_ONCE", "65", "VERIFY_AT_ONCE must be a whole number from 0 to 64"),
        ("VERIFY_SHARE", "4", "VERIFY_SHARE must be a whole number from 5 to 100"),
        ("DEBUG", "perhaps", "DEBUG must be true or false, not 'perhaps'."),
        ("SIGNUP", "closed", "SIGNUP must be invite or open, not 'closed'."),
        ("SIMULATOR", "on", "SIMULATOR must be auto or off"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL must be INFO or DEBUG"),
        ("PUBLIC_URL", "whereabouts.example.com", "PUBLIC_URL must look like https://"),
        ("PUBLIC_URL", "https://me:hush@x.example", "PUBLIC_URL must look like https://"),
        ("PUBLIC_URL", "https://x.example:port", "PUBLIC_URL must look like https://"),
        ("MEDIA_URL", "/srv/pictures", "MEDIA_URL must look like file:///"),
        ("EMAIL_URL", "mail.example.com", "EMAIL_URL must look like smtp://"),
        ("EMAIL_URL", "smtp://mail.example.com?tsl=off", "EMAIL_URL must look like smtp://"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("DATAFORSEO_LOGIN", "me", "DATAFORSEO_LOGIN and DATAFORSEO_PASSWORD must be set together."),
        ("YANDEX_API_KEY", "key", "YANDEX_FOLDER_ID must be set together"),
        ("YANDEX_FOLDER_ID", "folder", "YANDEX_FOLDER_ID must be set together"),
        ("DATABASE_URL", "postgresql://h/d", "SECRET_KEY must be set together with DATABASE_URL"),
        (
            "SECRET_KEY_FILE",
            "/does/not/exist",
            "SECRET_KEY_FILE points to /does/not/exist, which cannot be read",
        ),
    ],
)
def test_it_says_what_is_wrong(name: str, value: str, words: str) -> None:
    with pytest.raises(BadEnv) as caught:
        read_env({name: value})
    assert str(caught.value).startswith(words)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://h/d",
        "postgresql://h:99999/d",
        "postgresql://h:port/d",
        "postgresql://h",
        "postgresql://h/",
        "h/d",
    ],
)
def test_it_says_what_a_database_url_looks_like(url: str) -> None:
    with pytest.raises(BadEnv, match="DATABASE_URL must look like postgresql://user:password@host:5432/name"):
        read_env(SERVER | {"DATABASE_URL": url})


def test_it_refuses_an_unknown_option_of_a_database_url() -> None:
    with pytest.raises(BadEnv, match=r"DATABASE_URL has a bad option .*sslmod"):
        read_env(SERVER | {"DATABASE_URL": "postgresql://h/d?sslmod=require"})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://me:p%40ss%2F@db.example:6543/wa", ("me", "p@ss/", "db.example", "6543", "wa", {})),
        ("postgres://db/wa?sslmode=require", ("", "", "db", "", "wa", {"sslmode": "require"})),
        ("postgresql://me@[::1]:5433/wa", ("me", "", "::1", "5433", "wa", {})),
        ("postgresql:///wa?host=/run/PostgreSQL", ("", "", "/run/PostgreSQL", "", "wa", {})),
        ("postgresql://%2Frun%2FPostgreSQL/wa?user=me", ("me", "", "/run/PostgreSQL", "", "wa", {})),
    ],
)
def test_it_reads_a_database_url(url: str, expected: tuple[object, ...]) -> None:
    settings = database_settings(read_env(SERVER | {"DATABASE_URL": url}))
    assert tuple(settings[k] for k in ("USER", "PASSWORD", "HOST", "PORT", "NAME", "OPTIONS")) == expected


def test_it_leads_to_the_embedded_server(tmp_path: Path) -> None:
    (tmp_path / "postgres-password").write_text("hush\n")
    settings = database_settings(read_env({"DATA_DIR": str(tmp_path)}))
    assert settings["HOST"] == str(tmp_path / "postgres")
    assert (settings["USER"], settings["NAME"], settings["PASSWORD"]) == (
        "whereabouts",
        "whereabouts",
        "hush",
    )


def test_it_finds_a_short_way_to_a_socket_in_a_deep_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    way = socket_dir(deep)
    assert len(str(way / ".s.PGSQL.5432")) < 104
    assert way == socket_dir(deep) != socket_dir(tmp_path / ("e" * 100))


def test_it_makes_a_private_secret_key_once(tmp_path: Path) -> None:
    env = read_env({"DATA_DIR": str(tmp_path / "new")})
    key = secret_key(env)
    assert len(key) > 50
    assert secret_key(env) == key
    assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret-key"]


def test_it_replaces_an_empty_secret_key_file(tmp_path: Path) -> None:
    (tmp_path / "secret-key").touch()
    env = read_env({"DATA_DIR": str(tmp_path)})
    assert secret_key(env) == secret_key(env) != ""


def test_it_prefers_the_given_secret_key(tmp_path: Path) -> None:
    env = read_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": KEY})
    assert secret_key(env) == KEY
    assert not list(tmp_path.iterdir())


def test_it_says_when_the_data_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadEnv, match=r"secret-key cannot be read \(Not a directory\)"):
        secret_key(read_env({"DATA_DIR": str(tmp_path / "file")}))


def test_it_reads_a_secret_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hush\n")
    assert read_env({"METRICS_TOKEN_FILE": str(tmp_path / "token")}).metrics_token == "hush"


def test_it_refuses_a_secret_given_twice_or_an_empty_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.touch()
    with pytest.raises(BadEnv, match="METRICS_TOKEN and METRICS_TOKEN_FILE are both set"):
        read_env({"METRICS_TOKEN": "a", "METRICS_TOKEN_FILE": str(file)})
    with pytest.raises(BadEnv, match="which is empty"):
        read_env({"METRICS_TOKEN_FILE": str(file)})


def test_it_knows_when_a_provider_is_set_up() -> None:
    google = read_env({"DATAFORSEO_LOGIN": "me", "DATAFORSEO_PASSWORD": "p"})
    yandex = read_env({"YANDEX_IAM_TOKEN": "t", "YANDEX_FOLDER_ID": "f"})
    assert (google.has_dataforseo, google.has_yandex, google.wants_simulator) == (True, False, False)
    assert (yandex.has_dataforseo, yandex.has_yandex, yandex.wants_simulator) == (False, True, False)
    assert not read_env({"SIMULATOR": "off"}).wants_simulator


def test_it_answers_to_the_names_it_is_reached_by() -> None:
    env = read_env({"HOST": "10.0.0.7", "PUBLIC_URL": "https://wa.example.com/"})
    assert env.public_url == "https://wa.example.com"
    assert env.allowed_hosts[3:] == ("wa.example.com", "10.0.0.7")
    assert not env.is_loopback
    assert read_env({"HOST": "0.0.0.0"}).allowed_hosts == ("localhost", "127.0.0.1", "[::1]")
    assert read_env({"ALLOWED_HOSTS": "a.example, b.example"}).allowed_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtp://me:p%40@mail.example",
            ("mail.example", 587, "me", "p@", True, False, "whereabouts@mail.example"),
        ),
        ("smtp://localhost:1025?tls=off&from=a@b.c", ("localhost", 1025, "", "", False, False, "a@b.c")),
        ("smtps://me%40x.c:p@mail.example", ("mail.example", 465, "me@x.c", "p", False, True, "me@x.c")),
    ],
)
def test_it_reads_a_mail_server(url: str, expected: tuple[object, ...]) -> None:
    email = read_env({"EMAIL_URL": url}).email
    assert email is not None
    names = ("host", "port", "user", "password", "starttls", "ssl", "sender")
    assert tuple(getattr(email, name) for name in names) == expected


def test_it_lets_the_shell_win_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.env.reading.CHECKOUT", tmp_path)
    (tmp_path / ".env").write_text("# a comment\nexport PORT=9000\n\nHOST='10.0.0.7'\nWORKERS=2\n")
    monkeypatch.setenv("PORT", "9001")
    for name in ("HOST", "WORKERS"):
        monkeypatch.delenv(name, raising=False)
    env = read_env(environment())
    assert (env.port, env.host, env.workers) == (9001, "10.0.0.7", 2)


@pytest.mark.parametrize("document", ["README.md", ".env.example"])
def test_it_is_documented(document: str) -> None:
    content = (CHECKOUT / document).read_text(encoding="utf-8")
    assert [name for name in NAMES if name not in content] == []
