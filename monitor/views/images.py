"""Watched images: the gallery, watching more, changing and removing one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import member_required, writer_required
from accounts.http import WorkspaceRequest
from monitor import access
from monitor.forms.images import ImageForm, WatchForm
from monitor.models import WatchedImage
from monitor.pipeline.money import pricing
from monitor.pipeline.watching import keeping, reach
from monitor.pipeline.watching.uploads import Outcome, Wish, watch_all
from monitor.queries.images import SORTS, STATUSES, Filters, gallery
from monitor.views.outcomes import first_search, tell


@require_safe
@member_required
def images(request: WorkspaceRequest) -> HttpResponse:
    """All watched images, sixty a page."""
    filters = Filters.of(request.GET.dict())
    page = gallery(request.workspace, filters, number=request.GET.get("page", "1"), at=timezone.now())
    context = {"gallery": page, "filters": filters, "statuses": STATUSES, "sorts": SORTS}
    return render(request, "images/gallery.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def new(request: WorkspaceRequest) -> HttpResponse:
    """Watch pictures: files, or an address."""
    form = WatchForm(request, access.collections(request))
    if request.method == "POST" and form.is_valid():
        wish = Wish(**form.cleaned_data, refused=form.refused)
        outcomes = watch_all(request.workspace, wish, request.user, timezone.now())
        if any(outcome.image for outcome in outcomes):
            return _watched(request, outcomes)
        _complain(form, outcomes)
    context = {
        "form": form,
        "obstacles": reach.obstacles(request.workspace),
        "prices": pricing.image_prices(request.workspace, timezone.now()),
    }
    return render(request, "images/new.html", context, status=422 if form.errors else 200)


def _watched(request: WorkspaceRequest, outcomes: list[Outcome]) -> HttpResponse:
    """One picture leads to its page, several to the gallery."""
    tell(request, outcomes)
    if len(outcomes) == 1 and outcomes[0].image:
        return redirect(outcomes[0].image)
    return redirect(f"{reverse('images')}?sort=added")


def _complain(form: WatchForm, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        is_address = outcome.name == form.cleaned_data["address"]
        named = outcome.problem if is_address or len(outcomes) == 1 else f"{outcome.name}: {outcome.problem}"
        form.add_error("address" if is_address else "pictures", named)


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def edit(request: WorkspaceRequest, image_id: int) -> HttpResponse:
    """The title and the collection of an image; from here it is also paused and removed."""
    image = access.image(request, image_id)
    form = ImageForm(request.POST or None, instance=image, collections=access.collections(request))
    if form.is_valid():
        keeping.change(image, **form.cleaned_data, at=timezone.now())
        messages.success(request, f"“{image.title}” is saved.")
        return redirect(image)
    image.refresh_from_db()
    context = {"form": form, "image": image}
    return render(request, "images/edit.html", context, status=422 if form.errors else 200)


@require_POST
@writer_required
def pause(request: WorkspaceRequest, image_id: int) -> HttpResponse:
    """Pauses an image, or, with `resume`, goes on with it."""
    image = access.image(request, image_id)
    is_paused = "resume" not in request.POST
    keeping.set_paused(image, is_paused=is_paused)
    image.refresh_from_db()
    messages.success(request, f"“{image.title}” is paused." if is_paused else first_search(image, "again"))
    return redirect(image)


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def delete(request: WorkspaceRequest, image_id: int) -> HttpResponse:
    """Asks once, then removes an image with all that was found of it."""
    image: WatchedImage = access.image(request, image_id)
    if request.method == "POST":
        keeping.remove(image)
        messages.success(request, f"“{image.title}” is no longer watched; what was found is removed.")
        return redirect("images")
    return render(request, "images/delete.html", {"image": image, "n_matches": image.matches.count()})
