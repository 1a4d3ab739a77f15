"""Pages for people who are not signed in yet."""

import logging
from smtplib import SMTPException

from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.first_owner import OwnerExists, create_first_owner, is_valid, is_wanted
from accounts.forms.entrance import FirstOwnerForm
from accounts.links import mail_is_set_up

logger = logging.getLogger(__name__)


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def first_owner(request: HttpRequest, token: str) -> HttpResponse:
    """Makes the first account; the link works once."""
    if not is_valid(token) or not is_wanted():
        return _used_up(request)
    form = FirstOwnerForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/first_owner.html", {"form": form})
    values = {name: value for name, value in form.cleaned_data.items() if name != "password2"}
    try:
        user = create_first_owner(password=values.pop("password1"), **values)
    except OwnerExists:
        return _used_up(request)
    login(request, user)
    return redirect("overview")


def _used_up(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/first_owner_closed.html", {"is_wanted": is_wanted()}, status=410)


def password_reset(request: HttpRequest) -> HttpResponseBase:
    """Mails a link for a new password; says what to do instead where no mail can be sent."""
    if not mail_is_set_up():
        return render(request, "account/password_reset_without_mail.html")
    try:
        response: HttpResponseBase = allauth_views.password_reset(request)
    except (SMTPException, OSError) as error:
        logger.warning("The mail with a password link was not sent: %s", error)
        messages.error(request, "The mail server did not take our mail. Try again in a few minutes.")
        return redirect("account_reset_password")
    return response
