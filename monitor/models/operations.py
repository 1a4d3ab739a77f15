"""What the installation itself remembers: workers seen, nudges that wait, and shared rate limits."""

from django.db import models
from django.db.models.functions import Now


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
