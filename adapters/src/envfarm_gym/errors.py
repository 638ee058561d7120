"""What can go wrong between a trainer and the gym."""

from __future__ import annotations


class GymError(Exception):
    """The gym could not be reached, or refused; `code` is its word for why, `unreachable` if it said nothing."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class UnscoredError(Exception):
    """A rollout says nothing about its policy, because something else failed: play it again, and never count it 0."""
