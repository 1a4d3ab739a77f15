"""The tables, one module a noun."""

from monitor.models.alerts import Alert, AlertItem, Delivery, Follow, Untold
from monitor.models.decisions import DecisionEntry, Strictness
from monitor.models.images import Collection, WatchedImage
from monitor.models.mails import Mail
from monitor.models.markets import Market, Provider, SearchTarget
from monitor.models.matches import Domain, Match
from monitor.models.operations import (
    AccountState,
    CallCount,
    Notice,
    Nudge,
    RateBucket,
    Trouble,
    WorkerNode,
)
from monitor.models.pictures import Comparison, Picture, PictureHost
from monitor.models.places import Language, Location
from monitor.models.results import Payload, ResultItem
from monitor.models.runs import OPEN_STATES, SHORT_STATES, Run, Search
from monitor.models.spending import LedgerEntry, Price, ProviderTask

__all__ = [
    "OPEN_STATES",
    "SHORT_STATES",
    "AccountState",
    "Alert",
    "AlertItem",
    "CallCount",
    "Collection",
    "Comparison",
    "DecisionEntry",
    "Delivery",
    "Domain",
    "Follow",
    "Language",
    "LedgerEntry",
    "Location",
    "Mail",
    "Market",
    "Match",
    "Notice",
    "Nudge",
    "Payload",
    "Picture",
    "PictureHost",
    "Price",
    "Provider",
    "ProviderTask",
    "RateBucket",
    "ResultItem",
    "Run",
    "Search",
    "SearchTarget",
    "Strictness",
    "Trouble",
    "Untold",
    "WatchedImage",
    "WorkerNode",
]
