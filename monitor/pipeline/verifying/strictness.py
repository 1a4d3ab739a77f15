"""How sure a workspace wants to be before a copy counts as one: changed without looking at any picture again."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import Workspace
from monitor.models import Strictness
from monitor.pipeline.verifying.verdicts import BEST_LOOKS, COPIES, LOCK_SPACE, ask, write

LOWEST, HIGHEST = 0.5, 1.0

# Matches with a look between the old strictness and the new one; only their verdicts can change.
BETWEEN = """
SELECT DISTINCT m.id
FROM monitor_watchedimage w
JOIN monitor_comparison c ON c.watched_image_id = w.id AND c.method_version = %(method)s
JOIN monitor_resultitem i ON i.picture_id = c.picture_id
JOIN monitor_match m ON m.id = i.match_id AND m.watched_image_id = w.id
WHERE w.workspace_id = %(workspace)s AND c.label IN ('exact', 'modified', 'probable')
      AND c.score >= %(low)s AND c.score < %(high)s AND m.method_version IN (0, %(method)s)"""

PREVIEW = f"""
WITH held AS (
    SELECT m.id, m.watched_image_id, m.verdict AS old, %(score)s::float8 AS strictness
    FROM monitor_match m
    WHERE m.id IN ({BETWEEN}) AND m.gone_at IS NULL AND m.unwatched_at IS NULL AND m.decision <> 'not_ours'
), {BEST_LOOKS}
SELECT old, best.verdict, count(*)
FROM held JOIN best ON best.id = held.id
WHERE old <> best.verdict AND (best.verdict = ANY(%(copies)s) OR held.id NOT IN (SELECT id FROM waiting))
GROUP BY 1, 2 ORDER BY 1, 2"""  # noqa: S608 - put together from constants

LOCK = f"SELECT id FROM monitor_match WHERE id IN ({BETWEEN}) ORDER BY id FOR NO KEY UPDATE"  # noqa: S608 - as above


def preview(workspace: Workspace, score: float) -> Mapping[tuple[str, str], int]:
    """How many matches that are there now would change from one verdict to another at this strictness."""
    rows = ask(PREVIEW, score=score, copies=list(COPIES), **_between(workspace, score))
    return {(old, new): count for old, new, count in rows}


@transaction.atomic
def apply(workspace: Workspace, score: float) -> int:
    """Sets the strictness and re-labels what is stored; nobody is told. Returns how many verdicts changed."""
    ask("SELECT pg_advisory_xact_lock(%(space)s, %(workspace)s)", space=LOCK_SPACE, workspace=workspace.pk)
    between = _between(workspace, score)
    Strictness.objects.update_or_create(workspace=workspace, defaults={"score": score})
    locked = [row[0] for row in ask(LOCK, **between)]
    return len(write(locked, is_news=False)) if locked else 0


def _between(workspace: Workspace, score: float) -> dict[str, float]:
    low, high = sorted([Strictness.objects.of(workspace.pk), score])
    return {"workspace": workspace.pk, "low": low, "high": high}
