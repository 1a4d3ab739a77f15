"""Decided matches as a folder of labelled pairs: `watched/`, `cand/` and a `manifest.csv` with relative paths.

Whoever allows or flags a match says that its picture is ours, with our verdict beside it: what was called exact is
an exact copy, all else a modified one. Whoever says "not ours" says that it is a look-alike.
"""

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Literal, NamedTuple

from django.core.files.storage import default_storage
from django.db.models import (
    Case,
    CharField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from monitor.models import Comparison, DecisionEntry, Match, Picture

AT_ONCE = 500  # rows in memory
DECIDED = (Match.Decision.ALLOWED, Match.Decision.FLAGGED, Match.Decision.NOT_OURS)
# At the strictness of a workspace a look may count for less, or for more, than it was labelled.
SPEAKS_FOR = (
    Q(label=F("seen"))
    | Q(seen=Match.Verdict.MODIFIED, label="probable")
    | Q(seen=Match.Verdict.PROBABLE, label__in=["exact", "modified"])
)
Truth = Literal["exact", "modified", "similar"]


class Decided(NamedTuple):
    """A decided match: the verdict that the person saw, and the stored picture that it speaks of."""

    match: int
    image: int
    watched: str
    page_url: str
    decision: str
    verdict: str
    found: str

    @property
    def truth(self) -> Truth:
        """What the picture is, by the person who decided."""
        if self.decision == Match.Decision.NOT_OURS:
            return "similar"
        return "exact" if self.verdict == Match.Verdict.EXACT else "modified"


class Line(NamedTuple):
    """A line of the manifest, in the order of its columns."""

    watched: str
    candidate: str
    truth: Truth
    transform: str
    kind: str
    source: str
    licence: str


def export(matches: QuerySet[Match], folder: Path) -> Counter[Truth]:
    """Writes the folder, a picture at a time; returns how many pairs there are of each truth."""
    counts: Counter[Truth] = Counter()
    for name in ("watched", "cand"):
        (folder / name).mkdir(parents=True)
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        manifest = csv.writer(file)
        manifest.writerow(Line._fields)
        for decided in _distinct(matches):
            with suppress(FileNotFoundError):
                manifest.writerow(_copied(decided, folder))
                counts[decided.truth] += 1
    return counts


def _distinct(matches: QuerySet[Match]) -> Iterator[Decided]:
    """A picture that many pages show counts once, as the newest decision has it."""
    for _, rows in groupby(_decided(matches), key=attrgetter("image")):
        seen: set[str] = set()
        for row in rows:
            if row.found not in seen:
                seen.add(row.found)
                yield row


def _decided(matches: QuerySet[Match]) -> Iterator[Decided]:
    """Those that have a picture, image by image, the newest decision first."""
    rows = (
        matches.filter(decision__in=DECIDED)
        .annotate(seen=Coalesce(Subquery(_verdicts()), F("verdict")))
        .annotate(
            found=Coalesce(Subquery(_looks()), Subquery(_pictures()), Value(""), output_field=TextField())
        )
        .exclude(found="")
        .order_by("watched_image", F("decided_at").desc(nulls_last=True), "-pk")
        .values_list("pk", "watched_image", "watched_image__file", "page_url", "decision", "seen", "found")
    )
    return (Decided(*row) for row in rows.iterator(AT_ONCE))


def _verdicts() -> QuerySet[DecisionEntry, tuple[str]]:
    """The verdict at the time of the decision that stands."""
    entries = DecisionEntry.objects.filter(
        match=OuterRef("pk"), decision=OuterRef("decision"), undone_at=None
    )
    return entries.order_by("-made_at", "-pk").values_list("verdict")[:1]


def _looks() -> QuerySet[Comparison, tuple[str]]:
    """Of the pictures that were looked at, the one that the verdict comes from."""
    looks = Comparison.objects.filter(
        watched_image=OuterRef("watched_image"), picture__items__match=OuterRef("pk")
    )
    seen = ExpressionWrapper(OuterRef("seen"), output_field=CharField())
    ranked = looks.exclude(picture__file="").annotate(seen=seen)
    ranked = ranked.annotate(rank=Case(When(SPEAKS_FOR, then=0), default=1))
    best_first = ranked.order_by("rank", "-method_version", F("score").desc(nulls_last=True), "pk")
    return best_first.values_list("picture__file")[:1]


def _pictures() -> QuerySet[Picture, tuple[str]]:
    """Any picture that was fetched."""
    pictures = Picture.objects.filter(items__match=OuterRef("pk")).exclude(file="")
    return pictures.order_by("pk").values_list("file")[:1]


def _copied(decided: Decided, folder: Path) -> Line:
    """Copies both pictures; FileNotFoundError when the store has lost one."""
    watched, candidate = f"watched/{decided.image}.jpg", f"cand/{decided.image}__{decided.match}.jpg"
    if not (folder / watched).exists():
        _copy(decided.watched, folder / watched)
    _copy(decided.found, folder / candidate)
    return Line(
        watched=watched,
        candidate=candidate,
        truth=decided.truth,
        transform=f"decided_{decided.truth}",
        kind="decided",
        source=decided.page_url,
        licence="unknown",
    )


def _copy(name: str, place: Path) -> None:
    with default_storage.open(name) as stored, place.open("wb") as copy:
        shutil.copyfileobj(stored, copy)
