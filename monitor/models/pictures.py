"""Found pictures, each fetched once and kept as a small copy."""

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Case, Func, Value, When
from django.db.models.functions import Lower, Now

from monitor.models.images import WatchedImage

# Where search engines keep the small copies that they show: made for many requests.
THUMBNAIL_HOSTS = (
    *(f"encrypted-tbn{number}.gstatic.com" for number in range(4)),
    *(f"t{number}.gstatic.com" for number in range(4)),
    "avatars.mds.yandex.net",
)
HOST = Func("url", Value("^https?://([^/?#:]+)"), function="substring", output_field=models.TextField())


class Picture(models.Model):
    """A found picture by its address; `file` is a 320 px JPEG stored by content, `error` why there is none.

    `host` is whom fetching it may trouble: NULL for a simulated picture (`is_simulated`), which is fetched from the
    simulator and never from the internet, and for one that is written into its own address.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Not fetched yet"
        FETCHED = "fetched", "Fetched"
        FAILED = "failed", "Could not be fetched"

    url_hash = models.UUIDField(unique=True)
    url = models.TextField()
    host = models.GeneratedField(
        expression=Case(When(is_simulated=False, then=Lower(HOST))),
        output_field=models.TextField(),
        db_persist=True,
    )
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
                fields=["host", "not_before", "id"],
                condition=models.Q(state="pending"),
                name="picture_pending",
            ),
            # Equal copies are looked at once; there are as many entries as pictures, so each is four bytes of hash.
            HashIndex(fields=["sha256"], condition=~models.Q(sha256=""), name="picture_by_content"),
        ]

    def __str__(self) -> str:
        return self.url[:100]

    @property
    def needs_sparing(self) -> bool:
        """Whether its host may be asked by nobody else meanwhile; not so those that are made for many requests."""
        return self.host is not None and self.host not in THUMBNAIL_HOSTS


class PictureHost(models.Model):
    """A host that pictures are fetched from: one at a time (`busy_until`), the next not before `not_before`."""

    name = models.TextField(unique=True)
    busy_until = models.DateTimeField(db_default=Now())
    not_before = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class Comparison(models.Model):
    """Our own look at a found picture beside the watched image, by one version of the method.

    `changes` is a list of `{"kind", "share", "degrees", "where"}` with what is known of each; `placement` the
    watched picture's four corners in the found one, as fractions of its width and height, clockwise from top left.
    """

    # That a comparison is there once begins with its image.
    watched_image = models.ForeignKey(
        WatchedImage, on_delete=models.CASCADE, db_index=False, related_name="comparisons"
    )
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="comparisons")
    method_version = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=12)
    score = models.FloatField(null=True)
    changes = models.JSONField(default=list)
    visible_share = models.FloatField(null=True)
    placement = models.JSONField(null=True)
    looked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watched_image", "picture", "method_version"], name="comparison_once"
            )
        ]

    def __str__(self) -> str:
        return self.label
