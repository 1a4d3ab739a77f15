"""The demo workspace: a small brand with a past, made by the real pipeline against the simulator."""
