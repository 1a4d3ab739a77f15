"""`manage.py web`: the pages alone."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from monitor.env import Env
from monitor.management.waiting import wait_for_tables

TABLES_SECONDS = 60.0
PROCESSES, THREADS = 2, 8
# A page never takes this long; an upload of 25 MB over a slow line may.
TIMEOUT_SECONDS, GRACE_SECONDS = 120, 5


class Command(BaseCommand):
    """Wait for the tables, gather the static files, then become gunicorn."""

    help = "Serves the pages on HOST and PORT. Needs the database; make up starts that too."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        wait_for_tables(TABLES_SECONDS)
        call_command("collectstatic", interactive=False, verbosity=0)
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *gunicorn_options(settings.ENV)])  # noqa: S606


def gunicorn_options(env: Env) -> list[str]:
    """Two processes with threads: pages wait for the database more than they compute."""
    host = f"[{env.host}]" if ":" in env.host else env.host
    return [
        f"--bind={host}:{env.port}",
        "--worker-class=gthread",
        f"--workers={PROCESSES}",
        f"--threads={THREADS}",
        f"--timeout={TIMEOUT_SECONDS}",
        f"--graceful-timeout={GRACE_SECONDS}",
        f"--log-level={env.log_level.lower()}",
        f"--chdir={settings.BASE_DIR}",
        "--no-control-socket",
        "monitor.wsgi:application",
    ]
