"""What a view demands of the person who asks for it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import OperatorRequest, WorkspaceRequest

P = ParamSpec("P")
MemberView = Callable[Concatenate[WorkspaceRequest, P], HttpResponseBase]
OperatorView = Callable[Concatenate[OperatorRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

READ_ONLY = (
    "You can look but not change things in this workspace. Ask an owner of {workspace} for the editor role."
)
OWNERS_ONLY = "Only owners of {workspace} can do this. Ask one of them to do it for you."
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def member_required(view: MemberView[P]) -> View[P]:
    """For signed-in people with a workspace; others are led to sign in or told that they have none."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        member = cast(WorkspaceRequest, request)
        if member.workspace is None:
            return redirect("no-workspace")
        return view(member, *args, **kwargs)

    return wrapped


def writer_required(view: MemberView[P]) -> View[P]:
    """Like member_required; a viewer may look (GET), and gets a 403 page for anything else."""

    @member_required
    @wraps(view)
    def wrapped(request: WorkspaceRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method not in SAFE_METHODS and not request.membership.can_write:
            return forbidden(request, READ_ONLY)
        return view(request, *args, **kwargs)

    return wrapped


def owner_required(view: MemberView[P]) -> View[P]:
    """Like member_required; anyone but an owner gets a 403 page, for GET too."""

    @member_required
    @wraps(view)
    def wrapped(request: WorkspaceRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.membership.is_owner:
            return forbidden(request, OWNERS_ONLY)
        return view(request, *args, **kwargs)

    return wrapped


def operator_required(view: OperatorView[P]) -> View[P]:
    """For the installation's operators; anybody else who is signed in gets 404, as if there were no such page."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not request.user.is_staff:
            raise Http404
        return view(cast(OperatorRequest, request), *args, **kwargs)

    return wrapped


def forbidden(request: WorkspaceRequest, sentence: str) -> HttpResponse:
    """The 403 page; `sentence` may name the {workspace}."""
    text = sentence.format(workspace=request.workspace)
    return render(request, "accounts/forbidden.html", {"sentence": text}, status=403)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """A part of a page must not be swapped for the sign-in form: the whole page goes there."""
    if cast(WorkspaceRequest, request).htmx:
        return HttpResponseClientRedirect(redirect_to_login(_current_page(request)).url)
    return redirect_to_login(request.get_full_path())


def _current_page(request: HttpRequest) -> str:
    """As the browser says it; anybody may send anything."""
    try:
        return cast(WorkspaceRequest, request).htmx.current_url_abs_path or "/"
    except ValueError:
        return "/"
