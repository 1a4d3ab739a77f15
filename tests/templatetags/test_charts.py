"""Charts are SVG with attributes only, and always come with words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.templatetags import charts


@dataclass(frozen=True, kw_only=True)
class Drawn:
    name: str
    kind: str
    values: Sequence[int | None]


def days(length: int) -> list[date]:
    return [date(2026, 8, 31) + timedelta(weeks=week) for week in range(length)]


def trend(*values: Sequence[int | None]) -> str:
    lines = [Drawn(name=f"Line {n}", kind="ink", values=each) for n, each in enumerate(values)]
    return charts.trend(days(len(values[0]) if values else 0), lines, "Domains rose")


@pytest.mark.parametrize(("share", "width"), [(0.456, "45.6%"), (-1, "0.0%"), (3, "100.0%")])
def test_it_fills_a_bar_within_its_bounds(share: float, width: str) -> None:
    assert f'class="fg" width="{width}"' in charts.bar(share)


def test_it_draws_a_spark_with_the_top_near_the_edge() -> None:
    html = charts.spark([0, 10], "from 0 to 10")
    assert 'aria-label="from 0 to 10"' in html
    assert 'class="ln" points="0.00,100.00 100.00,4.76"' in html


def test_it_draws_a_flat_spark_of_nothing() -> None:
    assert 'points="0.00,100.00 100.00,100.00"' in charts.spark([0, 0], "none")


def test_a_spark_begins_where_values_are_known() -> None:
    html = charts.spark([None, 5, 10], "from 5 to 10")
    assert 'class="ln" points="50.00,52.38 100.00,4.76"' in html
    assert 'points="50.00,100 50.00,52.38' in html


@pytest.mark.parametrize("values", [[], [3], [None, None, 3]])
def test_it_says_so_when_a_spark_has_too_few_points(values: list[int | None]) -> None:
    assert "Not enough runs" in charts.spark(values, "")


@given(st.integers(min_value=0, max_value=10**9))
def test_it_finds_round_marks_that_hold_the_largest(largest: int) -> None:
    marks = charts.scale_for(largest)
    steps = {after - before for before, after in pairwise(marks)}
    assert marks[0] == 0
    assert marks[-1] >= largest
    assert 3 <= len(marks) <= 6
    assert len(steps) == 1
    assert re.fullmatch(r"[125]0*", str(steps.pop()))


def test_it_joins_known_values_and_leaves_a_gap_at_an_unknown_one() -> None:
    assert trend([1, 2, 3, 4]).count('class="ln s-ink"') == 3
    assert trend([1, None, 3, 4]).count('class="ln s-ink"') == 1


def test_it_puts_every_figure_into_the_table() -> None:
    html = trend([1, None], [30, 1200])
    assert '<th scope="row">31 Aug</th><td>1</td><td>30</td>' in html
    assert '<th scope="row">7 Sep</th><td>unknown</td><td>1,200</td>' in html


def test_it_names_each_line_at_its_end_unless_that_is_unknown() -> None:
    html = trend([1, 2], [3, None])
    assert html.count('class="lbl at-end"') == 1
    assert ">Line 0 2</text>" in html


def test_it_dates_at_most_six_columns_and_always_the_last() -> None:
    html = trend(list(range(40)))
    dates = re.findall(r'text-anchor="middle">([^<]+)<', html)
    assert len(dates) <= 6
    assert dates[-1] == "31 May"


@pytest.mark.parametrize("values", [(), ([],), ([5],)])
def test_it_stands_little_or_nothing(values: tuple[list[int], ...]) -> None:
    assert 'aria-label="Domains rose"' in trend(*values)


def test_it_escapes_names_and_needs_no_inline_style() -> None:
    line = Drawn(name="<b>", kind="ink", values=[1, 2])
    html = charts.trend(days(2), [line], '"title"')
    assert "<b>" not in html
    assert "style=" not in html
