"""Yandex: no call of its interface is free, so nothing is asked here; our own books tell how it went."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from monitor.models import Provider, ProviderTask
from monitor.pipeline.checkup.accounts import ACCOUNT, held, price
from monitor.pipeline.checkup.bounds import in_time
from monitor.pipeline.checkup.findings import Finding, off, ok, unknown, warning

SET = "For searches on Yandex: set YANDEX_FOLDER_ID and YANDEX_API_KEY."
NOT_ASKED = "It cannot be tried without paying for a search, so nothing was asked now."
RECENT = timedelta(days=10)  # a weekly cadence and a few days
Call = tuple[datetime, str]


def check(at: datetime) -> Sequence[Finding]:
    """When the last call succeeded, whether one failed since, and the price that is reckoned with."""
    if not settings.HAS_YANDEX:
        return [off(ACCOUNT, "Yandex is not set up.", SET)]
    with in_time():
        return [held(Provider.YANDEX) or _calls(at), *_key(), price(Provider.YANDEX, at)]


def _key() -> Sequence[Finding]:
    if settings.YANDEX["api_key"] or not settings.YANDEX["iam_token"]:
        return []
    sentence = "A token (YANDEX_IAM_TOKEN) is set instead of a key; it ends after twelve hours at most."
    return [
        warning("Key of Yandex", sentence, "Make an API key for the service account and set YANDEX_API_KEY.")
    ]


def _calls(at: datetime) -> Finding:
    mine = ProviderTask.objects.filter(provider=Provider.YANDEX, workspace__is_demo=False)
    states = ProviderTask.State
    good = (
        mine.filter(state=states.COLLECTED).order_by("-posted_at").values_list("posted_at", flat=True).first()
    )
    failed = mine.filter(state__in=[states.REFUSED, states.LOST]).order_by("-posted_at")
    return judge(good, failed.values_list("posted_at", "message").first(), at)


def judge(good: datetime | None, failed: Call | None, at: datetime) -> Finding:
    """What the last call that succeeded, and the last that did not, tell."""
    if failed and (good is None or failed[0] > good):
        sentence = f"The last call failed, {_day(failed[0])}: {failed[1] or 'no reason was given.'}"
        return warning(
            ACCOUNT, f"{sentence} {_since(good)}", "See the Pipeline page, and the folder’s quota at Yandex."
        )
    if good is None:
        return unknown(
            ACCOUNT, f"Set up, but never asked yet. {NOT_ASKED}", "Press Run now at an image on Yandex."
        )
    if at - good > RECENT:
        return unknown(ACCOUNT, f"{_since(good)} {NOT_ASKED}", "Press Run now at an image on Yandex.")
    return ok(ACCOUNT, f"{_since(good)} {NOT_ASKED}")


def _since(good: datetime | None) -> str:
    return f"The last call that succeeded was made {_day(good)}." if good else "None has ever succeeded."


def _day(at: datetime) -> str:
    return f"{at:%d %B %Y, %H:%M} UTC"
