"""CSV files: what a page shows, streamed."""

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.http import WorkspaceRequest
from monitor import access, exports
from monitor.queries.match_filters import MatchFilters


@require_safe
@member_required
def matches_csv(request: WorkspaceRequest) -> HttpResponseBase:
    """The matches of the workspace, with the filters of the pages."""
    filters = MatchFilters.of(request.GET.dict())
    chosen = filters.apply(access.matches(request), timezone.now())
    lines = exports.matches_csv(chosen, request.workspace.time_zone)
    return as_file(StreamingHttpResponse(lines), f"{request.workspace.name} matches")


def as_file(response: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    """Named after what it holds and the day."""
    day = timezone.localdate().isoformat()
    file = f"{slugify(name) or 'whereabouts'}-{day}.csv"
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response
