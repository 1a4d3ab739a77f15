"""What a list of matches is narrowed to; the same words on pages and in the CSV's address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q

from monitor import weblinks
from monitor.models import ResultItem
from monitor.models.matches import WORDS, MatchQuerySet
from monitor.queries.engines import ENGINES

WEEK = timedelta(days=7)
SHOWS = {
    "live": "Live",
    "new": "New this week",
    "gone": "Gone",
    "start": "Known at start",
    "all": "All",
}


@dataclass(frozen=True, kw_only=True)
class MatchFilters:
    """Empty means any; `show` is one of SHOWS, ids are digits."""

    q: str = ""
    image: str = ""
    collection: str = ""
    engine: str = ""
    show: str = "live"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "MatchFilters":
        """From an address, where what is not known counts as empty."""
        engine, show = query.get("engine", ""), query.get("show", "")
        return cls(
            q=query.get("q", "").strip()[:200],
            image=_digits(query.get("image", "")),
            collection=_digits(query.get("collection", "")),
            engine=engine if engine in ENGINES else "",
            show=show if show in SHOWS else "live",
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
        return self._shown(words_filter(matches, self.q), at)

    def _shown(self, matches: MatchQuerySet, at: datetime) -> MatchQuerySet:
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
