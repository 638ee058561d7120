"""What keeps an exploration from going on: one URL that is not fetched, or a bound of the whole that is reached."""

from __future__ import annotations


class ExploreError(Exception):
    """An exploration that cannot be, in one sentence that says why and what to do."""


class RefusedError(ExploreError):
    """One URL is left unfetched or unread, and the others go on.

    `is_missing`: the server says that there is nothing. `is_final`: nothing else at its origin can be fetched either.
    """

    def __init__(self, why: str, *, is_missing: bool = False, is_final: bool = False) -> None:
        super().__init__(why)
        self.is_missing, self.is_final = is_missing, is_final


class TooLargeError(RefusedError):
    """A document is larger than what it was allowed; it was cut off there."""

    def __init__(self, most_bytes: int) -> None:
        size = f"{most_bytes / 1_000_000:g} MB" if most_bytes >= 1_000_000 else f"{most_bytes:,} bytes"
        super().__init__(f"larger than {size}, cut off there")


class OverError(ExploreError):
    """A bound of the whole exploration is reached; nothing more is fetched."""
