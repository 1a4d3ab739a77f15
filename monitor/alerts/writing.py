"""Closing an alert and writing its mail: subject, text and HTML, kept on the delivery."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from monitor.alerts import letters, links, news, pictures, rendering
from monitor.models import Alert, Delivery, Match, Search, Untold

NOTHING_LEFT = "All of its matches were gone before this mail went out."
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A match with the Content-IDs of its two pictures, and the address of its image's page."""

    found: letters.Found
    own: str
    picture: str
    link: str


@transaction.atomic
def write(delivery: Delivery, at: datetime) -> bool:
    """Closes the alert and puts the words of its mail on the delivery; False when nothing is left to tell.

    A mail that is written already stays as it is. From now on nothing more is added to the alert.
    """
    alert = Alert.objects.select_for_update(of=("self",), no_key=True).get(pk=delivery.alert_id)
    if delivery.subject:
        return True
    _forget_what_went(alert)
    alert.unread_engines = list(news.unread_engines(_searches(alert, at)))
    alert.closed_at = at
    alert.save()
    letter = letters.read(alert, at)
    if letter is None:
        return False
    _keep(delivery, render(letter, alert), alert.user.email)
    return True


def render(letter: letters.Letter, alert: Alert) -> rendering.Written:
    """The mail of a letter; the pictures are named in the HTML, not held (see pictures.inlines)."""
    subscription = links.Subscription(user_id=alert.user_id, collection_id=alert.collection_id)
    context = {
        "letter": letter,
        "rows": [_row(found, alert.workspace_id) for found in letter.found],
        "all_link": links.into(alert.workspace_id, letter.path),
        "settings_link": links.into(alert.workspace_id, reverse("notification-settings")),
        "stop_link": links.unsubscribe_url(subscription),
    }
    return rendering.render("mail/alert", letter.subject, context)


def _row(found: letters.Found, workspace_id: int) -> Row:
    return Row(
        found=found,
        own=pictures.own_cid(found),
        picture=pictures.found_cid(found),
        link=links.into(workspace_id, reverse("match", args=[found.match.pk])),
    )


def _forget_what_went(alert: Alert) -> None:
    """What went, was called not ours or is no sure copy any more is not told; the last may become one again."""
    live = Match.objects.live().filter(pk__in=alert.items.values("match"))
    dropped = alert.items.exclude(match__in=[match.pk for match in live if news.is_telling(match)])
    unsure = dropped.filter(match__in=live).exclude(run=None).values_list("match", "run")
    Untold.objects.bulk_create(
        (Untold(match_id=match, run_id=run) for match, run in unsure), ignore_conflicts=True
    )
    dropped.delete()


def _searches(alert: Alert, at: datetime) -> QuerySet[Search]:
    """The searches that the mail is about: of its run, or of all runs told since the digest before it.

    A late one is about pictures only: its run's mail has said which searches did not end well.
    """
    if alert.kind == Alert.Kind.LATE:
        return Search.objects.none()
    if alert.kind == Alert.Kind.RUN:
        return Search.objects.filter(run=alert.run_id)
    return Search.objects.filter(
        run__collection=alert.collection_id, run__told_at__gt=alert.due_at - A_DAY, run__told_at__lte=at
    )


def _keep(delivery: Delivery, written: rendering.Written, address: str) -> None:
    delivery.subject, delivery.text, delivery.html = written.subject, written.text, written.html
    delivery.address = address
    delivery.save(update_fields=["subject", "text", "html", "address"])
