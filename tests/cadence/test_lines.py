"""Which cron lines are accepted, and what is said of the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cadence import CadenceError, from_cron, validate


@pytest.mark.parametrize(
    "cron",
    [
        "0 5 * * 1",
        "30 2 31 * *",
        "0 */6 * * *",
        "15 * * * *",
        "0 0 29 2 *",
        "0 5 L * *",
        "0 5 * * MON#2",
        "0 5 * 2 5#5",
    ],
)
def test_it_accepts_lines_that_fire_at_most_hourly(cron: str) -> None:
    validate(cron)


@pytest.mark.parametrize("cron", ["0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6,9,11 *"])
def test_it_refuses_lines_that_never_fire(cron: str) -> None:
    with pytest.raises(CadenceError, match="No date ever fits") as refusal:
        validate(cron)
    assert refusal.value.sentence == str(refusal.value)


def test_it_refuses_a_weekday_that_a_short_month_never_has() -> None:
    with pytest.raises(CadenceError, match="No date ever fits this line"):
        validate("0 0 */31 2 1#5")


@pytest.mark.parametrize("cron", ["* * * * *", "*/30 * * * *", "0,59 5 * * *", "0-1 0 1 1 *"])
def test_it_refuses_lines_that_fire_more_often_than_hourly(cron: str) -> None:
    with pytest.raises(CadenceError, match="more than once an hour"):
        validate(cron)


@pytest.mark.parametrize(
    ("cron", "sentence"),
    [
        ("", "five fields"),
        ("0 5 * *", "five fields"),
        ("0 0 5 * * 1", "five fields"),
        ("@daily", "five fields"),
        ("0" * 200 + " 5 * * 1", "five fields"),
        ("60 5 * * 1", "The minute"),
        ("0 24 * * 1", "The hour"),
        ("0 5 32 * 1", "day of the month"),
        ("0 5 * 13 1", "The month"),
        ("0 5 * * 8", "day of the week"),
        ("0 5 * * FREITAG", "day of the week"),
        ("-1 5 * * 1", "The minute"),
    ],
)
def test_it_says_what_is_wrong(cron: str, sentence: str) -> None:
    with pytest.raises(CadenceError, match=sentence):
        validate(cron)


FIELD = st.text("0123456789*/,-#LWMONSU²", min_size=1, max_size=8)


@given(st.one_of(st.text(), st.lists(FIELD, min_size=5, max_size=5).map(" ".join)))
def test_it_either_accepts_or_explains(cron: str) -> None:
    try:
        validate(cron)
    except CadenceError as error:
        assert error.sentence.endswith(".")
    else:
        from_cron(cron)
