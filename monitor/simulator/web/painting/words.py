"""Words as masks; the same few are set again and again, so they are kept."""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from monitor.simulator.web.painting.job import Colour, Picture

SMALLEST = 6  # pixels
Ink = str | Colour


@lru_cache(maxsize=512)
def word(text: str, size: int, stroke: int = 0) -> Picture:
    """A line of text as a mask, set in `size` px and `stroke` px bolder all around. Nobody may change it."""
    font = ImageFont.load_default(max(SMALLEST, size))
    ruler = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = ruler.textbbox((0, 0), text, font=font, stroke_width=stroke)
    mask = Image.new("L", (max(1, round(right - left)), max(1, round(bottom - top))))
    ImageDraw.Draw(mask).text((-left, -top), text, font=font, fill=255, stroke_width=stroke)
    return mask


def write(picture: Picture, text: str, place: tuple[float, float], size: float, ink: Ink) -> None:
    """A line of text with its left top at a place."""
    picture.paste(ink, (round(place[0]), round(place[1])), word(text, round(size)))


def write_centred(
    picture: Picture, text: str, centre: tuple[float, float], size: float, ink: Ink, edge: Ink | None = None
) -> None:
    """A line of text around a point, with an edge of another colour where there is one."""
    stroke = max(1, round(size / 14))
    masks = [(edge, word(text, round(size), stroke))] if edge else []
    for colour, mask in (*masks, (ink, word(text, round(size)))):
        place = (round(centre[0] - mask.width / 2), round(centre[1] - mask.height / 2))
        picture.paste(colour, place, mask)
