"""What the delivering machine has to know of a sort of mail; it serves every sort alike."""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Generic, TypeVar

from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet

from monitor.models import Mail

M = TypeVar("M", bound=Mail)


class Sort(ABC, Generic[M]):
    """One sort of mail: mails about matches, or about troubles."""

    @abstractmethod
    def mails(self) -> QuerySet[M]:
        """All mails of this sort, with what is read of them."""

    def ready(self, at: datetime) -> Q:
        """Which of those that wait may go out at this time."""
        return Q()

    @abstractmethod
    def prepare(self, mail: M, at: datetime) -> str:
        """Makes sure that the mail has its words; the reason, as a sentence, when it is not needed any more."""

    @abstractmethod
    def message(self, mail: M) -> EmailMultiAlternatives:
        """What goes on the wire."""

    @abstractmethod
    def born(self, mail: M) -> datetime:
        """Since when there has been something to tell."""

    @abstractmethod
    def is_demo(self, mail: M) -> bool:
        """Whether it may be for the demo person, whose address exists nowhere."""
