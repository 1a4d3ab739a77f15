"""The human form of a cadence and its cron line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cadence import LAST_DAY, CadenceError, Plan, describe, from_cron, to_cron, validate

PAIRS = [
    (Plan(kind="daily", hour=8, minute=30), "30 8 * * *", "Daily, 08:30"),
    (Plan(kind="weekdays"), "0 5 * * 1-5", "Weekdays, 05:00"),
    (Plan(kind="weekly", days=(1,)), "0 5 * * 1", "Weekly, Monday 05:00"),
    (Plan(kind="weekly", days=(7,), hour=0), "0 0 * * 0", "Weekly, Sunday 00:00"),
    (Plan(kind="twice_weekly", days=(1, 4)), "0 5 * * 1,4", "Twice a week, Monday and Thursday 05:00"),
    (Plan(kind="twice_weekly", days=(3, 7)), "0 5 * * 0,3", "Twice a week, Wednesday and Sunday 05:00"),
    (Plan(kind="monthly", days=(15,)), "0 5 15 * *", "Monthly, on day 15 05:00"),
    (Plan(kind="monthly", days=(31,)), "0 5 31 * *", "Monthly, on day 31 where there is one 05:00"),
    (Plan(kind="monthly", days=(LAST_DAY,)), "0 5 L * *", "Monthly, on the last day 05:00"),
    (Plan(kind="custom", cron="0 */6 * * *"), "0 */6 * * *", "At minute 0 past every sixth hour"),
]


@pytest.mark.parametrize(("plan", "cron", "words"), PAIRS)
def test_it_turns_plans_into_lines_and_back(plan: Plan, cron: str, words: str) -> None:
    assert to_cron(plan) == cron
    assert from_cron(cron) == plan
    assert describe(cron) == words
    validate(cron)


@pytest.mark.parametrize(
    ("cron", "plan"),
    [
        (" 00  05 * * MON ", Plan(kind="weekly", days=(1,))),
        ("0 5 * * 7", Plan(kind="weekly", days=(7,))),
        ("0 5 * * 0,7", Plan(kind="weekly", days=(7,))),
        ("0 5 */1 * *", Plan(kind="daily")),
        ("0 5 * 1-12 1,2,3,4,5", Plan(kind="weekdays")),
    ],
)
def test_it_understands_other_spellings(cron: str, plan: Plan) -> None:
    assert from_cron(cron) == plan


@pytest.mark.parametrize(
    "cron",
    [
        "0 5 * 6 1",
        "0 5,17 * * *",
        "0 5 * * 1,3,5",
        "0 5 1 * 1",
        "0 5 1-31 * 1",
        "0 5 1,15 * *",
        "0 5 * * 1#2",
        "0 5 * * 5L",
        "0 5 LW * *",
        "0,30 5 * * *",
    ],
)
def test_it_keeps_every_other_line_as_it_is(cron: str) -> None:
    plan = from_cron(cron)
    assert plan == Plan(kind="custom", cron=cron)
    assert to_cron(plan) == cron
    assert describe(cron).startswith("At ")


@pytest.mark.parametrize(
    "plan",
    [
        Plan(kind="daily", hour=24),
        Plan(kind="daily", minute=-1),
        Plan(kind="daily", days=(1,)),
        Plan(kind="weekly"),
        Plan(kind="weekly", days=(0,)),
        Plan(kind="weekly", days=(1, 2)),
        Plan(kind="twice_weekly", days=(1, 1)),
        Plan(kind="monthly", days=(32,)),
        Plan(kind="monthly", days=(0,)),
    ],
)
def test_it_refuses_impossible_plans(plan: Plan) -> None:
    with pytest.raises(CadenceError):
        to_cron(plan)


def test_it_does_not_describe_nonsense() -> None:
    with pytest.raises(CadenceError):
        describe("every now and then")


WEEKDAY = st.integers(1, 7)
DAYS = st.one_of(
    st.tuples(st.sampled_from(["daily", "weekdays"]), st.just(())),
    st.tuples(st.just("weekly"), st.tuples(WEEKDAY)),
    st.tuples(st.just("twice_weekly"), st.sets(WEEKDAY, min_size=2, max_size=2).map(sorted).map(tuple)),
    st.tuples(st.just("monthly"), st.tuples(st.one_of(st.integers(1, 31), st.just(LAST_DAY)))),
)
PLAN = st.builds(
    lambda rhythm, hour, minute: Plan(kind=rhythm[0], days=rhythm[1], hour=hour, minute=minute),
    DAYS,
    st.integers(0, 23),
    st.integers(0, 59),
)


@given(PLAN)
def test_it_brings_every_plan_back(plan: Plan) -> None:
    cron = to_cron(plan)
    validate(cron)
    assert from_cron(cron) == plan
    assert f"{plan.hour:02}:{plan.minute:02}" in describe(cron)
