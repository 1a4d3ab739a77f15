"""What agreement and visible share together say: the score of a placement."""

import math

from .agreement import Agreement

# Fitted by logistic regression on copies and look-alikes. With each fifth of the watched pictures left out in turn
# it finds 99 % of their copies at a precision of 99.5 %; the shift gives a strict score (0.78) a margin to that.
SHARE, CLOSE, SUPPORT, UNEVENNESS, CONFLICT, VISIBLE = 4.5, 3.5, 0.95, -2.5, -6.5, 1.2
SHIFT = -4.98
LEAST_SUPPORT = 0.3


def score(found: Agreement, visible_share: float) -> float:
    """0 to 1: how likely a placement with this agreement is a copy and not chance."""
    told = (
        SHIFT
        + SHARE * found.share
        + CLOSE * found.close
        + SUPPORT * math.log(max(found.support, LEAST_SUPPORT))
        + UNEVENNESS * found.unevenness
        + CONFLICT * found.conflict
        + VISIBLE * math.log(visible_share)
    )
    return 1 / (1 + math.exp(-told))
