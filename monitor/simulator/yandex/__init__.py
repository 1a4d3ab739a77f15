"""Yandex Cloud Search API v2, search by image, simulated."""

from monitor.simulator.yandex.service import PATH, Yandex

__all__ = ["PATH", "Yandex"]
