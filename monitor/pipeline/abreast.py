"""Free calls made side by side: a few threads that know HTTP and nothing of the database."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from monitor.providers.base import ProviderError

AT_ONCE = 8  # the provider refuses more than 30

Asked = TypeVar("Asked")
Told = TypeVar("Told")


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
    """Makes one call, in whatever thread; errors that are none of the provider's are raised."""
    started = monotonic()
    try:
        answer = call(asked)
    except ProviderError as error:
        return Ended(asked=asked, answer=None, error=error, seconds=monotonic() - started)
    return Ended(asked=asked, answer=answer, error=None, seconds=monotonic() - started)
