"""From the best placement to a verdict."""

from . import affine, looking, overlays, shape, sharpness
from .affine import Matrix
from .closeup import close_up
from .colour import colouring
from .looking import Reference, Sight
from .pictures import Picture
from .verdicts import STRICT, Change, ChangeKind, Label, Placement, Verdict

METHOD_VERSION = 1

# From here on a placement is more likely ours than not.
PROBABLE = 0.5


def judged(ours: Reference, theirs: Picture) -> Verdict:
    """The verdict on a picture that could be read."""
    if not (ours.is_telling and looking.is_telling(theirs)):
        return unverifiable()
    sight = looking.best_sight(ours, theirs)
    if sight is None or sight.score < PROBABLE:
        return Verdict(
            label=Label.SIMILAR, score=round(sight.score, 4) if sight else 0.0, method_version=METHOD_VERSION
        )
    return _copy(ours.picture, theirs, sight)


def unverifiable() -> Verdict:
    """The verdict when one of the two says nothing."""
    return Verdict(label=Label.UNVERIFIABLE, score=0.0, method_version=METHOD_VERSION)


def _copy(ours: Picture, theirs: Picture, sight: Sight) -> Verdict:
    view, matrix = close_up(ours, theirs, sight.pair)
    form = shape.shape_of(matrix, sight.pair.visible_share, ours, theirs)
    colours = colouring(view)
    laid_over = overlays.overlays(view, colours)
    changes: tuple[Change, ...] = shape.changes(form, theirs)
    if colours.is_changed:
        changes += (Change(ChangeKind.RECOLOURED),)
    is_blurred = sharpness.is_blurred(view, colours)
    if is_blurred:
        changes += (Change(ChangeKind.BLURRED),)
    changes += overlays.named(laid_over)
    is_exact = shape.is_whole(form) and not (colours.is_changed or is_blurred or laid_over)
    score = round(min(1.0, sight.score), 4)
    label = Label.PROBABLE if score < STRICT else Label.EXACT if is_exact else Label.MODIFIED
    return Verdict(
        label=label,
        score=score,
        method_version=METHOD_VERSION,
        changes=changes,
        visible_share=round(sight.pair.visible_share, 4),
        placement=_placement(matrix),
    )


def _placement(matrix: Matrix) -> Placement:
    corners = affine.applied(matrix, affine.corners())
    return Placement(corners=tuple((round(float(x), 4), round(float(y), 4)) for x, y in corners))
