"""The simulated web around each picture: its sites, its pages and their pictures."""
