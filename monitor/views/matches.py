"""The page of one match, deciding about it, and the queue of those that wait for a decision."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import member_required, writer_required
from accounts.http import WorkspaceRequest
from monitor import access, decisions
from monitor.forms.matches import DecisionForm
from monitor.models import DecisionEntry, Match
from monitor.queries.confirmed import confirmed
from monitor.queries.match_page import match_page, undecided_with
from monitor.queries.review import KINDS, n_queued, next_of, queued

WORDS = {
    "allowed": "Allowed",
    "flagged": "Flagged",
    "not_ours": "Marked as not ours",
    "later": "Put off for later",
}


@require_safe
@member_required
def match(request: WorkspaceRequest, match_id: int) -> HttpResponse:
    """What we found beside what is watched, and what is known of the page."""
    row = access.match(request, match_id)
    page = match_page(row, request.user, request.GET.dict(), timezone.localtime())
    return render(request, "matches/match.html", {"page": page, "match": row, "image": row.watched_image})


@require_safe
@member_required
def review(request: WorkspaceRequest) -> HttpResponse:
    """The first match that waits; when none does, that."""
    kind = _kind(request)
    first = queued(request.workspace, kind).first()
    if first:
        return _to_match(first, kind)
    n_later, agreed = n_queued(request.workspace, "later"), confirmed(request.workspace)
    context = {"kind": kind, "n_later": n_later, "confirmed": agreed}
    return render(request, "review/done.html", context)


@require_POST
@writer_required
def decide(request: WorkspaceRequest, match_id: int) -> HttpResponse:
    """Writes what a person says of a match, or of all undecided ones on its domain, and goes on."""
    row = access.match(request, match_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.sentence)
        return _back(request) or _to_match(row, _kind(request))
    _tell(request, row, _decided(request, row, form))
    return _back(request) or _on(request, row)


@require_POST
@writer_required
def undo(request: WorkspaceRequest, decision_id: int) -> HttpResponse:
    """Takes a decision back, with those made in the same stroke."""
    entry = access.decision(request, decision_id)
    matches = decisions.undo(entry, timezone.now())
    if matches:
        messages.info(request, f"Taken back{f' for {len(matches):,} matches' if len(matches) > 1 else ''}.")
    else:
        messages.info(request, "This decision had been taken back before.")
    return _back(request) or _to_match(entry.match, _kind(request))


@transaction.atomic
def _decided(request: WorkspaceRequest, row: Match, form: DecisionForm) -> list[DecisionEntry]:
    """A note is of this match alone: those of the others on its domain stay."""
    only, said, at = Match.objects.filter(pk=row.pk), form.cleaned_data["decision"], timezone.now()
    if not form.cleaned_data["all"]:
        return decisions.decide(only, said, request.user, at, note=form.note_given)
    made = decisions.decide(undecided_with(row), said, request.user, at)
    if form.note_given is not None:
        only.update(note=form.note_given)
    return made


def _tell(request: WorkspaceRequest, row: Match, made: list[DecisionEntry]) -> None:
    """With a way back: the entry's id goes with the message."""
    entry = next((entry for entry in made if entry.match_id == row.pk), None)
    if entry is None:
        raise Http404  # deleted meanwhile
    many = f", with {len(made) - 1:,} more of the domain" if len(made) > 1 else ""
    text = f"{WORDS[entry.decision]}: {row.watched_image} on {row.domain}{many}."
    messages.success(request, text, extra_tags=str(entry.pk))


def _on(request: WorkspaceRequest, row: Match) -> HttpResponse:
    kind = _kind(request)
    following = next_of(request.workspace, row, kind)
    return _to_match(following, kind) if following else redirect("review")


def _to_match(row: Match, kind: str) -> HttpResponseRedirect:
    queue = "" if kind == "open" else f"?queue={kind}"
    return HttpResponseRedirect(reverse("match", args=[row.pk]) + queue)


def _kind(request: WorkspaceRequest) -> str:
    """The queue that the person is in."""
    asked = (request.POST if request.method == "POST" else request.GET).get("queue", "")
    return asked if asked in KINDS else "open"


def _back(request: WorkspaceRequest) -> HttpResponseRedirect | None:
    """To the page that the form stood on, if it says so and it is one of ours."""
    wanted = request.POST.get("next", "")
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(wanted, hosts, require_https=request.is_secure())
    return HttpResponseRedirect(wanted) if is_ours else None
