"""Runs of collections, and the searches that they are made of."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from monitor.models.images import Collection, WatchedImage
from monitor.models.markets import SearchTarget


class RunQuerySet(models.QuerySet["Run"]):
    def with_progress(self) -> "RunQuerySet":
        """Adds what is derived from the searches: counts by state, new and gone matches, cost, the last end.

        Only what an index of the searches holds is read of them, and `reason`, one of those of the short ones.
        """

        def number(**of: object) -> models.Count:
            return models.Count("searches__target", filter=models.Q(**of) if of else None)

        short = Search.objects.filter(run=models.OuterRef("pk"), state__in=SHORT_STATES).values("run")
        return self.annotate(
            n_searches=number(),
            n_open=number(searches__state__in=OPEN_STATES),
            n_done=number(searches__state=Search.State.DONE),
            n_new=models.Sum("searches__n_new", default=0),
            n_gone=models.Sum("searches__n_gone", default=0),
            cost=models.Sum("searches__cost", default=0),
            ended_at=models.Max("searches__ended_at"),
            reason=models.Subquery(short.annotate(last=models.Max("error")).values("last")),
        )


class Run(models.Model):
    """One sweep of a collection; its state, counts and cost are derived from its searches."""

    class Trigger(models.TextChoices):
        SCHEDULE = "schedule", "By schedule"
        MANUAL = "manual", "By hand"

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField()
    trigger = models.CharField(max_length=8, choices=Trigger.choices)
    requested_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    scheduled_for = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-scheduled_for", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "number"], name="run_number_once"),
            models.UniqueConstraint(
                fields=["collection", "scheduled_for"],
                condition=models.Q(trigger="schedule"),
                name="run_slot_once",
            ),
        ]
        indexes = [
            models.Index(fields=["collection", "-scheduled_for"], name="run_newest"),
            models.Index(fields=["scheduled_for"], condition=models.Q(told_at=None), name="run_untold"),
        ]

    def __str__(self) -> str:
        return f"Run {self.number} of {self.collection}"

    def get_absolute_url(self) -> str:
        return reverse("run", args=[self.pk])


# Wide: what only asks how searches ended leaves them unread.
ARRAYS = ("item_ids", "rank_absolute", "rank_group", "new_ids", "gone_ids", "returned_ids")


class SearchQuerySet(models.QuerySet["Search"]):
    def without_arrays(self) -> "SearchQuerySet":
        """Searches as such, without what they answered."""
        return self.defer(*ARRAYS)

    def open(self) -> "SearchQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def complete(self) -> "SearchQuerySet":
        """Those whose absence of a match means something."""
        return self.filter(state=Search.State.DONE)

    def answered(self) -> "SearchQuerySet":
        """Those that an engine has answered, if only in part."""
        return self.filter(state__in=[Search.State.DONE, Search.State.PARTIAL])

    def due(self) -> "SearchQuerySet":
        """Those whose lease or wait is over, by the database's clock."""
        return self.filter(not_before__lte=Now())

    def hurry(self) -> int:
        """Ends the waits: a hint says that there is something to do now."""
        return self.open().update(not_before=Now())


class Search(models.Model):
    """One target asked once within a run: the answer as an array of items in rank order, and what changed.

    All arrays hold ids of ResultItem; `rank_absolute` and `rank_group` run beside `item_ids`. `seq` counts the
    searches of a target in the order of their slots. `held_for` says what a held one waits for, `stop` why a walk
    over pages ended, `asked_at` since when the provider has the question.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "On hold"
        ASKING = "asking", "Asking"
        WAITING = "waiting", "Waiting for the engine"
        DONE = "done", "Done"
        PARTIAL = "partial", "Ended early"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"

    class Priority(models.TextChoices):
        NORMAL = "normal", "Normal"
        HIGH = "high", "High"

    class Hold(models.TextChoices):
        ACCOUNT = "account", "The provider account"
        BUDGET = "budget", "The budget"

    class Stop(models.TextChoices):
        END = "end", "The engine had no more"
        REPEAT = "repeat", "The engine repeated itself"
        PAGE_CAP = "page_cap", "All pages that were asked for"
        BUDGET = "budget", "The budget was spent"
        QUOTA = "quota", "The provider’s quota was used up"
        ERROR = "error", "The engine did not go on"

    # Other indexes of this table begin with these three.
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_index=False, related_name="searches")
    target = models.ForeignKey(
        SearchTarget, on_delete=models.CASCADE, db_index=False, related_name="searches"
    )
    watched_image = models.ForeignKey(
        WatchedImage, on_delete=models.CASCADE, db_index=False, related_name="searches"
    )
    seq = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    not_before = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    priority = models.CharField(max_length=6, choices=Priority.choices, default=Priority.NORMAL)
    held_for = models.CharField(max_length=7, choices=Hold.choices, blank=True)
    stop = models.CharField(max_length=8, choices=Stop.choices, blank=True)
    error = models.TextField(blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    observed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    is_baseline = models.BooleanField(default=False)
    is_confirming = models.BooleanField(default=False)
    item_ids = ArrayField(models.BigIntegerField(), default=list)
    rank_absolute = ArrayField(models.SmallIntegerField(), default=list)
    rank_group = ArrayField(models.SmallIntegerField(), default=list)
    new_ids = ArrayField(models.BigIntegerField(), default=list)
    gone_ids = ArrayField(models.BigIntegerField(), default=list)
    returned_ids = ArrayField(models.BigIntegerField(), default=list)
    n_items = models.PositiveIntegerField(default=0)
    n_new = models.PositiveIntegerField(default=0)
    n_gone = models.PositiveIntegerField(default=0)
    n_returned = models.PositiveIntegerField(default=0)
    n_moved = models.PositiveIntegerField(default=0)

    objects = SearchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "run"], name="search_once_per_run"),
            models.UniqueConstraint(fields=["target", "seq"], name="search_seq_once"),
            models.UniqueConstraint(
                fields=["target"],
                condition=models.Q(state__in=["planned", "held", "asking", "waiting"]),
                name="search_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(item_ids__len=models.F("rank_absolute__len"))
                & models.Q(item_ids__len=models.F("rank_group__len")),
                name="search_equal_lengths",
            ),
        ]
        indexes = [
            models.Index(fields=["watched_image", "observed_at"], name="search_timeline"),
            # All that is summed up of a run, without a look at its wide rows.
            models.Index(
                fields=["run", "state"],
                include=["target", "n_new", "n_gone", "cost", "ended_at"],
                name="search_by_run",
            ),
            models.Index(
                fields=["not_before", "id"],
                condition=models.Q(state__in=["planned", "held", "asking", "waiting"]),
                name="search_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target}, {self.run}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


OPEN_STATES = (Search.State.PLANNED, Search.State.HELD, Search.State.ASKING, Search.State.WAITING)
SHORT_STATES = (Search.State.PARTIAL, Search.State.FAILED, Search.State.SKIPPED)
