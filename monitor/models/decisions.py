"""What people say of matches, and how sure a workspace wants to be before it is told."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import User, Workspace
from monitor.models.matches import Match
from monitor.verification import STRICT


class DecisionEntry(models.Model):
    """One decision of one person, kept for good; `undone_at` when it was taken back. `verdict` is that of its time.

    The match itself carries the newest that stands.
    """

    # Both indexes begin with these.
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, db_index=False, related_name="+")
    match = models.ForeignKey(Match, on_delete=models.CASCADE, db_index=False, related_name="decisions")
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    decision = models.CharField(max_length=8, choices=Match.Decision.choices)
    verdict = models.CharField(max_length=12, choices=Match.Verdict.choices)
    made_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["match", "-made_at", "-id"], name="decision_by_match"),
            models.Index(fields=["workspace", "-made_at", "-id"], name="decision_newest"),
            models.Index(fields=["user"], condition=models.Q(user__isnull=False), name="decision_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}: {self.match}"


class StrictnessQuerySet(models.QuerySet["Strictness"]):
    def of(self, workspace_id: int) -> float:
        """The score (0 to 1) from which a copy counts as one there."""
        own = self.filter(workspace=workspace_id).values_list("score", flat=True).first()
        return STRICT if own is None else own


class Strictness(models.Model):
    """The score from which a workspace calls a copy a copy; without a row it is the method's own."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="strictness")
    score = models.FloatField()

    objects = StrictnessQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.workspace}: {self.score}"
