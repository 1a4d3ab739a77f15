"""`kill -9` of a random process every few seconds."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.system.running import App
from tests.system.victims import VICTIMS, kill

# The simulator stands for the world outside, which nobody here can kill.
WHOM = sorted(set(VICTIMS) - {"simulator"})


@contextmanager
def striking(app: App, every: float, seed: int) -> Iterator[Counter[str]]:
    """For as long as the context lasts; counts whom it struck, and "not back" for each that did not come back."""
    struck: Counter[str] = Counter()
    is_over = threading.Event()
    thread = threading.Thread(target=_strike, args=(app, every, random.Random(seed), is_over, struck))
    thread.start()
    try:
        yield struck
    finally:
        is_over.set()
        thread.join()


def _strike(
    app: App, every: float, dice: random.Random, is_over: threading.Event, struck: Counter[str]
) -> None:
    while not is_over.wait(every * dice.uniform(0.5, 1.5)):
        name = dice.choice(WHOM)
        try:
            kill(app, name)
            struck[name] += 1
        except AssertionError:
            struck["not back"] += 1
