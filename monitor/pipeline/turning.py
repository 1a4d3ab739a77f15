"""Reading a provider's list page by page: each page is a call of its own, and counts against the list's limit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(kw_only=True)
class Turns:
    """The numbers of the pages from `page` on: the first, whose call is granted, and one for each that is granted.

    Where none is granted any more, the list `is_cut_short`, and `page` is the one to go on with.
    """

    may_call: Callable[[], bool]
    page: int = 0
    is_cut_short: bool = False

    def __iter__(self) -> Iterator[int]:
        yield self.page
        self.page += 1
        while self.may_call():
            yield self.page
            self.page += 1
        self.is_cut_short = True
