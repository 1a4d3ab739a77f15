"""Probes for whoever keeps the installation running; they need no sign-in."""

from dataclasses import asdict

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from monitor.queries.health import readiness

NO_DATABASE = {"database": "unreachable"}


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 while the process and the database answer, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse(NO_DATABASE, status=503)
    return JsonResponse({"database": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """The state of the work; trouble at a provider shows here, but makes no instance unhealthy."""
    try:
        state = readiness()
    except Error:
        return JsonResponse(NO_DATABASE, status=503)
    return JsonResponse({"database": "ok", **asdict(state)})
