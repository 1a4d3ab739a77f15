"""From a provider's items to what is written: canonical keys, sites, pictures; pure."""

from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from monitor import weblinks
from monitor.providers.base import Answer, Item


class Entry(NamedTuple):
    """One result item ready to be written; `picture` names its picture over runs, "" when it came without one."""

    item: Item
    page_key: str
    item_key: str
    picture: str

    @property
    def domain(self) -> str:
        return weblinks.registrable_domain(self.item.page_url)

    def picture_key(self, *, is_simulated: bool) -> str | None:
        """Simulated pictures never share a row with real ones, whatever their address."""
        return weblinks.key(f"{'simulated ' if is_simulated else ''}{self.picture}") if self.picture else None


def entries_of(answers: Sequence[Answer]) -> list[Entry]:
    """The usable items of an answer (or of the pages of one walk) in rank order, each distinct item once."""
    items = [item for answer in answers for item in answer.items if weblinks.is_web_url(item.page_url)]
    entries: dict[str, Entry] = {}
    for item in sorted(items, key=attrgetter("rank_absolute")):
        entry = _entry(item)
        entries.setdefault(entry.item_key, entry)
    return list(entries.values())


def _entry(item: Item) -> Entry:
    page_key = weblinks.page_key(item.page_url)
    picture = weblinks.picture_identity(item.image_url) if item.image_url else ""
    return Entry(item, page_key, weblinks.item_key(item.kind, page_key, picture, item.title), picture)
