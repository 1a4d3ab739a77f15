"""Who follows what, what was told to whom, and how each mail fared."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User, Workspace
from monitor.models.images import Collection
from monitor.models.mails import Mail
from monitor.models.matches import Match
from monitor.models.runs import Run


class Follow(models.Model):
    """A person who wants mail about a collection, and how often; what was found before `since` is not told."""

    class Frequency(models.TextChoices):
        EACH_RUN = "each_run", "After each run"
        DAILY = "daily", "Daily at 08:00"
        OFF = "off", "Never"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows")
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="follows")
    frequency = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.DAILY)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "collection"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user} follows {self.collection}"


class Alert(models.Model):
    """One thing to tell one person: the new matches of a run, or a day's digest of a collection.

    A late one holds matches of a run that were seen to be copies only after it was told.

    It gathers matches until it is closed, from `due_at` on; then its mail is written. `unread_engines` lists
    {"engine", "missed", "asked"}: how many searches of an engine did not end well in the run or the day.
    """

    class Kind(models.TextChoices):
        RUN = "run", "After a run"
        DIGEST = "digest", "Daily digest"
        LATE = "late", "Seen later"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="alerts")
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="alerts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="alerts")
    day = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    unread_engines = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "run"], condition=models.Q(kind="run"), name="alert_run_once"
            ),
            models.UniqueConstraint(
                fields=["user", "run"],
                condition=models.Q(kind="late", closed_at=None),
                name="alert_late_once_open",
            ),
            models.UniqueConstraint(
                fields=["user", "collection", "day"], condition=models.Q(kind="digest"), name="alert_day_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.user}"

    @property
    def working_title(self) -> str:
        """What its mail is called until it has a subject."""
        kind = "Daily digest" if self.kind == self.Kind.DIGEST else "New matches"
        return f"{kind} of {self.collection}"


class AlertItem(models.Model):
    """A match told to a person; unique, so that nothing is ever told twice.

    `ranks` are the best ranks in the run that found it, as {"google": 4, "yandex": 9}.
    """

    class Kind(models.TextChoices):
        NEW = "new", "New"

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="items")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=3, choices=Kind.choices, default=Kind.NEW)
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ranks = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "match", "kind"], name="told_once")]

    def __str__(self) -> str:
        return f"{self.match} told to {self.user}"


class Untold(models.Model):
    """A new match that its run's mails left out, because no copy was seen there; `is_due` since one was seen."""

    match = models.OneToOneField(Match, on_delete=models.CASCADE, primary_key=True, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    is_due = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["match"], condition=models.Q(is_due=True), name="untold_due")]

    def __str__(self) -> str:
        return f"{self.match} of {self.run}"


class Delivery(Mail):
    """The mail of an alert, written when the alert is closed."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="deliveries")

    class Meta(Mail.Meta):
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["alert", "address"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(outcome__in=["waiting", "sending"]),
                name="delivery_due",
            )
        ]
