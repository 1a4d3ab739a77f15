"""Mails about a workspace itself, as its owners read them in the app."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User, Workspace
from monitor.alerts import troubles
from monitor.alerts.telling import tell
from monitor.models import Notice, Trouble
from tests.accounts.conftest import ClientFor
from tests.views.counting import queries_of

SUBJECT = "The budget is spent · Northlight"


def spend_all(workspace: Workspace, subject: str = "2026-11") -> Notice:
    """The budget is spent, and its owner was told by a mail that is kept."""
    now = timezone.now()
    troubles.begin(Trouble.Kind.BUDGET_SPENT, subject, "All $25 are spent.", now, workspace=workspace)
    tell(now + timedelta(minutes=5))
    return Notice.objects.latest("pk")


def test_owners_read_them_on_the_mail_page(owner: User, workspace: Workspace, sign_in: ClientFor) -> None:
    notice = spend_all(workspace)
    assert notice.outcome == Notice.Outcome.KEPT
    client, path = sign_in(owner), reverse("notice", args=[notice.pk])
    page = client.get(reverse("deliveries")).content.decode()
    assert f'<a href="{path}">{SUBJECT}</a>' in page
    assert "There was no mail server." in page
    letter = client.get(path).content.decode()
    for words in (SUBJECT, "All $25 are spent.", "What to do:", "To olga@example.com.", "Kept here"):
        assert words in letter


@pytest.mark.parametrize("who", ["editor", "viewer", "stranger"])
def test_nobody_else_reads_them(
    db: None, request: pytest.FixtureRequest, workspace: Workspace, sign_in: ClientFor, who: str
) -> None:
    notice = spend_all(workspace)
    client = sign_in(request.getfixturevalue(who))
    assert SUBJECT not in client.get(reverse("deliveries")).content.decode()
    assert client.get(reverse("notice", args=[notice.pk])).status_code == 404


def test_they_say_what_became_of_them(owner: User, workspace: Workspace, sign_in: ClientFor) -> None:
    notice = spend_all(workspace)
    path = reverse("notice", args=[notice.pk])
    outcomes = {
        "waiting": "Waiting",
        "sending": "Being sent",
        "failed": "No. It is not tried again; what it says is in the app.",
        "dropped": "Not sent",
    }
    for outcome, words in outcomes.items():
        Notice.objects.update(outcome=outcome, error="No.", attempts=0)
        assert words in sign_in(owner).get(path).content.decode()


def test_the_mail_page_makes_as_many_queries_for_ten_as_for_one(
    owner: User, workspace: Workspace, sign_in: ClientFor
) -> None:
    spend_all(workspace)
    client = sign_in(owner)
    one = queries_of(client, reverse("deliveries"))
    for number in range(12):
        spend_all(workspace, f"month {number}")
    assert queries_of(client, reverse("deliveries")) == one
    assert client.get(reverse("deliveries")).content.decode().count(SUBJECT) == 10


def test_the_operators_mails_are_not_among_them(
    owner: User, workspace: Workspace, sign_in: ClientFor
) -> None:
    owner.is_staff = True
    owner.save()
    now = timezone.now()
    troubles.begin(Trouble.Kind.PROVIDER, "yandex", "Silent.", now)
    tell(now + timedelta(minutes=5))
    notice = Notice.objects.get()
    assert sign_in(owner).get(reverse("notice", args=[notice.pk])).status_code == 404
