"""Which provider clients a workspace may use: its real accounts, or for a demo workspace the simulator."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings

from accounts.models import Workspace
from monitor.models import Provider, Run, Search, WatchedImage
from monitor.models.runs import SearchQuerySet
from monitor.providers.dataforseo import DataForSEO
from monitor.providers.yandex import Yandex
from monitor.queries.engines import account_key

NOT_SET_UP = "{engine} is not set up on this installation."
NOT_WANTED = "Nobody looks here any more, so this search was not asked."
PAUSED = "This image is paused, so this search was not asked."
COLLECTION_PAUSED = "This collection is paused, so this search was not asked."
NOT_REACHABLE = (
    "This picture is not reachable from the internet, and Google is asked by address. "
    "Set PUBLIC_URL, or watch the image by its public address."
)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Whose credentials are used; `name` keys shared rate limits, so real and simulated calls never mix."""

    provider: Provider
    is_simulated: bool

    @property
    def name(self) -> str:
        return account_key(self.provider.value, is_simulated=self.is_simulated)

    @classmethod
    def of(cls, search: Search) -> "Account":
        """The account that pays for a search."""
        is_demo = search.watched_image.workspace.is_demo
        return cls(provider=Provider(search.target.provider), is_simulated=is_demo)

    def searches(self) -> SearchQuerySet:
        """All searches that it pays for."""
        return Search.objects.filter(
            target__provider=self.provider, watched_image__workspace__is_demo=self.is_simulated
        )


def accounts(provider: Provider) -> tuple[Account, Account]:
    """The real account of a provider and the simulated one, set up or not."""
    return (
        Account(provider=provider, is_simulated=False),
        Account(provider=provider, is_simulated=True),
    )


def is_usable(account: Account) -> bool:
    """Whether the account is set up on this installation."""
    if account.is_simulated:
        return bool(settings.SIMULATOR_URL)
    return bool(settings.HAS_DATAFORSEO if account.provider == Provider.DATAFORSEO else settings.HAS_YANDEX)


def account_for(workspace: Workspace, provider: str) -> Account | None:
    """The account that pays for a workspace's searches; None when the provider is not set up for it."""
    account = Account(provider=Provider(provider), is_simulated=workspace.is_demo)
    return account if is_usable(account) else None


def is_set_up(workspace: Workspace, provider: str) -> bool:
    return account_for(workspace, provider) is not None


def why_not(search: Search) -> str:
    """The reason, as a sentence, why a planned search is not to be paid for; empty when it is."""
    workspace = search.watched_image.workspace
    if workspace.deleted_at or not search.target.is_active:
        return NOT_WANTED
    if search.watched_image.state == WatchedImage.State.PAUSED:
        return PAUSED
    if not search.watched_image.collection.is_active and not _is_asked_by_hand(search):
        return COLLECTION_PAUSED
    if not is_set_up(workspace, search.target.provider):
        return NOT_SET_UP.format(engine=search.target.get_provider_display())
    return ""


def _is_asked_by_hand(search: Search) -> bool:
    """Planned by a person, or hurried by one; some markets always want the high priority."""
    planned_as = search.target.settings.get("priority", Search.Priority.NORMAL)
    return search.run.trigger == Run.Trigger.MANUAL or search.priority != planned_as


@cache
def dataforseo(*, is_simulated: bool) -> DataForSEO:
    """The client of one account, one per process; httpx keeps its connections."""
    if is_simulated:
        return DataForSEO(login="simulator", password="simulator", url=settings.SIMULATOR_URL)  # noqa: S106
    account = settings.DATAFORSEO
    return DataForSEO(login=account["login"], password=account["password"], url=account["url"])


@cache
def yandex(*, is_simulated: bool) -> Yandex:
    """The client of one account, one per process."""
    if is_simulated:
        return Yandex(url=settings.SIMULATOR_URL, folder_id="simulator", api_key="sim-ok")
    account = settings.YANDEX
    return Yandex(
        url=account["url"],
        folder_id=account["folder_id"],
        api_key=account["api_key"],
        iam_token=account["iam_token"],
    )


def address_of(image: WatchedImage) -> str:
    """The address at which an engine may fetch a watched picture; "" when the internet cannot reach it."""
    base = settings.LOCAL_URL if image.workspace.is_demo else settings.PUBLIC_URL
    if base:
        return f"{base}/i/{image.public_token}.jpg"
    return image.source_url


def simulator_for(workspace: Workspace) -> str:
    """The simulator's address for a demo workspace, "" for any other: only demos may reach it."""
    return str(settings.SIMULATOR_URL) if workspace.is_demo else ""


def reset() -> None:
    """Forgets the clients (settings changed; used by tests)."""
    dataforseo.cache_clear()
    yandex.cache_clear()
