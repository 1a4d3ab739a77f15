"""What views demand of people, tried on small views of our own."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django.fixtures import Settings

from accounts.decorators import member_required, operator_required, owner_required, writer_required
from accounts.http import OperatorRequest, WorkspaceRequest
from accounts.models import Membership, User, Workspace
from tests.accounts.conftest import ClientFor
from tests.factories import make_user


def answer(request: WorkspaceRequest) -> HttpResponse:
    return HttpResponse(f"{request.user} in {request.workspace}")


def operate(request: OperatorRequest) -> HttpResponse:
    return HttpResponse(f"{request.user} operates")


urlpatterns = [
    path("for-members/", member_required(answer)),
    path("for-writers/", writer_required(answer)),
    path("for-owners/", owner_required(answer)),
    path("for-operators/", operator_required(operate)),
    path("", include("monitor.urls")),
]


@pytest.fixture(autouse=True)
def our_views(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize("url", ["/for-members/", "/for-writers/", "/for-owners/"])
@pytest.mark.parametrize("who", ["owner", "editor", "viewer"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_opens_to_the_roles_that_may(
    db: None,
    request: pytest.FixtureRequest,
    sign_in: ClientFor,
    workspace: Workspace,
    url: str,
    who: str,
    method: str,
) -> None:
    client = sign_in(request.getfixturevalue(who))
    refused = (url == "/for-owners/" and who != "owner") or (url, who, method) == (
        "/for-writers/",
        "viewer",
        "post",
    )
    assert getattr(client, method)(url).status_code == (403 if refused else 200)


def test_it_tells_a_viewer_what_to_do(sign_in: ClientFor, viewer: User) -> None:
    body = sign_in(viewer).post("/for-writers/").content.decode()
    assert "You can look but not change things in this workspace." in body
    assert "Ask an owner of Northlight for the editor role." in body


def test_it_leads_to_the_sign_in_and_back(client: Client, db: None) -> None:
    response = client.get("/for-members/?page=2")
    assert response["Location"] == "/accounts/login/?next=/for-members/%3Fpage%3D2"


def test_it_leads_the_whole_page_there_when_a_part_was_asked_for(client: Client, db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/images/7/"}
    response = client.get("/for-members/", headers=headers)
    assert response["HX-Redirect"] == "/accounts/login/?next=/images/7/"


def test_it_leads_there_from_an_address_that_is_none(client: Client, db: None) -> None:
    response = client.get("/for-members/", headers={"HX-Request": "true", "HX-Current-URL": "http://["})
    assert response["HX-Redirect"] == "/accounts/login/?next=/"


def test_it_tells_people_in_no_workspace(sign_in: ClientFor, owner: User) -> None:
    response = sign_in(owner).get("/for-members/", follow=True)
    assert response.redirect_chain == [("/workspaces/none/", 302)]
    assert "You are in no workspace" in response.content.decode()


def test_it_hides_a_deleted_workspace_at_once(sign_in: ClientFor, viewer: User, workspace: Workspace) -> None:
    client = sign_in(viewer)
    assert client.get("/for-members/").status_code == 200
    workspace.deleted_at = workspace.created_at
    workspace.save()
    assert client.get("/for-members/")["Location"] == "/workspaces/none/"


def test_it_forgets_a_person_who_was_removed(sign_in: ClientFor, viewer: User) -> None:
    client = sign_in(viewer)
    client.get("/for-members/")
    Membership.objects.filter(user=viewer).delete()
    assert client.get("/for-members/")["Location"] == "/workspaces/none/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_opens_to_operators_who_need_no_workspace(sign_in: ClientFor, db: None, method: str) -> None:
    response = getattr(sign_in(make_user(name="Otto", is_staff=True)), method)("/for-operators/")
    assert response.content.decode() == "Otto operates"


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_hides_from_everybody_else_even_owners(
    sign_in: ClientFor, workspace: Workspace, owner: User, method: str
) -> None:
    assert getattr(sign_in(owner), method)("/for-operators/").status_code == 404


def test_it_leads_an_operator_to_the_sign_in(client: Client, db: None) -> None:
    assert client.get("/for-operators/")["Location"] == "/accounts/login/?next=/for-operators/"


def test_it_keeps_the_name_of_a_view() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert writer_required(view).__name__ == "view"
