"""Searches that the provider has had for longer than it should: shown as late, and never bought again."""

from datetime import datetime, timedelta

from django.db.models import Q

from monitor.models import Search

# DataForSEO promises 45 minutes for a normal priority, and takes a minute for a high one.
LATE_AFTER = {
    Search.Priority.NORMAL: timedelta(minutes=45),
    Search.Priority.HIGH: timedelta(minutes=15),
}


def are_late(at: datetime) -> Q:
    """The late ones among searches."""
    of_priority = Q()
    for priority, patience in LATE_AFTER.items():
        of_priority |= Q(priority=priority, asked_at__lt=at - patience)
    return Q(of_priority, state=Search.State.WAITING)


def is_late(search: Search, at: datetime) -> bool:
    """The same of one."""
    patience = LATE_AFTER[Search.Priority(search.priority)]
    is_waiting = search.state == Search.State.WAITING
    return is_waiting and search.asked_at is not None and at - search.asked_at > patience
