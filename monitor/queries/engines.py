"""The engines as pages name them, and the providers behind."""

from collections.abc import Iterable

from monitor.models import Provider

ENGINES = {"google": Provider.DATAFORSEO, "yandex": Provider.YANDEX}
KEYS = {provider.value: key for key, provider in ENGINES.items()}


def named(providers: Iterable[str]) -> str:
    """ "Google and Yandex", in this order whatever the order given."""
    chosen = set(providers)
    return " and ".join(provider.label for provider in Provider if provider.value in chosen)
