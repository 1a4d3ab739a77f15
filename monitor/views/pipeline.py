"""How the whole installation is getting on; for its operators."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import operator_required
from accounts.http import OperatorRequest
from monitor.alerts import notice_letters
from monitor.forms.pipeline import RetryForm
from monitor.models import Provider
from monitor.pipeline import engines, retrying
from monitor.queries.pipeline import failures, troubles
from monitor.queries.pipeline.page import pipeline_page

NOTHING_LEFT = "Nothing was left to ask: these searches are under way already, or cannot be asked any more."


@require_safe
@operator_required
def pipeline(request: OperatorRequest) -> HttpResponse:
    """The whole page; to itself, when it renews itself, only the part that changes."""
    page = pipeline_page(_accounts(), timezone.now())
    template = "pipeline/body.html" if request.htmx else "pipeline/page.html"
    return render(request, template, {"page": page})


def _accounts() -> list[str]:
    """The names of the accounts that are set up."""
    known = [account for provider in Provider for account in engines.accounts(provider)]
    return [account.name for account in known if engines.is_usable(account)]


@require_POST
@operator_required
def retry(request: OperatorRequest) -> HttpResponse:
    """Asks again what failed like the search that is named."""
    form = RetryForm(request.POST)
    if not form.is_valid():
        raise Http404
    now = timezone.now()
    like = get_object_or_404(failures.short(now).select_related("target"), pk=form.cleaned_data["like"])
    retried = retrying.retry(like, request.user, now)
    if retried.n_searches:
        messages.success(request, retried.sentence)
    else:
        messages.warning(request, NOTHING_LEFT)
    return redirect("pipeline")


@require_safe
@operator_required
def notice(request: OperatorRequest, notice_id: int) -> HttpResponse:
    """A mail to operators as it reads."""
    mail = get_object_or_404(troubles.operator_mails(), pk=notice_id)
    letter = notice_letters.read(mail.trouble, is_end=mail.is_end)
    return render(request, "pipeline/notice.html", {"notice": mail, "letter": letter})
