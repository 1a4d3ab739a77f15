"""Having a look at what was found: each new picture is fetched once, soon, and compared with the watched ones.

1. `claiming` takes due pictures, sparing their `hosts`; addresses of thumbnails expire, so that is right after the
   answer came.
2. `fetching` asks for them side by side, through safefetch only.
3. `recording` keeps a 320 px copy by content, and with it the `looks`: the full picture beside each watched image
   on whose match it is. Failures are tried again a few times; then the reason stays on the row for people to read.
4. `verdicts` makes a match what the best of its pictures is; `sweeping` does the same for whatever waits for no
   fetching any more. `strictness` re-labels what is stored.

Nothing is lost by a kill: a match is to be judged (its `method_version` is 0) until all its pictures are settled.
"""

from monitor.pipeline.verifying.claiming import is_more_coming
from monitor.pipeline.verifying.pacing import Pace, usual_pace
from monitor.pipeline.verifying.rounds import Round

__all__ = ["Pace", "Round", "is_more_coming", "usual_pace"]
