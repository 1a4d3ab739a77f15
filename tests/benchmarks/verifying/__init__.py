"""The parts of the benchmark of looking at pictures."""
