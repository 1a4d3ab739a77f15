"""The mails that were sent, or are kept here, and the ways into the app that they carry."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.http import WorkspaceRequest
from accounts.workspaces import enter
from monitor import access
from monitor.alerts import notice_letters
from monitor.queries import mail as queries


@require_safe
@member_required
def deliveries(request: WorkspaceRequest) -> HttpResponse:
    """What was sent, newest first."""
    mails = queries.mail_list(
        access.alerts(request), access.notices(request), request.user.pk, request.GET.get("page")
    )
    return render(request, "deliveries/list.html", {"mails": mails})


@require_safe
@member_required
def delivery(request: WorkspaceRequest, delivery_id: int) -> HttpResponse:
    """One mail as it reads, and what became of it."""
    mail = queries.mail(access.delivery(request, delivery_id))
    return render(request, "deliveries/mail.html", {"mail": mail, "letter": mail.letter})


@require_safe
@member_required
def delivery_body(request: WorkspaceRequest, delivery_id: int) -> HttpResponse:
    """The text version, letter for letter as it went out."""
    text = access.delivery(request, delivery_id).text
    if not text:
        raise Http404
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@member_required
def notice(request: WorkspaceRequest, notice_id: int) -> HttpResponse:
    """One mail about the workspace itself, as it reads."""
    mail = access.notice(request, notice_id)
    letter = notice_letters.read(mail.trouble, is_end=mail.is_end)
    return render(request, "deliveries/notice.html", {"notice": mail, "letter": letter})


@require_safe
@member_required
def go(request: WorkspaceRequest, workspace_id: int) -> HttpResponse:
    """From a mail to a page of its workspace, which becomes the one that the session shows."""
    path = request.GET.get("to", "")
    workspace = next((mine for mine in request.workspaces if mine.pk == workspace_id), None)
    if workspace is None or not _is_own_path(path):
        raise Http404
    enter(request, workspace)
    return redirect(path)


def _is_own_path(path: str) -> bool:
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
