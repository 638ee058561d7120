"""Patterns: literals with holes, filled by who writes and matched by who reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sampler.words.tokens import tokenise

_OWN = {"me": "my", "I": "my", "it": "its", "them": "their", "they": "their"}


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a pattern that is filled."""

    name: str


Part = str | Hole


@lru_cache(maxsize=1 << 14)
def parts(pattern: str) -> tuple[Part, ...]:
    """Cut a pattern into its literals, in lower case, and its holes; marks and `the` count for nothing."""
    return tuple(
        Hole(each.text[1:-1]) if each.kind == "hole" else each.low
        for each in tokenise(pattern)
        if each.kind != "mark" and each.low != "the"
    )


def fill(pattern: str, texts: Mapping[str, str]) -> str:
    """Fill the holes of a pattern; what stands around them follows what they hold: `my`, `an hour`, `1 day`."""
    for name, text in texts.items():
        if text in ("1", "one"):
            pattern = re.sub(rf"(\{{{name}\}} (?:(?:more|new) )?)(\w{{2,}}s)\b", _made_one, pattern)
        if text[:1].lower() in "aeiou":
            pattern = re.sub(rf"\ba (?=\{{{name}\}})", "an ", pattern)

    def filled(match: re.Match[str]) -> str:
        text = texts[match.group(1)]
        return possessive(text) if match.group(2) else text

    return re.sub(r"\{([a-z_]+)\}('s\b)?", filled, pattern).replace(" 's ", "'s ")


def possessive(name: str) -> str:
    """Put a name or a pronoun into the possessive."""
    return _OWN.get(name) or (f"{name}'" if name.endswith("s") else f"{name}'s")


def singular(word: str) -> str:
    """Return one of what a plural in -s names; any other word as it is."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _made_one(match: re.Match[str]) -> str:
    return match.group(1) + singular(match.group(2))
