"""How large a finished picture is, which its page tells before anybody has painted it."""

from monitor.simulator.web import dice
from monitor.simulator.web.painting.job import Size
from monitor.simulator.web.recipes import MOST, Recipe

PAGE = 0.66  # height of a page on a wide screen by its width
PHONE = 0.5  # width of a phone's screen by its height


def size_of(recipe: Recipe, original: Size, limit: int = MOST) -> Size:
    """Width and height of the finished picture in pixels, at most `limit` a side."""
    side = min(recipe.side, limit)
    match recipe.way:
        case "page":
            return side, round(side * PAGE)
        case "phone":
            return round(side * PHONE), side
        case "collage":
            longest = max(_fit(original, side))
            return longest, longest
    width, height = _fit(original, side)
    if recipe.way == "crop":
        across, down = crop_shares(recipe)
        return max(1, round(width * across)), max(1, round(height * down))
    if recipe.way == "rotate" and quarter_turns(recipe) % 2:
        return height, width
    return width, height


def crop_shares(recipe: Recipe) -> tuple[float, float]:
    """How much of the width and of the height a crop keeps."""
    random = dice.roll(recipe.letter, recipe.version, "crop")
    return random.uniform(0.62, 0.9), random.uniform(0.62, 0.9)


def quarter_turns(recipe: Recipe) -> int:
    """How far a turned picture is turned: 0 stands for a few degrees only."""
    return dice.pick((0, 0, 1, 3), recipe.letter, recipe.version, "turns")


def _fit(size: Size, side: int) -> Size:
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
