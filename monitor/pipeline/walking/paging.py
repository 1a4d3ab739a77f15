"""One page of a walk: written down and committed, then asked for, then kept; each is a paid call.

A call whose outcome is not known is booked as possibly billed and sent once more, at most.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from monitor import imaging
from monitor.models import Provider, ProviderTask, Search
from monitor.pipeline import answers, ending, ingesting
from monitor.pipeline.failing import fail, give_up
from monitor.pipeline.money import affording
from monitor.pipeline.tags import new_tag
from monitor.pipeline.walking.walks import Input, Stop, Walk
from monitor.providers.base import Answer, Collected, Query

LEASE = timedelta(minutes=2)
MAX_SENDS = 2
UNKNOWN_TWICE = "Yandex did not answer twice in a row."
NO_PICTURE = "The kept file of this image could not be read."


@dataclass(frozen=True, kw_only=True)
class Step:
    """A page that is written down and may be asked for."""

    walk: Walk
    task: ProviderTask
    query: Query


def prepare(walk: Walk) -> Step | None:
    """The next page, reserved in the books; None when the walk pauses or has ended here."""
    if walk.unknown[len(walk.pages)] >= MAX_SENDS:
        end_early(walk, UNKNOWN_TWICE, Stop.ERROR)
        return None
    try:
        picture = _picture(walk.search) if walk.input == Input.DATA else b""
    except (imaging.ImageError, OSError):
        fail(ending.retry([walk.search], NO_PICTURE), NO_PICTURE, walk.at)
        return None
    task, refusal = _write_down(walk)
    if refusal and (walk.pages or walk.search.is_confirming):
        end_early(walk, refusal, Stop.BUDGET)
    return Step(walk=walk, task=task, query=_query(walk, task, picture)) if task else None


@transaction.atomic
def _write_down(walk: Walk) -> tuple[ProviderTask | None, str]:
    """The row of the next call, with a fresh lease, or why the budget does not allow it.

    Neither when somebody else has taken the search over.
    """
    search, page = walk.search, len(walk.pages)
    ours = Search.objects.filter(pk=search.pk, state=Search.State.ASKING, attempts=search.attempts)
    if not ours.update(not_before=Now() + LEASE):
        return None, ""
    _, refused = affording.afford([search], Provider.YANDEX, walk.prices, walk.at)
    if refused:
        if not walk.pages and not search.is_confirming:
            affording.wait(refused)
        return None, next(iter(refused))
    task = ProviderTask.objects.create(
        search=search,
        workspace_id=search.watched_image.workspace_id,
        provider=Provider.YANDEX,
        page=page,
        attempt=walk.sent[page] + 1,
        tag=new_tag(search.pk, page),
        input=walk.input,
        reserved=walk.prices.of(Provider.YANDEX, search.priority),
        posted_at=walk.at,
    )
    walk.sent[page] += 1
    return task, ""


def _query(walk: Walk, task: ProviderTask, picture: bytes) -> Query:
    """Settings are the same for all pages; of picture, address and id exactly one is sent."""
    return Query(
        tag=task.tag,
        settings=walk.search.target.settings,
        image=picture,
        image_url=walk.address if task.input == Input.URL else "",
        page=task.page,
        cbir_id=walk.cbir_id if task.input == Input.ID else "",
    )


def _picture(search: Search) -> bytes:
    with search.watched_image.file.open("rb") as file:
        return imaging.for_search(file.read())


def keep(step: Step, collected: Collected) -> None:
    """The page is stored before anything is done with it, with what it says of the walk."""
    walk, answer = step.walk, collected.answer or Answer(items=[])
    stop = walk.stop_after([*walk.pages, answer])
    said = {**({} if walk.pages else {"asked_at": walk.at}), **({"stop": stop} if stop else {})}
    with transaction.atomic():
        answers.keep(
            {step.task.pk: collected.body},
            cost=step.task.reserved,
            billed=ProviderTask.Billed.YES,
            cbir_id=answer.cbir_id,
            request_id=collected.call.request,
            trace_id=collected.call.trace,
        )
        if said:
            Search.objects.filter(pk=walk.search.pk).update(**said)
    walk.pages.append(answer)


def finish(walk: Walk) -> None:
    """The walk is over by itself."""
    ingesting.ingest(walk.search.pk, walk.pages, walk.at)


def end_early(walk: Walk, reason: str, stop: Stop) -> None:
    """What is there is kept as a partial answer; with nothing the search has failed."""
    Search.objects.filter(pk=walk.search.pk).update(stop=stop)
    leave(walk, Search.State.FAILED, reason)


def leave(walk: Walk, state: Search.State, reason: str) -> None:
    """What is there is kept as a partial answer; with nothing the search ends as failed or skipped."""
    if walk.n_items:
        ingesting.ingest(walk.search.pk, walk.pages, walk.at, cut_short=reason)
    else:
        give_up([walk.search], state, reason, walk.at)
