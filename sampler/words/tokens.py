"""Tokens: a text cut into quoted strings, addresses, codes, numbers, words and marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r'"(?P<quote>[^"]*)"'
    r"|(?P<hole>\{[a-z_]+\})"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<id>[a-z]{2,4}_[0-9a-z]{6}\b)"
    r"|(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?!\w|:\d))"
    r"|(?P<number>[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?![\w-]))"
    r"|(?P<own>['’]s\b|(?<=s)['’](?!\w))"
    r"|(?P<word>[^\W_](?:(?!['’]s\b)['’](?=\w)|[\w+&/-]|\.(?=\w))*)"
    r"|(?P<mark>\S)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text, where it stands there; `low` is what literals are compared with."""

    kind: str
    text: str
    low: str
    start: int
    end: int

    @property
    def is_proper(self) -> bool:
        """Whether it may be part of a name: it opens with a capital, or holds a digit."""
        return self.kind in ("word", "number") and (self.text[:1].isupper() or any(map(str.isdigit, self.text)))


@lru_cache(maxsize=1 << 12)  # phrases and labels come again and again, what is said to tasks does not
def tokenise(text: str) -> tuple[Token, ...]:
    """Cut a text into tokens."""
    return tuple(_token(match) for match in _TOKEN.finditer(text))


def _token(match: re.Match[str]) -> Token:
    kind = str(match.lastgroup)
    text = match.group(kind)
    low = "'s" if kind == "own" else text.lower()
    return Token(kind, text, low, match.start(), match.end())


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that stand in some texts, in lower case."""
    return frozenset(token.low for text in texts for token in tokenise(text) if token.kind == "word")
