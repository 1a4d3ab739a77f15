"""What people have to know of: begun once, ended once, however often it is said; told by mail elsewhere."""

from datetime import datetime

from accounts.models import Workspace
from monitor.models import Trouble


def begin(
    kind: Trouble.Kind, subject: str, sentence: str, at: datetime, *, workspace: Workspace | None = None
) -> bool:
    """Notes a trouble that is not open yet; True when it is new. A second time keeps its first sentence."""
    known = Trouble.objects.filter(kind=kind, subject=subject, ended_at=None)
    if known.exists():
        return False
    trouble = Trouble(kind=kind, subject=subject, workspace=workspace, sentence=sentence, began_at=at)
    Trouble.objects.bulk_create([trouble], ignore_conflicts=True)
    return True


def end(kind: Trouble.Kind, subject: str, at: datetime) -> bool:
    """Ends an open trouble; True when there was one."""
    return bool(Trouble.objects.filter(kind=kind, subject=subject, ended_at=None).update(ended_at=at))
