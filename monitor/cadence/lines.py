"""Cron lines: what they may say, and sentences for what they may not."""

from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

FIVE_FIELDS = (
    "A cron line has five fields: minute, hour, day of the month, month, day of the week. "
    "For example, 0 5 * * 1 is Monday at 05:00."
)
NEVER = "No date ever fits this line. Choose a day that its month has."
TOO_OFTEN = "This would run more than once an hour. Choose a single minute, as in 0 */6 * * *."
BAD_FIELD = {
    "Bad minute": "The minute in this line is not understood. Choose one from 0 to 59.",
    "Bad hour": "The hour in this line is not understood. Choose from 0 to 23, or * for every hour.",
    # cronsim says the same of 32 and of 31 February.
    "Bad day-of-month": "No date ever fits the day of the month in this line. "
    "Choose one from 1 to 31 that its month has, L for the last day, or * for every day.",
    "Bad month": "The month in this line is not understood. Choose from 1 to 12, or * for every month.",
    "Bad day-of-week": "The day of the week in this line is not understood. "
    "Choose from 0 (Sunday) to 6 (Saturday), or * for every day.",
}
MAX_LENGTH = 100


class CadenceError(ValueError):
    """A cadence that cannot be kept; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def validate(cron: str) -> None:
    """Raise CadenceError for a line that is malformed, never fires, or fires more often than once an hour."""
    parsed = parse(cron)
    # Two minutes of one hour are always less than an hour apart; the same minute never is.
    if len(parsed.minutes) > 1:
        raise CadenceError(TOO_OFTEN)
    if next(parsed, None) is None:
        raise CadenceError(NEVER)


def parse(cron: str) -> CronSim:
    """The line as cronsim understands it, counting from 2024 in UTC; CadenceError when it is malformed."""
    if len(cron) > MAX_LENGTH or len(cron.split()) != 5:
        raise CadenceError(FIVE_FIELDS)
    try:
        return CronSim(cron, datetime(2024, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise CadenceError(BAD_FIELD.get(str(error), FIVE_FIELDS)) from None
