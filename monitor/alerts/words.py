"""The sentences of a mail. Pure; counts are of matches, the names of images are in the order of the mail."""

from collections.abc import Mapping, Sequence

from monitor.alerts.news import Unread

TITLE_LENGTH = 60


def subject(titles: Sequence[str], total: int, collection: str, workspace: str) -> str:
    """ "6 new matches: Tidal mug and 2 more · Product, Halden", on one line whatever the names hold."""
    others = len(titles) - 1
    images = _short(titles[0]) + (f" and {others} more" if others else "")
    return f"{matches(total)}: {images} · {_short(collection)}, {_short(workspace)}"


def heading(titles: Sequence[str], total: int) -> str:
    """ "Tidal mug appears in 6 new places"."""
    places = "1 new place" if total == 1 else f"{total:,} new places"
    if len(titles) == 1:
        return f"{_short(titles[0])} appears in {places}"
    return f"{len(titles):,} of your images appear in {places}"


def matches(total: int) -> str:
    """ "1 new match", "6 new matches"."""
    return "1 new match" if total == 1 else f"{total:,} new matches"


def ranks(best: Mapping[str, int]) -> str:
    """ "Google 4. Yandex 9."; empty when no rank is known."""
    return " ".join(f"{engine.capitalize()} {rank}." for engine, rank in sorted(best.items()))


def unread(engine: Unread) -> str:
    """Says that the list may lack what an engine would have shown."""
    if engine["missed"] >= engine["asked"]:
        return f"{engine['engine']} could not be read this time, so this list may be incomplete."
    return (
        f"{engine['engine']} could not be read in {engine['missed']:,} of {engine['asked']:,} searches, "
        "so this list may be incomplete."
    )


def _short(name: str) -> str:
    text = " ".join(name.split())
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1].rstrip() + "…"
