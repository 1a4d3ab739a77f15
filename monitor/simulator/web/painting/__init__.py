"""Making the pictures of the simulated web from an original: copies, edits, layouts around it, look-alikes."""

import io
from collections.abc import Callable, Mapping

from monitor.simulator.web import dice
from monitor.simulator.web.painting import edits, layouts, lookalikes, overlays
from monitor.simulator.web.painting.job import Job, Others, Picture, Size
from monitor.simulator.web.painting.sizes import size_of
from monitor.simulator.web.recipes import Recipe

__all__ = ["Others", "Picture", "paint", "size_of"]

QUALITY = 85
SQUEEZED = 38
_PAINTERS: Mapping[str, Callable[[Job], Picture]] = {
    "crop": edits.crop,
    "recolour": edits.recolour,
    "grey": edits.grey,
    "blur": edits.blur,
    "mirror": edits.mirror,
    "rotate": edits.rotate,
    "frame": edits.frame,
    "watermark": overlays.watermark,
    "meme": overlays.meme,
    "sticker": overlays.sticker,
    "logo": overlays.logo,
    "collage": layouts.collage,
    "page": layouts.page,
    "phone": layouts.phone,
    "redrawn": lookalikes.redrawn,
    "neighbour": lookalikes.neighbour,
    "unrelated": lookalikes.unrelated,
    "plain": lookalikes.plain,
}


def paint(source: Picture, size: Size, recipe: Recipe, others: Others = lambda count: ()) -> bytes:
    """The finished picture as JPEG, always the same bytes for the same original and others.

    `source` is RGB, `size` what `size_of` says; `others` gives up to so many further pictures.
    """
    job = Job(
        source=source,
        size=size,
        recipe=recipe,
        random=dice.roll(recipe.letter, recipe.version, "paint"),
        others=others,
    )
    output = io.BytesIO()
    quality = SQUEEZED if recipe.way == "squeezed" else QUALITY
    _PAINTERS.get(recipe.way, edits.exact)(job).save(output, "JPEG", quality=quality)
    return output.getvalue()
