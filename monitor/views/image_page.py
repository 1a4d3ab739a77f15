"""The page of one watched image, asking about it now, and how that is getting on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.decorators import member_required, writer_required
from accounts.http import WorkspaceRequest
from accounts.models import Workspace
from monitor import access, queue
from monitor.models import Run, WatchedImage
from monitor.pipeline import planning
from monitor.pipeline.engines import limits
from monitor.pipeline.money import pricing
from monitor.queries.image_page import image_page
from monitor.queries.progress import progress_of
from monitor.queries.timeline import runs_of

PAUSED = "“{image}” is paused. Go on with it first, then press Run now."
NOWHERE = "“{image}” is searched nowhere yet. Choose an engine for “{image.collection}” first."
TOO_OFTEN = (
    "Run now was pressed too often in this workspace: six at once work, then one every ten seconds, and after some "
    "sixty in a row one a minute. Nothing was asked; try again in a minute."
)


@require_safe
@member_required
def image(request: WorkspaceRequest, image_id: int) -> HttpResponse:
    """Where an image appears over time, and its matches."""
    row = access.image(request, image_id)
    at = timezone.now()
    page = image_page(row, request.GET.dict(), before=_before(request, row), at=at)
    context = {"image": row, "page": page, "price": pricing.run_now(row, at)}
    return render(request, "images/detail.html", context)


def _before(request: WorkspaceRequest, image: WatchedImage) -> Run | None:
    """The run named in the address, of which the columns before are wanted."""
    text = request.GET.get("before", "")
    if not text:
        return None
    is_id = text.isascii() and text.isdigit() and len(text) < 19
    return get_object_or_404(runs_of(image), pk=int(text) if is_id else 0)


@require_POST
@writer_required
def run_now(request: WorkspaceRequest, image_id: int) -> HttpResponse:
    """Asks every engine about an image at once, and goes back to its page, which shows the progress."""
    row = access.image(request, image_id)
    if not _may_run(request.workspace):
        messages.warning(request, TOO_OFTEN)
        return redirect(row)
    run = planning.run_now(row, request.user, timezone.now())
    if run is not None:
        queue.nudge_searches()
    else:
        is_paused = row.state == WatchedImage.State.PAUSED
        messages.warning(request, (PAUSED if is_paused else NOWHERE).format(image=row))
    return redirect(row)


def _may_run(workspace: Workspace) -> bool:
    """Six at once, then one each ten seconds; and sixty, then one a minute."""
    name = f"run-now:{workspace.pk}"
    return limits.take(f"{name}:minute", per_minute=6, burst=6) and limits.take(
        f"{name}:hour", per_minute=1, burst=60
    )


@require_safe
@member_required
def image_progress(request: WorkspaceRequest, image_id: int) -> HttpResponse:
    """The line of progress; 204 while nothing has changed since `version`, and a hint when results are new."""
    row = access.image(request, image_id)
    progress = progress_of(row)
    if request.GET.get("version") == progress.version:
        return HttpResponse(status=204)
    response = render(
        request, "images/progress.html", {"image": row, "progress": progress, "is_answer": True}
    )
    if request.GET.get("ended") != progress.ended:
        trigger_client_event(response, "new-results")
    return response
