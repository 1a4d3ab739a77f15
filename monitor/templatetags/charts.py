"""Charts as server-rendered SVG: attributes and classes only, no style or script; each is told in words."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

# The plot's box within a chart, in per cent; the room at the right takes the name of each line.
LEFT, RIGHT, TOP, BOTTOM = 6.0, 86.0, 6.0, 88.0
STEPS = (1, 2, 5)


class Line(Protocol):
    """One line of a chart: `kind` is ink, soft, google, yandex, add or del; a None value is a gap."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def values(self) -> Sequence[int | None]: ...


@register.simple_tag
def bar(share: float) -> SafeString:
    """A horizontal bar filled to `share` (0 to 1); decoration, the figure stands beside it."""
    width = round(100 * min(max(share, 0.0), 1.0), 1)
    return format_html(
        '<svg class="bar" aria-hidden="true"><rect class="bg" width="100%" height="100%" />'
        '<rect class="fg" width="{}%" height="100%" /></svg>',
        width,
    )


@register.simple_tag
def spark(values: Sequence[int | None], label: str) -> SafeString:
    """A small line over time without axes, `label` says it in words; it begins where values are known."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return format_html('<span class="spark sub">{}</span>', "Not enough runs yet for a line")
    points = _points(values, max(*known, 1) * 1.05)
    return format_html(
        '<svg class="spark" role="img" aria-label="{}"><svg viewBox="0 0 100 100" preserveAspectRatio="none">'
        '<polygon class="ar" points="{},100 {} 100,100" /><polyline class="ln" points="{}" /></svg></svg>',
        label,
        points.partition(",")[0],
        points,
        points,
    )


@register.simple_tag
def trend(days: Sequence[date], lines: Sequence[Line], title: str) -> SafeString:
    """A line chart with axes and a table of the same figures; `title` says in a sentence what it shows."""
    scale = scale_for(max((value or 0 for line in lines for value in line.values), default=0))
    return format_html(
        '<p class="row only-sm">{}</p><svg class="chart" role="img" aria-label="{}">{}{}{}{}</svg>{}',
        format_html_join(
            " ", '<span class="s-key s-{}">{}</span>', ((line.kind, _named(line)) for line in lines)
        ),
        title,
        _rules(scale),
        _curves(lines, scale[-1]),
        _columns(days, lines),
        _ends(lines, scale[-1]),
        _table(days, lines),
    )


def scale_for(largest: int) -> list[int]:
    """Round marks for an axis from 0 to at least `largest`: 2 to 5 steps of 1, 2 or 5 times 10, 100, …"""
    power = 1
    while True:
        for step in (power * base for base in STEPS):
            if largest <= 5 * step:
                return list(range(0, max(-(-largest // step), 2) * step + 1, step))
        power *= 10


def _points(values: Sequence[int | None], top: float) -> str:
    """The points of a line in a box of 100 by 100, y downwards; unknown values have none."""
    last = len(values) - 1
    return " ".join(
        f"{100 * i / last:.2f},{100 - 100 * value / top:.2f}"
        for i, value in enumerate(values)
        if value is not None
    )


def _y(value: int, top: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * value / top, 2)


def _x(index: int, length: int) -> float:
    return round(LEFT + (RIGHT - LEFT) * (index / (length - 1) if length > 1 else 1), 2)


def _rules(scale: list[int]) -> SafeString:
    """The horizontal rules and their figures."""
    return format_html_join(
        "",
        '<line class="{}" x1="{}%" x2="{}%" y1="{}%" y2="{}%" />'
        '<text x="{}%" y="{}%" text-anchor="end" dominant-baseline="central">{}</text>',
        (
            ("grid" if mark else "base", LEFT, RIGHT, y, y, LEFT - 1, y, f"{mark:,}")
            for mark in scale
            for y in (_y(mark, scale[-1]),)
        ),
    )


def _curves(lines: Sequence[Line], top: int) -> SafeString:
    """The lines, in a box that stretches with the page; a gap stands where a value is unknown."""
    drawn = format_html_join(
        "",
        '<line class="ln s-{}" x1="{}" y1="{}" x2="{}" y2="{}" />',
        ((line.kind, *segment) for line in lines for segment in _segments(line.values, top)),
    )
    return format_html(
        '<svg x="{}%" y="{}%" width="{}%" height="{}%" viewBox="0 0 100 100" preserveAspectRatio="none" '
        'overflow="visible">{}</svg>',
        LEFT,
        TOP,
        RIGHT - LEFT,
        BOTTOM - TOP,
        drawn,
    )


def _segments(values: Sequence[int | None], top: int) -> Iterator[tuple[float, float, float, float]]:
    last = max(len(values) - 1, 1)
    for i, (before, after) in enumerate(pairwise(values)):
        if before is not None and after is not None:
            left, right = round(100 * i / last, 2), round(100 * (i + 1) / last, 2)
            yield left, round(100 - 100 * before / top, 2), right, round(100 - 100 * after / top, 2)


def _columns(days: Sequence[date], lines: Sequence[Line]) -> SafeString:
    """One hover column a day with the figures as its title; at most six dates below, the last one always."""
    width = (RIGHT - LEFT) / max(len(days) - 1, 1)
    every = -(-len(days) // 6)
    return format_html_join(
        "",
        '<g class="col"><rect class="col-hit" x="{}%" y="{}%" width="{}%" height="{}%" />'
        "<title>{}</title></g>{}",
        (
            (
                round(_x(i, len(days)) - width / 2, 2),
                TOP,
                round(width, 2),
                BOTTOM - TOP,
                f"{_short(day)}: {', '.join(f'{line.name} {_said(line.values[i])}' for line in lines)}",
                _mark(i, len(days), day) if (len(days) - 1 - i) % every == 0 else "",
            )
            for i, day in enumerate(days)
        ),
    )


def _mark(index: int, length: int, day: date) -> SafeString:
    return format_html('<text x="{}%" y="97%" text-anchor="middle">{}</text>', _x(index, length), _short(day))


def _ends(lines: Sequence[Line], top: int) -> SafeString:
    """A dot and the name at the right end of each line."""
    known = [(line, line.values[-1]) for line in lines if line.values and line.values[-1] is not None]
    return format_html_join(
        "",
        '<g class="s-{}"><circle class="dot" cx="{}%" cy="{}%" r="4.5" />'
        '<text class="lbl at-end" x="{}%" y="{}%" dominant-baseline="central">{}</text></g>',
        (
            (line.kind, RIGHT, _y(value or 0, top), RIGHT + 1.5, _y(value or 0, top), _named(line))
            for line, value in known
        ),
    )


def _table(days: Sequence[date], lines: Sequence[Line]) -> SafeString:
    """The same figures for those who would rather read them."""
    head = format_html_join("", '<th scope="col">{}</th>', ((line.name,) for line in lines))
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (_short(day), format_html_join("", "<td>{}</td>", ((_said(line.values[i]),) for line in lines)))
            for i, day in enumerate(days)
        ),
    )
    return format_html(
        '<details class="data-of"><summary>Show as table</summary><table>'
        '<thead><tr><th scope="col">Day</th>{}</tr></thead><tbody>{}</tbody></table></details>',
        head,
        rows,
    )


def _named(line: Line) -> str:
    return f"{line.name} {_said(line.values[-1])}" if line.values else line.name


def _said(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"


def _short(day: date) -> str:
    return date_format(day, "j M")
