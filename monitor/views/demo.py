"""The end of the demo, in the hands of its owner."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import owner_required
from accounts.http import WorkspaceRequest
from monitor.pipeline.pruning import demos


@require_http_methods(["GET", "HEAD", "POST"])
@owner_required
def remove(request: WorkspaceRequest) -> HttpResponse:
    """Asks once, then removes the demo; who has no other workspace is led on from the overview."""
    if not request.workspace.is_demo:
        raise Http404
    if request.method == "POST":
        demos.remove(timezone.now())
        messages.success(request, "The demo is removed, with everything in it.")
        return redirect("overview")
    return render(request, "accounts/demo_remove.html")
