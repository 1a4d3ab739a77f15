"""What changed about an image between two runs, as a page and as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.http import WorkspaceRequest
from monitor import access, exports
from monitor.models import Market, Run, WatchedImage
from monitor.pipeline import markets
from monitor.queries.changes import KINDS
from monitor.queries.diffs import Diff, complete_runs, diff, engines_of
from monitor.queries.timeline import runs_of
from monitor.views.exports import as_file


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The engine and the two runs that an address names, or what stands for them; None before a second run."""

    engine: str
    engines: Sequence[str]
    runs: Sequence[Run]
    before: Run | None
    after: Run | None


@require_safe
@member_required
def image_diff(request: WorkspaceRequest, image_id: int) -> HttpResponse:
    """Two runs side by side."""
    image = access.image(request, image_id)
    choice = _choice(request, image)
    context: dict[str, object] = {"image": image, "choice": choice}
    if choice.before and choice.after:
        found = _diff(request, image, choice)
        kind = _kind(request)
        opened = request.GET.get("show") == "all"
        context |= {
            "diff": found,
            "kind": kind,
            "blocks": found.blocks(kind, opened=opened),
            "opened": opened,
            "markets": _markets(found),
        }
    return render(request, "diffs/diff.html", context)


@require_safe
@member_required
def image_diff_csv(request: WorkspaceRequest, image_id: int) -> HttpResponseBase:
    """The rows of the page, unchanged ones too."""
    image = access.image(request, image_id)
    choice = _choice(request, image)
    found = _diff(request, image, choice) if choice.before and choice.after else None
    rows = [
        [
            row.word,
            row.before and row.before.rank,
            row.after and row.after.rank,
            row.up if row.before and row.after else None,
            row.match.domain.name,
            row.match.page_url,
            row.before and row.before.title,
            row.after and row.after.title,
            row.match.gone_at,
        ]
        for row in (found.chosen(_kind(request)) if found else [])
    ]
    lines = exports.diff_csv(rows, request.workspace.time_zone)
    return as_file(StreamingHttpResponse(lines), f"{image.title} changes")


def _kind(request: WorkspaceRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in KINDS else ""


def _diff(request: WorkspaceRequest, image: WatchedImage, choice: Choice) -> Diff:
    if choice.before is None or choice.after is None:
        raise Http404
    return diff(image, choice.engine, choice.before, choice.after, request.GET.get("market", ""))


def _choice(request: WorkspaceRequest, image: WatchedImage) -> Choice:
    """By default the newest complete run and the complete one before it, on the image's first engine."""
    engines, runs = engines_of(image), list(runs_of(image))
    engine = request.GET.get("engine", "")
    chosen = engine if engine in engines else next(iter(engines), "google")
    complete = complete_runs(image, chosen)
    after = _named(request, "to", runs) or next((run for run in runs if run.pk in complete), None)
    after = after or next(iter(runs), None)
    older = runs[runs.index(after) + 1 :] if after else []
    before = _named(request, "from", runs) or next((run for run in older if run.pk in complete), None)
    return Choice(
        engine=chosen, engines=engines, runs=runs, before=before or next(iter(older), None), after=after
    )


def _named(request: WorkspaceRequest, name: str, runs: Sequence[Run]) -> Run | None:
    """The run that the address names; 404 when it is none of the image's."""
    text = request.GET.get(name, "")
    if not text:
        return None
    found = next((run for run in runs if str(run.pk) == text), None)
    if found is None:
        raise Http404
    return found


def _markets(found: Diff) -> list[tuple[int, str]]:
    """The markets that can be chosen, in words; none when there is only one."""
    if len(found.targets) < 2:
        return []
    asked = ((row.pk, Market(provider=row.provider, settings=row.settings)) for row in found.targets)
    return [(pk, markets.in_words(market)) for pk, market in asked]
