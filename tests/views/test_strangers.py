"""Every address against everybody who must not get in: strangers, people who are signed out, those who only look.

The table below says for each address who may read and who may write. An address that is missing there fails a test.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.invitations import invite
from accounts.models import Membership, Role, User, Workspace
from monitor.decisions import decide
from monitor.models import Alert, Delivery, Match, Notice, Trouble
from tests.accounts.conftest import ClientFor
from tests.factories import (
    make_collection,
    make_found,
    make_image,
    make_market,
    make_match,
    make_run,
    make_search,
    make_target,
)

NOBODY, MEMBER, WRITER, OWNER, OPERATOR = "nobody", "member", "writer", "owner", "operator"
# Who reads (GET) and who writes (POST).
LOOKING, FORM, BUTTON = (MEMBER, NOBODY), (MEMBER, WRITER), (NOBODY, WRITER)
OWN_CHOICE, OWN_BUTTON, OWNERS, OWNERS_BUTTON = (
    (MEMBER, MEMBER),
    (NOBODY, MEMBER),
    (OWNER, OWNER),
    (NOBODY, OWNER),
)
OPERATORS, OPERATORS_FORM, OPERATORS_BUTTON = (OPERATOR, NOBODY), (OPERATOR, OPERATOR), (NOBODY, OPERATOR)
TABLE = {
    "overview": LOOKING,
    "images": LOOKING,
    "image-new": FORM,
    "image": LOOKING,
    "image-run": BUTTON,
    "image-progress": LOOKING,
    "image-diff": LOOKING,
    "image-diff-csv": LOOKING,
    "image-edit": FORM,
    "image-pause": BUTTON,
    "image-delete": FORM,
    "image-file": LOOKING,
    "image-thumbnail": LOOKING,
    "found-picture": LOOKING,
    "runs": LOOKING,
    "run": LOOKING,
    "run-progress": LOOKING,
    "matches-csv": LOOKING,
    "match": LOOKING,
    "match-decide": BUTTON,
    "decision-undo": BUTTON,
    "review": LOOKING,
    "strictness": FORM,
    "collections": LOOKING,
    "collection-new": FORM,
    "collection": FORM,
    "collection-price": BUTTON,
    "collection-follow": OWN_BUTTON,
    "collection-delete": BUTTON,
    "locations": LOOKING,
    "deliveries": LOOKING,
    "delivery": LOOKING,
    "delivery-body": LOOKING,
    "notice": LOOKING,
    "mail-go": LOOKING,
    "notification-settings": OWN_CHOICE,
    "more": LOOKING,
    "account": OWN_CHOICE,
    "account_change_password": OWN_CHOICE,
    "workspace-switch": OWN_BUTTON,
    "no-workspace": LOOKING,
    "workspace-settings": OWNERS,
    "demo-remove": OWNERS,
    "team": LOOKING,
    "team-invite": OWNERS_BUTTON,
    "invitation-withdraw": OWNERS_BUTTON,
    "member-role": OWNERS_BUTTON,
    "member-remove": OWNERS_BUTTON,
    "spending": LOOKING,
    "spending-budget": OWNERS_BUTTON,
    "spending-price": OPERATORS_BUTTON,
    "pipeline": OPERATORS,
    "pipeline-retry": OPERATORS_BUTTON,
    "pipeline-notice": OPERATORS,
    "setup": OPERATORS_FORM,
    "setup-check": OPERATORS,
    "setup-summary": OPERATORS,
    "setup-mail": OPERATORS_BUTTON,
}
# Open to people who are not signed in; a token that is not ours opens nothing.
PUBLIC = {
    "account_login": 200,
    "account_logout": 302,
    "account_signup": 200,
    "account_inactive": 200,
    "account_reset_password": 200,
    "account_reset_password_done": 200,
    "account_reset_password_from_key": 200,
    "account_reset_password_from_key_done": 200,
    "first-owner": 410,
    "invitation": 410,
    "public-picture": 404,
    "unsubscribe": 404,
    "dataforseo-pingback": 404,
    "dataforseo-postback": 404,
    "health": 200,
    "metrics": 200,  # to this machine
    "health-ready": 200,
}
# Without it the address leads nowhere, whoever asks.
QUERIES = {"mail-go": "?to=/more/"}
HIDDEN = ("Halden Lighthouse", "Tidal mug", "Autumn range", "shop-of-halden", "olga@example.com")


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """Every address of the project."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            yield from patterns(entry)


