"""Calls made side by side: a few threads that know HTTP and nothing of the database."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from monitor.providers.base import ProtocolBug, ProviderError

AT_ONCE = 8  # the provider refuses more than 30
UNREADABLE = "We could not read what the provider answered; our log says more."

Asked = TypeVar("Asked")
Told = TypeVar("Told")

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ended(Generic[Asked, Told]):
    """How the call about `asked` ended: with an answer or an error, after so many seconds."""

    asked: Asked
    answer: Told | None
    error: ProviderError | None
    seconds: float


def in_chunks(
    call: Callable[[Asked], Told], things: Sequence[Asked], is_late: Callable[[], bool]
) -> Iterator[list[Ended[Asked, Told]]]:
    """Calls AT_ONCE at a time until it is late; the next ones are under way while a chunk is worked on."""
    chunks = [things[start : start + AT_ONCE] for start in range(0, len(things), AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        under_way: list[Future[Ended[Asked, Told]]] = []
        for chunk in chunks:
            if is_late():
                break
            coming = [pool.submit(ended, call, thing) for thing in chunk]
            if under_way:
                yield [future.result() for future in under_way]
            under_way = coming
        if under_way:
            yield [future.result() for future in under_way]


def ended(call: Callable[[Asked], Told], asked: Asked) -> Ended[Asked, Told]:
    """Makes one call, in whatever thread; one that breaks us must not stop those beside it."""
    started = monotonic()
    answer: Told | None = None
    error: ProviderError | None = None
    try:
        answer = call(asked)
    except ProviderError as raised:
        error = raised
    except Exception:
        log.exception("A call to a provider broke off.")
        error = ProtocolBug(UNREADABLE, billed="possibly")
    return Ended(asked=asked, answer=answer, error=error, seconds=monotonic() - started)
