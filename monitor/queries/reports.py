"""What a provider last said of itself: how it does, and which calls failed. Kept for pages, never asked here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

STATUS_KEPT, ERRORS_KEPT = timedelta(hours=1), timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class Status:
    """How a provider said it does, in its own words; "" when it reported no trouble."""

    at: datetime
    trouble: str

    @property
    def sentence(self) -> str:
        """Like "DataForSEO reports trouble: long execution time."."""
        if self.trouble:
            return f"DataForSEO reports trouble: {self.trouble}."
        return "DataForSEO reports no trouble."


@dataclass(frozen=True, kw_only=True)
class Failed:
    """Calls (or webhooks) that failed in the same way within a day; `code` is the provider's, `told` its words."""

    what: str
    code: int
    told: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Errors:
    """What failed in the 24 hours before `at`, most frequent first; there may be more when it is not whole."""

    at: datetime
    failed: Sequence[Failed]
    is_whole: bool = True


def status_of(account: str) -> Status | None:
    """What the provider last said of itself within the hour."""
    kept = cache.get(_status_key(account))
    return Status(**kept) if kept else None


def errors_of(account: str) -> Errors | None:
    """The last list of what failed."""
    kept = cache.get(_errors_key(account))
    return Errors(**{**kept, "failed": [Failed(**one) for one in kept["failed"]]}) if kept else None


def keep_status(account: str, status: Status) -> None:
    """For the pages; forgotten after an hour."""
    cache.set(_status_key(account), vars(status), STATUS_KEPT.total_seconds())


def keep_errors(account: str, errors: Errors) -> None:
    """For the pages, until the next list."""
    kept = {**vars(errors), "failed": [vars(one) for one in errors.failed]}
    cache.set(_errors_key(account), kept, ERRORS_KEPT.total_seconds())


def _status_key(account: str) -> str:
    return f"status:{account}"


def _errors_key(account: str) -> str:
    return f"errors:{account}"
