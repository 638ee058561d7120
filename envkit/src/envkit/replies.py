"""Answers kept by the key that came with their call, so that a call sent twice is executed once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from envkit.calls import Json, JsonObject
from envkit.environment import Answer
from envkit.errors import INTERNAL, INVALID_ARGUMENT, KEY_REUSED, STORAGE_FULL

KEY = "envfarm/idempotency-key"
"""The member of a call's `_meta` that says which call it is, however often it is sent."""

KEY_LENGTH = 200
MOST = 64
MOST_BYTES = 256 << 10
"""How many answers a world keeps, and how many bytes of them; the oldest give way, the newest is always kept."""

_ENCODER = json.JSONEncoder(sort_keys=True)

_UNSETTLED = frozenset({INTERNAL, STORAGE_FULL})
"""Codes of a call that did nothing and may do it when it is sent again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and the digest of the call it answered."""

    mark: bytes
    answer: Answer

    @property
    def size_bytes(self) -> int:
        """How much it holds."""
        return len(self.answer.body) + len(self.answer.sentence)

    def to(self, mark: bytes, key: str) -> Answer:
        """Answer a call that came with the same key; refuses another call than the first."""
        if mark == self.mark:
            return self.answer
        return Answer(code=KEY_REUSED, sentence=f"The key {key!r} came with another call before; use a new one.")


@dataclass(frozen=True, slots=True)
class Replies:
    """The newest answers of a world by key: a value, so that forks and snapshots share it."""

    known: Mapping[str, Reply] = field(default_factory=dict)
    size_bytes: int = 0

    def adding(self, key: str, reply: Reply) -> Replies:
        """Return these with one more."""
        if reply.answer.code in _UNSETTLED:
            return self
        known, size_bytes = {**self.known, key: reply}, self.size_bytes + reply.size_bytes
        while len(known) > MOST or (size_bytes > MOST_BYTES and len(known) > 1):
            size_bytes -= known.pop(next(iter(known))).size_bytes
        return Replies(known, size_bytes)


NO_REPLIES = Replies()


def mark_of(tool: str, arguments: JsonObject) -> bytes:
    """Return a digest of what a call asks."""
    return hashlib.sha256(_ENCODER.encode([tool, arguments]).encode()).digest()


def key_trouble(key: Json) -> Answer | None:
    """Return the refusal of a key that is none."""
    if isinstance(key, str) and 0 < len(key) <= KEY_LENGTH:
        return None
    sentence = f"The {KEY} in _meta must be a text of 1 to {KEY_LENGTH} characters."
    return Answer(code=INVALID_ARGUMENT, sentence=sentence)
