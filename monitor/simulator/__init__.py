"""Both providers on this machine, with simulated data, for people without credentials and for tests."""
