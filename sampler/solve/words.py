"""The words of a query as a reader takes them in: no marks but where sentences end, and slips of the pen put right."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sampler.words.noise import is_a_slip
from sampler.words.tokens import Token, tokenise

_STOPS = {".", "?", "!"}
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Words:
    """A query's tokens without marks and articles; `sentences` numbers the sentence of each.

    `colons` are the indexes of the tokens that stand after a colon.
    """

    text: str
    tokens: tuple[Token, ...]
    lows: tuple[str, ...]
    sentences: tuple[int, ...]
    colons: frozenset[int] = frozenset()

    def span(self, start: int, end: int) -> str:
        """Return the text from one token to before another, as it was written."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]


def read_words(text: str, known: Collection[str]) -> Words:
    """Cut a query into words; a lower-case word that is not known counts as the one known word a slip away.

    Who writes in haste leaves out `the`, so it counts for nothing, unless it may belong to a name.
    """
    tokens: list[Token] = []
    lows: list[str] = []
    sentences: list[int] = []
    colons: set[int] = set()
    sentence = 0
    cut = tokenise(text)
    for token, following in zip(cut, (*cut[1:], None), strict=True):
        if token.kind == "mark":
            sentence += token.text in _STOPS
            colons |= {len(tokens)} if token.text == ":" else set()
            continue
        if token.low == "the" and not (token.text == "The" and following is not None and following.is_proper):
            continue
        tokens.append(token)
        lows.append(_righted(token, known))
        sentences.append(sentence)
    return Words(text, tuple(tokens), tuple(lows), tuple(sentences), frozenset(colons))


def _righted(token: Token, known: Collection[str]) -> str:
    low = token.low
    if token.kind != "word" or low in known or len(low) < _SHORTEST or not token.text.islower():
        return low
    near = [word for word in known if abs(len(word) - len(low)) <= 1 and is_a_slip(low, word)]
    return near[0] if len(near) == 1 else low
