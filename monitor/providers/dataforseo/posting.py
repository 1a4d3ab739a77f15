"""A POST of tasks: the fields that are sent for a query, and what became of each one."""

import re
from collections.abc import Sequence

from monitor.providers.base import OutcomeUnknown, Posted, Query
from monitor.providers.dataforseo import codes, rules
from monitor.providers.dataforseo.envelope import NAME, Task

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_id(remote_id: str) -> bool:
    """Whether this has the form of a task id, so that an address may be built with it."""
    return bool(_ID.fullmatch(remote_id))


def fields_of(query: Query) -> dict[str, object]:
    """Only documented fields that are set: unknown ones are refused (40506), empty ones mean something."""
    fields: dict[str, object] = {
        "image_url": query.image_url,
        "tag": query.tag,
        "priority": 2 if query.priority == "high" else 1,
        **rules.wanted(query),
    }
    if query.pingback_url:
        fields["pingback_url"] = query.pingback_url
    return fields


def matched(queries: Sequence[Query], tasks: Sequence[Task]) -> list[Posted]:
    """What became of each query. The tasks' order is not documented: the tag decides, and the place only for a
    task without one."""
    # Sorted, so that of two with one tag the accepted one, which costs money, is taken.
    tagged = {
        task.tag: task for task in sorted(tasks, key=lambda task: task.code == codes.CREATED) if task.tag
    }
    untagged = [None if task.tag else task for task in tasks]
    if len(tasks) != len(queries):
        untagged = [None] * len(queries)
    return [
        _posted(query.tag, tagged.get(query.tag) or by_place)
        for query, by_place in zip(queries, untagged, strict=True)
    ]


def _posted(tag: str, task: Task | None) -> Posted:
    if task is None:
        return Posted(tag=tag, error=_unknown("did not say what became of this search"))
    if task.code != codes.CREATED:  # an id alone does not mean that it was accepted
        error = codes.refusal(task.code, task.told)
        if task.cost:
            error.billed = "yes"
        return Posted(tag=tag, cost=task.cost, error=error)
    if not is_id(task.remote_id):
        return Posted(tag=tag, cost=task.cost, error=_unknown("accepted this search without a usable id"))
    return Posted(tag=tag, remote_id=task.remote_id, cost=task.cost)


def _unknown(what: str) -> OutcomeUnknown:
    return OutcomeUnknown(f"{NAME} {what}.", billed="possibly")
