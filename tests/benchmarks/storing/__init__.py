"""Parts of the storage benchmark; `python -m tests.benchmarks.storage` runs them all."""
