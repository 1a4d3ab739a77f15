"""Commands, and what only they need."""
