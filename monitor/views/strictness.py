"""How sure a workspace wants to be that a picture is its own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.decorators import writer_required
from accounts.http import WorkspaceRequest
from monitor.forms.strictness import StrictnessForm, nearest
from monitor.models import Strictness
from monitor.pipeline.verifying.strictness import apply, preview
from monitor.queries.strictness import strictness_page


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def strictness(request: WorkspaceRequest) -> HttpResponse:
    """Shows what a level would change, and, posted, sets it."""
    form = StrictnessForm(request.POST if request.method == "POST" else request.GET or None)
    is_known = form.is_valid()
    if request.method == "POST" and is_known:
        return _saved(request, form)
    now = Strictness.objects.of(request.workspace.pk)
    wanted = form.chosen if is_known else nearest(now)
    page = strictness_page(request.workspace, now, wanted, _changed(request, wanted.score, now))
    is_wrong = request.method == "POST" or (form.is_bound and "level" in form.data and not is_known)
    context = {"page": page, "form": form, "is_wrong": is_wrong}
    return render(request, "strictness/strictness.html", context, status=422 if is_wrong else 200)


def _changed(request: WorkspaceRequest, score: float, now: float) -> dict[tuple[str, str], int]:
    return {} if score == now else dict(preview(request.workspace, score))


def _saved(request: WorkspaceRequest, form: StrictnessForm) -> HttpResponse:
    n = apply(request.workspace, form.chosen.score)
    changed = "No match changed." if not n else f"{n:,} {'match' if n == 1 else 'matches'} changed."
    messages.success(request, f"“{form.chosen.name}” holds from now on. {changed}")
    return redirect("strictness")
