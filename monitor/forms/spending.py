"""The forms of the spend page: the monthly budget, and the price of a Yandex page."""

from decimal import Decimal

from django import forms


class BudgetForm(forms.Form):
    """What a workspace may spend in a month, in USD."""

    monthly_budget = forms.DecimalField(
        label="Budget a month, in US dollars",
        min_value=Decimal(0),
        max_value=Decimal(1_000_000),
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )


class PriceForm(forms.Form):
    """What a page of Yandex costs from now on, in USD; the provider does not tell it."""

    amount = forms.DecimalField(
        label="Price of a Yandex page, in US dollars",
        help_text="Counts from now on; what was booked before stays as it is.",
        min_value=Decimal(0),
        max_value=Decimal(10),
        decimal_places=6,
        widget=forms.NumberInput(attrs={"step": "0.000001", "inputmode": "decimal"}),
    )
