"""A strict reader of Prometheus' text format 0.0.4: whatever it does not expect is an error.

After the format's own description: HELP and TYPE once and before the samples, all lines of a metric in one group,
no figure twice, histograms whole, cumulative and ending in +Inf.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL})(?:,{LABEL})*)\}})? (\S+)")
VALUE = re.compile(r"[+-]?(\d+(\.\d*)?([eE][+-]?\d+)?|Inf|NaN)")
KINDS = ("counter", "gauge", "histogram", "summary", "untyped")
PARTS = ("_bucket", "_sum", "_count")
UNESCAPED = {r"\\": "\\", r"\"": '"', r"\n": "\n"}

Labels = frozenset[tuple[str, str]]


@dataclass
class Metric:
    """One metric: what its lines said."""

    help: str
    kind: str = ""
    samples: dict[tuple[str, Labels], float] = field(default_factory=dict)

    def value(self, suffix: str = "", **labels: str) -> float:
        (found,) = [
            v for (s, have), v in self.samples.items() if (s, have) == (suffix, frozenset(labels.items()))
        ]
        return found


def parse(text: str) -> dict[str, Metric]:
    """The metrics of a text by their names; AssertionError says what is wrong with it."""
    assert text.endswith("\n")
    metrics: dict[str, Metric] = {}
    current = ""
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# HELP "):
            current, _, words = line.removeprefix("# HELP ").partition(" ")
            assert re.fullmatch(NAME, current), line
            assert current not in metrics, f"{current} is in two groups"
            metrics[current] = Metric(help=_unescape(words))
        elif line.startswith("# TYPE "):
            name, _, kind = line.removeprefix("# TYPE ").partition(" ")
            assert (name, metrics[name].kind, kind in KINDS) == (current, "", True), line
            metrics[name].kind = kind
        else:
            _read_sample(metrics[current], current, line)
    for name, metric in metrics.items():
        _check(name, metric)
    return metrics


def _read_sample(metric: Metric, name: str, line: str) -> None:
    found = SAMPLE.fullmatch(line)
    assert found, line
    suffix = found[1].removeprefix(name)
    assert found[1].startswith(name), f"{line} stands beneath {name}"
    assert suffix in (PARTS if metric.kind == "histogram" else ("",)), line
    assert VALUE.fullmatch(found[3]), line
    pairs = [part.partition("=") for part in re.findall(LABEL, found[2] or "")]
    labels = frozenset((key, _unescape(value[1:-1])) for key, _, value in pairs)
    assert len({key for key, _ in labels}) == len(pairs), f"a label twice: {line}"
    assert (suffix, labels) not in metric.samples, f"twice: {line}"
    metric.samples[suffix, labels] = float(found[3])


def _unescape(text: str) -> str:
    return re.sub(r'\\["\\n]', lambda found: UNESCAPED[found[0]], text)


def _check(name: str, metric: Metric) -> None:
    assert metric.help, f"{name} is not explained"
    assert metric.kind, f"{name} has no type"
    assert name.endswith("_total") == (metric.kind == "counter"), name
    if metric.kind == "counter":
        assert min(metric.samples.values(), default=0) >= 0
    if metric.kind == "histogram":
        _check_histograms(metric)


def _check_histograms(metric: Metric) -> None:
    buckets: defaultdict[Labels, list[tuple[float, float]]] = defaultdict(list)
    for (suffix, labels), value in metric.samples.items():
        if suffix == "_bucket":
            (limit,) = [v for key, v in labels if key == "le"]
            buckets[frozenset(pair for pair in labels if pair[0] != "le")].append((float(limit), value))
    for labels, rows in buckets.items():
        limits, counts = [limit for limit, _ in rows], [count for _, count in rows]
        assert limits == sorted(limits)
        assert limits[-1] == float("inf")
        assert counts == sorted(counts)
        assert metric.samples["_count", labels] == counts[-1]
        assert ("_sum", labels) in metric.samples
    assert {labels for suffix, labels in metric.samples if suffix != "_bucket"} == set(buckets)
