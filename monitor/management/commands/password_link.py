"""`manage.py password_link EMAIL`: prints a link to choose a new password, where no mail is sent."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.links import password_link
from accounts.models import User


class Command(BaseCommand):
    help = "Prints a link with which a person chooses a new password; it works for three days, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that the person signs in with")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"No account has the address {email}.")
        self.stdout.write(password_link(user))
