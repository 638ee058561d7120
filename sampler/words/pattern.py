"""Patterns: literals with holes, filled by who writes and matched by who reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sampler.words.tokens import tokenise


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a pattern that is filled."""

    name: str


Part = str | Hole


@cache
def parts(pattern: str) -> tuple[Part, ...]:
    """Cut a pattern into its literals, in lower case, and its holes; marks but the colon count for nothing."""
    return tuple(
        Hole(each.text[1:-1]) if each.kind == "hole" else each.low for each in tokenise(pattern) if each.kind != "mark"
    )


def fill(pattern: str, texts: Mapping[str, str]) -> str:
    """Fill the holes of a pattern."""
    filled = re.sub(r"\{([a-z_]+)\}", lambda match: texts[match.group(1)], pattern)
    return filled.replace(" 's ", "'s ")
