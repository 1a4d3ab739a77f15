"""What every provider client speaks: a query in, an answer out, and one tree of errors.

ProviderError                 the call did not give an answer
├── NotSent                   surely nothing was created or billed: put the search back and try later
│   ├── RateLimited           too many calls; `retry_after` seconds
│   ├── Unavailable           the provider or its network is in trouble
│   └── AccountError          credentials, balance or permissions: people must act, no attempt is used up
├── OutcomeUnknown            the call may have been carried out and billed: reconcile, never repeat blindly
├── Rejected                  this query can never work (bad picture, bad field): ended, unpaid
│   ├── IdRejected            Yandex does not know its id for the picture (any more): once more with picture
│   └── AddressRejected       Yandex could not fetch the picture from its address: once more with picture
├── TaskFailed                an accepted task ended without an answer; `may_repost`: a new paid one may help
├── TaskLost                  the provider does not know the task (any more)
└── ProtocolBug               we spoke the interface wrongly: ended, and the operator is told
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["organic", "images"]
Billed = Literal["yes", "possibly", "no"]


@dataclass(frozen=True, kw_only=True)
class CallIds:
    """The names of one call: ours (`client`), and the provider's two; "" where there is none."""

    client: str = ""
    request: str = ""
    trace: str = ""


class ProviderError(Exception):
    """A call without an answer; `message` can be shown to people, `code` is the provider's own.

    `call` names the call as the provider's support knows it, where the provider does so (Yandex).
    """

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        retry_after: float | None = None,
        billed: Billed = "no",
        may_repost: bool = False,
        call: CallIds | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.retry_after = retry_after
        self.billed = billed
        self.may_repost = may_repost
        self.call = call or CallIds()


class NotSent(ProviderError):
    """Surely not created and not billed."""


class RateLimited(NotSent):
    """Too many calls; wait `retry_after` seconds."""


class Unavailable(NotSent):
    """The provider is in trouble; back off."""


class AccountError(NotSent):
    """Credentials, balance or permissions; hold posting for the account."""


class OutcomeUnknown(ProviderError):
    """May have been created and billed; only reconciling may settle it."""


class Rejected(ProviderError):
    """This query can never work as it is."""


class IdRejected(Rejected):
    """Yandex does not know its id for the picture (any more); ask once more with the picture itself."""


class AddressRejected(Rejected):
    """Yandex could not use the picture's address; ask once more with the picture itself."""


class TaskFailed(ProviderError):
    """An accepted task ended without an answer."""


class TaskLost(ProviderError):
    """The provider does not know the task, or its result has expired."""


class ProtocolBug(ProviderError):
    """We called it wrongly."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """One question: our tag, the market's settings and the picture (URL or bytes, as the provider needs).

    `page` and `cbir_id` are Yandex's. `pingback_url` is where DataForSEO tells of the end of the task; it puts its
    id for `$id` and our tag for `$tag` in it.
    """

    tag: str
    settings: Mapping[str, Any]
    image_url: str = ""
    image: bytes = b""
    priority: Literal["normal", "high"] = "normal"
    page: int = 0
    cbir_id: str = ""
    pingback_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One page that the engine says holds the picture, in the words of both providers.

    `rank_absolute` counts over the whole answer from 1, `rank_group` inside its kind (elements of one
    images block share the block's ranks). `price` and `source_label` are display text, never parsed further.
    """

    kind: Kind
    page_url: str
    title: str
    image_url: str
    rank_absolute: int
    rank_group: int
    snippet: str = ""
    source_label: str = ""
    price: str = ""
    width: int | None = None
    height: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A parsed answer: items in rank order; `is_partial` when absence proves nothing.

    `unknown_kinds` counts item types that we do not know (kept when they name a page). `unusable` counts
    items without a usable page URL. `cbir_id` and `page` are Yandex's, `observed_at` is the provider's time.
    """

    items: Sequence[Item]
    is_partial: bool = False
    observed_at: datetime | None = None
    cbir_id: str = ""
    page: int = 0
    unknown_kinds: Mapping[str, int] = field(default_factory=dict)
    unusable: int = 0


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What became of one task of a POST: accepted with `remote_id` and `cost` (USD), or an error."""

    tag: str
    remote_id: str = ""
    cost: Decimal = Decimal(0)
    error: ProviderError | None = None


@dataclass(frozen=True, kw_only=True)
class KnownTask:
    """A row of the provider's own list of our tasks (id_list), by which unknown outcomes are settled."""

    tag: str
    remote_id: str
    cost: Decimal
    status_code: int


@dataclass(frozen=True, kw_only=True)
class ReadyTask:
    """A row of the account's list of finished tasks; look for our own ids and tags among them."""

    tag: str
    remote_id: str


@dataclass(frozen=True, kw_only=True)
class Collected:
    """The body of an answer as it came, and the answer read from it; `answer` is None while it is pending."""

    body: bytes
    answer: Answer | None
    call: CallIds = field(default_factory=CallIds)
