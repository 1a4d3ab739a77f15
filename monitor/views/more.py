"""On phones: the way to everything that has no tab."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.http import WorkspaceRequest


@require_safe
@member_required
def more(request: WorkspaceRequest) -> HttpResponse:
    """Mail, settings, team, account, other workspaces, sign out."""
    return render(request, "more.html")