ADDRESSES = {pattern.name or str(pattern): pattern for pattern in patterns(get_resolver())}


def parameters(name: str) -> list[str]:
    """The names of what an address has to be filled with."""
    return list(ADDRESSES[name].pattern.regex.groupindex)


NUMBERED = [name for name in TABLE if parameters(name)]


@dataclass(frozen=True, kw_only=True)
class World:
    """Rows of every kind in one workspace, by the names that addresses have for them."""

    workspace: Workspace
    rows: dict[str, int | str]

    def path(self, name: str) -> str:
        """The address of one of these rows."""
        values = {parameter: self.rows[parameter] for parameter in parameters(name)}
        return reverse(name, kwargs=values) + QUERIES.get(name, "")


@pytest.fixture
def world(workspace: Workspace, owner: User) -> World:
    workspace.name = HIDDEN[0]
    workspace.save()
    collection = make_collection(workspace, name=HIDDEN[2])
    make_market(collection)
    image = make_image(collection, title=HIDDEN[1])
    target = make_target(image)
    run = make_run(collection)
    make_search(target, run, state="done", observed_at=timezone.now())
    match = make_match(image, f"https://{HIDDEN[3]}.example/mug")
    item = make_found(match, target, file=image.thumbnail.name)
    rows: dict[str, int | str] = {
        "image_id": image.pk,
        "collection_id": collection.pk,
        "run_id": run.pk,
        "item_id": item.pk,
        "match_id": match.pk,
        "decision_id": decide(Match.objects.all(), "flagged", owner, timezone.now())[0].pk,
        "delivery_id": make_delivery(workspace, owner, run.pk, collection.pk).pk,
        "notice_id": make_notice(workspace).pk,
        "slug": "disk",
        "workspace_id": workspace.pk,
        "member_id": Membership.objects.get(user=owner).pk,
        "invitation_id": invite(workspace, "gina@example.com", Role.VIEWER, owner).pk,
    }
    return World(workspace=workspace, rows=rows)


def make_delivery(workspace: Workspace, user: User, run: int, collection: int) -> Delivery:
    """A mail that went to the person."""
    alert = Alert.objects.create(
        workspace=workspace,
        user=user,
        run_id=run,
        collection_id=collection,
        kind="run",
        due_at=timezone.now(),
    )
    return Delivery.objects.create(alert=alert, address=user.email, text="New matches", message_id="<1@test>")


def make_notice(workspace: Workspace | None) -> Notice:
    """A mail about a trouble of the workspace, or for the operators."""
    kind = Trouble.Kind.BUDGET_SPENT if workspace else Trouble.Kind.QUEUE
    trouble = Trouble.objects.create(
        kind=kind, subject="any", workspace=workspace, sentence="Spent.", began_at=timezone.now()
    )
    return Notice.objects.create(trouble=trouble, address="olga@example.com", message_id=f"<{kind}@test>")


def may(name: str, method: str) -> str:
    """Who may do that."""
    return TABLE[name][0 if method == "get" else 1]


def pairs(names: list[str], *roles: str) -> list[tuple[str, str]]:
    """Addresses with the methods that one of these roles is needed for."""
    return [(name, method) for name in names for method in ("get", "post") if may(name, method) in roles]


def ask(client: Client, method: str, path: str) -> int:
    """The status of the answer."""
    response = (client.get if method == "get" else client.post)(path)
    response.close()
    return response.status_code


