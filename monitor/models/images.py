"""Watched images and the collections that they share a cadence and markets in."""

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User, Workspace

DEFAULT_CADENCE = "0 5 * * 1"


class CollectionQuerySet(models.QuerySet["Collection"]):
    def due(self) -> "CollectionQuerySet":
        """Those whose next slot has come, by the database's clock."""
        return self.filter(is_active=True, next_run_at__lte=Now(), workspace__deleted_at__isnull=True)


class Collection(models.Model):
    """A folder of watched images; `cadence` is a cron line in the workspace's zone."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="collections")
    name = models.CharField(max_length=100)
    cadence = models.CharField(max_length=100, default=DEFAULT_CADENCE)
    is_active = models.BooleanField(default=True)
    next_run_at = models.DateTimeField(null=True, blank=True)
    last_slot_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["next_run_at"], condition=models.Q(is_active=True), name="collection_due")
        ]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="collection_name_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("collection", args=[self.pk])


class WatchedImage(models.Model):
    """An image whose appearances are followed; one per SHA-256 of the uploaded bytes in a workspace.

    `file` is the normalised JPEG, `dhash` a signed 64-bit difference hash, `public_token` the unguessable part
    of the address at which a search engine may fetch it.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "Watching"
        PAUSED = "paused", "Paused"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="images")
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="images")
    title = models.CharField(max_length=200)
    file = models.FileField(max_length=200)
    thumbnail = models.FileField(max_length=200)
    sha256 = models.CharField(max_length=64)
    dhash = models.BigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    source_url = models.TextField(blank=True)
    public_token = models.CharField(max_length=43, unique=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.ACTIVE)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["workspace", "sha256"], name="image_once")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("image", args=[self.pk])
