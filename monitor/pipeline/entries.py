"""From a provider's items to what is written: canonical keys, sites, pictures; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from monitor import weblinks
from monitor.providers.base import Answer, Item

MAX_RANK = 32_000


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One result item ready to be written; `picture` names its picture over runs, "" when it came without one."""

    item: Item
    page_key: UUID
    item_key: UUID
    picture: str

    @property
    def domain(self) -> str:
        return weblinks.registrable_domain(self.item.page_url)

    def picture_key(self, *, is_simulated: bool) -> UUID | None:
        """Simulated pictures never share a row with real ones, whatever their address."""
        name = f"{'simulated ' if is_simulated else ''}{self.picture}"
        return UUID(bytes=sha256(name.encode()).digest()[:16]) if self.picture else None


def entries_of(answers: Sequence[Answer]) -> list[Entry]:
    """The usable items of an answer (or of the pages of one walk) in rank order, each distinct item once."""
    entries: dict[UUID, Entry] = {}
    for item in _in_order(answers):
        entry = _entry(item)
        entries.setdefault(entry.item_key, entry)
    return list(entries.values())


def _in_order(answers: Sequence[Answer]) -> Iterable[Item]:
    items = (item for answer in answers for item in answer.items if weblinks.is_web_url(item.page_url))
    return sorted(items, key=lambda item: item.rank_absolute)


def _entry(item: Item) -> Entry:
    page_key = weblinks.page_key(item.page_url)
    picture = weblinks.picture_identity(item.image_url) if item.image_url else ""
    item_key = weblinks.item_key(item.kind, page_key, picture, item.title)
    return Entry(item=item, page_key=page_key, item_key=item_key, picture=picture)


def rank(value: int) -> int:
    """Ranks fit the column; beyond it only the order matters."""
    return max(1, min(value, MAX_RANK))
