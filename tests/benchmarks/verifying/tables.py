"""What was measured, for people."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from monitor.verification import Label

from ..storing.report import Figure, table
from .counting import Share, best_distance, precision, share
from .dataset import TEXT
from .measuring import COPIES, Look


def tell(looks: Sequence[Look]) -> str:
    """Recall by transform, false copies by kind of other picture, the rivals, and the targets at the end."""
    return "\n\n".join((_by_transform(looks), _others(looks), _rivals(looks), table(_targets(looks))))


def _by_transform(looks: Sequence[Look]) -> str:
    lines = [
        f"{'copies':<22}{'n':>5}  {'strict recall':<24}{'with probable':>14}{'right label':>13}"
        f"{'dHash':>8}{'PDQ':>8}"
    ]
    dhash, pdq = _distances(looks)
    for name, group in _grouped(looks, copies=True).items():
        right = share(group, lambda look: look.label == look.pair.truth)
        lines.append(
            f"{name:<22}{len(group):>5}  {share(group, lambda look: look.is_strict)!s:<24}"
            f"{share(group, lambda look: look.label in COPIES).value:>14.1%}{right.value:>13.1%}"
            f"{share(group, lambda look: look.dhash <= dhash).value:>8.0%}"
            f"{share(group, lambda look: look.pdq <= pdq).value:>8.0%}"
        )
    return "\n".join(lines)


def _others(looks: Sequence[Look]) -> str:
    lines = [f"{'other pictures':<22}{'n':>5}  {'called a copy':<24}{'probable':>14}{'unverifiable':>13}"]
    for name, group in _grouped(looks, copies=False).items():
        probable = share(group, lambda look: look.label is Label.PROBABLE)
        unsaid = share(group, lambda look: look.label is Label.UNVERIFIABLE)
        lines.append(
            f"{name:<22}{len(group):>5}  {share(group, lambda look: look.is_strict)!s:<24}"
            f"{probable.value:>14.1%}{unsaid.value:>13.1%}"
        )
    return "\n".join(lines)


def _rivals(looks: Sequence[Look]) -> str:
    dhash, pdq = _distances(looks)
    copies = [look for look in looks if look.pair.is_copy]
    lines = [f"{'method':<34}{'recall':<24}{'precision':<24}"]
    for name, called in (
        ("ours, strict", lambda look: look.is_strict),
        ("ours, with probable", lambda look: look.label in COPIES),
        (f"dHash within {dhash} of 64 bits", lambda look: look.dhash <= dhash),
        (f"PDQ-like, 8 ways, within {pdq} of 256", lambda look: look.pdq <= pdq),
    ):
        lines.append(f"{name:<34} {share(copies, called)!s:<24}{precision(looks, called)!s:<24}")
    return "\n".join(lines)


def _targets(looks: Sequence[Look]) -> list[Figure]:
    copies = [look for look in looks if look.pair.is_copy]
    exact = [look for look in copies if look.pair.truth == "exact"]
    modified = [look for look in copies if look.pair.truth == "modified"]
    text = [look for look in copies if look.pair.transform in TEXT]
    times = sorted(look.ms for look in looks)
    return [
        _reach("strict recall", share(copies, lambda look: look.is_strict), 0.96),
        _reach("precision of strict copies", precision(looks, lambda look: look.is_strict), 0.995),
        _reach("recall with probable", share(copies, lambda look: look.label in COPIES), 0.97),
        _reach("exact called exact", share(exact, lambda look: look.label is Label.EXACT), 0.85),
        _stay("modified called exact", share(modified, lambda look: look.label is Label.EXACT), 0.02),
        _reach("text laid over, strict", share(text, lambda look: look.is_strict), 0.80),
        _within("CPU a pair, median", median(times), 40.0),
        Figure(name="CPU a pair, 95th percentile", ours=f"{times[int(0.95 * len(times))]:.1f} ms"),
    ]


def _reach(name: str, value: Share, least: float) -> Figure:
    low, high = value.interval()
    return Figure(
        name=f"{name} ({low:.1%}-{high:.1%})",
        ours=f"{value.value:.2%}",
        target=f">= {least:.1%}",
        is_met=value.value >= least if value.whole else None,
    )


def _stay(name: str, value: Share, most: float) -> Figure:
    low, high = value.interval()
    return Figure(
        name=f"{name} ({low:.1%}-{high:.1%})",
        ours=f"{value.value:.2%}",
        target=f"<= {most:.1%}",
        is_met=value.value <= most if value.whole else None,
    )


def _within(name: str, value: float, most: float) -> Figure:
    return Figure(name=name, ours=f"{value:.1f} ms", target=f"<= {most:g} ms", is_met=value <= most)


def _distances(looks: Sequence[Look]) -> tuple[int, int]:
    return best_distance(looks, lambda look: look.dhash), best_distance(looks, lambda look: look.pdq)


def _grouped(looks: Sequence[Look], *, copies: bool) -> dict[str, list[Look]]:
    groups: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        if look.pair.is_copy == copies:
            groups[look.pair.transform].append(look)
    return dict(sorted(groups.items()))
