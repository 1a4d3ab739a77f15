"""What each kind of trouble means for people, and what they can do; the trouble itself says what happened."""

from dataclasses import dataclass

from monitor.models import Trouble

Kind = Trouble.Kind


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What follows while it lasts, what to do next, and what follows from its end."""

    means: str
    advice: str
    over: str


GO_ON = "The searches that waited go on by themselves. There is nothing to do."

MEANINGS = {
    Kind.ACCOUNT: Meaning(
        means="New searches through this account wait. None is lost, and none is paid for meanwhile.",
        advice="Mend what the provider says. The account is tried again by itself, at least once an hour.",
        over=GO_ON,
    ),
    Kind.BALANCE: Meaning(
        means="New searches through this account wait. None is lost, and the budgets of the workspaces stay as "
        "they are.",
        advice="Add money at the provider. The balance is looked at again by itself, at least once an hour.",
        over=GO_ON,
    ),
    Kind.PROVIDER: Meaning(
        means="New searches through it wait. What it has taken already is collected later and not paid for again.",
        advice="Usually it passes. When it lasts for hours, look at the provider’s status page.",
        over=GO_ON,
    ),
    Kind.QUEUE: Meaning(
        means="Runs come late. No search is lost.",
        advice="Look on the Pipeline page whether workers are seen. When they are, and the delay grows, start one "
        "more with manage.py work.",
        over="Searches are taken up in time again. There is nothing to do.",
    ),
    Kind.WORKERS: Meaning(
        means="Nothing is searched, and no mail about new matches is written. No search is lost.",
        advice="Start manage.py work on the machine that runs it, and read what it last said there.",
        over="Workers are at work again, and take up what waited.",
    ),
    Kind.BOOKS: Meaning(
        means="Amounts on the spending pages may be wrong until it is cleared up. Searches go on.",
        advice="Compare the provider’s own list of charges with the spending of the day.",
        over="The books agree again. There is nothing to do.",
    ),
    Kind.CALLS: Meaning(
        means="Searches of this provider fail with the reason above; each counts among the failures.",
        advice="Look for a newer version of Whereabouts. The failures can be asked again on the Pipeline page.",
        over="The provider understands our calls again. What failed can be asked again on the Pipeline page.",
    ),
    Kind.BUDGET_NEAR: Meaning(
        means="When the budget is spent, searches wait until the month begins anew or the budget is raised.",
        advice="Raise the budget, choose a slower cadence, or leave it as it is.",
        over="There is nothing to do.",
    ),
    Kind.BUDGET_SPENT: Meaning(
        means="Searches wait until the month begins anew or the budget is raised. None is lost; after the wait "
        "only the latest run of each collection is asked.",
        advice="Raise the budget, choose a slower cadence, or wait for the month to begin anew.",
        over=GO_ON,
    ),
}
