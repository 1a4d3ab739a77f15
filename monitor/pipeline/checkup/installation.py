"""How this installation is set: what must not be so where others reach it, and who looks after it."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from accounts.models import User, Workspace
from monitor.pipeline.checkup.bounds import in_time
from monitor.pipeline.checkup.findings import Finding, State, bad, off, ok, warning

DEBUG, SIMULATOR, OPERATOR, DOOR = "Error pages", "Simulator", "Operators", "Sign-up"


def check(at: datetime) -> Sequence[Finding]:
    """Error pages, simulated data, operators, and who may make an account."""
    with in_time():
        operators = User.objects.filter(is_staff=True, is_active=True).count()
        demos = Workspace.objects.filter(is_demo=True, deleted_at=None).count()
    return [debug(), simulator(demos), operator(operators), door()]


def is_public() -> bool:
    """Whether anybody but this machine may reach the app."""
    return bool(settings.PUBLIC_URL) or not settings.ENV.is_loopback


def debug() -> Finding:
    if not settings.ENV.debug:
        return ok(DEBUG, "DEBUG is off: errors show nothing of the inside.")
    sentence = "DEBUG is on: error pages show settings and code to whoever causes an error."
    if is_public():
        return bad(DEBUG, sentence, "Set DEBUG=false and start again.")
    return Finding(DEBUG, State.OK, f"{sentence} Only this machine can reach the app.")


def simulator(demos: int) -> Finding:
    """Simulated answers must never be taken for real ones."""
    env = settings.ENV
    if env.has_credentials and settings.SIMULATOR_URL:
        sentence = "The simulator runs beside real providers; demo workspaces use it."
        return warning(
            SIMULATOR, sentence, "Take SIMULATOR_URL out of the environment: it is not set by hand."
        )
    if env.has_credentials:
        if demos:
            sentence = (
                "Off, since a real provider is set up; a demo workspace with simulated data is still there."
            )
            return Finding(SIMULATOR, State.OK, sentence, "manage.py demo --remove takes it away.")
        return ok(SIMULATOR, "Off, since a real provider is set up.")
    if settings.PUBLIC_URL and env.wants_simulator:
        sentence = "No search provider is set up, so only simulated data can be shown."
        return warning(
            SIMULATOR, sentence, "Set up DataForSEO, Yandex or both; or SIMULATOR=off for no demo."
        )
    if env.wants_simulator:
        return off(
            SIMULATOR, "No search provider is set up; the simulator stands in, for demo workspaces only."
        )
    sentence = "No search provider is set up and the simulator is off: nothing can be searched."
    return warning(SIMULATOR, sentence, "Set up DataForSEO, Yandex or both.")


def operator(n: int) -> Finding:
    """Operators see this page, and get the mails about outages."""
    if n:
        return ok(OPERATOR, f"{n} {'person looks' if n == 1 else 'people look'} after this installation.")
    sentence = "Nobody is an operator: nobody sees this page or hears of outages."
    remedy = (
        "For the first account use the link of manage.py first_owner_link; later, manage.py createsuperuser makes "
        "another operator."
    )
    return bad(OPERATOR, sentence, remedy)


def door() -> Finding:
    if not settings.SIGNUP_OPEN:
        return ok(DOOR, "New people need an invitation.")
    sentence = (
        "Anybody may make an account and a workspace, whose searches are paid from your provider accounts."
    )
    if is_public():
        return warning(DOOR, sentence, "Set SIGNUP=invite unless that is meant.")
    return ok(DOOR, "Anybody who reaches this machine may make an account.")
