"""What is said after pictures were sent."""

from collections.abc import Sequence

from django.contrib import messages
from django.utils import timezone
from django.utils.formats import date_format

from accounts.http import WorkspaceRequest
from monitor.models import WatchedImage
from monitor.pipeline.watching.uploads import Outcome


def tell(request: WorkspaceRequest, outcomes: Sequence[Outcome]) -> None:
    """One message for all that is new, one for each picture that was known or could not be used."""
    new = [outcome.image for outcome in outcomes if outcome.image and outcome.is_new]
    if len(new) == 1:
        messages.success(request, first_search(new[0], "now"))
    elif new:
        titles = ", ".join(image.title for image in new)
        messages.success(request, f"{len(new)} images are watched now: {titles}. {_when(new[0])}")
    for outcome in outcomes:
        if outcome.image and not outcome.is_new:
            messages.info(request, f"This picture is already watched, as “{outcome.image.title}”.")
        elif outcome.problem:
            messages.error(request, f"{outcome.name}: {outcome.problem}")


def first_search(image: WatchedImage, word: str) -> str:
    """That an image is watched `word` (now, again), and when it is searched next."""
    return f"“{image.title}” is watched {word}. {_when(image)}"


def _when(image: WatchedImage) -> str:
    at, collection = image.collection.next_run_at, image.collection
    if not collection.is_active or at is None:
        return f"“{collection}” is paused, so press Run now to search."
    slot = date_format(timezone.localtime(at), "l j F, H:i")
    return f"The next search comes with “{collection}”, {slot}. Press Run now to search at once."
