"""What the engines answered: the bodies as they came, and the distinct items in them."""

from django.db import models

from monitor.models.markets import SearchTarget
from monitor.models.matches import Match
from monitor.models.pictures import Picture
from monitor.models.spending import ProviderTask


class Payload(models.Model):
    """A provider's answer as it came, compressed with zlib."""

    provider_task = models.OneToOneField(ProviderTask, on_delete=models.CASCADE, related_name="payload")
    body = models.BinaryField()
    received_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Answer to {self.provider_task}"


class ResultItem(models.Model):
    """A distinct organic or images element of a target's answers; immutable once written."""

    class Kind(models.TextChoices):
        ORGANIC = "organic", "Organic"
        IMAGES = "images", "Images"

    # That an item is there once begins with its target.
    target = models.ForeignKey(SearchTarget, on_delete=models.CASCADE, db_index=False, related_name="items")
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    item_key = models.UUIDField()
    title = models.TextField(blank=True)
    snippet = models.TextField(blank=True)
    image_url = models.TextField(blank=True)
    picture = models.ForeignKey(
        Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="items"
    )
    source_label = models.TextField(blank=True)
    price = models.TextField(blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "item_key"], name="item_once")]

    def __str__(self) -> str:
        return self.title or str(self.match)
