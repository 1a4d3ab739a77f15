"""What operators send from the Pipeline page."""

from django import forms


class RetryForm(forms.Form):
    """Which failures are to be asked again: all that failed like the search with this id."""

    like = forms.IntegerField(min_value=1, max_value=2**63 - 1)
