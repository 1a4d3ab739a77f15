"""The one error of this package."""


class EmbeddedError(Exception):
    """Something cannot be started or stopped; the message is a sentence for people."""
