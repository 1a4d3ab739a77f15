"""The set-up page of operators: what of this installation is off, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import operator_required
from accounts.http import OperatorRequest
from monitor.pipeline.checkup import arrival, mail, running
from monitor.pipeline.checkup.findings import Check, Report, State
from monitor.pipeline.checkup.summary import summary_of
from monitor.pipeline.engines import limits

SLOW_DOWN = "Three test mails a minute are enough. Wait a little, then try again."


@dataclass(frozen=True, kw_only=True)
class Section:
    """A check on the page; without a report it is run by a request of its own."""

    check: Check
    report: Report | None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@operator_required
def setup(request: OperatorRequest) -> HttpResponse:
    """Every check; slow ones fill in afterwards, or run at once with `all`. A POST has all of them run anew."""
    if request.method == "POST":
        running.forget()
        return redirect(reverse("setup") + ("?all=1" if "all" in request.POST else ""))
    at, is_all = timezone.now(), "all" in request.GET
    sections = [_section(check, at, is_all=is_all) for check in _checks(request)]
    reports = [section.report for section in sections if section.report]
    summary = summary_of(reports) if len(reports) == len(sections) else None
    context = {"sections": sections, "summary": summary, "machine": running.MACHINE}
    return render(request, "setup/setup.html", context)


@require_safe
@never_cache
@operator_required
def setup_check(request: OperatorRequest, slug: str) -> HttpResponse:
    """One check, as a part of the page."""
    check = next((check for check in running.CHECKS if check.slug == slug), None)
    if check is None:
        raise Http404
    section = Section(check=check, report=running.run_seldom(check, timezone.now()))
    return render(request, "setup/section.html", {"section": section})


@require_safe
@never_cache
@operator_required
def setup_summary(request: OperatorRequest) -> HttpResponse:
    """What all checks come to; the page asks for it last, when the slow ones are remembered."""
    at = timezone.now()
    summary = summary_of(running.run_seldom(check, at) for check in _checks(request))
    return render(request, "setup/summary.html", {"summary": summary})


@require_POST
@operator_required
def setup_mail(request: OperatorRequest) -> HttpResponse:
    """Sends a test mail to whoever presses the button."""
    if not limits.take(f"test-mail:{request.user.pk}", per_minute=3, burst=3):
        messages.warning(request, SLOW_DOWN)
        return redirect("setup")
    finding = mail.send(request.user.email, timezone.now())
    if finding.state == State.OK:
        messages.success(request, finding.sentence)
    else:
        messages.error(request, f"{finding.sentence} {finding.remedy}")
    return redirect("setup")


def _checks(request: OperatorRequest) -> list[Check]:
    seen = arrival.Arrival.of(request)
    way = Check(slug="arrival", title="The way to this page", look=lambda at: arrival.check(seen))
    return [way, *running.CHECKS]


def _section(check: Check, at: datetime, *, is_all: bool) -> Section:
    is_now = is_all or not check.is_slow
    report = running.run_seldom(check, at) if is_now else running.recall(check)
    return Section(check=check, report=report)
