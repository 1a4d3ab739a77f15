"""Google through DataForSEO: whether its account lets us in, what is left on it, and at which prices."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from monitor.models import Provider
from monitor.pipeline.checkup.accounts import held, price
from monitor.pipeline.checkup.bounds import in_time
from monitor.pipeline.checkup.findings import Finding, off

ACCOUNT = "Account"
SET = (
    "For searches on Google: set DATAFORSEO_LOGIN and DATAFORSEO_PASSWORD "
    "(the API password, not the one of the site)."
)


def check(at: datetime) -> Sequence[Finding]:
    """The account as the provider tells of it; the call is free."""
    if not settings.HAS_DATAFORSEO:
        return [off(ACCOUNT, "DataForSEO is not set up.", SET)]
    with in_time():
        known = held(Provider.DATAFORSEO)
        return [*([known] if known else []), price(Provider.DATAFORSEO, at)]
