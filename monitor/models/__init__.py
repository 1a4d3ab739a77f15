"""The tables, one module a noun."""

from monitor.models.alerts import Alert, AlertItem, Delivery, Follow
from monitor.models.images import Collection, WatchedImage
from monitor.models.markets import Market, Provider, SearchTarget
from monitor.models.matches import Domain, Match
from monitor.models.operations import Nudge, RateBucket, WorkerNode
from monitor.models.pictures import Comparison, Picture
from monitor.models.results import Payload, ResultItem
from monitor.models.runs import OPEN_STATES, Run, Search
from monitor.models.spending import LedgerEntry, ProviderTask

__all__ = [
    "OPEN_STATES",
    "Alert",
    "AlertItem",
    "Collection",
    "Comparison",
    "Delivery",
    "Domain",
    "Follow",
    "LedgerEntry",
    "Market",
    "Match",
    "Nudge",
    "Payload",
    "Picture",
    "Provider",
    "ProviderTask",
    "RateBucket",
    "ResultItem",
    "Run",
    "Search",
    "SearchTarget",
    "WatchedImage",
    "WorkerNode",
]
