"""The first page of a workspace."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.http import WorkspaceRequest
from monitor.queries import overview as queries
from monitor.queries.engines import ENGINES
from monitor.queries.history import DEFAULT_PERIOD, PERIODS


@require_safe
@member_required
def overview(request: WorkspaceRequest) -> HttpResponse:
    """What is new this week; before there is any image, what to do first."""
    if not queries.has_images(request.workspace):
        return render(request, "overview/first.html")
    period = request.GET.get("period", "")
    engine = request.GET.get("engine", "")
    page = queries.overview(
        request.workspace,
        period=period if period in PERIODS else DEFAULT_PERIOD,
        engine=engine if engine in ENGINES else "",
        at=timezone.now(),
    )
    return render(request, "overview/overview.html", {"page": page, "periods": PERIODS})
