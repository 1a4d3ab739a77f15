"""Yandex Cloud Search API v2, search by image: one page per call, every page paid."""

from monitor.providers.yandex.client import Yandex

__all__ = ["Yandex"]
