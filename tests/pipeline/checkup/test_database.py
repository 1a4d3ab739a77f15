"""The settings of PostgreSQL, asked of a real one and judged one by one."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from monitor.models import WorkerNode
from monitor.pipeline.checkup import database
from monitor.pipeline.checkup.findings import State
from tests.pipeline.checkup.conftest import AT, set_env, states

GOOD = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "autovacuum": "on",
    "track_counts": "on",
}


@pytest.mark.django_db
def test_it_asks_a_real_server() -> None:
    found = states(database.check(AT))
    # The test server is started without fsync, which is what the check is there to find.
    assert found.pop(database.SAFETY) in (State.BAD, State.OK)
    assert set(found.values()) == {State.OK}


@pytest.mark.django_db
def test_it_sees_a_setting_of_the_session() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
    safety = next(finding for finding in database.check(AT) if finding.name == database.SAFETY)
    assert safety.state == State.BAD
    assert "synchronous_commit" in safety.sentence


@pytest.mark.django_db
def test_a_migration_that_is_not_applied_is_bad() -> None:
    MigrationRecorder.Migration.objects.filter(app="monitor", name="0002_queue").delete()
    finding = next(finding for finding in database.check(AT) if finding.name == database.TABLES)
    assert finding.state == State.BAD
    assert "monitor 0002_queue" in finding.sentence


def test_a_server_that_does_not_answer_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused\nIs the server running?")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    (finding,) = database.check(AT)
    assert finding.state == State.BAD
    assert finding.sentence == "The database did not answer: connection refused."


@pytest.mark.parametrize(
    ("text", "number", "state"),
    [("14.9", 140009, State.BAD), ("15.0", 150000, State.OK), ("18beta2", 180000, State.OK)],
)
def test_it_judges_the_version(text: str, number: int, state: State) -> None:
    assert database.version(text, number).state == state


@pytest.mark.parametrize("careless", database.DURABLE)
def test_any_careless_setting_is_bad(careless: str) -> None:
    assert database.safety(GOOD).state == State.OK
    finding = database.safety({**GOOD, careless: "off"})
    assert finding.state == State.BAD
    assert careless in finding.sentence and careless in finding.remedy


@pytest.mark.parametrize(
    ("most", "used", "clusters", "state"),
    [
        (100, 5, 1, State.OK),
        (100, 5, 0, State.OK),
        (100, 85, 1, State.WARNING),
        (100, 5, 10, State.WARNING),
        (100, 5, 13, State.BAD),
        (20, 5, 1, State.BAD),
    ],
)
def test_it_judges_the_connections(
    settings: Settings, most: int, used: int, clusters: int, state: State
) -> None:
    set_env(settings, workers=4)  # 16 for the pages, 7 for each cluster of workers
    assert database.connections(most, used, clusters).state == state


@pytest.mark.django_db
def test_it_counts_clusters_of_workers() -> None:
    WorkerNode.objects.create(name="here", pid=1)
    used, clusters = database._in_use()
    assert used >= 1
    assert clusters == 1


@pytest.mark.parametrize(
    ("encoding", "knows_letters", "state"),
    [("UTF8", True, State.OK), ("UTF8", False, State.BAD), ("SQL_ASCII", True, State.BAD)],
)
def test_it_judges_how_letters_are_kept(encoding: str, knows_letters: bool, state: State) -> None:
    assert database.letters(encoding, knows_letters=knows_letters).state == state


@pytest.mark.parametrize("idle", ["autovacuum", "track_counts"])
def test_a_server_that_does_not_clean_up_is_bad(idle: str) -> None:
    assert database.upkeep(GOOD).state == State.OK
    assert database.upkeep({**GOOD, idle: "off"}).state == State.BAD
