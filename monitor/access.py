"""The only door from a request to a row: everything hangs on the request's workspace, strangers get 404."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.http import WorkspaceRequest
from monitor.models import (
    Alert,
    Collection,
    DecisionEntry,
    Delivery,
    Match,
    Notice,
    ResultItem,
    Run,
    WatchedImage,
)
from monitor.models.matches import MatchQuerySet


def collections(request: WorkspaceRequest) -> QuerySet[Collection]:
    return Collection.objects.filter(workspace=request.workspace)


def images(request: WorkspaceRequest) -> QuerySet[WatchedImage]:
    return WatchedImage.objects.filter(workspace=request.workspace).select_related("collection")


def matches(request: WorkspaceRequest) -> MatchQuerySet:
    return Match.objects.filter(workspace=request.workspace)


def runs(request: WorkspaceRequest) -> QuerySet[Run]:
    return Run.objects.filter(collection__workspace=request.workspace).select_related("collection")


def alerts(request: WorkspaceRequest) -> QuerySet[Alert]:
    """A person reads the mails that went to them; owners read all of the workspace's."""
    mine = Alert.objects.filter(workspace=request.workspace)
    return mine if request.membership.is_owner else mine.filter(user=request.user)


def notices(request: WorkspaceRequest) -> QuerySet[Notice]:
    """Mails about troubles of the workspace, such as its budget, are for its owners."""
    mine = Notice.objects.filter(trouble__workspace=request.workspace).select_related("trouble__workspace")
    return mine if request.membership.is_owner else mine.none()


def collection(request: WorkspaceRequest, pk: int) -> Collection:
    return get_object_or_404(collections(request), pk=pk)


def image(request: WorkspaceRequest, pk: int) -> WatchedImage:
    return get_object_or_404(images(request), pk=pk)


def run(request: WorkspaceRequest, pk: int) -> Run:
    return get_object_or_404(runs(request), pk=pk)


def delivery(request: WorkspaceRequest, pk: int) -> Delivery:
    return get_object_or_404(Delivery.objects.filter(alert__in=alerts(request)), pk=pk)


def notice(request: WorkspaceRequest, pk: int) -> Notice:
    return get_object_or_404(notices(request), pk=pk)


def match(request: WorkspaceRequest, pk: int) -> Match:
    whole = matches(request).select_related("workspace", "watched_image__collection", "domain", "decided_by")
    return get_object_or_404(whole, pk=pk)


def decision(request: WorkspaceRequest, pk: int) -> DecisionEntry:
    made = DecisionEntry.objects.filter(workspace=request.workspace)
    return get_object_or_404(made.select_related("match"), pk=pk)


def result_item(request: WorkspaceRequest, pk: int) -> ResultItem:
    found = ResultItem.objects.filter(match__workspace=request.workspace)
    return get_object_or_404(found.select_related("picture"), pk=pk)


def public_image(token: str) -> WatchedImage:
    """The image behind a public address: search engines do not sign in, the token is the key."""
    alive = WatchedImage.objects.filter(workspace__deleted_at=None)
    return get_object_or_404(alive, public_token=token)
