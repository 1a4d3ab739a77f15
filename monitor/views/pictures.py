"""Pictures from our own store: always JPEG, always under the name of their row, never changing."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.decorators import member_required
from accounts.http import WorkspaceRequest
from monitor import access

PRIVATE = "private, max-age=31536000, immutable"
PUBLIC = "public, max-age=86400"


@require_safe
@member_required
def image_file(request: WorkspaceRequest, image_id: int) -> HttpResponseBase:
    """A watched image at its full stored size."""
    return _jpeg(request, access.image(request, image_id).file, PRIVATE)


@require_safe
@member_required
def image_thumbnail(request: WorkspaceRequest, image_id: int) -> HttpResponseBase:
    """A watched image within 320 px."""
    return _jpeg(request, access.image(request, image_id).thumbnail, PRIVATE)


@require_safe
@member_required
def found_picture(request: WorkspaceRequest, item_id: int) -> HttpResponseBase:
    """Our small copy of the picture of a result item; 404 until it is fetched."""
    picture = access.result_item(request, item_id).picture
    if picture is None or not picture.file:
        raise Http404
    return _jpeg(request, picture.file, PRIVATE)


@require_safe
def public_picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """A watched image for the engines that are asked about it; they do not sign in, the token is the key."""
    response = _jpeg(request, access.public_image(token).file, PUBLIC)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _jpeg(request: HttpRequest, file: FieldFile, cache: str) -> HttpResponseBase:
    """The file with fixed headers; a HEAD gets them alone, since not every server cuts the body off."""
    try:
        size = file.size
        body = HttpResponse() if request.method == "HEAD" else FileResponse(file.open("rb"))
    except FileNotFoundError as error:
        raise Http404 from error
    body.headers["Content-Length"] = str(size)
    body.headers["Content-Type"] = "image/jpeg"
    body.headers["Content-Disposition"] = "inline"
    body.headers["Cache-Control"] = cache
    body.headers["X-Content-Type-Options"] = "nosniff"
    return body
