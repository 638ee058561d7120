"""What a call may break in a world that was sound: an invariant, a reference, a conserved value."""

from __future__ import annotations

from dataclasses import dataclass

from envkit.calls import Json
from farm.control import Soundness


@dataclass(frozen=True, slots=True)
class Break:
    """Something broken, in a sentence that names the call; `key` is the same for the same thing broken elsewhere."""

    sentence: str
    key: str
    expected: Json = None
    actual: Json = None


def broken(tool: str, before: Soundness, after: Soundness) -> Break | None:
    """Return the first thing that a call of `tool` broke; None if the world was unsound before, or still is sound."""
    if not before.is_sound:
        return None
    for name, holds in after.holds.items():
        if not holds:
            return Break(f"After {tool}, the world breaks the invariant {name}.", name, expected=True, actual=False)
    for sentence in after.foreign_keys:
        return Break(f"After {tool}, a reference points nowhere: {sentence}.", "reference", actual=sentence)
    for name, amount in before.conserved.items():
        if after.conserved.get(name) != amount:
            return Break(f"{tool} moves the conserved value {name}.", name, amount, after.conserved.get(name))
    return None
