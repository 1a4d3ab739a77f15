"""Spending: the page, the budget, the price of a Yandex page, and the price of a collection's form."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import member_required, operator_required, owner_required
from accounts.http import OperatorRequest, WorkspaceRequest
from monitor.forms.spending import BudgetForm, PriceForm
from monitor.models import Provider, Search
from monitor.pipeline.money import budgets, pricing
from monitor.queries.spending import spend_page
from monitor.spending.prices import prices_at, set_price
from monitor.spending.words import amount_words

NO_PRICE = "The price was not understood. Write dollars as a number up to 10, like 0.0075."
CONFIRMED = "The budget is {amount} a month."


@require_safe
@member_required
def spending(request: WorkspaceRequest) -> HttpResponse:
    """This month against the budget, and where the money goes."""
    return _page(request)


@require_POST
@owner_required
def budget(request: WorkspaceRequest) -> HttpResponse:
    """An owner confirms or changes the budget; what waited for it goes on."""
    form = BudgetForm(request.POST)
    if not form.is_valid():
        return _page(request, budget_form=form)
    amount: Decimal = form.cleaned_data["monthly_budget"]
    n = budgets.confirm(request.workspace, amount, timezone.now())
    goes_on = f" What waited for it goes on: {n} {'search' if n == 1 else 'searches'}." if n else ""
    messages.success(request, CONFIRMED.format(amount=amount_words(amount)) + goes_on)
    return redirect("spending")


@require_POST
@operator_required
def price(request: OperatorRequest) -> HttpResponse:
    """An operator notes what a page of Yandex costs from now on."""
    form = PriceForm(request.POST)
    if form.is_valid():
        for priority in Search.Priority:
            set_price(Provider.YANDEX, priority, form.cleaned_data["amount"], timezone.now())
        messages.success(request, "The price is saved, and counts from now on.")
    else:
        messages.error(request, NO_PRICE)
    return redirect("spending")


def _page(request: WorkspaceRequest, budget_form: BudgetForm | None = None) -> HttpResponse:
    at = timezone.now()
    prices = prices_at(at)
    page = spend_page(request.workspace, pricing.forecast_of(request.workspace, at), prices)
    wanted = page.budget.amount if page.budget.amount is not None else page.budget.forecast.proposal
    context = {
        "page": page,
        "budget_form": budget_form or BudgetForm(initial={"monthly_budget": wanted}),
        "price_form": PriceForm(initial={"amount": prices.of(Provider.YANDEX).normalize()}),
    }
    return render(request, "spending/spending.html", context, status=422 if budget_form else 200)
