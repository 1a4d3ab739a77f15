"""The gallery of watched images."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.http import WorkspaceRequest
from monitor.queries.images import SORTS, STATUSES, Filters, gallery


@require_safe
@member_required
def images(request: WorkspaceRequest) -> HttpResponse:
    """All watched images, sixty a page."""
    filters = Filters.of(request.GET.dict())
    page = gallery(request.workspace, filters, number=request.GET.get("page", "1"), at=timezone.now())
    context = {"gallery": page, "filters": filters, "statuses": STATUSES, "sorts": SORTS}
    return render(request, "images/gallery.html", context)
