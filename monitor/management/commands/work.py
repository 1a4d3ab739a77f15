"""`manage.py work`: the workers alone, one cluster under watch."""

import os
import shutil
import sys
from pathlib import Path
from subprocess import Popen
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from monitor import heartbeat
from monitor.embedded.processes import spawn
from monitor.embedded.services import Service
from monitor.embedded.supervisor import Supervisor
from monitor.management.locking import advisory_lock
from monitor.management.waiting import wait_for_tables
from monitor.management.watching import Watch, make_signs_folder, worker_name
from monitor.queue import ensure_schedule

TABLES_SECONDS = 60.0
# Shorter than the supervisor's own grace, so that the cluster is ended by us and not with us.
GRACE_SECONDS = 6.0


class Command(BaseCommand):
    """Wait for the tables, then keep one cluster of workers alive."""

    help = "Runs the workers. Needs the database; make up starts that too."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        wait_for_tables(TABLES_SECONDS)
        with advisory_lock():
            ensure_schedule()
        # A connection opened before the cluster is forked would be shared with it.
        connection.close()
        signs = make_signs_folder()
        supervisor = Supervisor()
        supervisor.listen()
        service = Service(name="cluster", launch=lambda: self._launch(signs), say=self._say)
        watch = Watch(service, signs, self._say)
        supervisor.add(service)
        try:
            supervisor.forever(watch.look)
        finally:
            (signs / heartbeat.STOPPING).touch()
            supervisor.stop(GRACE_SECONDS)
            shutil.rmtree(signs, ignore_errors=True)

    def _launch(self, signs: Path) -> Popen[bytes]:
        heartbeat.reset(signs)
        environ = dict(os.environ) | {"WORKER_NAME": worker_name(), heartbeat.VARIABLE: str(signs)}
        argv = [sys.executable, f"{settings.BASE_DIR}/manage.py", "cluster"]
        return spawn(argv, environ=environ, cwd=settings.BASE_DIR, output=sys.stdout.buffer)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
