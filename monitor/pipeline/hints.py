"""What a provider tells us by itself: never more than a hint to look sooner, whoever sent it.

A hint ends the wait of one search; its answer is then fetched by id as always. So a forged one, even with a tag
that is ours, costs one free call at most. A task of which we do not know that it exists (its post was never
answered, or it was written off) is taken over with the id that the hint brings.

Our tasks ask for a pingback. A postback would bring an answer that we fetch ourselves all the same: none is asked
for, and one that comes nevertheless is a hint like any other.
"""

import hashlib
import hmac

from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from monitor import queue
from monitor.models import ProviderTask, Search
from monitor.pipeline import tags
from monitor.pipeline.accepting import Made, accept

# The provider puts its id of the task and our tag in their places.
PLACES = "?id=$id&tag=$tag"
DOUBTFUL = (ProviderTask.State.POSTING, ProviderTask.State.UNKNOWN, ProviderTask.State.LOST)


def hint(tag: str, remote_id: str) -> bool:
    """Ends the wait of the search that the tag belongs to; whether there was one. A forged tag costs no query."""
    if not tags.is_ours(tag):
        return False
    is_news = bool(_hurry(tag) or _take_over(tag, remote_id))
    if is_news:
        queue.nudge("pump")
    return is_news


def _hurry(tag: str) -> int:
    """One update found by the tag; a repeated hint finds nothing left to do."""
    waiting = Search.objects.filter(state=Search.State.WAITING, not_before__gt=Now())
    return waiting.filter(provider_tasks__tag=tag).hurry()


def _take_over(tag: str, remote_id: str) -> int:
    if not ProviderTask.objects.filter(tag=tag, state__in=DOUBTFUL).exists():
        return 0
    return accept([Made(tag=tag, remote_id=remote_id)], timezone.now(), is_ready=True)


def secret() -> str:
    """The part of the hooks' addresses that only we and the provider know."""
    return hmac.new(settings.SECRET_KEY.encode(), b"hooks", hashlib.sha256).hexdigest()[:32]


def is_secret(text: str) -> bool:
    return hmac.compare_digest(text.encode(), secret().encode())


def pingback_address(*, is_simulated: bool = False) -> str:
    """Where DataForSEO may say that a task is finished; "" when the internet cannot reach us."""
    base = settings.LOCAL_URL if is_simulated else settings.PUBLIC_URL
    return f"{base}{reverse('dataforseo-pingback', args=[secret()])}{PLACES}" if base else ""
