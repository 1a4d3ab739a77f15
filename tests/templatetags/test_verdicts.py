"""The signs of verdicts and decisions."""

import pytest

from monitor.models import Match
from monitor.queries.verdict_words import badge
from monitor.templatetags import verdicts


@pytest.mark.parametrize("name", Match.Verdict.values)
def test_each_verdict_has_a_shape_and_words(name: str) -> None:
    sign = verdicts.verdict(name)
    assert "<svg" in sign
    assert "style=" not in sign
    assert badge(name) in sign
    assert f'<span class="vh">{badge(name)}</span>' in verdicts.verdict_glyph(name)


def test_no_two_verdicts_have_the_same_shape() -> None:
    assert len(set(verdicts.GLYPHS.values())) == len(Match.Verdict.values)


@pytest.mark.parametrize("name", Match.Decision.values)
def test_each_decision_but_the_open_one_has_a_sign(name: str) -> None:
    is_open = name == Match.Decision.OPEN
    assert (verdicts.decision(name) == "") is is_open
    assert (verdicts.decision_glyph(name) == "") is is_open
    assert verdicts.decided(name) == Match.Decision(name).label
