#!/usr/bin/env python
"""The command line: `python manage.py up` starts everything."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        sys.exit(f"The database did not answer ({reason}). Run make up first, or set DATABASE_URL.")
