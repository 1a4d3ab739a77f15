"""What every mail has, whatever it is about."""

from django.db import models
from django.db.models.functions import Now


class Mail(models.Model):
    """One mail to one address: its words, its outcome, and when to try again."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        KEPT = "kept", "Kept here, not sent"
        FAILED = "failed", "Failed"
        DROPPED = "dropped", "Not needed"

    address = models.EmailField()
    outcome = models.CharField(max_length=7, choices=Outcome.choices, default=Outcome.WAITING)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.subject or f"Mail to {self.address}"
