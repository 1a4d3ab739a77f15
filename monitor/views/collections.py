"""Collections: the list, a new one, one with its form, and following it."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import member_required, writer_required
from accounts.http import WorkspaceRequest
from monitor import access
from monitor.alerts import following
from monitor.forms.collections import TAKEN, FollowForm
from monitor.models import Collection, Follow, Provider
from monitor.pipeline.watching import arranging, markets, reach
from monitor.queries.collections import collection_list, collection_page
from monitor.views.arrangements import arrangement_of, form_of
from monitor.views.prices import new_row, price_of_form


@require_safe
@member_required
def collections(request: WorkspaceRequest) -> HttpResponse:
    """All collections."""
    rows = collection_list(request.workspace, request.user)
    return render(request, "collections/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def new(request: WorkspaceRequest) -> HttpResponse:
    """A collection with the workspace's own country, both engines, weekly."""
    row = new_row(request)
    form = form_of(request, row)
    if "price" not in request.POST and form.is_valid():
        try:
            made = arranging.create(request.workspace, request.user, arrangement_of(form), timezone.now())
        except IntegrityError:  # taken since the form looked
            form.add_error("name", TAKEN)
        else:
            messages.success(request, f"“{made}” is made. Put images into it when you watch them.")
            return redirect(made)
    context = {"form": form, "obstacles": _obstacles(request), "price": price_of_form(row, form)}
    return render(request, "collections/new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@writer_required
def collection(request: WorkspaceRequest, collection_id: int) -> HttpResponse:
    """One collection; its form for those who may write."""
    row = access.collection(request, collection_id)
    form = form_of(request, row)
    if "price" not in request.POST and form.is_valid():
        try:
            arranging.arrange(row, arrangement_of(form), timezone.now())
        except IntegrityError:  # taken since the form looked
            form.add_error("name", TAKEN)
        else:
            messages.success(request, f"“{row}” is saved.")
            return redirect(row)
    context = {
        "form": form,
        "obstacles": _obstacles(request),
        "price": price_of_form(row, form),
        **_context(request, collection_id),
    }
    return render(request, "collections/collection.html", context, status=422 if form.is_bound else 200)


@require_POST
@member_required
def follow(request: WorkspaceRequest, collection_id: int) -> HttpResponse:
    """Sets how often one is mailed about a collection; viewers may, too."""
    row = access.collection(request, collection_id)
    form = FollowForm(request.POST)
    if form.is_valid():
        following.choose(request.user, row, form.cleaned_data["frequency"], timezone.now())
        messages.success(request, f"Your choice about mails on “{row}” is saved.")
    else:
        messages.error(request, "Choose one of the three answers.")
    return redirect(row)


@require_POST
@writer_required
def delete(request: WorkspaceRequest, collection_id: int) -> HttpResponse:
    """Removes a collection that holds no image."""
    row = access.collection(request, collection_id)
    with transaction.atomic():
        Collection.objects.select_for_update().get(pk=row.pk)
        is_empty = not row.images.exists()
        if is_empty:
            row.delete()
    if is_empty:
        messages.success(request, f"“{row}” is removed.")
        return redirect("collections")
    messages.error(
        request, f"“{row}” still holds images. Move them to another collection or remove them first."
    )
    return redirect("collection", collection_id)


def _obstacles(request: WorkspaceRequest) -> dict[str, str]:
    return {provider.value: reach.obstacle(request.workspace, provider) for provider in Provider}


def _context(request: WorkspaceRequest, collection_id: int) -> dict[str, object]:
    """The collection as it is stored, whatever a form that was not accepted says."""
    row = access.collection(request, collection_id)
    page = collection_page(row, request.user, timezone.now())
    chosen = list(row.markets.all())
    return {
        "collection": row,
        "page": page,
        "places": list(zip(chosen, markets.all_in_words(chosen), strict=True)),
        "follow": FollowForm(initial={"frequency": _offered(page.frequency)}),
    }


def _offered(frequency: str) -> str:
    """Who does not follow yet is offered the daily mail."""
    return Follow.Frequency.DAILY.value if frequency == Follow.Frequency.OFF else frequency
