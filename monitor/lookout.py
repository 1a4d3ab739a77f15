"""A thread beside the pages that notices when no worker is seen any more: workers cannot tell that themselves."""

import logging
import threading
import time

from django.db import Error, connection
from django.utils import timezone

from monitor.alerts import lateness, telling

LOOK_SECONDS = 60.0

log = logging.getLogger(__name__)


def start() -> None:
    """Looks each minute for as long as the process lives; not before workers had time to start as well."""
    threading.Thread(target=_keep_looking, name="lookout", daemon=True).start()


def _keep_looking() -> None:
    time.sleep(lateness.UNSEEN.total_seconds())
    while True:
        look()
        time.sleep(LOOK_SECONDS)


def look() -> None:
    """One look, on a connection of its own; a database that is away is no news about workers."""
    try:
        telling.stand_in(timezone.now())
    except Error:
        log.warning("The database did not answer, so it is not known whether workers are seen.")
    finally:
        connection.close()
