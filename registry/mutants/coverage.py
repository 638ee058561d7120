"""The branches of an environment's tools, and which of them calls have taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["taken", "untaken", "unreachable"]
"""unreachable: no sound world that the search tried leads there. untaken: one does, and the suite never goes there."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Branch(_Frozen):
    """One way out of one decision of a tool: the condition `source` at `line` holds, or it does not.

    A decision is the condition of an `if`, of a conditional expression, of a guard or of a comprehension's filter, each
    operand of an `and` or `or`, and a loop, which "holds" when there is anything to loop over.
    """

    line: int
    source: str
    holds: bool
    status: Status


class ToolCoverage(_Frozen):
    """The branches of one tool, by line."""

    tool: str
    branches: tuple[Branch, ...]


class Branches(_Frozen):
    """How many branches there are of each status."""

    taken: int = 0
    untaken: int = 0
    unreachable: int = 0

    @property
    def rate(self) -> float:
        """The share of the reachable ones that were taken; 1 if there are none."""
        reachable = self.taken + self.untaken
        return self.taken / reachable if reachable else 1.0


def sum_of(tools: Iterable[ToolCoverage]) -> Branches:
    """Count the branches of some tools together."""
    counts = {"taken": 0, "untaken": 0, "unreachable": 0}
    for tool in tools:
        for branch in tool.branches:
            counts[branch.status] += 1
    return Branches.model_validate(counts)
