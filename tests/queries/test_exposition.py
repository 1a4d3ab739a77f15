"""The text format of metrics, held against a strict reader."""

from decimal import Decimal

import pytest

from monitor.queries.exposition import Family, Sample, gauge, write
from tests.exposition import parse


def test_it_writes_what_a_strict_reader_reads() -> None:
    words = 'a "quoted" \\ word\nand a line'
    family = Family(
        name="searches",
        kind="gauge",
        help="Two\nlines \\ here.",
        samples=[Sample(value=3, labels={"why": words})],
    )
    text = write([family, gauge("lag_seconds", "Late.", 1.5), gauge("spent", "USD.", Decimal("0.000600"))])
    metrics = parse(text)
    assert metrics["searches"].help == "Two\nlines \\ here."
    assert metrics["searches"].value(why=words) == 3
    assert (metrics["lag_seconds"].value(), metrics["spent"].value()) == (1.5, 0.0006)


def test_it_writes_a_metric_without_figures() -> None:
    assert (
        parse(write([Family(name="none", kind="gauge", help="Nothing yet.", samples=[])]))["none"].samples
        == {}
    )


def test_it_writes_plain_numbers() -> None:
    text = write([gauge("tiny", "USD.", Decimal("0E-6")), gauge("large", "n", 12_345_678_901)])
    assert parse(text)["large"].value() == 12_345_678_901
    assert parse(text)["tiny"].value() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        "# HELP a b\n# TYPE a gauge\na 1",
        "# HELP a b\n# TYPE a gauge\na 1\na 1\n",
        "# HELP a b\n# TYPE a gauge\nb 1\n",
        "# HELP a b\n# TYPE a gauge\na one\n",
        '# HELP a b\n# TYPE a gauge\na{l="x\\y"} 1\n',
        "# HELP a b\n# TYPE a gauge\n# HELP c d\n# TYPE c gauge\n# HELP a b\n",
        "# HELP a b\n# TYPE a thing\n",
        '# HELP a b\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n',
        '# HELP a b\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    ],
)
def test_the_reader_is_strict(wrong: str) -> None:
    with pytest.raises((AssertionError, ValueError, KeyError)):
        parse(wrong)
