"""Runs: the list, one run, and its progress while it is under way."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.http import WorkspaceRequest
from monitor import access
from monitor.queries.runs import STATES, run_list, run_page


@require_safe
@member_required
def runs(request: WorkspaceRequest) -> HttpResponse:
    """All runs, fifty a page."""
    query = request.GET.dict()
    context = {
        "list": run_list(access.runs(request), query),
        "collections": access.collections(request),
        "states": STATES,
        "query": query,
    }
    return render(request, "runs/list.html", context)


@require_safe
@member_required
def run(request: WorkspaceRequest, run_id: int) -> HttpResponse:
    """One run: every image and engine."""
    page = run_page(access.run(request, run_id), timezone.now())
    return render(request, "runs/detail.html", {"page": page})


@require_safe
@member_required
def run_progress(request: WorkspaceRequest, run_id: int) -> HttpResponse:
    """The part of the run's page that renews itself until all its searches have ended."""
    page = run_page(access.run(request, run_id), timezone.now())
    return render(request, "runs/body.html", {"page": page})
