"""The parts of the hooks' benchmark: the server that is called, and the calls."""
