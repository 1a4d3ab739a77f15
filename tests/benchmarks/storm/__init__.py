"""The parts of the chaos benchmark: its stage, what goes wrong, how time is hurried, what is found at the end."""
