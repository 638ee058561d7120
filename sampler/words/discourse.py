"""Discourse: which rows have been spoken of, so that `it` and `that booking` mean one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

UNKNOWN = "?"
"""The row that a list comes to, which who writes does not know."""


@dataclass
class Discourse:
    """The rows spoken of, wish by wish, and who speaks; whoever writes and whoever reads keep one each."""

    said: list[list[tuple[str, str, str]]] = field(default_factory=list)
    speaker: tuple[str, str, str] | None = None

    def open(self) -> None:
        """Begin a wish."""
        self.said.append([])

    def mention(self, environment: str, entity: str, row_id: str, place: int | None = None) -> None:
        """Note that a row is spoken of, at a `place` of the wish if what it is told by was spoken of already."""
        if not self.said:
            self.open()
        self.said[-1].insert(len(self.said[-1]) if place is None else place, (environment, entity, row_id))

    @property
    def place(self) -> int:
        """Where the next row of the wish will stand."""
        return len(self.said[-1]) if self.said else 0

    def latest(self, environment: str, entity: str) -> str | None:
        """Return the row that `that {entity}` means: the only one of its kind in the last wish that has any."""
        for wish in reversed(self.said):
            found = {row_id for where, kind, row_id in wish if (where, kind) == (environment, entity)}
            if found:
                return found.pop() if len(found) == 1 else None
        return None

    def foremost(self, is_such: Callable[[str, str], bool]) -> tuple[str, str, str] | None:
        """Return the row spoken of first in the last wish that speaks of any such: the thing `it`, the person `they`.

        `is_such` tells by environment and entity whether rows are of the sort that the pronoun is for.
        """
        return next((row for wish in reversed(self.said) for row in wish if is_such(*row[:2])), None)

    def rivals(self, is_such: Callable[[str, str], bool], far: int) -> set[tuple[str, str, str]]:
        """Return the rows of a sort in the last wish that speaks of any; none if it is more than `far` wishes back."""
        wishes = [wish for wish in self.said if wish][-1 - far :]
        told = ({row for row in wish if is_such(*row[:2])} for wish in reversed(wishes))
        return next((rows for rows in told if rows), set())
