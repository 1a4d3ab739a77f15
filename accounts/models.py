"""Who may see what: people, workspaces, memberships and invitations."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.places import validate_time_zone


class UserManager(BaseUserManager["User"]):
    """Makes users whose name is their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        user = self.model(email=email, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractUser):
    """A person; the e-mail address is the name to sign in with. Staff are the installation's operators."""

    username = None  # type: ignore[assignment]  # AbstractUser declares one; the e-mail address replaces it
    first_name = None  # type: ignore[assignment]  # one `name` serves every culture
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    shortcuts = models.BooleanField("single-key shortcuts", default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # the e-mail manager

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the address in lower case, as allauth looks it up, and makes it forget a former one."""
        is_new = self._state.adding
        self.email = self.email.lower()
        super().save(*args, **kwargs)
        if not is_new and "last_login" not in (kwargs.get("update_fields") or ()):
            EmailAddress.objects.filter(user=self).exclude(email=self.email).delete()

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def live(self) -> "WorkspaceQuerySet":
        """Those not marked as deleted: the only ones that a person may see."""
        return self.filter(deleted_at=None)


class Workspace(models.Model):
    """The tenant: one brand, or one client of an agency."""

    name = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    country = models.CharField(max_length=2, default="US", help_text="ISO 3166 code")
    language = models.CharField(max_length=8, default="en", help_text="ISO 639 code")
    own_domains = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    monthly_budget = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    budget_confirmed_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    members = models.ManyToManyField(User, through="Membership", related_name="workspaces")

    objects = WorkspaceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    EDITOR = "editor", "Editor"
    VIEWER = "viewer", "Viewer"


class Membership(models.Model):
    """A person's place in a workspace; owners and editors write, viewers read."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.VIEWER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "workspace"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.workspace}"

    @property
    def can_write(self) -> bool:
        return self.role in (Role.OWNER, Role.EDITOR)

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER


INVITATION_LIFE = timedelta(days=14)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Those not used yet, in workspaces that still exist; expired ones too."""
        return self.filter(accepted_at=None, workspace__deleted_at=None)

    def valid(self) -> "InvitationQuerySet":
        """Those whose link can be used now."""
        return self.open().filter(created_at__gt=timezone.now() - INVITATION_LIFE)


class Invitation(models.Model):
    """A seat kept for an address until its link is used, once, within 14 days."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.VIEWER)
    token = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True),
                name="invitation_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.workspace}"

    @property
    def expires_at(self) -> datetime:
        return self.created_at + INVITATION_LIFE

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()
