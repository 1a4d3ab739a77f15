"""What was done to a copy is named, and where."""

import pytest
from PIL import Image

from monitor import verification
from monitor.verification import Change, ChangeKind, Label, Verdict

from . import scenes
from .scenes import encoded

OURS = {"scene": scenes.scene(), "product": scenes.product()}


def look(ours: Image.Image, theirs: Image.Image) -> Verdict:
    verdict = verification.verify(verification.prepare(encoded(ours)), encoded(theirs))
    assert verdict.label is Label.MODIFIED
    return verdict


@pytest.fixture(params=["scene", "product"])
def ours(request: pytest.FixtureRequest) -> Image.Image:
    return OURS[request.param]


def test_it_names_a_mirrored_copy(ours: Image.Image) -> None:
    verdict = look(ours, ours.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert verdict.changes == (Change(ChangeKind.MIRRORED),)


@pytest.mark.parametrize("degrees", [8, 15, 90, 180, 270, 345])
def test_it_names_a_turned_copy(ours: Image.Image, degrees: int) -> None:
    change = look(ours, scenes.turned(ours, degrees)).changes[0]
    assert change.kind is ChangeKind.ROTATED
    assert change.degrees is not None and abs(change.degrees - degrees) <= 1


@pytest.mark.parametrize(("across", "down"), [(1.0, 0.8), (0.85, 1.0)])
def test_it_names_a_stretched_copy(ours: Image.Image, across: float, down: float) -> None:
    theirs = ours.resize((round(ours.width * across), round(ours.height * down)))
    assert look(ours, theirs).changes == (Change(ChangeKind.STRETCHED),)


@pytest.mark.parametrize("box", [(0.05, 0.05, 0.95, 0.95), (0.1, 0, 0.7, 1), (0.3, 0.2, 0.9, 0.8)])
def test_it_names_a_crop_with_the_share_that_is_left(
    ours: Image.Image, box: tuple[float, float, float, float]
) -> None:
    verdict = look(ours, scenes.cropped(ours, *box))
    (change,) = verdict.changes
    left = (box[2] - box[0]) * (box[3] - box[1])
    assert change.kind is ChangeKind.CROPPED
    assert change.share == pytest.approx(left, abs=0.03)
    assert verdict.visible_share == pytest.approx(left, abs=0.03)


@pytest.mark.parametrize("by", [0.7, 1.35])
def test_it_names_another_brightness(by: float) -> None:
    assert look(scenes.scene(), scenes.brighter(scenes.scene(), by)).changes == (
        Change(ChangeKind.RECOLOURED),
    )


def test_it_names_other_colours(ours: Image.Image) -> None:
    for theirs in (ours.convert("L").convert("RGB"), scenes.tinted(ours)):
        assert look(ours, theirs).changes == (Change(ChangeKind.RECOLOURED),)


def test_it_names_a_blurred_copy(ours: Image.Image) -> None:
    assert look(ours, scenes.blurred(ours, 4.0)).changes == (Change(ChangeKind.BLURRED),)


@pytest.mark.parametrize(("at", "where"), [(0.1, "top"), (0.9, "bottom")])
def test_it_names_text_and_where_it_is(at: float, where: str) -> None:
    theirs = scenes.with_text(scenes.scene(), "ONLY TODAY", at=at)
    assert look(scenes.scene(), theirs).changes == (Change(ChangeKind.TEXT, where=where),)


@pytest.mark.parametrize(
    ("x", "y", "where"), [(0.85, 0.85, "bottom right"), (0.15, 0.15, "top left"), (0.5, 0.5, "middle")]
)
def test_it_names_a_logo_and_where_it_is(x: float, y: float, where: str) -> None:
    theirs = scenes.with_logo(scenes.scene(), x=x, y=y)
    assert look(scenes.scene(), theirs).changes == (Change(ChangeKind.LOGO, where=where),)


@pytest.mark.parametrize("colour", ["white", "black", "#2050a0"])
def test_it_names_a_frame(colour: str) -> None:
    verdict = look(scenes.scene(), scenes.framed(scenes.scene(), 40, colour))
    assert verdict.changes == (Change(ChangeKind.FRAMED),)


def test_it_finds_ours_in_a_collage(ours: Image.Image) -> None:
    others = [scenes.scene(5), scenes.scene(6), scenes.scene(7)]
    for place, where in enumerate(("top left", "top right", "bottom left", "bottom right")):
        verdict = look(ours, scenes.collage([*others[:place], ours, *others[place:]]))
        assert verdict.changes == (Change(ChangeKind.PART, where=where),)


def test_it_finds_ours_on_a_page_and_says_where_its_corners_are(ours: Image.Image) -> None:
    verdict = look(ours, scenes.page(ours))
    assert Change(ChangeKind.PART, where="left") in verdict.changes
    assert verdict.placement is not None
    wanted = [(50 / 900, 110 / 640), (470 / 900, 110 / 640), (470 / 900, 425 / 640), (50 / 900, 425 / 640)]
    for corner, true in zip(verdict.placement.corners, wanted, strict=True):
        assert corner == pytest.approx(true, abs=0.01)


def test_it_puts_the_corners_of_a_crop_outside() -> None:
    verdict = look(scenes.scene(), scenes.cropped(scenes.scene(), 0.25, 0.25, 0.75, 0.75))
    assert verdict.placement is not None
    wanted = [(-0.5, -0.5), (1.5, -0.5), (1.5, 1.5), (-0.5, 1.5)]
    for corner, true in zip(verdict.placement.corners, wanted, strict=True):
        assert corner == pytest.approx(true, abs=0.03)


def test_it_names_a_copy_of_low_resolution() -> None:
    ours = scenes.scene()
    verdict = verification.verify(verification.prepare(encoded(ours)), encoded(scenes.thumbnail(ours, 90)))
    assert verdict.label is Label.EXACT
    assert verdict.changes == (Change(ChangeKind.SMALL),)


def test_it_names_several_changes() -> None:
    theirs = scenes.cropped(scenes.scene(), 0.1, 0.1, 0.8, 0.9).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    kinds = [change.kind for change in look(scenes.scene(), scenes.brighter(theirs, 0.7)).changes]
    assert kinds == [ChangeKind.MIRRORED, ChangeKind.CROPPED, ChangeKind.RECOLOURED]


def test_it_writes_changes_with_the_members_that_are_set() -> None:
    assert Change(ChangeKind.CROPPED, share=0.6).as_json() == {"kind": "cropped", "share": 0.6}
    assert Change(ChangeKind.ROTATED, degrees=0).as_json() == {"kind": "rotated", "degrees": 0}
    assert Change(ChangeKind.TEXT, where="top").as_json() == {"kind": "text", "where": "top"}
    assert Change(ChangeKind.MIRRORED).as_json() == {"kind": "mirrored"}
