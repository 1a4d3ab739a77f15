"""The provider's own lists of places and languages, kept here so that a form can search them."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower


class Location(models.Model):
    """A place that Google can be asked from; its name runs from the place to the country."""

    code = models.PositiveIntegerField(primary_key=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    kind = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(OpClass(Lower("name"), name="text_pattern_ops"), name="location_name")]

    def __str__(self) -> str:
        return ", ".join(part.strip() for part in self.name.split(","))


class Language(models.Model):
    """A language that Google can be asked in."""

    code = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
