"""DataForSEO v3, Google Search By Image: paid at the POST, collected by id."""

from monitor.providers.dataforseo.client import DataForSEO

__all__ = ["DataForSEO"]
