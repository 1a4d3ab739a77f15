"""The lasting facts: on which pages an image is, and whose pages they are."""

from datetime import datetime

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Least
from django.db.models.lookups import GreaterThan, IsNull

from accounts.models import User, Workspace
from monitor.models.images import WatchedImage


class Domain(models.Model):
    """A registrable domain, private suffixes counted as public (a.blogspot.com stands for itself)."""

    name = models.CharField(max_length=253, unique=True)

    def __str__(self) -> str:
        return self.name


# These are in indexes, too: a query must name them in the same words.
WORDS = SearchVector(
    Func(
        F("title"),
        Value(" "),
        F("page_url"),
        arg_joiner=" || ",
        # everything but letters and digits becomes a blank, so that URLs fall apart into words
        template="regexp_replace(%(expressions)s, '[^[:alnum:]]+', ' ', 'g')",
        output_field=models.TextField(),
    ),
    config="simple",
)
OF_THE_IMAGE = ~(Q(verdict="similar") | Q(decision="not_ours"))
WITHDRAWN = Q(decision="open", note="", gone_at=F("first_seen_at"))
PRESENT = Q(gone_at=None, unwatched_at=None)
ENDED_AT = Least("gone_at", "unwatched_at")


class MatchQuerySet(models.QuerySet["Match"]):
    def counted(self) -> "MatchQuerySet":
        """Those of the image itself, past ones too: not merely similar, not called "not ours".

        A withdrawn one is left out, unless somebody has dealt with it: that is among the gone ones.
        """
        return self.filter(OF_THE_IMAGE, ~WITHDRAWN)

    def live(self) -> "MatchQuerySet":
        """Counted, not gone and not unwatched: every count of the present uses this."""
        return self.filter(OF_THE_IMAGE, PRESENT)

    def ended_since(self, moment: datetime) -> "MatchQuerySet":
        """Counted, and live no more since after a moment."""
        return self.counted().filter(GreaterThan(ENDED_AT, moment))


class Match(models.Model):
    """This image is on that page. While it is present `last_seen_at` is derived; it is written when it goes.

    One that no answer holds any more, because answers were read anew, is withdrawn: gone since it was first seen.
    `verdict`, `score` and `changes` are those of its best picture by this version of the method; version 0 means
    that there is a picture to look at still.
    """

    class Verdict(models.TextChoices):
        UNCHECKED = "unchecked", "Unchecked"
        EXACT = "exact", "Exact"
        MODIFIED = "modified", "Modified"
        PROBABLE = "probable", "Probable"
        SIMILAR = "similar", "Similar"
        UNVERIFIABLE = "unverifiable", "Could not be checked"

    class Decision(models.TextChoices):
        OPEN = "open", "Open"
        ALLOWED = "allowed", "Allowed"
        FLAGGED = "flagged", "Flagged"
        NOT_OURS = "not_ours", "Not ours"
        LATER = "later", "Later"

    # Other indexes of this table begin with these two.
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, db_index=False, related_name="matches")
    watched_image = models.ForeignKey(
        WatchedImage, on_delete=models.CASCADE, db_index=False, related_name="matches"
    )
    page_key = models.UUIDField()
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="matches")
    page_url = models.TextField()
    title = models.TextField(blank=True)
    first_seen_at = models.DateTimeField()
    known_at_start = models.BooleanField(default=False)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    unwatched_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, default=Verdict.UNCHECKED)
    score = models.FloatField(null=True, blank=True)
    changes = models.JSONField(default=list, blank=True)
    method_version = models.PositiveSmallIntegerField(db_default=0)
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.OPEN)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["watched_image", "page_key"], name="match_once"),
        ]
        indexes = [
            models.Index(
                "workspace",
                F("first_seen_at").desc(),
                F("id").desc(),
                include=["domain"],
                name="match_newest",
            ),
            # Two from which pages are counted without a look at the table: what is live, and what of it is news.
            models.Index(
                fields=["workspace", "domain", "first_seen_at"],
                include=["watched_image"],
                condition=OF_THE_IMAGE & PRESENT,
                name="match_live",
            ),
            models.Index(
                fields=["workspace", "-first_seen_at", "-id"],
                include=["watched_image"],
                condition=OF_THE_IMAGE & PRESENT & Q(known_at_start=False),
                name="match_news",
            ),
            # Nothing is included: entries come and go with each leaver, and wide ones leave wide holes.
            models.Index(
                "workspace",
                ENDED_AT.desc(),
                condition=OF_THE_IMAGE & ~WITHDRAWN & Q(IsNull(ENDED_AT, False)),
                name="match_ended",
            ),
            models.Index(fields=["workspace", "decision", "-first_seen_at", "-id"], name="match_by_decision"),
            models.Index(fields=["workspace", "domain", "-first_seen_at", "-id"], name="match_by_domain"),
            models.Index(fields=["watched_image", "-first_seen_at", "-id"], name="match_by_image"),
            models.Index(
                fields=["decided_by"], condition=Q(decided_by__isnull=False), name="match_decided_by"
            ),
            models.Index(fields=["id"], condition=Q(method_version=0), name="match_unjudged"),
            GinIndex(WORDS, name="match_words"),
        ]

    def __str__(self) -> str:
        return self.page_url
