"""All checks, and running them so that none can harm the others."""

import logging
import platform
from collections.abc import Sequence
from datetime import datetime

from django.core.cache import cache
from django.db import Error

from monitor.pipeline.checkup import (
    clock,
    database,
    dataforseo,
    disk,
    installation,
    mail,
    outside,
    proxy,
    secrets,
    versions,
    work,
    yandex,
)
from monitor.pipeline.checkup.findings import Check, Finding, Report, unknown

logger = logging.getLogger(__name__)

MACHINE = platform.node()
MEMORY_SECONDS = 60  # DataForSEO wants its balance to be asked for at most once a minute
CHECKS = (
    Check(slug="outside", title="Pictures from outside", look=outside.check, is_slow=True),
    Check(slug="proxy", title="Reverse proxy", look=proxy.check, is_slow=True),
    Check(slug="dataforseo", title="Google, through DataForSEO", look=dataforseo.check, is_slow=True),
    Check(slug="yandex", title="Yandex", look=yandex.check),
    Check(slug="mail", title="Mail", look=mail.check, is_slow=True),
    Check(slug="work", title="Workers and queue", look=work.check),
    Check(slug="database", title="Database", look=database.check),
    Check(slug="disk", title="Disk", look=disk.check, is_slow=True),
    Check(slug="clock", title="Clock", look=clock.check, is_slow=True),
    Check(slug="installation", title="Installation", look=installation.check),
    Check(slug="secrets", title="Secrets", look=secrets.check),
    Check(slug="versions", title="Versions", look=versions.check),
)


def run(check: Check, at: datetime) -> Report:
    """What a check finds; one that fails itself is an unknown, so that the others are seen all the same."""
    try:
        findings = tuple(check.look(at))
    except Error as error:
        findings = (_failed(check, error, "The database did not answer", "See the check of the database."),)
    except Exception as error:
        logger.exception("The check %s failed", check.slug)
        findings = (_failed(check, error, "This check failed itself", "The log has the details."),)
    return Report(check=check, findings=findings, at=at)


def _failed(check: Check, error: Exception, what: str, remedy: str) -> Finding:
    """Only the kind of error is told: its text may hold what nobody should read."""
    return unknown(check.title, f"{what} ({type(error).__name__}), so nothing is known of this.", remedy)


def recall(check: Check) -> Report | None:
    """What a slow check found on this machine within the last minute; None when it has to be run."""
    known: tuple[datetime, Sequence[Finding]] | None = cache.get(_key(check))
    return Report(check=check, at=known[0], findings=known[1]) if known else None


def run_seldom(check: Check, at: datetime) -> Report:
    """Like run, but a slow check is run at most once a minute, and remembered."""
    report = (check.is_slow and recall(check)) or run(check, at)
    if check.is_slow and report.at == at:
        cache.set(_key(check), (report.at, report.findings), MEMORY_SECONDS)
    return report


def forget() -> None:
    """Lets every slow check run anew."""
    cache.delete_many([_key(check) for check in CHECKS if check.is_slow])


def _key(check: Check) -> str:
    return f"checkup:{MACHINE}:{check.slug}"
