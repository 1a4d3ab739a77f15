"""What changed about an image between two runs, as a page and as CSV."""

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.http import WorkspaceRequest
from monitor import access, exports
from monitor.models import Market
from monitor.pipeline.watching import markets
from monitor.queries.diffs import DiffPage, cells_of, diff_page
from monitor.views.exports import as_file


@require_safe
@member_required
def image_diff(request: WorkspaceRequest, image_id: int) -> HttpResponse:
    """Two answers of an engine side by side."""
    image = access.image(request, image_id)
    page = diff_page(image, request.GET.dict())
    context = {"image": image, "page": page, "markets": _markets(page) if page else []}
    return render(request, "diffs/diff.html", context)


@require_safe
@member_required
def image_diff_csv(request: WorkspaceRequest, image_id: int) -> HttpResponseBase:
    """The rows of the page, unchanged ones too."""
    image = access.image(request, image_id)
    page = diff_page(image, request.GET.dict())
    rows = [cells_of(row) for row in page.shown] if page else []
    lines = exports.diff_csv(rows, request.workspace.time_zone)
    return as_file(StreamingHttpResponse(lines), f"{image.title} changes")


def _markets(page: DiffPage) -> list[tuple[int, str]]:
    """The markets of the engine in words, when there is more than one to choose from."""
    targets = page.choice.targets
    if len(targets) < 2:
        return []
    asked = [Market(provider=each.provider, settings=each.settings) for each in targets]
    return [(each.pk, words) for each, words in zip(targets, markets.all_in_words(asked), strict=True)]
