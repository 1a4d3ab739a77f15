"""Where a collection looks, and the standing questions that follow from it."""

import hashlib
import json
from typing import Any

from django.db import models

from monitor.models.images import Collection, WatchedImage


class Provider(models.TextChoices):
    """Whom we pay and call; the label is the engine whose index is searched."""

    DATAFORSEO = "dataforseo", "Google"
    YANDEX = "yandex", "Yandex"


GOOGLE_DEPTH = 100
YANDEX_PAGE = 40
YANDEX_PAGES = 1


def hash_settings(provider: str, settings: dict[str, Any]) -> str:
    """Hex SHA-256 of the settings in a canonical form."""
    text = json.dumps([provider, settings], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Market(models.Model):
    """A provider and the settings that change its answer (location, language; pages, family mode)."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="markets")
    provider = models.CharField(max_length=10, choices=Provider.choices)
    settings = models.JSONField(default=dict)
    settings_hash = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["provider", "id"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "provider", "settings_hash"], name="market_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} for {self.collection}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.settings_hash = hash_settings(self.provider, self.settings)
        super().save(*args, **kwargs)


class SearchTarget(models.Model):
    """A watched image × provider × settings; settings never change, markets wake and rest it."""

    watched_image = models.ForeignKey(WatchedImage, on_delete=models.CASCADE, related_name="targets")
    provider = models.CharField(max_length=10, choices=Provider.choices)
    settings = models.JSONField(default=dict)
    settings_hash = models.CharField(max_length=64, editable=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["watched_image", "provider", "settings_hash"], name="target_once")
        ]

    def __str__(self) -> str:
        return f"{self.watched_image} on {self.get_provider_display()}"

    @property
    def depth(self) -> int:
        """How many results an answer may hold at most."""
        if self.provider == Provider.YANDEX:
            return YANDEX_PAGE * int(self.settings.get("pages", YANDEX_PAGES))
        return GOOGLE_DEPTH
