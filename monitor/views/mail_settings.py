"""How often mails come: a person's choices in the app, and the way out of a mail without signing in."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.decorators import member_required
from accounts.http import WorkspaceRequest
from accounts.links import mail_is_set_up
from accounts.models import User
from monitor import access
from monitor.alerts import following, links
from monitor.forms.mail import FrequenciesForm, FrequencyForm
from monitor.models import Collection, Follow


@require_http_methods(["GET", "POST"])
@member_required
def settings(request: WorkspaceRequest) -> HttpResponse:
    """The person's own choice for each collection; viewers choose too."""
    collections = list(access.collections(request))
    chosen = following.frequencies(request.user, collections)
    form = FrequenciesForm(request.POST or None, collections, chosen)
    if form.is_valid():
        _save(request.user, form)
        messages.success(request, "Your choices are saved.")
        return redirect("notification-settings")
    context = {"form": form, "is_mail_set_up": mail_is_set_up()}
    return render(request, "deliveries/settings.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _save(user: User, form: FrequenciesForm) -> None:
    for collection, frequency in form.changed():
        following.choose(user, collection, frequency, timezone.now())


@csrf_exempt  # The token is the permission, and a mail program's one-click request (RFC 8058) has no cookie.
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button; pressing it, or a mail program's one click, ends the mails. It can be undone here."""
    subscription = links.read_token(token)
    if subscription is None:
        raise Http404
    user = get_object_or_404(User, pk=subscription.user_id)
    collections = Collection.objects.select_related("workspace")
    collection = get_object_or_404(collections, pk=subscription.collection_id)
    if request.method == "POST":
        _choose(request, user, collection)
    context = {
        "collection": collection,
        "frequency": following.frequency_of(user, collection),
        "is_member": following.is_member(user, collection),
        "choices": Follow.Frequency.choices[:2],
    }
    return render(request, "deliveries/unsubscribe.html", context)


def _choose(request: HttpRequest, user: User, collection: Collection) -> None:
    form = FrequencyForm(request.POST)
    form.is_valid()
    wanted = form.wanted()
    if wanted == Follow.Frequency.OFF or following.is_member(user, collection):
        following.choose(user, collection, wanted, timezone.now())