def test_it_knows_every_address() -> None:
    assert set(ADDRESSES) == {*TABLE, *PUBLIC}


@pytest.mark.parametrize("name", [name for name in TABLE if may(name, "get") not in (NOBODY, OPERATOR)])
def test_it_lets_the_owner_read(world: World, owner: User, sign_in: ClientFor, name: str) -> None:
    """Else the tests below would find nothing for the wrong reason."""
    wanted = {"mail-go": 302, "no-workspace": 302, "demo-remove": 404}.get(name, 200)  # it is no demo
    assert ask(sign_in(owner), "get", world.path(name)) == wanted


@pytest.mark.parametrize(("name", "method"), pairs(NUMBERED, MEMBER, WRITER, OWNER))
def test_it_has_nothing_for_a_stranger(
    world: World, stranger: User, sign_in: ClientFor, name: str, method: str
) -> None:
    assert ask(sign_in(stranger), method, world.path(name)) == 404


@pytest.mark.parametrize(
    "name", [name for name, _ in pairs(list(TABLE), MEMBER, OWNER) if not parameters(name)]
)
def test_it_tells_a_stranger_nothing(world: World, stranger: User, sign_in: ClientFor, name: str) -> None:
    response = sign_in(stranger).get(world.path(name))
    body = response.getvalue()
    assert not [words for words in HIDDEN if words in body.decode()]


def test_it_lets_no_stranger_switch_into_a_workspace(
    world: World, stranger: User, sign_in: ClientFor
) -> None:
    client = sign_in(stranger)
    assert client.post(world.path("workspace-switch"), {"workspace": world.workspace.pk}).status_code == 404


@pytest.mark.parametrize(("name", "method"), pairs(list(TABLE), OPERATOR))
def test_it_hides_what_is_the_operators_from_owners(
    world: World, owner: User, sign_in: ClientFor, name: str, method: str
) -> None:
    assert ask(sign_in(owner), method, world.path(name)) == 404


@pytest.mark.parametrize("name", [name for name in TABLE if may(name, "get") == OPERATOR])
def test_it_lets_operators_read(world: World, owner: User, sign_in: ClientFor, name: str) -> None:
    owner.is_staff = True
    owner.save()
    world.rows["notice_id"] = make_notice(None).pk
    assert ask(sign_in(owner), "get", world.path(name)) == 200


@pytest.mark.parametrize(("name", "method"), pairs(list(TABLE), MEMBER, WRITER, OWNER, OPERATOR))
def test_it_asks_to_sign_in(world: World, client: Client, name: str, method: str) -> None:
    response = (client.get if method == "get" else client.post)(world.path(name))
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/")


@pytest.mark.parametrize(("name", "method"), pairs(list(TABLE), WRITER, OWNER))
def test_it_lets_viewers_change_nothing(
    world: World, viewer: User, sign_in: ClientFor, name: str, method: str
) -> None:
    response = (sign_in(viewer).get if method == "get" else sign_in(viewer).post)(world.path(name))
    assert response.status_code == 403
    wanted = "You can look but not change things" if may(name, method) == WRITER else "Only owners of"
    assert wanted in response.content.decode()


@pytest.mark.parametrize(("name", "method"), pairs(list(TABLE), OWNER))
def test_it_keeps_what_is_the_owners_from_editors(
    world: World, editor: User, sign_in: ClientFor, name: str, method: str
) -> None:
    assert ask(sign_in(editor), method, world.path(name)) == 403


@pytest.mark.parametrize("name", PUBLIC)
def test_it_is_open_to_anybody(client: Client, world: World, name: str) -> None:
    words = {"token": "guessed", "secret": "guessed", "uidb36": "1", "key": "guessed"}
    path = reverse(name, kwargs={parameter: words[parameter] for parameter in parameters(name)})
    response = client.get(path)
    assert response.status_code == PUBLIC[name]
    assert "?next=" not in response.headers.get("Location", "")
    assert not [hidden for hidden in HIDDEN if hidden in response.content.decode()]
