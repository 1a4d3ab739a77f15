"""What the installation itself remembers: workers, nudges, shared limits, provider accounts, and troubles."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models import Workspace
from monitor.models.mails import Mail


class WorkerNode(models.Model):
    """A cluster of workers; `seen_at` moves whenever one of its workers does anything."""

    name = models.CharField(max_length=200, unique=True)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class RateBucket(models.Model):
    """A shared rate limit (GCRA): `full_at` is the theoretical arrival time of the next call."""

    name = models.CharField(max_length=100, unique=True)
    full_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class Nudge(models.Model):
    """A message that waits in the queue; its row keeps equal ones from being queued beside it."""

    name = models.CharField(max_length=100, primary_key=True)
    queued_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class AccountState(models.Model):
    """How a provider account stands, `name` as the pipeline calls it; amounts in USD.

    While it is held (`held_at`) nothing is posted for it until a probe, next at `probe_at`, succeeds. `failures`
    counts the provider's troubles in a row, which open the circuit. The books are compared up to `reconciled_at`,
    and with the balance as it was at `compared_at`.
    """

    class Cause(models.TextChoices):
        ACCOUNT = "account", "The account needs attention"
        BALANCE = "balance", "The balance is used up"
        PROVIDER = "provider", "The provider is in trouble"

    name = models.CharField(max_length=40, unique=True)
    cause = models.CharField(max_length=8, choices=Cause.choices, blank=True)
    message = models.TextField(blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    probe_at = models.DateTimeField(null=True, blank=True)
    probes = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    balance = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    balance_at = models.DateTimeField(null=True, blank=True)
    reconciled_at = models.DateTimeField(null=True, blank=True)
    compared_balance = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    compared_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class CallCount(models.Model):
    """Calls of one kind to a provider account that ended the same way; counted over all processes.

    `seconds` is their sum; `buckets` counts those that took at most each of the limits in
    `pipeline/engines/counting.py`.
    """

    account = models.CharField(max_length=40)
    call = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    n = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    buckets = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "call", "outcome"], name="call_count_once")]

    def __str__(self) -> str:
        return f"{self.n} × {self.account} {self.call}: {self.outcome}"


class Trouble(models.Model):
    """Something that people have to know of, from its beginning to its end; each is told once, and its end once.

    Of one kind and subject one at a time is open. With a workspace its owners are told, else the operators.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", "A provider account needs attention"
        BALANCE = "balance", "A provider account has no money left"
        PROVIDER = "provider", "A provider is in trouble"
        QUEUE = "queue", "Searches are waiting too long"
        WORKERS = "workers", "No worker is seen"
        BOOKS = "books", "The provider’s books differ from ours"
        CALLS = "calls", "A provider does not understand our calls"
        BUDGET_NEAR = "near", "Most of the budget is spent"
        BUDGET_SPENT = "spent", "The budget is spent"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    subject = models.CharField(max_length=100)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, null=True, blank=True, related_name="troubles"
    )
    sentence = models.TextField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    end_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-began_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=models.Q(ended_at=None), name="trouble_open_once"
            )
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def lasted(self) -> timedelta | None:
        """From its beginning to its end; None while it is open."""
        return self.ended_at - self.began_at if self.ended_at else None


class Notice(Mail):
    """One mail to one person about a trouble, or about its end."""

    trouble = models.ForeignKey(Trouble, on_delete=models.CASCADE, related_name="notices")
    is_end = models.BooleanField(default=False)

    class Meta(Mail.Meta):
        constraints = [models.UniqueConstraint(fields=["trouble", "address", "is_end"], name="notice_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(outcome__in=["waiting", "sending"]),
                name="notice_due",
            )
        ]
