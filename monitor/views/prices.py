"""The price of a collection as its form stands, shown before anything is saved."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.decorators import writer_required
from accounts.http import WorkspaceRequest
from monitor import access
from monitor.forms.collections import CollectionForm
from monitor.models import Collection
from monitor.models.images import DEFAULT_CADENCE
from monitor.pipeline.money import pricing
from monitor.pipeline.money.pricing import CollectionPrice
from monitor.spending.quotes import Schedule
from monitor.views.arrangements import arrangement_of, form_of


@require_POST
@writer_required
def collection_price(request: WorkspaceRequest) -> HttpResponse:
    """The price of what the form says now; a name is not needed for it."""
    named = request.GET.get("collection", "")
    row = access.collection(request, int(named)) if named.isascii() and named.isdigit() else new_row(request)
    form = form_of(request, row)
    form.fields["name"].required = False
    form.others = form.others.none()
    return render(request, "spending/price.html", {"price": price_of_form(row, form), "collection": row})


def new_row(request: WorkspaceRequest) -> Collection:
    """A collection that is not made yet."""
    return Collection(workspace=request.workspace, cadence=DEFAULT_CADENCE)


def price_of_form(row: Collection, form: CollectionForm) -> CollectionPrice | None:
    """The price of a form; of the collection as it is while nothing is sent; None for a form that is not valid."""
    at = timezone.now()
    if not form.is_bound:
        return pricing.price_of_collection(row, pricing.schedule_of(row), at)
    if not form.is_valid():
        return None
    wanted = arrangement_of(form)
    markets = [(choice.provider, choice.settings) for choice in wanted.markets]
    schedule = Schedule(cron=wanted.cadence if wanted.is_active else "", markets=markets)
    return pricing.price_of_collection(row, schedule, at)
