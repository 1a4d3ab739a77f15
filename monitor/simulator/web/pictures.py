"""The picture hosts of the simulated web, and Google's thumbnails: every picture is made when it is asked for."""

from functools import lru_cache

from monitor.simulator.library import Library
from monitor.simulator.web.painting import paint
from monitor.simulator.web.recipes import MOST, THUMBNAIL, Recipe, read_picture_path, read_thumbnail_token
from monitor.simulator.wire import Request, Response, html_response

CACHED = 256
THUMBNAILS = "gstatic.example"


class Gallery:
    """Answers for every host that ends in .example."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._painted = lru_cache(maxsize=CACHED)(self._paint)

    def answer(self, request: Request) -> Response:
        """The picture behind an address, or the refusal that its host gives."""
        if request.method != "GET":
            return html_response("405 Method Not Allowed", 405)
        is_small = request.host.endswith(THUMBNAILS)
        token = request.query.get("q", "")
        found = read_thumbnail_token(token) if is_small else read_picture_path(request.path)
        original = self._library.find(found[0]) if found else None
        if not found or not original:
            return html_response("404 Not Found", 404)
        recipe = found[1]
        if recipe.status != 200:
            return html_response(f"{recipe.status} No picture", recipe.status)
        jpeg = self._painted(original.sha256, recipe, THUMBNAIL if is_small else MOST)
        return Response(body=jpeg, content_type="image/jpeg")

    def _paint(self, sha256: str, recipe: Recipe, limit: int) -> bytes:
        return paint(self._library.content(sha256), recipe, limit)
