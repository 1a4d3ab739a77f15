"""DataForSEO v3, Google Search By Image, simulated."""

from monitor.simulator.dataforseo.service import DataForSEO, refusal, tags_of

__all__ = ["DataForSEO", "refusal", "tags_of"]
