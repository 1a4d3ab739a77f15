"""DataForSEO v3, Google Search By Image, simulated."""

from monitor.simulator.dataforseo.service import DataForSEO

__all__ = ["DataForSEO"]
