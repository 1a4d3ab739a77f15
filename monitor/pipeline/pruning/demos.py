"""The end of a demo: gone for people at once; rows and files follow batch by batch, like those of any workspace."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import Workspace
from monitor.env.demo import note_demo_removed
from monitor.pipeline import pruning


@transaction.atomic
def remove(at: datetime) -> int:
    """Removes every demo workspace, for good; how many there were. No start makes one anew."""
    n = Workspace.objects.live().filter(is_demo=True).update(deleted_at=at)
    pruning.hurry()
    note_demo_removed(settings.ENV.data_dir, at)
    return n
