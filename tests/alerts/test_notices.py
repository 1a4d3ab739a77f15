"""Troubles told by mail: once to those whom they concern, and their end once."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.db.models.functions import Now

from accounts.models import Role, User, Workspace
from monitor.alerts import delivering, lateness, notice_letters, notices, troubles
from monitor.alerts.meanings import MEANINGS
from monitor.alerts.telling import stand_in, tell
from monitor.env.links import EmailServer
from monitor.models import AccountState, Notice, Provider, Search, Trouble, WorkerNode
from monitor.pipeline.engines import Account, limits
from tests import factories

AT = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)
SOON, LATER = AT + 5 * A_MINUTE, AT + 90 * A_MINUTE
Kind, Outcome = Trouble.Kind, Notice.Outcome
GOOGLE = Account(provider=Provider.DATAFORSEO, is_simulated=False)
SILENT = "DataForSEO does not answer."


@pytest.fixture
def operator(db: None) -> User:
    return factories.make_user("otto@halden.example", is_staff=True)


@pytest.fixture
def workspace(db: None) -> Workspace:
    workspace = factories.make_workspace(factories.make_user("olga@halden.example"), name="Halden")
    factories.make_member(workspace, Role.EDITOR, user=factories.make_user("eddie@halden.example"))
    return workspace


def begin(kind: Trouble.Kind = Kind.PROVIDER, workspace: Workspace | None = None, at: datetime = AT) -> None:
    subject = str(workspace.pk) if workspace else "dataforseo"
    assert troubles.begin(kind, subject, SILENT, at, workspace=workspace)


def told() -> list[tuple[str, str]]:
    """Addresses and subjects of all mails, in the order in which they were written."""
    return list(Notice.objects.order_by("pk").values_list("address", "subject"))


def test_a_trouble_is_told_once_to_the_operators(
    operator: User, workspace: Workspace, mail_server: EmailServer
) -> None:
    factories.make_user("gone@halden.example", is_staff=True).delete()
    begin()
    for minutes in (0, 4, 5, 6, 60):
        tell(AT + minutes * A_MINUTE)
    assert told() == [(operator.email, "A provider is in trouble · DataForSEO")]
    (message,) = mail.outbox
    assert message.to == [operator.email]
    assert SILENT in message.body
    assert "https://whereabouts.example/pipeline/" in message.body
    assert "List-Unsubscribe" not in message.extra_headers
    assert Notice.objects.get().outcome == Outcome.SENT


def test_its_end_is_told_once_to_those_who_know_of_it(operator: User, mail_server: EmailServer) -> None:
    begin()
    tell(SOON)
    factories.make_user("new@halden.example", is_staff=True)
    troubles.end(Kind.PROVIDER, "dataforseo", LATER)
    for minutes in (0, 10):
        tell(LATER + minutes * A_MINUTE)
    assert [subject for _, subject in told()] == [
        "A provider is in trouble · DataForSEO",
        "It is over: a provider is in trouble · DataForSEO",
    ]
    body = str(mail.outbox[1].body)
    assert "It began Monday 9 March 2026, 08:30 UTC." in body
    assert SILENT in body
    assert "The searches that waited go on by themselves." in body
    assert "What to do" not in body


def test_what_ends_soon_is_never_told(operator: User) -> None:
    begin()
    troubles.end(Kind.PROVIDER, "dataforseo", AT + 4 * A_MINUTE)
    tell(LATER)
    assert told() == []


def test_what_is_over_before_it_was_told_is_told_by_one_mail(operator: User) -> None:
    begin()
    troubles.end(Kind.PROVIDER, "dataforseo", LATER)
    tell(LATER)
    tell(LATER + A_MINUTE)
    assert told() == [(operator.email, "It is over: a provider is in trouble · DataForSEO")]


def test_a_beginning_that_waits_for_the_server_is_dropped_when_it_is_over(
    operator: User, mail_server: EmailServer
) -> None:
    begin()
    notices.decide_due(SOON)
    troubles.end(Kind.PROVIDER, "dataforseo", LATER)
    tell(LATER)
    first, last = Notice.objects.order_by("pk")
    assert (first.outcome, first.error) == (Outcome.DROPPED, notices.OVER_ALREADY)
    assert (last.outcome, len(mail.outbox)) == (Outcome.SENT, 1)


def test_a_second_trouble_of_the_same_kind_is_told_anew(operator: User) -> None:
    for hours in (0, 1):
        at = AT + hours * 60 * A_MINUTE
        begin(at=at)
        tell(at + 5 * A_MINUTE)
        troubles.end(Kind.PROVIDER, "dataforseo", at + 6 * A_MINUTE)
        tell(at + 6 * A_MINUTE)
    assert len(told()) == 4


def test_a_trouble_of_a_workspace_is_for_its_owners(
    operator: User, workspace: Workspace, mail_server: EmailServer
) -> None:
    workspace.time_zone = "Europe/Oslo"
    workspace.save()
    begin(Kind.BUDGET_SPENT, workspace)
    tell(SOON)
    assert told() == [("olga@halden.example", "The budget is spent · Halden")]
    body = str(mail.outbox[0].body)
    assert "Halden. Monday 9 March 2026, 09:30" in body
    assert f"https://whereabouts.example/mail/go/{workspace.pk}/?to=%2Fspend%2F" in body
    assert "because you are an owner of Halden" in body


@pytest.mark.parametrize("change", ["workspace", "role", "person"])
def test_nobody_is_told_who_is_no_longer_concerned(workspace: Workspace, change: str) -> None:
    begin(Kind.BUDGET_SPENT, workspace)
    notices.decide_due(SOON)
    if change == "workspace":
        Workspace.objects.update(deleted_at=SOON)
    elif change == "role":
        workspace.memberships.update(role=Role.VIEWER)
    else:
        User.objects.update(is_active=False)
    delivering.deliver_due(SOON)
    notice = Notice.objects.get()
    assert (notice.outcome, notice.error) == (Outcome.DROPPED, notices.NOT_CONCERNED)


def test_without_a_mail_server_it_is_kept(operator: User) -> None:
    begin()
    tell(SOON)
    assert Notice.objects.get().outcome == Outcome.KEPT


@pytest.mark.parametrize("is_end", [False, True])
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_words(
    kind: Trouble.Kind, is_end: bool, workspace: Workspace, mail_server: EmailServer
) -> None:
    of_workspace = kind in (Kind.BUDGET_NEAR, Kind.BUDGET_SPENT)
    trouble = Trouble(
        kind=kind, subject="work", workspace=workspace if of_workspace else None, sentence="It happened.",
        began_at=AT, ended_at=LATER,
    )  # fmt: skip
    letter = notice_letters.read(trouble, is_end=is_end)
    said = [letter.subject, letter.heading, letter.happened, letter.means, letter.why_you]
    assert all(said)
    assert not any("!" in text or "  " in text for text in said)
    assert bool(letter.advice) == (not is_end)
    assert letter.link.startswith("https://whereabouts.example/")
    assert set(MEANINGS) == set(Kind)


def test_a_trouble_that_cannot_be_told_does_not_silence_the_next(
    operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = notice_letters.read

    def fail_for_the_first(trouble: Trouble, *, is_end: bool) -> notice_letters.NoticeLetter:
        if trouble.kind == Kind.QUEUE:
            raise ValueError
        return read(trouble, is_end=is_end)

    monkeypatch.setattr(notice_letters, "read", fail_for_the_first)
    begin(Kind.QUEUE)
    begin(Kind.PROVIDER)
    assert notices.decide_due(SOON) == 1
    assert len(told()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once() -> None:
    operator = factories.make_user("otto@halden.example", is_staff=True)
    begin()

    def decide() -> None:
        notices.decide_due(SOON)
        connection.close()

    threads = [threading.Thread(target=decide) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert [address for address, _ in told()] == [operator.email]


def due(minutes: int, provider: str = Provider.DATAFORSEO, **fields: Any) -> Search:
    """A search that has been due for so long, and a little longer."""
    not_before = Now() - timedelta(minutes=minutes, seconds=5)
    return factories.make_search(factories.make_target(None, provider), not_before=not_before, **fields)


def test_a_stuck_queue_is_told_after_ten_minutes(operator: User) -> None:
    search = due(4)
    lateness.look(AT)
    assert not Trouble.objects.exists()
    Search.objects.update(not_before=Now() - timedelta(minutes=5, seconds=5))
    for _ in range(2):
        lateness.look(AT)
    trouble = Trouble.objects.get()
    assert (trouble.kind, trouble.sentence) == (Kind.QUEUE, lateness.LATE_SENTENCE.format(minutes=5))
    tell(AT + 4 * A_MINUTE)
    assert told() == []
    tell(AT + 5 * A_MINUTE)
    assert told() == [(operator.email, "Searches are waiting too long")]
    Search.objects.filter(pk=search.pk).update(not_before=Now() + A_MINUTE)
    lateness.look(LATER)
    assert Trouble.objects.get().ended_at == LATER


def test_what_waited_while_no_worker_was_there_is_told_to_nobody(operator: User) -> None:
    due(180)
    lateness.look(AT)
    Search.objects.update(not_before=Now() + A_MINUTE)
    tell(AT + A_MINUTE)
    tell(LATER)
    assert (Trouble.objects.get().ended_at, told()) == (AT + A_MINUTE, [])


def test_while_calls_are_made_it_is_only_behind(db: None) -> None:
    due(24)
    limits.take_calls(GOOGLE)
    lateness.look(AT)
    assert not Trouble.objects.exists()
    due(25)
    lateness.look(AT)
    assert Trouble.objects.get().kind == Kind.QUEUE


@pytest.mark.parametrize("state", ["held", "waiting"])
def test_a_hold_explains_that_searches_wait(db: None, state: str) -> None:
    """Those that wait for money or credentials, and those whose provider is in trouble."""
    due(60, state=state, held_for="account" if state == "held" else "")
    if state == "waiting":
        AccountState.objects.create(name="dataforseo", cause="provider", held_at=AT)
    lateness.look(AT)
    assert not Trouble.objects.exists()
    due(60, Provider.YANDEX)
    lateness.look(AT)
    assert Trouble.objects.get().kind == Kind.QUEUE


def test_a_process_beside_the_workers_tells_when_none_is_seen(operator: User) -> None:
    node = WorkerNode.objects.create(name="here", pid=1)
    assert not stand_in(AT)
    WorkerNode.objects.update(seen_at=Now() - 6 * A_MINUTE)
    assert stand_in(AT)
    assert told() == []
    assert stand_in(SOON)
    assert told() == [(operator.email, "No worker is seen")]
    WorkerNode.objects.filter(pk=node.pk).update(seen_at=Now())
    assert not stand_in(LATER)
    tell(LATER)
    assert told()[1:] == [(operator.email, "It is over: no worker is seen")]
