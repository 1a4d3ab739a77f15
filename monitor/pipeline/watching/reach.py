"""What keeps an engine from being asked, said before anybody waits for its answer."""

from accounts.models import Workspace
from monitor.models import Provider, WatchedImage
from monitor.pipeline import engines

NOT_SET_UP = (
    "{engine} is not set up on this installation, so its searches are skipped, unpaid. "
    "Whoever runs the installation can add the account."
)
NO_ADDRESS = (
    "Google is asked by address, and this installation has no public one. Only pictures watched by their "
    "own public address are searched there; for uploaded files its searches are skipped, unpaid. "
    "Whoever runs the installation can set PUBLIC_URL."
)


def obstacle(workspace: Workspace, provider: str) -> str:
    """Why this engine cannot be asked about every picture, in sentences; "" when it can."""
    if not engines.is_set_up(workspace, provider):
        return NOT_SET_UP.format(engine=Provider(provider).label)
    if provider == Provider.DATAFORSEO and not engines.address_of(WatchedImage(workspace=workspace)):
        return NO_ADDRESS
    return ""


def obstacles(workspace: Workspace) -> list[str]:
    """Those of all engines."""
    return [text for provider in Provider if (text := obstacle(workspace, provider))]
