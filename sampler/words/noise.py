"""Noise: slips of the pen in words that carry no fact."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator, Mapping

RATES: Mapping[str, float] = {"plain": 0.02, "brief": 0.12, "polite": 0.0, "chatty": 0.08}
"""How often a message of each manner has a slip; there is never more than one in it."""

_WORD = re.compile(r'"[^"]*"|\S+')
_SHORTEST, _FEWEST_WORDS = 6, 8
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def slip(text: str, rng: random.Random, rate: float, harmless: Collection[str]) -> str:
    """Let one of the `harmless` words of a text now and then be written with a slip; nothing else is touched."""
    if not rate or rng.random() >= rate or len(text.split()) < _FEWEST_WORDS:
        return text
    words = [
        match
        for match in _WORD.finditer(text)
        if match.group().isalpha() and match.group().islower() and len(match.group()) >= _SHORTEST
        if match.group() in harmless
    ]
    if not words:
        return text
    chosen = rng.choice(words)
    return text[: chosen.start()] + _slipped(chosen.group(), rng, harmless) + text[chosen.end() :]


def is_a_slip(written: str, meant: str) -> bool:
    """Say whether one letter dropped, doubled, changed or swapped with the next makes one word of the other."""
    if len(written) > len(meant):
        written, meant = meant, written
    start = next((i for i, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), len(written))
    if len(written) < len(meant):
        return written[start:] == meant[start + 1 :]
    swapped = written[start + 1 : start + 2] + written[start : start + 1] + written[start + 2 :]
    return written[start + 1 :] == meant[start + 1 :] or swapped == meant[start:]


def _slipped(word: str, rng: random.Random, harmless: Collection[str]) -> str:
    """Return a word with letters in the wrong order, one left out or the key beside; as it is where that misleads."""
    slips = list(dict.fromkeys(_slips(word)))
    rng.shuffle(slips)
    clear = (each for each in slips if [other for other in harmless if _is_near(each, other)] == [word])
    return next(clear, word)


def _is_near(written: str, meant: str) -> bool:
    return abs(len(written) - len(meant)) <= 1 and is_a_slip(written, meant)


def _slips(word: str) -> Iterator[str]:
    for at in range(1, len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        yield word[:at] + word[at + 1 :]
        for row in _ROWS:
            place = row.find(word[at])
            for beside in (place - 1, place + 1) if place >= 0 else ():
                if 0 <= beside < len(row):
                    yield word[:at] + row[beside] + word[at + 1 :]
