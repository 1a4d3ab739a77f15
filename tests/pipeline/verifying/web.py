"""The internet as the tests of looking have it, and the matches on which its pictures are."""

import threading
from datetime import timedelta

from django.db.models.functions import Now

from monitor import safefetch
from monitor.models import Match, Picture, PictureHost, SearchTarget
from monitor.pipeline import verifying
from tests import factories


class Web:
    """Stands for the internet behind safefetch: contents, or errors, by address."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answers: dict[str, bytes | safefetch.FetchError] = {}
        self.contacts: set[str] = set()
        self._lock = threading.Lock()

    def fetch(
        self, url: str, *, max_bytes: int, deadline: float, simulator_url: str, contact: str
    ) -> safefetch.Fetched:
        with self._lock:
            self.asked.append((url, simulator_url))
            self.contacts.add(contact)
        answer = self.answers[url]
        if isinstance(answer, safefetch.FetchError):
            raise answer
        return safefetch.Fetched(content=answer, url=url)

    def show(self, match: Match, target: SearchTarget, url: str, content: bytes | None = None) -> Picture:
        """A pending picture on a match, at an address where the content is; None leaves the address as it is."""
        if content is not None:
            self.answers[url] = content
        item = factories.make_found(match, target, url=url)
        assert item.picture
        return item.picture


def look(at_once: int = 1) -> int:
    """A worker's round without any rests."""
    pace = verifying.Pace(at_once=at_once, share=1.0)
    return verifying.Round(pace=pace).look_due()


def hurry() -> None:
    """As after the wait: pictures are due, hosts rested."""
    Picture.objects.filter(state=Picture.State.PENDING).update(not_before=Now() - timedelta(seconds=1))
    PictureHost.objects.update(busy_until=Now() - timedelta(1), not_before=Now() - timedelta(1))
