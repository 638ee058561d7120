"""The verdict on each mutant of an environment, and their sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from registry.mutants.coverage import Branches, ToolCoverage, sum_of
from registry.mutants.mutant import CERTAIN, Operator
from registry.report import Evidence

KILLED = 0.95
"""The share of mutants a suite must kill, of those that can be told apart; of the `CERTAIN` operators it is all."""

Status = Literal["killed", "survived", "equivalent"]
"""equivalent: nothing the hunt tried tells the mutant from the original."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MutantVerdict(_Frozen):
    """What became of one mutant.

    `by` and `how`: the case (or `bad_input`, `crash`, `overdue`) that killed it and what differed there. `evidence`
    of a survivor is a call that would tell it from the original: a hole in the suite.
    """

    id: str
    operator: Operator
    tool: str
    line: int
    before: str
    after: str
    status: Status
    by: str = ""
    how: str = ""
    evidence: Evidence | None = None


class LawVerdict(_Frozen):
    """What the laws of a blueprint said of one of its tools made weaker: `before` became `after` at `path`.

    `by` names the invariant or conserved value that gave way (`internal`: a stored value left its bounds). `is_owed`:
    money, a counter or an interval is changed wrongly, so a law must give way.
    """

    tool: str
    operator: Operator
    path: str
    before: str
    after: str
    status: Literal["caught", "missed"]
    is_owed: bool
    by: str = ""


class LawReport(_Frozen):
    """The mutants of the blueprint that an environment was emitted from; none where it is not at hand."""

    environment: str
    laws: tuple[LawVerdict, ...] = ()


class Tally(_Frozen):
    """How many mutants were killed, survived and are equivalent."""

    killed: int = 0
    survived: int = 0
    equivalent: int = 0

    @property
    def rate(self) -> float:
        """The share of killed ones among those that are not equivalent; 1 if there are none."""
        told = self.killed + self.survived
        return self.killed / told if told else 1.0


def tally_of(verdicts: Iterable[MutantVerdict]) -> Tally:
    """Count mutants by what became of them."""
    return Tally.model_validate(Counter(each.status for each in verdicts))


class MutationReport(_Frozen):
    """Every mutant of an environment with its verdict. `diverging` are cases the unchanged server does not follow.

    `coverage`: the branches of each tool, and which of them the suite took. `laws`: mutants of the blueprint, () where
    there was no blueprint. `digest` is that of the folder; `peak_mb` the most memory the judging took.
    """

    mutation: Literal[1] = 1
    environment: str
    version: int
    digest: str
    verdicts: tuple[MutantVerdict, ...]
    coverage: tuple[ToolCoverage, ...] = ()
    laws: tuple[LawVerdict, ...] = ()
    diverging: tuple[str, ...] = ()
    seconds: float = 0.0
    peak_mb: int = 0

    @property
    def tally(self) -> Tally:
        """The sum over all mutants."""
        return tally_of(self.verdicts)

    @property
    def by_operator(self) -> Mapping[Operator, Tally]:
        """The sums by operator, in the order in which operators first appear."""
        operators = dict.fromkeys(each.operator for each in self.verdicts)
        return {name: tally_of(each for each in self.verdicts if each.operator == name) for name in operators}

    @property
    def certain(self) -> Tally:
        """The sum over the operators of which no mutant may survive."""
        return tally_of(each for each in self.verdicts if each.operator in CERTAIN)

    @property
    def branches(self) -> Branches:
        """The branches of all tools together."""
        return sum_of(self.coverage)

    @property
    def owed(self) -> tuple[LawVerdict, ...]:
        """The mutants of the blueprint that a law must notice."""
        return tuple(law for law in self.laws if law.is_owed)

    @property
    def complaints(self) -> tuple[str, ...]:
        """A sentence for each measure that falls short."""
        return tuple(_complaints(self))

    @property
    def passed(self) -> bool:
        """Whether every measure is met."""
        return not self.complaints

    @property
    def survivors(self) -> tuple[MutantVerdict, ...]:
        """The mutants that the suite let pass though a call tells them apart."""
        return tuple(each for each in self.verdicts if each.status == "survived")


def _complaints(report: MutationReport) -> Iterator[str]:
    if report.tally.rate < KILLED:
        yield f"{report.tally.rate:.1%} of the mutants that can be told apart are killed; {KILLED:.0%} are asked for."
    if report.certain.survived:
        yield f"{report.certain.survived} mutants of guards, effects, not-found or atomicity survive."
    if report.branches.untaken:
        yield f"{report.branches.untaken} branches of the tools can be reached, and the suite takes none of them."
    if missed := [law for law in report.owed if law.status == "missed"]:
        yield f"No law notices {len(missed)} mutants of the blueprint, the first at {missed[0].path}."
    if report.diverging:
        yield f"The server does not follow {len(report.diverging)} of its own cases, the first {report.diverging[0]}."
