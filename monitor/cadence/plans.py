"""The form people choose a cadence by, and its way to a cron line and back."""

from dataclasses import dataclass
from typing import Literal

from cronsim import CronSim

from .lines import CadenceError, parse

Kind = Literal["daily", "weekdays", "weekly", "twice_weekly", "monthly", "custom"]

LAST_DAY = -1
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONDAY_TO_FRIDAY = (1, 2, 3, 4, 5)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A cadence in human terms, at hour:minute of the workspace's wall clock.

    `days` are 1 (Monday) to 7 (Sunday) for weekly and twice_weekly; one of 1 to 31 or LAST_DAY for monthly;
    else empty. `cron` is the line of a custom plan; the other fields then mean nothing.
    """

    kind: Kind
    days: tuple[int, ...] = ()
    hour: int = 5
    minute: int = 0
    cron: str = ""


def to_cron(plan: Plan) -> str:
    """The cron line of a plan; CadenceError for an impossible time or day."""
    if plan.kind == "custom":
        return " ".join(plan.cron.split())
    if plan.hour not in range(24) or plan.minute not in range(60):
        raise CadenceError("There is no such time of day. Choose one from 00:00 to 23:59.")
    _check_days(plan)
    return f"{plan.minute} {plan.hour} {_day_fields(plan)}"


def from_cron(cron: str) -> Plan:
    """The plan whose line fires at the same times, else a custom one; CadenceError when the line is malformed."""
    parsed = parse(cron)
    kind, days = _rhythm(parsed)
    if kind == "custom" or len(parsed.minutes) > 1 or len(parsed.hours) > 1:
        return Plan(kind="custom", cron=" ".join(cron.split()))
    return Plan(kind=kind, days=days, hour=min(parsed.hours), minute=min(parsed.minutes))


def describe(cron: str) -> str:
    """A line in plain English: "Weekly, Monday 05:00"."""
    plan = from_cron(cron)
    time = f"{plan.hour:02}:{plan.minute:02}"
    match plan.kind:
        case "daily":
            return f"Daily, {time}"
        case "weekdays":
            return f"Weekdays, {time}"
        case "weekly":
            return f"Weekly, {_names(plan)} {time}"
        case "twice_weekly":
            return f"Twice a week, {_names(plan)} {time}"
        case "monthly":
            return f"Monthly, {_day_of_month(plan.days[0])} {time}"
        case "custom":
            return parse(cron).explain()


def _check_days(plan: Plan) -> None:
    allowed, wanted = {
        "weekly": (range(1, 8), 1),
        "twice_weekly": (range(1, 8), 2),
        "monthly": ((LAST_DAY, *range(1, 32)), 1),
    }.get(plan.kind, ((), 0))
    if len(set(plan.days)) != wanted or not set(plan.days) <= set(allowed):
        counted = {0: "no day", 1: "one day", 2: "two different days"}[wanted]
        raise CadenceError(f"This cadence takes {counted}. Choose again.")


def _day_fields(plan: Plan) -> str:
    match plan.kind:
        case "weekdays":
            return "* * 1-5"
        case "monthly":
            return "L * *" if plan.days == (LAST_DAY,) else f"{plan.days[0]} * *"
        case "weekly" | "twice_weekly":
            # Cron counts from Sunday = 0, and so Sunday comes first.
            return "* * " + ",".join(str(day) for day in sorted(day % 7 for day in plan.days))
        case _:
            return "* * *"


def _rhythm(parsed: CronSim) -> tuple[Kind, tuple[int, ...]]:
    """The kind of plan that the day fields make, and its days."""
    every_date = parsed.days == set(range(1, 32)) and parsed.parts[3].startswith("*")
    weekdays = _weekdays(parsed)
    every_weekday = weekdays == tuple(range(1, 8)) and parsed.parts[5].startswith("*")
    if parsed.months != set(range(1, 13)):
        return "custom", ()
    if every_date and every_weekday:
        return "daily", ()
    if every_weekday and len(parsed.days) == 1:
        return _monthly(min(parsed.days))
    if every_date and weekdays == MONDAY_TO_FRIDAY:
        return "weekdays", ()
    if every_date and len(weekdays) in (1, 2):
        return ("weekly" if len(weekdays) == 1 else "twice_weekly"), weekdays
    return "custom", ()


def _weekdays(parsed: CronSim) -> tuple[int, ...]:
    """The plain weekdays, 1 to 7; none when the line asks for "the second Monday" or the like."""
    plain = [day for day in parsed.weekdays if isinstance(day, int)]
    return tuple(sorted({day or 7 for day in plain})) if len(plain) == len(parsed.weekdays) else ()


def _monthly(day: int) -> tuple[Kind, tuple[int, ...]]:
    if day == CronSim.LAST:
        return "monthly", (LAST_DAY,)
    return ("monthly", (day,)) if day > 0 else ("custom", ())


def _names(plan: Plan) -> str:
    return " and ".join(WEEKDAYS[day - 1] for day in plan.days)


def _day_of_month(day: int) -> str:
    if day == LAST_DAY:
        return "on the last day"
    return f"on day {day}" + (" where there is one" if day > 28 else "")
