"""Noise: slips of the pen in words that carry no fact."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping

RATES: Mapping[str, float] = {"plain": 0.01, "brief": 0.04, "polite": 0.0, "chatty": 0.03}
"""How often a word of each manner gets a slip."""

_WORD = re.compile(r'"[^"]*"|\S+')
_SHORTEST = 6


def slip(text: str, rng: random.Random, rate: float, harmless: Collection[str]) -> str:
    """Let some of the `harmless` words of a text be written with one slip each; nothing else is touched."""
    if not rate:
        return text

    def changed(match: re.Match[str]) -> str:
        word = match.group()
        is_harmless = word.isalpha() and word.islower() and len(word) >= _SHORTEST and word in harmless
        return _slipped(word, rng) if is_harmless and rng.random() < rate else word

    return _WORD.sub(changed, text)


def _slipped(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    match rng.choice(("swap", "drop", "double")):
        case "swap" if word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case "drop":
            return word[:at] + word[at + 1 :]
        case _:
            return word[:at] + word[at] + word[at:]
