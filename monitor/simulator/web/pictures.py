"""The picture hosts of the simulated web, and Google's thumbnails: every picture is made when it is asked for."""

from functools import lru_cache, partial
from time import sleep

from monitor.simulator.library import Library, Original
from monitor.simulator.web.addresses import read_address
from monitor.simulator.web.painting import paint, size_of
from monitor.simulator.web.recipes import MOST, THUMBNAIL, Recipe
from monitor.simulator.web.shelf import Shelf
from monitor.simulator.wire import Request, Response, html_response

CACHED = 512
DECODED = {MOST: MOST, THUMBNAIL: 2 * THUMBNAIL}  # sides in pixels from which others are made
SLOW_SECONDS = 2.0
_REFUSALS = {"gone": 404, "forbidden": 403, "page": 200}  # the last is a page where a picture should be


class Gallery:
    """Answers for every host that ends in .example."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._shelf = Shelf(library)
        self._painted = lru_cache(maxsize=CACHED)(self._paint)

    def answer(self, request: Request) -> Response:
        """The picture behind an address, or the refusal that its host gives."""
        if request.method != "GET":
            return html_response("405 Method Not Allowed", 405)
        named = read_address(request.host, request.path, request.query.get("q", ""))
        original = self._library.find(named.original) if named else None
        if not named or not original:
            return html_response("404 Not Found", 404)
        if status := _REFUSALS.get(named.trouble):
            return html_response("There is no picture here", status)
        if named.trouble == "slow":
            sleep(SLOW_SECONDS)
        jpeg = self._painted(original, named.shown.recipe, THUMBNAIL if named.is_thumbnail else MOST)
        return Response(body=jpeg, content_type="image/jpeg")

    def _paint(self, original: Original, recipe: Recipe, limit: int) -> bytes:
        size = size_of(recipe, (original.width, original.height), limit)
        source = self._shelf.picture(original.sha256, DECODED[limit])
        others = partial(self._shelf.beside, original.sha256, recipe)
        return paint(source, size, recipe, others)
