"""The verdict on each mutant of an environment, and their sums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from registry.mutants.mutant import CERTAIN, Operator
from registry.report import Evidence

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


class MutationReport(_Frozen):
    """Every mutant of an environment with its verdict. `diverging` are cases the unchanged server does not follow."""

    mutation: Literal[1] = 1
    environment: str
    version: int
    verdicts: tuple[MutantVerdict, ...]
    diverging: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def tally(self) -> Tally:
        """The sum over all mutants."""
        return _sum(self.verdicts)

    @property
    def by_operator(self) -> Mapping[Operator, Tally]:
        """The sums by operator, in the order in which operators first appear."""
        operators = dict.fromkeys(each.operator for each in self.verdicts)
        return {name: _sum(tuple(each for each in self.verdicts if each.operator == name)) for name in operators}

    @property
    def certain(self) -> Tally:
        """The sum over the operators of which no mutant may survive."""
        return _sum(tuple(each for each in self.verdicts if each.operator in CERTAIN))

    @property
    def survivors(self) -> tuple[MutantVerdict, ...]:
        """The mutants that the suite let pass though a call tells them apart."""
        return tuple(each for each in self.verdicts if each.status == "survived")


def _sum(verdicts: tuple[MutantVerdict, ...]) -> Tally:
    counts = {
        status: sum(each.status == status for each in verdicts) for status in ("killed", "survived", "equivalent")
    }
    return Tally.model_validate(counts)
