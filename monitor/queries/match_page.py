"""Everything on the page of one match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from accounts.models import User
from monitor import weblinks
from monitor.models import DecisionEntry, Match
from monitor.models.matches import OF_THE_IMAGE, PRESENT, MatchQuerySet
from monitor.queries.found import NONE, FoundPicture, pictures_of
from monitor.queries.looks import Look, Stage, looks_of, stage_of
from monitor.queries.match_history import MatchHistory, match_history
from monitor.queries.review import KINDS, Queue, queue_around
from monitor.queries.standing import NOWHERE, Standing, standings
from monitor.queries.timeline import latest

OTHERS, ENTRIES = 8, 20


@dataclass(frozen=True, kw_only=True)
class Other:
    """Another match on the same domain."""

    match: Match
    picture: FoundPicture


@dataclass(frozen=True, kw_only=True)
class OnDomain:
    """The workspace's other matches on a domain: some of them, how many, and what was decided of them.

    `n_open` are the live ones that wait for a decision, the match of the page among them in any case.
    """

    others: Sequence[Other]
    n: int
    n_flagged: int
    n_allowed: int
    n_open: int


@dataclass(frozen=True, kw_only=True)
class MatchPage:
    """The stage, the evidence, the page and its domain, the history, who decided what, and the queue."""

    match: Match
    looks: Sequence[Look]
    stage: Stage
    standing: Standing
    history: MatchHistory
    domain: OnDomain
    entries: Sequence[DecisionEntry]
    queue: Queue

    @property
    def host(self) -> str:
        return weblinks.display_host(self.match.domain.name)

    @property
    def path(self) -> str:
        return weblinks.display_path(self.match.page_url)

    @property
    def standing_entry(self) -> DecisionEntry | None:
        """The decision that the match carries."""
        return next((entry for entry in self.entries if entry.undone_at is None), None)


def match_page(match: Match, user: User, query: Mapping[str, str], at: datetime) -> MatchPage:
    """The page for a person at a moment of the workspace's zone; some twenty queries, whatever there is."""
    looks = looks_of(match)
    entries = DecisionEntry.objects.filter(match=match).select_related("user").order_by("-made_at", "-pk")
    kind = query.get("queue", "")
    return MatchPage(
        match=match,
        looks=looks,
        stage=stage_of(match, looks, query.get("picture", "")),
        standing=standings(latest(match.watched_image)).get(match.pk, NOWHERE),
        history=match_history(match),
        domain=_on_domain(match),
        entries=list(entries[:ENTRIES]),
        queue=queue_around(match.workspace, match, user, kind if kind in KINDS else "open", at),
    )


def undecided_with(match: Match) -> MatchQuerySet:
    """A match, and the live ones on its domain that nobody has decided."""
    same = Match.objects.filter(workspace=match.workspace_id, domain=match.domain_id)
    return same.filter(Q(pk=match.pk) | OF_THE_IMAGE & PRESENT & Q(decision=Match.Decision.OPEN))


def _on_domain(match: Match) -> OnDomain:
    """Three queries."""
    same = Match.objects.filter(workspace=match.workspace_id, domain=match.domain_id).exclude(pk=match.pk)
    counted = same.counted()
    figures = counted.aggregate(
        n=Count("pk"),
        n_flagged=Count("pk", filter=Q(decision="flagged")),
        n_allowed=Count("pk", filter=Q(decision="allowed")),
        n_open=Count("pk", filter=PRESENT & Q(decision="open")),
    )
    newest = list(counted.select_related("watched_image").order_by("-first_seen_at", "-pk")[:OTHERS])
    pictures = pictures_of(other.pk for other in newest)
    none = FoundPicture(reason=NONE)
    others = [Other(match=other, picture=pictures.get(other.pk, none)) for other in newest]
    return OnDomain(others=others, **{**figures, "n_open": figures["n_open"] + 1})
