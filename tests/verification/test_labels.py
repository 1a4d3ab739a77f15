"""Each label on the pictures it is for."""

import pytest
from PIL import Image

from monitor import verification
from monitor.imaging import ImageError
from monitor.verification import STRICT, Label, Verdict, label_for

from . import scenes
from .scenes import encoded


def look(ours: Image.Image, theirs: Image.Image) -> Verdict:
    return verification.verify(verification.prepare(encoded(ours)), encoded(theirs))


KINDS = {"scene": scenes.scene(), "product": scenes.product(), "logo": scenes.logo()}


@pytest.mark.parametrize("ours", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("side", [560, 270, 225, 150])
def test_it_calls_the_same_picture_at_other_sizes_exact(ours: Image.Image, side: int) -> None:
    verdict = look(ours, scenes.thumbnail(ours, side))
    assert verdict.label is Label.EXACT
    assert verdict.score >= STRICT
    assert not verdict.changes
    assert verdict.visible_share == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("quality", [25, 50, 95])
@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_it_calls_the_same_picture_written_again_exact(form: str, quality: int) -> None:
    ours = scenes.scene()
    theirs = encoded(scenes.thumbnail(ours), form, quality=quality)
    assert verification.verify(verification.prepare(encoded(ours)), theirs).label is Label.EXACT


@pytest.mark.parametrize("ours", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize(
    "other", [scenes.scene(9), scenes.product(5), scenes.scene(12), scenes.tinted(scenes.scene(14))]
)
def test_it_calls_other_pictures_similar(ours: Image.Image, other: Image.Image) -> None:
    verdict = look(ours, other)
    assert verdict.label is Label.SIMILAR
    assert verdict.score < STRICT
    assert verdict.placement is None


@pytest.mark.parametrize("add", ["text", "logo", "frame"])
def test_it_is_not_taken_in_by_what_two_pictures_share(add: str) -> None:
    def dressed(image: Image.Image) -> Image.Image:
        if add == "text":
            return scenes.with_text(scenes.with_text(image, "SUMMER SALE", at=0.1), "ONLY TODAY", at=0.9)
        if add == "logo":
            return scenes.with_logo(image, x=0.85, y=0.85)
        return scenes.framed(image)

    assert look(dressed(scenes.scene(1)), dressed(scenes.scene(9))).label is Label.SIMILAR


def test_it_says_nothing_of_plain_pictures() -> None:
    for ours, theirs in (
        (scenes.plain(), scenes.plain()),
        (scenes.plain(), scenes.scene()),
        (scenes.scene(), scenes.plain()),
        (scenes.scene(), Image.new("RGB", (300, 200), "white")),
    ):
        verdict = look(ours, theirs)
        assert (verdict.label, verdict.score) == (Label.UNVERIFIABLE, 0.0)


def test_it_says_nothing_of_tiny_pictures() -> None:
    assert look(scenes.scene(), scenes.thumbnail(scenes.scene(), 39)).label is Label.UNVERIFIABLE


def test_it_refuses_to_prepare_what_is_no_picture() -> None:
    with pytest.raises(ImageError):
        verification.prepare(b"no picture")


def test_it_judges_files_as_it_judges_bytes(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pair")
    ours, theirs = encoded(scenes.scene()), encoded(scenes.thumbnail(scenes.scene()))
    (folder / "a.jpg").write_bytes(ours)
    (folder / "b.jpg").write_bytes(theirs)
    verdict = verification.verify(verification.prepare(ours), theirs)
    judged = verification.verify_files(str(folder / "a.jpg"), str(folder / "b.jpg"))
    assert judged == (verdict.label.value, verdict.score)


def test_it_says_the_same_each_time() -> None:
    ours, theirs = encoded(scenes.scene()), encoded(scenes.page(scenes.scene()))
    first = verification.verify(verification.prepare(ours), theirs)
    reference = verification.prepare(ours)
    assert first == verification.verify(reference, theirs) == verification.verify(reference, theirs)


@pytest.mark.parametrize(
    ("label", "score", "strictness", "becomes"),
    [
        (Label.EXACT, 0.9, 0.78, Label.EXACT),
        (Label.EXACT, 0.9, 0.95, Label.PROBABLE),
        (Label.MODIFIED, 0.8, 0.78, Label.MODIFIED),
        (Label.MODIFIED, 0.8, 0.9, Label.PROBABLE),
        (Label.PROBABLE, 0.7, 0.78, Label.PROBABLE),
        (Label.PROBABLE, 0.7, 0.65, Label.MODIFIED),
        (Label.SIMILAR, 0.7, 0.1, Label.SIMILAR),
        (Label.UNVERIFIABLE, 0.0, 0.0, Label.UNVERIFIABLE),
    ],
)
def test_it_labels_stored_verdicts_again(
    label: Label, score: float, strictness: float, becomes: Label
) -> None:
    assert label_for(label, score, strictness) is becomes


def test_it_leaves_labels_alone_at_the_usual_strictness() -> None:
    ours = verification.prepare(encoded(scenes.scene()))
    for theirs in (scenes.scene(), scenes.scene(9), scenes.page(scenes.scene()), scenes.plain()):
        verdict = verification.verify(ours, encoded(theirs))
        assert label_for(verdict.label, verdict.score, STRICT) is verdict.label
