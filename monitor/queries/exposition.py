"""The text format in which Prometheus reads metrics, version 0.0.4."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One figure; `suffix` is _bucket, _sum or _count in a histogram."""

    value: float | Decimal
    labels: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""


@dataclass(frozen=True, kw_only=True)
class Family:
    """A metric: its name, its kind (gauge, counter or histogram), what it is, and its figures."""

    name: str
    kind: str
    help: str
    samples: Sequence[Sample]


def write(families: Iterable[Family]) -> str:
    """All metrics as text, a line a figure."""
    return "".join(line + "\n" for family in families for line in _lines(family))


def gauge(name: str, help: str, value: float | Decimal) -> Family:  # as the format calls it
    """A metric of one figure."""
    return Family(name=name, kind="gauge", help=help, samples=[Sample(value=value)])


def _lines(family: Family) -> Iterable[str]:
    yield f"# HELP {family.name} {_escaped(family.help)}"
    yield f"# TYPE {family.name} {family.kind}"
    for sample in family.samples:
        yield f"{family.name}{sample.suffix}{_labels(sample.labels)} {sample.value}"


def _labels(labels: Mapping[str, str]) -> str:
    pairs = [f'{name}="{_quoted(value)}"' for name, value in labels.items()]
    return "{" + ",".join(pairs) + "}" if pairs else ""


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', r"\"")
