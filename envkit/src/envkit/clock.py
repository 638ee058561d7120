"""A world's own time, ids and chance, all derived from a seed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_LENGTH = 6


def derive(seed: int | str, *parts: int | str) -> int:
    """Derive an independent 64-bit seed from `seed` and the parts that name its use."""
    text = "/".join(map(str, (seed, *parts)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def mint(seed: str, prefix: str, n: int) -> str:
    """Return the n-th id of that prefix, e.g. `bkg_4k2m9x`: opaque, yet the same for the same seed."""
    number = int.from_bytes(hashlib.sha256(f"{seed}/{prefix}/{n}".encode()).digest()[:8], "big")
    letters = []
    for _ in range(_ID_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return f"{prefix}_{''.join(letters)}"


def days(n: int) -> timedelta:
    """Return a span of n days."""
    return timedelta(days=n)


def hours(n: int) -> timedelta:
    """Return a span of n hours."""
    return timedelta(hours=n)


def minutes(n: int) -> timedelta:
    """Return a span of n minutes."""
    return timedelta(minutes=n)


def to_wire(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC with whole seconds, e.g. `2025-03-03T09:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_wire(text: str) -> datetime:
    """Read an RFC 3339 moment; ValueError if it is not one or names no offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone; write it as 2025-03-03T09:00:00Z")
    return moment.astimezone(UTC).replace(microsecond=0)
