"""Metrics for a monitoring system: opened by a token, or without one to this machine alone."""

from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from monitor.pipeline.engines.counting import LIMITS
from monitor.queries.exposition import CONTENT_TYPE, write
from monitor.queries.metrics import families

PROXY_HEADERS = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """All metrics as text; whoever may not read them learns nothing, not even that they are here."""
    if not (_has_token(request) if settings.METRICS_TOKEN else _is_local(request)):
        raise Http404
    return HttpResponse(write(families(LIMITS, timezone.now())), content_type=CONTENT_TYPE)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(token.strip(), settings.METRICS_TOKEN)


def _is_local(request: HttpRequest) -> bool:
    """From this machine, and not through a proxy on it, which would speak for anybody."""
    if any(header in request.headers for header in PROXY_HEADERS):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
