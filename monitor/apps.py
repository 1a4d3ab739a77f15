"""The application that watches images."""

from importlib import import_module

from django.apps import AppConfig


class MonitorConfig(AppConfig):
    name = "monitor"
    verbose_name = "Watching images"

    def ready(self) -> None:
        """Registers the checks, which only importing them does."""
        import_module("monitor.checks")
