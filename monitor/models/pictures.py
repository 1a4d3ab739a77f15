"""Found pictures, each fetched once and kept as a small copy."""

from django.db import models
from django.db.models.functions import Now

from monitor.models.images import WatchedImage


class Picture(models.Model):
    """A found picture by its address; `file` is a 320 px JPEG stored by content, `error` why there is none.

    A simulated picture (`is_simulated`) is fetched from the simulator and never from the internet.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Not fetched yet"
        FETCHED = "fetched", "Fetched"
        FAILED = "failed", "Could not be fetched"

    url_hash = models.UUIDField(unique=True)
    url = models.TextField()
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.FileField(max_length=200, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(db_default=Now())
    error = models.TextField(blank=True)
    is_simulated = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=models.Q(state="pending"), name="picture_pending"
            )
        ]

    def __str__(self) -> str:
        return self.url[:100]


class Comparison(models.Model):
    """Our own look at a found picture beside the watched image, by one version of the method."""

    # That a comparison is there once begins with its image.
    watched_image = models.ForeignKey(
        WatchedImage, on_delete=models.CASCADE, db_index=False, related_name="comparisons"
    )
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="comparisons")
    method_version = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=12)
    score = models.FloatField(null=True)
    changes = models.JSONField(default=dict)
    visible_share = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watched_image", "picture", "method_version"], name="comparison_once"
            )
        ]

    def __str__(self) -> str:
        return self.label
