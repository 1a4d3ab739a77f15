"""`manage.py up`: everything, in one process tree, until Ctrl-C."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from monitor.embedded.errors import EmbeddedError
from monitor.embedded.supervisor import Stopped
from monitor.env import BadEnv
from monitor.management.starting import Startup


class Command(BaseCommand):
    """Start the database, the pages, the workers and, without credentials, the provider simulator."""

    help = "Starts everything: database, pages, workers and, without credentials, the provider simulator."
    # They would open a database connection before there is a server.
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        startup = Startup(settings.ENV, self._say)
        try:
            startup.run()
            startup.keep_running()
        except (EmbeddedError, BadEnv, OSError) as error:
            sys.exit(f"Whereabouts cannot start: {error}")
        except Stopped:
            sys.exit("Stopped before everything was started.")
        finally:
            startup.stop()
        self._say("Stopped.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
