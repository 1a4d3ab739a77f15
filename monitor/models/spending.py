"""The ledger: every paid call is a row before it is sent."""

from typing import Any

from django.db import models

from accounts.models import Workspace
from monitor.models.markets import Provider
from monitor.models.runs import Search


class Price(models.Model):
    """What one call costs from a day on, in USD; before the first row the list prices of the provider count."""

    provider = models.CharField(max_length=10, choices=Provider.choices)
    priority = models.CharField(max_length=6, choices=Search.Priority.choices)
    amount = models.DecimalField(max_digits=12, decimal_places=6)
    since = models.DateTimeField()

    class Meta:
        ordering = ["provider", "priority", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "priority", "since"], name="price_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} USD a call of {self.provider} ({self.priority})"


class ProviderTask(models.Model):
    """One paid call for a search: a DataForSEO task, or one Yandex page. Amounts in USD.

    A superseded one belongs to an answer so thin that it was asked for once more. A duplicate was written off
    as never made, asked anew, and turned up later: both are paid. `request_id` and `trace_id` are Yandex's own
    names of the call, for its support. `workspace` is that of the search, whose money it is.
    """

    class Input(models.TextChoices):
        URL = "url", "By address"
        DATA = "data", "The picture itself"
        ID = "id", "By the id of the first page"

    class State(models.TextChoices):
        POSTING = "posting", "Being sent"
        UNKNOWN = "unknown", "Outcome unknown"
        ACCEPTED = "accepted", "Accepted"
        COLLECTED = "collected", "Collected"
        REFUSED = "refused", "Refused"
        LOST = "lost", "Lost"

    class Billed(models.TextChoices):
        YES = "yes", "Yes"
        POSSIBLY = "possibly", "Possibly"
        NO = "no", "No"

    search = models.ForeignKey(Search, on_delete=models.CASCADE, related_name="provider_tasks")
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="provider_tasks", db_index=False
    )
    provider = models.CharField(max_length=10, choices=Provider.choices)
    page = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=1)
    tag = models.CharField(max_length=100, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.POSTING)
    remote_id = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001  # null: Yandex has none
    input = models.CharField(max_length=4, choices=Input.choices, default=Input.URL)
    cbir_id = models.CharField(max_length=1024, blank=True)
    request_id = models.CharField(max_length=100, blank=True)
    trace_id = models.CharField(max_length=100, blank=True)
    reserved = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    billed = models.CharField(max_length=8, choices=Billed.choices, default=Billed.NO)
    status_code = models.IntegerField(null=True, blank=True)
    message = models.TextField(blank=True)
    posted_at = models.DateTimeField()
    misses = models.PositiveSmallIntegerField(default=0)
    is_superseded = models.BooleanField(default=False)
    is_duplicate = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["search", "page", "attempt"], name="task_once"),
            models.UniqueConstraint(
                fields=["provider", "remote_id"],
                condition=models.Q(remote_id__isnull=False),
                name="task_remote_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["posted_at"],
                condition=models.Q(state__in=["posting", "unknown"]),
                name="task_unsettled",
            ),
            # The sums of a month, read before each batch is paid for.
            models.Index(
                fields=["workspace", "posted_at"], include=["cost", "reserved", "state"], name="task_month"
            ),
            models.Index(fields=["posted_at"], name="task_newest"),
            models.Index(
                fields=["search"],
                condition=models.Q(attempt__gt=1) | models.Q(is_duplicate=True),
                name="task_again",
            ),
        ]

    def __str__(self) -> str:
        return self.tag

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.workspace_id is None:
            self.workspace_id = self.search.watched_image.workspace_id
        super().save(*args, **kwargs)


class LedgerEntry(models.Model):
    """A later adjustment of what was spent, in USD, with its reason."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="ledger")
    provider_task = models.ForeignKey(ProviderTask, on_delete=models.CASCADE, null=True, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=6)
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.amount} USD: {self.reason}"
