"""Measurements, apart from the tests: each prints a table, none asserts a time.

`python -m tests.benchmarks.NAME --help` tells what one measures. Settings, data folder and database are their own.
"""

import os

import django

from tests import environment

assert environment.DATA_DIR  # its import comes before settings are read
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")
django.setup()
