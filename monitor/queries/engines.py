"""The engines as pages name them, and the providers behind."""

from collections.abc import Iterable

from monitor.models import Provider

ENGINES = {"google": Provider.DATAFORSEO, "yandex": Provider.YANDEX}
PROVIDERS = {Provider.DATAFORSEO: "DataForSEO", Provider.YANDEX: "Yandex Cloud"}
KEYS = {provider.value: key for key, provider in ENGINES.items()}


def named(providers: Iterable[str]) -> str:
    """ "Google and Yandex", in this order whatever the order given."""
    chosen = set(providers)
    return " and ".join(provider.label for provider in Provider if provider.value in chosen)


def account_key(provider: str, *, is_simulated: bool) -> str:
    """What the pipeline calls the account that pays for a workspace’s searches."""
    return f"{provider}{'-simulated' if is_simulated else ''}"


def account_name(name: str) -> str:
    """A provider account as people name it: "DataForSEO", "Yandex Cloud (simulated)"; "" for any other name."""
    provider, _, kind = name.partition("-")
    if provider not in Provider.values:
        return ""
    return PROVIDERS[Provider(provider)] + (f" ({kind})" if kind else "")
