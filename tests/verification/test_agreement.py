"""What windows say of two aligned pictures, and the score that comes of it."""

import numpy as np
import pytest
from cv2.typing import MatLike

from monitor.verification import affine, evidence
from monitor.verification.agreement import Agreement, agreement
from monitor.verification.alignment import Aligned
from tests.verification import scenes

OURS = np.asarray(scenes.scene().resize((160, 120)).convert("L"), np.float32)
OTHER = np.asarray(scenes.scene(9).resize((160, 120)).convert("L"), np.float32)


def said(theirs: MatLike, seen: MatLike | None = None) -> Agreement:
    everything = np.full(OURS.shape, 255, np.uint8)
    return agreement(
        Aligned(
            matrix=affine.IDENTITY,
            box=affine.WHOLE,
            visible_share=1.0,
            ours=OURS,
            theirs=theirs,
            seen=everything if seen is None else seen,
        )
    )


def test_it_agrees_with_itself_in_any_light() -> None:
    for theirs in (OURS, OURS * 0.5 + 60):
        found = said(theirs)
        assert found.share == found.close == 1.0
        assert found.conflict == 0.0
        assert found.unevenness == pytest.approx(0.0, abs=1e-3)
        assert evidence.score(found, 1.0) > 0.99


def test_it_does_not_agree_with_another() -> None:
    found = said(OTHER)
    assert found.share < 0.4
    assert evidence.score(found, 1.0) < 0.1


def test_what_is_laid_over_ours_is_no_conflict() -> None:
    over = OURS.copy()
    over[40:80:6, :] = 255
    over[43:80:6, :] = 0
    found = said(over)
    assert found.share < 0.8
    assert found.conflict < 0.1
    changed = OURS.copy()
    changed[40:80] = OTHER[40:80]
    assert said(changed).conflict > 2 * found.conflict


def test_it_counts_only_what_is_seen() -> None:
    half = np.full(OURS.shape, 255, np.uint8)
    half[:, 80:] = 0
    theirs = OURS.copy()
    theirs[:, 80:] = OTHER[:, 80:]
    assert said(theirs, half).share > 0.95
    assert said(theirs, half).support < 0.6 * said(OURS).support


def test_it_says_nothing_of_a_flat_picture() -> None:
    found = said(OURS, np.zeros(OURS.shape, np.uint8))
    assert (found.share, found.support) == (0.0, 0.0)


def test_a_small_part_of_ours_counts_less() -> None:
    found = said(OURS)
    weak = Agreement(share=0.8, close=0.4, conflict=0.1, support=10.0, unevenness=0.3)
    assert evidence.score(found, 0.1) <= evidence.score(found, 1.0)
    assert evidence.score(weak, 0.1) < evidence.score(weak, 1.0) < evidence.score(found, 1.0)
