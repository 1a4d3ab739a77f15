"""Tests of everything together: the command that people start, with all its processes."""
