"""The state of the whole installation, as its operators see it."""
