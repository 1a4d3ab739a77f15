"""What all checks together come to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.pipeline.checkup.findings import Finding, Report, State


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The findings that ask for something, each beside the slug of its check, the worst first."""

    bad: Sequence[tuple[str, Finding]]
    warnings: Sequence[tuple[str, Finding]]
    n_unknown: int

    @property
    def is_bad(self) -> bool:
        return bool(self.bad)

    @property
    def sentence(self) -> str:
        """ "2 things are off and 1 needs a look. 3 could not be found out." """
        n_bad, n_warnings = len(self.bad), len(self.warnings)
        said = [_things(n_bad, "is off", "are off"), _things(n_warnings, "needs a look", "need a look")]
        if n_bad and n_warnings:
            said[1] = said[1].replace(" thing ", " ").replace(" things ", " ")
        text = " and ".join(filter(None, said)) or "Nothing is off"
        unknown = _things(self.n_unknown, "could not be found out", "could not be found out")
        return f"{text}. {unknown}.".removesuffix(" .")


def summary_of(reports: Iterable[Report]) -> Summary:
    pairs = [(report.check.slug, finding) for report in reports for finding in report.findings]
    return Summary(
        bad=[pair for pair in pairs if pair[1].state == State.BAD],
        warnings=[pair for pair in pairs if pair[1].state == State.WARNING],
        n_unknown=sum(finding.state == State.UNKNOWN for _, finding in pairs),
    )


def _things(n: int, one: str, many: str) -> str:
    return f"{n} thing{'' if n == 1 else 's'} {one if n == 1 else many}" if n else ""
