"""Cursors: where the next page of one particular query begins."""

from __future__ import annotations

import base64
import hashlib

import orjson

from envkit.calls import JsonObject
from envkit.errors import INVALID_CURSOR, Refusal

_BAD_CURSOR = Refusal(INVALID_CURSOR, "The cursor is not one of this query; repeat the query without a cursor.")


def fingerprint(query: JsonObject) -> str:
    """Return 8 hex digits that tell one query (its filters and order, not its page) from another."""
    return hashlib.sha256(orjson.dumps(query, option=orjson.OPT_SORT_KEYS)).hexdigest()[:8]


def encode_cursor(offset: int, query: str) -> str:
    """Write the cursor that continues the query of that fingerprint at `offset`."""
    return base64.urlsafe_b64encode(f"{query}{offset}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str, query: str) -> int:
    """Return the offset a cursor stands for; refuses `invalid_cursor` if it is not one of that query."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except ValueError:  # not base64, or not ASCII within
        raise _BAD_CURSOR from None
    if text[:8] != query or not text[8:].isdecimal() or encode_cursor(int(text[8:]), query) != cursor:
        raise _BAD_CURSOR
    return int(text[8:])
