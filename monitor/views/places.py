"""Places that Google can be asked from, as somebody types."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.http import WorkspaceRequest
from monitor.models import Location

MAX_SHOWN = 20


@require_safe
@member_required
def locations(request: WorkspaceRequest) -> HttpResponse:
    """Those whose name begins with `q`, of the country if one is given: the options of a list."""
    text, country = request.GET.get("q", "").strip()[:200], request.GET.get("country", "")
    found = Location.objects.within(country).starting(text)[:MAX_SHOWN] if text else []
    return render(request, "places/locations.html", {"places": found})
