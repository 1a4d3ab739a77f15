"""The troubles that operators see: all open ones, those that ended last, and the mails about them."""

from django.db.models import QuerySet

from monitor.models import Notice, Trouble

MAX_ENDED, MAX_MAILS = 10, 10


def open_troubles() -> QuerySet[Trouble]:
    """Of workspaces too: a budget that is spent explains why searches wait."""
    return Trouble.objects.filter(ended_at=None).select_related("workspace")


def ended_troubles() -> QuerySet[Trouble]:
    ended = Trouble.objects.exclude(ended_at=None).select_related("workspace")
    return ended.order_by("-ended_at", "-pk")[:MAX_ENDED]


def operator_mails() -> QuerySet[Notice]:
    """The mails to operators, the latest first; those to owners are on the mail page of their workspace."""
    mails = Notice.objects.filter(trouble__workspace=None).select_related("trouble")
    return mails.order_by("-pk")
