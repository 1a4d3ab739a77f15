"""`manage.py first_owner_link`: prints the link that makes the first account, while there is none."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.first_owner import first_owner_link


class Command(BaseCommand):
    help = "Prints the one-time link for the first owner; prints nothing once somebody has an account."

    def handle(self, *args: Any, **options: Any) -> None:
        if link := first_owner_link():
            self.stdout.write(link)
