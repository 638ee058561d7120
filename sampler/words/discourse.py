"""Discourse: which rows have been spoken of, so that `it` and `that booking` mean one of them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Discourse:
    """The rows spoken of, wish by wish, and who speaks; whoever writes and whoever reads keep one each."""

    said: list[list[tuple[str, str, str]]] = field(default_factory=list)
    speaker: tuple[str, str, str] | None = None

    def open(self) -> None:
        """Begin a wish."""
        self.said.append([])

    def mention(self, environment: str, entity: str, row_id: str) -> None:
        """Note that a row is spoken of."""
        if not self.said:
            self.open()
        self.said[-1].append((environment, entity, row_id))

    def latest(self, environment: str, entity: str) -> str | None:
        """Return the row that `that {entity}` means: the only one of its kind in the last wish that has any."""
        for wish in reversed(self.said):
            found = {row_id for where, kind, row_id in wish if (where, kind) == (environment, entity)}
            if found:
                return found.pop() if len(found) == 1 else None
        return None

    def foremost(self) -> tuple[str, str, str] | None:
        """Return the row spoken of first in the last wish that speaks of any: what `it` comes to mind for."""
        return next((wish[0] for wish in reversed(self.said) if wish), None)
