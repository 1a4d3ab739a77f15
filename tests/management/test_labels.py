"""`manage.py export_labels`: decided matches as labelled pairs of pictures."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image

from accounts.models import User, Workspace
from monitor import decisions
from monitor.models import Match, SearchTarget
from tests.benchmarks.verifying import dataset
from tests.factories import (
    a_jpeg,
    make_collection,
    make_found,
    make_image,
    make_look,
    make_match,
    make_target,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)


class Desk:
    """A workspace with one watched image, and a person who decides."""

    def __init__(self, workspace: Workspace | None = None) -> None:
        self.workspace = workspace or make_workspace()
        self.target: SearchTarget = make_target(make_image(make_collection(self.workspace)))
        self.image = self.target.watched_image
        self.person: User = make_user()
        self._minutes = 0

    def match(self, verdict: str = "exact", *pictures: int, score: float = 0.9) -> Match:
        """A match with pictures by seed, each compared with this outcome."""
        match = make_match(self.image, verdict=verdict, score=score)
        for seed in pictures:
            self.found(match, seed, verdict, score)
        return match

    def found(self, match: Match, seed: int, label: str, score: float = 0.9) -> None:
        """One more picture of the match; no label: nobody has looked at it."""
        name = f"pictures/{seed}.jpg"
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(a_jpeg(seed)))
        item = make_found(match, self.target, file=name, sha256=str(seed))
        if label:
            make_look(item, label, score=score)

    def decide(self, match: Match, decision: str) -> None:
        self._minutes += 1
        chosen, at = Match.objects.filter(pk=match.pk), NOW + timedelta(minutes=self._minutes)
        decisions.decide(chosen, decision, self.person, at)


def export(folder: Path, *arguments: str) -> Sequence[dict[str, str]]:
    call_command("export_labels", str(folder), *arguments, stdout=io.StringIO())
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "labels"


def test_decisions_become_labels(folder: Path) -> None:
    desk = Desk()
    for seed, (verdict, decision) in enumerate(
        [
            ("exact", "allowed"),
            ("modified", "flagged"),
            ("probable", "allowed"),
            ("similar", "flagged"),
            ("exact", "not_ours"),
            ("exact", "later"),
        ]
    ):
        desk.decide(desk.match(verdict, seed), decision)
    desk.match("exact", 40)
    rows = export(folder)
    assert sorted(row["transform"] for row in rows) == [
        "decided_exact",
        *["decided_modified"] * 3,
        "decided_similar",
    ]
    assert all(row["transform"] == f"decided_{row['truth']}" for row in rows)


def test_a_line_leads_to_both_pictures(folder: Path) -> None:
    desk = Desk()
    match = desk.match("modified", 7)
    desk.decide(match, "allowed")
    (row,) = export(folder)
    assert list(row) == ["watched", "candidate", "truth", "transform", "kind", "source", "licence"]
    assert row["source"] == match.page_url
    assert (folder / row["candidate"]).read_bytes() == a_jpeg(7)
    with Image.open(folder / row["watched"]) as watched:
        assert watched.size == (320, 320)
    assert {path.name for path in folder.iterdir()} == {"manifest.csv", "watched", "cand"}


def test_the_benchmark_reads_the_folder(folder: Path) -> None:
    desk = Desk()
    desk.decide(desk.match("exact", 1), "allowed")
    desk.decide(desk.match("similar", 2), "not_ours")
    export(folder)
    pairs = dataset.read(folder)
    assert {(pair.truth, pair.transform) for pair in pairs} == {
        ("exact", "decided_exact"),
        ("similar", "decided_similar"),
    }
    assert all(pair.watched.is_file() and pair.candidate.is_file() for pair in pairs)


def test_the_picture_is_the_one_that_the_verdict_comes_from(folder: Path) -> None:
    desk = Desk()
    match = desk.match("modified", score=0.8)
    desk.found(match, 1, "")
    desk.found(match, 2, "similar", 0.95)
    desk.found(match, 3, "modified", 0.8)
    desk.found(match, 4, "modified", 0.7)
    desk.decide(match, "flagged")
    (row,) = export(folder)
    assert (folder / row["candidate"]).read_bytes() == a_jpeg(3)


def test_the_verdict_is_that_of_the_decision(folder: Path) -> None:
    """Another method may have looked since; the person saw the older verdict."""
    desk = Desk()
    match = desk.match("exact", 1)
    desk.decide(match, "allowed")
    Match.objects.update(verdict="modified")
    (row,) = export(folder)
    assert row["truth"] == "exact"


def test_a_picture_on_many_pages_counts_once_as_the_newest_decision_has_it(folder: Path) -> None:
    desk = Desk()
    older, newer = desk.match("exact", 1), desk.match("exact", 1)
    desk.decide(older, "allowed")
    desk.decide(newer, "not_ours")
    assert [row["truth"] for row in export(folder)] == ["similar"]


def test_what_has_no_stored_picture_is_left_out(folder: Path) -> None:
    desk = Desk()
    desk.decide(desk.match("unchecked"), "allowed")
    lost = desk.match("exact", 90)
    desk.decide(lost, "allowed")
    default_storage.delete("pictures/90.jpg")
    desk.decide(desk.match("exact", 1), "allowed")
    assert len(export(folder)) == 1


def test_a_picture_that_nobody_looked_at_is_good_enough(folder: Path) -> None:
    desk = Desk()
    match = desk.match("unchecked")
    desk.found(match, 5, "")
    desk.decide(match, "not_ours")
    assert [row["truth"] for row in export(folder)] == ["similar"]


def test_demos_are_left_out_unless_they_are_named(folder: Path, tmp_path: Path) -> None:
    ours, demo = Desk(), Desk(make_workspace(is_demo=True))
    for desk in (ours, demo):
        desk.decide(desk.match("exact", 1), "allowed")
    assert [row["watched"] for row in export(folder)] == [f"watched/{ours.image.pk}.jpg"]
    rows = export(tmp_path / "demo", "--workspace", str(demo.workspace.pk))
    assert [row["watched"] for row in rows] == [f"watched/{demo.image.pk}.jpg"]


def test_deleted_workspaces_are_gone(folder: Path) -> None:
    desk = Desk()
    desk.decide(desk.match("exact", 1), "allowed")
    Workspace.objects.update(deleted_at=NOW)
    assert export(folder) == []
    with pytest.raises(CommandError, match="There is no workspace"):
        export(folder.parent / "other", "--workspace", str(desk.workspace.pk))


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for place in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(CommandError, match="is not empty"):
            call_command("export_labels", str(place))
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_it_tells_what_it_wrote(folder: Path) -> None:
    desk = Desk()
    desk.decide(desk.match("exact", 1), "allowed")
    desk.decide(desk.match("exact", 2), "allowed")
    desk.decide(desk.match("probable", 3), "not_ours")
    out = io.StringIO()
    call_command("export_labels", str(folder), stdout=out)
    assert out.getvalue() == f"3 pairs in {folder}: 2 exact, 1 similar.\n"


def test_it_says_when_nobody_has_decided(folder: Path) -> None:
    out = io.StringIO()
    call_command("export_labels", str(folder), stdout=out)
    assert "Nobody has decided" in out.getvalue()


@pytest.mark.parametrize(
    ("seen", "looks", "best"),
    [
        ("probable", {1: ("probable", 0.6), 2: ("exact", 0.85), 3: ("similar", 0.95)}, 2),
        ("modified", {1: ("probable", 0.6), 2: ("probable", 0.7), 3: ("similar", 0.95)}, 2),
    ],
)
def test_the_verdict_is_that_of_the_workspaces_strictness(
    folder: Path, seen: str, looks: dict[int, tuple[str, float]], best: int
) -> None:
    desk = Desk()
    match = desk.match(seen)
    for seed, (label, score) in looks.items():
        desk.found(match, seed, label, score)
    desk.decide(match, "allowed")
    (row,) = export(folder)
    assert (folder / row["candidate"]).read_bytes() == a_jpeg(best)
