"""The provider's own lists of places and languages, kept here so that a form can search them."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Length, Lower

COUNTRY_CODES = (2000, 2999)  # 2000 and the ISO 3166 number; their `kind` says Country or Region


class LocationQuerySet(models.QuerySet["Location"]):
    def countries(self) -> "LocationQuerySet":
        return self.filter(code__range=COUNTRY_CODES).exclude(country="")

    def within(self, country: str) -> "LocationQuerySet":
        """Those of a country by its ISO 3166 letters; all without one."""
        return self.filter(country=country) if country else self

    def called(self, name: str) -> "LocationQuerySet":
        """Of this name, whatever its capitals and the spaces around its commas; a name may stand for several."""
        return self.alias(lowered=Lower("name")).filter(lowered=_lowered(name))

    def starting(self, text: str) -> "LocationQuerySet":
        """Whose name begins so; the shortest names, which are the larger places, come first."""
        named = self.alias(lowered=Lower("name"), length=Length("name"))
        return named.filter(lowered__startswith=_lowered(text)).order_by("length", "name")


class Location(models.Model):
    """A place that Google can be asked from; its name runs from the place to the country."""

    code = models.PositiveIntegerField(primary_key=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    kind = models.CharField(max_length=40, blank=True)

    objects = LocationQuerySet.as_manager()

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


def _lowered(name: str) -> str:
    """As the list writes names, without spaces around the commas."""
    return ",".join(part.strip() for part in name.split(",")).lower()
