"""What was found wrong with an episode: a code that programs read, a sentence that people read, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "missing_change", "wrong_change", "forbidden_change",
    "unanswered", "not_looked", "not_stated", "says_both", "names_rivals", "one_of_many", "invented_values",
    "changed_anyway", "not_asked", "not_declined", "off_topic",
    "rule_broken", "wasted", "nothing_demanded", "unscored",
]  # fmt: skip
"""docs/rewards.md says what each means; the code of a finding never changes its meaning."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A row added, a row removed or a cell changed. `is_extra`: a new row like none of the truth's."""

    environment: str
    entity: str
    row: str
    change: Literal["added", "removed", "changed"]
    column: str = ""
    is_extra: bool = False

    def __str__(self) -> str:
        where = [self.entity, self.row, *(["(new)"] if self.is_extra else []), *([self.column] if self.column else [])]
        return f"{self.environment}: {' '.join(where)} {self.change}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the part of the reward it is of, its code and a sentence.

    `turn`: the index of the turn it was found in; `step`: that of the call, among all of the episode's; `atom`: the
    change it is about.
    """

    part: str
    code: Code
    text: str
    turn: int | None = None
    step: int | None = None
    atom: Atom | None = None
