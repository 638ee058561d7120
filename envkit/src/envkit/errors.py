"""Refusals: a tool's reasoned "no", with a stable code and a sentence that says what would be valid."""

from __future__ import annotations

NOT_FOUND = "not_found"
INVALID_ARGUMENT = "invalid_argument"
ALREADY_EXISTS = "already_exists"
INVALID_CURSOR = "invalid_cursor"
NOTHING_TO_UPDATE = "nothing_to_update"
INVALID_TRANSITION = "invalid_transition"
STORAGE_FULL = "storage_full"
IN_USE = "in_use"
KEY_REUSED = "key_reused"
INTERNAL = "internal"
UNAVAILABLE = "unavailable"
RATE_LIMITED = "rate_limited"

KIT_CODES = frozenset(
    {
        NOT_FOUND,
        INVALID_ARGUMENT,
        ALREADY_EXISTS,
        INVALID_CURSOR,
        NOTHING_TO_UPDATE,
        INVALID_TRANSITION,
        STORAGE_FULL,
        IN_USE,
        KEY_REUSED,
        INTERNAL,
        UNAVAILABLE,
        RATE_LIMITED,
    }
)
"""Codes the kit itself answers with; a blueprint's guards may not reuse them."""

TRANSIENT = frozenset({UNAVAILABLE, RATE_LIMITED})
"""Codes of a call that was refused before it was executed, whatever it asked, and gets through if it is made again."""

REFUSAL = "envfarm/refusal"
"""The key in a result's `_meta` under which a refusal stands as data: code and message, and how long to wait if so."""


class Refusal(Exception):  # noqa: N818  # a refusal is an observation, not an error
    """Raised inside a tool to refuse the call; the world is left exactly as it was."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


def require(condition: object, code: str, sentence: str) -> None:
    """Refuse the call with `code` and `sentence` unless `condition` holds."""
    if not condition:
        raise Refusal(code, sentence)
