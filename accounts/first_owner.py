"""The first account of an installation, made through a one-time link."""

from datetime import timedelta

from django.core import signing
from django.db import connection, transaction
from django.urls import reverse

from accounts.links import absolute
from accounts.models import Membership, User
from accounts.workspaces import make_workspace

SALT = "accounts.first-owner"
LINK_LIFE = timedelta(days=7)
LOCK = 7_160_201  # any number that no other advisory lock of the app uses


class OwnerExists(Exception):
    """Somebody made the first account already."""


def is_wanted() -> bool:
    """Whether nobody has a place in a real workspace; people of a demo, or left without any, have none."""
    return not Membership.objects.filter(workspace__is_demo=False).exists()


def first_owner_path() -> str:
    """Where the first owner's account is made, for a week."""
    return reverse("first-owner", args=[signing.dumps("first owner", salt=SALT)])


def first_owner_link() -> str:
    """The link for the first owner; empty when there is one."""
    return absolute(first_owner_path()) if is_wanted() else ""


def is_valid(token: str) -> bool:
    """Whether we signed this token, within a week."""
    try:
        signing.loads(token, salt=SALT, max_age=LINK_LIFE)
    except signing.BadSignature:
        return False
    return True


@transaction.atomic
def create_first_owner(
    *,
    email: str,
    password: str,
    name: str,
    workspace: str,
    country: str,
    language: str,
    time_zone: str,
) -> User:
    """Makes the operator and their workspace.

    Two people with the link at the same moment queue up at the lock; the second gets OwnerExists.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if not is_wanted():
        raise OwnerExists
    user = User.objects.create_user(email, password, name=name, is_staff=True, is_superuser=True)
    make_workspace(user, workspace, country=country, language=language, time_zone=time_zone)
    return user
