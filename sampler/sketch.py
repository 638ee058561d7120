"""Sketches of sets: how many members, and how alike two sets are, in bounded memory."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable

KEPT = 64
_SPACE = float(2**64)


class Sketch:
    """The `kept` smallest hashes of a set's members; exact up to that many members, an estimate beyond.

    Source: Bar-Yossef et al., Counting distinct elements in a data stream (2002); Broder, On the resemblance and
    containment of documents (1997).
    """

    __slots__ = ("_hashes", "_kept")

    def __init__(self, members: Iterable[str] = (), *, kept: int = KEPT) -> None:
        self._kept = kept
        self._hashes = array("Q", sorted({hash_of(member) for member in members})[:kept])

    def add(self, member: str) -> None:
        """Take one more member in."""
        number = hash_of(member)
        if len(self._hashes) == self._kept and number >= self._hashes[-1]:
            return
        place = bisect_left(self._hashes, number)
        if place == len(self._hashes) or self._hashes[place] != number:
            self._hashes.insert(place, number)
            del self._hashes[self._kept :]

    @property
    def count(self) -> int:
        """How many different members there are."""
        if len(self._hashes) < self._kept:
            return len(self._hashes)
        return round((self._kept - 1) / (self._hashes[-1] / _SPACE))

    def likeness(self, other: Sketch) -> float:
        """Return the Jaccard likeness of the two sets, from 0 to 1; two empty sets are alike."""
        mine, theirs = set(self._hashes), set(other._hashes)
        union = sorted(mine | theirs)[: self._kept]
        if not union:
            return 1.0
        shared = mine & theirs
        return sum(number in shared for number in union) / len(union)


def hash_of(text: str) -> int:
    """Return 64 bits that stand for a text, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
