"""The mails about new matches, as the delivering machine sees them."""

from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet

from monitor.alerts import email, following, links, writing
from monitor.alerts.sorts import Sort
from monitor.models import Delivery


class AlertMails(Sort[Delivery]):
    """They are written when they go out, may be stopped with one click, and go to followers only."""

    def mails(self) -> QuerySet[Delivery]:
        return Delivery.objects.select_related("alert__workspace", "alert__collection", "alert__user")

    def ready(self, at: datetime) -> Q:
        return Q(alert__due_at__lte=at)

    def prepare(self, mail: Delivery, at: datetime) -> str:
        reason = following.why_not(mail.alert)
        if reason:
            return reason
        return "" if writing.write(mail, at) else writing.NOTHING_LEFT

    def message(self, mail: Delivery) -> EmailMultiAlternatives:
        """With one-click unsubscribe (RFC 8058)."""
        alert = mail.alert
        subscription = links.Subscription(user_id=alert.user_id, collection_id=alert.collection_id)
        headers = {
            "List-Unsubscribe": f"<{links.unsubscribe_url(subscription)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        return email.build(mail, headers)

    def born(self, mail: Delivery) -> datetime:
        return mail.alert.created_at

    def is_demo(self, mail: Delivery) -> bool:
        return mail.alert.workspace.is_demo
