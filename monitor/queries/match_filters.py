"""What a list of matches is narrowed to; the same words on pages and in the CSV's address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q

from monitor import weblinks
from monitor.models import ResultItem
from monitor.models.matches import WITHDRAWN, WORDS, MatchQuerySet
from monitor.queries.engines import ENGINES
from monitor.queries.verdict_words import BADGES, badge

WEEK = timedelta(days=7)
NOT_OURS = Q(decision="not_ours")
LOOK_ALIKE = Q(verdict="similar") & ~NOT_OURS
SHOWS = {
    "live": "Live",
    "new": "New this week",
    "gone": "Gone",
    "start": "Known at start",
    "all": "All",
}
# Left out of every count and list unless they are asked for by name.
HIDDEN = {"similar": "look-alike,look-alikes", "not_ours": "match that is not ours,matches that are not ours"}
VERDICTS = {name: badge(name) for name in BADGES if name != "similar"}
DECISIONS = {
    "open": "Undecided",
    "allowed": "Allowed",
    "flagged": "Flagged",
    "later": "Later",
}


@dataclass(frozen=True, kw_only=True)
class MatchFilters:
    """Empty means any; `show` is one of SHOWS or HIDDEN, ids are digits."""

    q: str = ""
    image: str = ""
    collection: str = ""
    engine: str = ""
    verdict: str = ""
    decision: str = ""
    show: str = "live"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "MatchFilters":
        """From an address, where what is not known counts as empty."""
        engine, show = query.get("engine", ""), query.get("show", "")
        verdict, decision = query.get("verdict", ""), query.get("decision", "")
        return cls(
            q=query.get("q", "").strip()[:200],
            image=_digits(query.get("image", "")),
            collection=_digits(query.get("collection", "")),
            engine=engine if engine in ENGINES else "",
            verdict=verdict if verdict in VERDICTS else "",
            decision=decision if decision in DECISIONS else "",
            show=show if show in SHOWS or show in HIDDEN else "live",
        )

    def apply(self, matches: MatchQuerySet, at: datetime) -> MatchQuerySet:
        """The matches that fit."""
        if self.image:
            matches = matches.filter(watched_image=int(self.image))
        if self.collection:
            matches = matches.filter(watched_image__collection=int(self.collection))
        if self.engine:
            seen = ResultItem.objects.filter(match=OuterRef("pk"), target__provider=ENGINES[self.engine])
            matches = matches.filter(Exists(seen))
        if self.verdict:
            matches = matches.filter(verdict=self.verdict)
        if self.decision:
            matches = matches.filter(decision=self.decision)
        return self._shown(words_filter(matches, self.q), at)

    def _shown(self, matches: MatchQuerySet, at: datetime) -> MatchQuerySet:
        if self.show in HIDDEN:
            return matches.filter(~WITHDRAWN, NOT_OURS if self.show == "not_ours" else LOOK_ALIKE)
        if self.show == "gone":
            return matches.counted().exclude(gone_at=None)
        if self.show == "all":
            return matches.counted()
        narrowed = {
            "new": Q(known_at_start=False, first_seen_at__gt=at - WEEK),
            "start": Q(known_at_start=True),
        }.get(self.show, Q())
        return matches.live().filter(narrowed)


def words_filter(matches: MatchQuerySet, text: str) -> MatchQuerySet:
    """Those whose title or address holds each of the words."""
    words = words_of(text)
    if not words:
        return matches
    # Addresses are kept as the engines gave them: some with the ASCII form of a host.
    as_ascii = words_of(" ".join(weblinks.ascii_host(word) for word in text.split()))
    query = f"({words}) | ({as_ascii})"
    return matches.alias(words=WORDS).filter(words=SearchQuery(query, search_type="raw", config="simple"))


def words_of(text: str) -> str:
    """A tsquery that finds each word by its beginning; "" when there is no word."""
    words = re.findall(r"[^\W_]+", text.lower())
    return " & ".join(f"{word}:*" for word in words[:12])


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 19 else ""
