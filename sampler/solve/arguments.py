"""Arguments: what tools are given, read out of words by the patterns of phrases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from envkit.manifest import ArgumentSpec
from sampler.query import plural
from sampler.solve.grammar import Grammar
from sampler.solve.literals import read
from sampler.solve.nodes import Argument, One, Told
from sampler.solve.phrases import NounPhrases
from sampler.solve.words import Words
from sampler.words import frames
from sampler.words.pattern import Hole, Part, parts

ONE, _MORE = {"1", "one"}, {"more", "new"}
_TAILS = tuple(
    (parts(text)[1:], is_first)
    for texts, is_first in ((frames.CARRIED, False), (frames.CARRIED_FIRST, True))
    for text in texts
)
"""What follows the label of an answer given before, and whether it is the first such answer that is meant."""
Bound = tuple[tuple[str, Argument], ...]


class Arguments:
    """Reads the arguments of one query."""

    def __init__(
        self,
        grammars: Mapping[str, Grammar],
        words: Words,
        years: Sequence[int],
        phrases: Mapping[str, NounPhrases],
    ) -> None:
        self.grammars = grammars
        self.words = words
        self.years = years
        self.phrases = phrases

    def match(
        self, name: str, pattern: Sequence[Part], start: int, arguments: Mapping[str, ArgumentSpec]
    ) -> Iterator[tuple[int, Bound]]:
        """Yield the ways to match a pattern whose holes are arguments by name, each with the index after it."""
        if not pattern:
            yield start, ()
        elif start < len(self.words.lows):
            head, rest = pattern[0], pattern[1:]
            if not isinstance(head, Hole):
                if self._is(start, head):
                    yield from self.match(name, rest, start + 1, arguments)
                return
            if rest and rest[0] == "'s" and arguments[head.name].type == "ref":
                for end, owner in self.phrases[name].owners(arguments[head.name].to, start):
                    for last, bound in self.match(name, rest[1:], end, arguments):
                        yield last, ((head.name, owner), *bound)
                return
            for end, value in self.value(name, arguments[head.name], start):
                for last, bound in self.match(name, rest, end, arguments):
                    yield last, ((head.name, value), *bound)

    def _is(self, at: int, literal: str) -> bool:
        """Say whether a literal stands at a token; one day is of the `days`, and `an` is an `a`."""
        low = self.words.lows[at]
        if low == literal or (low, literal) == ("an", "a"):
            return True
        before = self.words.lows[max(0, at - 2) : at]
        is_one = bool(before) and (before[-1] in ONE or (before[0] in ONE and before[-1] in _MORE))
        return is_one and plural(low) == literal

    def value(self, name: str, argument: ArgumentSpec, start: int) -> Iterator[tuple[int, Argument]]:
        """Yield what an argument may be given by the words that begin at a token."""
        if start >= len(self.words.lows):
            return
        if argument.many:
            if self.words.lows[start] in ("nobody", "nothing"):
                yield start + 1, ()
            yield from self._several(name, argument, start)
        else:
            yield from self._one(name, argument, start)

    def _one(self, name: str, argument: ArgumentSpec, start: int) -> Iterator[tuple[int, One]]:
        if argument.type == "ref":
            yield from self.phrases[name].at(argument.to, start)
            return
        yield from read(self.words, start, argument.type, argument.values, self.years)
        yield from self._told(start)

    def _several(self, name: str, argument: ArgumentSpec, start: int) -> Iterator[tuple[int, tuple[One, ...]]]:
        for end, first in self._one(name, argument, start):
            yield end, (first,)
            after = end + (self.words.lows[end : end + 1] == ("and",))
            if after < len(self.words.lows):
                for last, rest in self._several(name, argument, after):
                    yield last, (first, *rest)

    def _told(self, start: int) -> Iterator[tuple[int, Told]]:
        """Yield `the phone number that you gave me`: a value from an earlier answer."""
        found: dict[int, dict[str, None]] = {}
        for grammar in self.grammars.values():
            for pattern, name in grammar.tellable.get(self.words.lows[start], ()):
                end = start + len(pattern)
                if self.words.lows[start:end] == pattern:
                    found.setdefault(end, {})[name] = None
        for end, names in found.items():
            for tail, is_first in _TAILS:
                if self.words.lows[end : end + len(tail)] == tail:
                    yield end + len(tail), Told(tuple(names), is_first)
