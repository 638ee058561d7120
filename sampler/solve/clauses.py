"""Clauses: every way to read a query as orders, questions, conditions and introductions, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from envkit.manifest import ArgumentSpec, EntitySpec, FieldSpec, ToolSpec
from sampler.query import plural
from sampler.solve.arguments import ONE, Arguments, Bound
from sampler.solve.grammar import Grammar
from sampler.solve.literals import read
from sampler.solve.nodes import (
    ActClause,
    AskClause,
    Clause,
    Constraint,
    CountClause,
    GiveClause,
    IfClause,
    IntroClause,
    LookClause,
    NounPhrase,
    PlaceClause,
    Reading,
)  # fmt: skip
from sampler.solve.phrases import NounPhrases
from sampler.solve.vocabulary import FILLERS
from sampler.solve.words import Words
from sampler.words import frames
from sampler.words.english import being, flagged, marked
from sampler.words.lexicon import places
from sampler.words.pattern import Hole, Part, parts
from sampler.words.phrasing import Phrase

_MOST_READINGS = 80
_SEPARATORS = ((), ("and",), ("with",), ("for",), ("as",))
_CHANGES = ("change", "set", "update", "correct")
_BEFORE = ("before", "that")
Ends = Iterator[tuple[int, Clause | tuple[Clause, ...]]]


@dataclass(frozen=True, slots=True)
class Pending:
    """An order of an earlier turn that wanted one more thing said: an argument, or which of some `rivals` it is."""

    environment: str
    tool: ToolSpec
    missing: tuple[str, ...]
    rivals: frozenset[str] = frozenset()


class Reader:
    """Reads one query."""

    def __init__(
        self, grammars: Mapping[str, Grammar], words: Words, years: Sequence[int], pending: Pending | None
    ) -> None:
        self.grammars = grammars
        self.words = words
        self.years = years
        self.pending = pending
        self.phrases = {name: NounPhrases(each.lexicon, words, years) for name, each in grammars.items()}
        self.arguments = Arguments(grammars, words, years, self.phrases)
        heard = {*words.lows, *("a" for low in words.lows if low == "an")}
        if heard & ONE:
            heard |= {plural(low) for low in words.lows if low.isalpha()}
        self._sayable = {
            name: [phrase for phrase in each.lexicon.phrases if phrase.literals <= heard]
            for name, each in grammars.items()
        }
        named = places({name: each.lexicon for name, each in grammars.items()})
        self.places = {
            name: tuple(
                parts(text.replace("{place}", place))
                for text in (*frames.PLACES, *frames.PLACES_LATER)
                for place in named[name]
            )
            for name in grammars
        }
        self._covers: dict[int, tuple[Reading, ...]] = {}

    def readings(self) -> tuple[Reading, ...]:
        """Return the ways to read the whole query; one word that fits nowhere leaves none."""
        return tuple(reading for reading in self._cover(0) if reading)

    def _cover(self, start: int) -> tuple[Reading, ...]:
        if start == len(self.words.lows):
            return ((),)
        if start not in self._covers:
            found: dict[Reading, None] = {}
            for end, clause in self._clauses(start):
                made = clause if isinstance(clause, tuple) else (clause,)
                for rest in self._cover(end):
                    found[(*made, *rest)] = None
            for end in FILLERS.ends(self.words.lows, start):
                found |= dict.fromkeys(self._cover(end))
            self._covers[start] = tuple(found)[:_MOST_READINGS]
        return self._covers[start]

    def _clauses(self, start: int) -> Ends:
        sentence = self.words.sentences[start]
        for name, grammar in self.grammars.items():
            for end, clause in self._clauses_of(name, grammar, start):
                if end > start and self.words.sentences[end - 1] == sentence:
                    yield end, clause

    def _clauses_of(self, name: str, grammar: Grammar, start: int) -> Ends:
        yield from self._places(name, start)
        yield from self._introductions(name, grammar, start)
        yield from self._conditions(name, grammar, start)
        yield from self._questions(name, grammar, start)
        yield from self._counts(name, grammar, start)
        yield from self._looks(name, grammar, start)
        for phrase in self._sayable[name]:
            yield from self._orders(name, phrase, start)
        for tool in grammar.lexicon.manifest.tools:
            if grammar.lexicon.changes(tool):
                yield from self._updates(name, tool, start)
            yield from self._titled(name, tool, start)
        if self.pending is not None and self.pending.environment == name:
            yield from self._gives(self.pending, start)

    def _places(self, name: str, start: int) -> Ends:
        lows = self.words.lows
        for pattern in self.places[name] if len(self.places) > 1 else ():
            if lows[start : start + len(pattern)] == pattern:
                yield start + len(pattern), PlaceClause(name)

    def _introductions(self, name: str, grammar: Grammar, start: int) -> Ends:
        for texts in frames.INTRODUCTIONS.values():
            for text in texts:
                for end, bound in self.arguments.match(name, parts(text), start, _INTRODUCED):
                    said = {each: value for each, value in bound if isinstance(value, str)}
                    for entity in grammar.lexicon.people if {"name", "email"} <= said.keys() else ():
                        field = grammar.lexicon.person(entity)
                        assert field is not None, "people have a name"
                        holds = (Constraint((field.name,), said["name"]), Constraint(("email",), said["email"]))
                        yield end, IntroClause(name, NounPhrase(entity, constraints=holds))

    def _conditions(self, name: str, grammar: Grammar, start: int) -> Ends:
        phrases = self.phrases[name]
        opened = {phrases.literal(start, text.partition("{")[0]) for text in frames.CONDITIONS} - {None}
        for begin in opened:
            for entity in grammar.lexicon.entities.values() if begin is not None else ():
                for end, row in phrases.at(entity.name, begin or 0):
                    yield from self._being(name, entity.fields, row, end)
                for end, row in phrases.owners(entity.name, begin or 0):
                    for field in entity.fields:
                        for after in phrases.labelled(end, field.name):
                            yield from self._worth(name, field, row, after)
                for field in entity.fields:
                    for after in phrases.labelled(begin or 0, field.name):
                        of = phrases.literal(after, "of")
                        for end, row in phrases.at(entity.name, of) if of is not None else ():
                            yield from self._worth(name, field, row, end)

    def _worth(self, name: str, field: FieldSpec, row: NounPhrase, start: int) -> Ends:
        if self.words.lows[start : start + 1] in (("is",), ("are",)):
            for end, value in read(self.words, start + 1, field.type, field.values, self.years):
                yield end, IfClause(name, row, (field.name,), value)

    def _being(self, name: str, fields: Sequence[FieldSpec], row: NounPhrase, start: int) -> Ends:
        for field in fields:
            if field.type == "bool":
                holds, _, denied = being(field.name)
                for text, is_so in ((holds, True), (denied, False)):
                    end = self.phrases[name].literal(start, text)
                    if end is not None:
                        yield end, IfClause(name, row, (field.name,), is_so)
            elif field.type in ("enum", "state") and self.words.lows[start : start + 1] == ("is",):
                for end, value in read(self.words, start + 1, field.type, field.values, self.years):
                    yield end, IfClause(name, row, (field.name,), value)

    def _questions(self, name: str, grammar: Grammar, start: int) -> Ends:
        phrases = self.phrases[name]
        for pattern, entity, field in grammar.questions.get(self.words.lows[start], ()):
            for end, row in self._match_row(phrases, pattern, start, entity):
                yield from self._dated(AskClause(name, f"{entity}.{field.name}", row, field.name), end)
        for kind, owned in grammar.owned.items():
            for end, row in phrases.owners(kind, start):
                for pattern, field in owned:
                    if self.words.lows[end : end + len(pattern)] == pattern:
                        asked = AskClause(name, f"{kind}.{field.name}", row, field.name)
                        yield from self._dated(asked, end + len(pattern))
        for each in grammar.lexicon.entities.values():
            yield from self._listed(name, each, start)
        for literal, scalar in grammar.scalars.items():
            if self.words.lows[start : start + len(literal)] == literal:
                yield start + len(literal), AskClause(name, scalar, None)

    def _listed(self, name: str, entity: EntitySpec, start: int) -> Ends:
        """Yield one row's columns: `its price and status`, `price and status of the booking`, `the booking: price`."""
        phrases = self.phrases[name]
        for begin, row in phrases.owners(entity.name, start):
            for end, columns in self._labels(name, entity, begin):
                if len(columns) > 1:
                    yield end, tuple(AskClause(name, f"{entity.name}.{each}", row, each) for each in columns)
        for begin, columns in self._labels(name, entity, start):
            if len(columns) > 1 and self.words.lows[begin : begin + 1] in (("of",), ("for",)):
                for end, row in phrases.at(entity.name, begin + 1):
                    yield end, tuple(AskClause(name, f"{entity.name}.{each}", row, each) for each in columns)
        for begin, row in phrases.at(entity.name, start) if self.words.colons else ():
            for end, columns in self._labels(name, entity, begin) if begin in self.words.colons else ():
                yield end, tuple(AskClause(name, f"{entity.name}.{each}", row, each) for each in columns)

    def _labels(self, name: str, entity: EntitySpec, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        start += self.words.lows[start : start + 1] == ("and",)
        for field in (each for each in entity.fields if each.type != "ref"):
            for end in self.phrases[name].labelled(start, field.name):
                yield end, (field.name,)
                for last, more in self._labels(name, entity, end) if end < len(self.words.lows) else ():
                    yield last, (field.name, *more)

    def _dated(self, asked: AskClause, end: int) -> Ends:
        yield end, asked
        if self.words.lows[end : end + 2] == _BEFORE:
            yield end + 2, replace(asked, is_before=True)

    def _match_row(
        self, phrases: NounPhrases, pattern: Sequence[Part], start: int, entity: str
    ) -> Iterator[tuple[int, NounPhrase]]:
        """Yield the ways to match a pattern with one hole for a row."""
        at = next((index for index, part in enumerate(pattern) if isinstance(part, Hole)), len(pattern))
        if self.words.lows[start : start + at] != tuple(pattern[:at]) or start + at >= len(self.words.lows):
            return
        hole, tail = pattern[at], tuple(pattern[at + 1 :])
        assert isinstance(hole, Hole)
        found = phrases.owners if hole.name == "own" else phrases.at
        for end, row in found(entity, start + at):
            if self.words.lows[end : end + len(tail)] == tail:
                yield end + len(tail), row

    def _counts(self, name: str, grammar: Grammar, start: int) -> Ends:
        phrases = self.phrases[name]
        for opening, closing in frames.COUNTS:
            begin = phrases.literal(start, opening)
            if begin is None or begin >= len(self.words.lows):
                continue
            for entity in grammar.lexicon.entities:
                for end, rows in phrases.many(entity, begin):
                    last = phrases.literal(end, closing) if closing else end
                    if last is not None and rows.mode in ("rows", "context"):
                        yield last, CountClause(name, replace(rows, mode="rows", is_all=True))

    def _looks(self, name: str, grammar: Grammar, start: int) -> Ends:
        for text in frames.LOOKS:
            pattern = parts(text)
            if self.words.lows[start] == pattern[0]:
                for entity in grammar.lexicon.entities:
                    for end, row in self._match_row(self.phrases[name], pattern, start, entity):
                        yield end, LookClause(name, row)

    def _orders(self, name: str, phrase: Phrase, start: int) -> Ends:
        arguments = {each.name: each for each in phrase.tool.arguments}
        for end, bound in self.arguments.match(name, parts(phrase.text), start, arguments):
            yield from self._with_more(name, phrase.tool, bound, end)

    def _titled(self, name: str, tool: ToolSpec, start: int) -> Ends:
        end = self.phrases[name].literal(start, self.grammars[name].lexicon.ordered(tool))
        if end is not None:
            yield from self._with_more(name, tool, (), end)

    def _with_more(self, name: str, tool: ToolSpec, bound: Bound, start: int) -> Ends:
        """Yield an order with none, one or more further arguments said after it by their labels."""
        yield start, ActClause(name, tool.name, bound, tool)
        said = {each for each, _ in bound}
        for argument in tool.arguments:
            if argument.name in said or argument.role not in ("key", "value"):
                continue
            if argument.type == "bool":
                yield from self._flagged(name, tool, argument, bound, start)
                continue
            if argument.type == "ref" and not argument.many and self.words.lows[start : start + 1] == ("for",):
                for after, row in self.phrases[name].at(argument.to, start + 1):
                    yield from self._with_more(name, tool, (*bound, (argument.name, row)), after)
            for end in self._labelled(name, argument, start):
                for after, value in self.arguments.value(name, argument, end):
                    yield from self._with_more(name, tool, (*bound, (argument.name, value)), after)

    def _flagged(self, name: str, tool: ToolSpec, argument: ArgumentSpec, bound: Bound, start: int) -> Ends:
        """Yield an order followed by `and it was not stolen`."""
        begins = (start, start + 1) if self.words.lows[start : start + 1] == ("and",) else (start,)
        for value, at in product((True, False), begins):
            end = self.phrases[name].literal(at, flagged(argument.name, value))
            if end is not None:
                yield from self._with_more(name, tool, (*bound, (argument.name, value)), end)

    def _labelled(self, name: str, argument: ArgumentSpec, start: int) -> Iterator[int]:
        for separator in _SEPARATORS:
            end = start + len(separator)
            if self.words.lows[start:end] == separator:
                for after in self.phrases[name].labelled(end, argument.name):
                    if after < len(self.words.lows):
                        yield after
                        if self.words.lows[after] in ("is", "of", "set"):
                            yield after + 1

    def _updates(self, name: str, tool: ToolSpec, start: int) -> Ends:
        """Yield `change the name of X to Y, the e-mail address to Z and mark it as available`."""
        phrases = self.phrases[name]
        key = next(each for each in tool.arguments if each.role == "key")
        low = self.words.lows[start]
        if low in _CHANGES and start + 1 < len(self.words.lows):
            for argument, row, end in self._changed(name, tool, key, start + 1):
                for after, value in self.arguments.value(name, argument, end):
                    yield from self._more_changes(name, tool, ((key.name, row), (argument.name, value)), after)
        if low == "mark":
            for end, row in phrases.at(key.to, start + 1):
                for after, flag, is_so in self._marked(name, tool, end):
                    yield from self._more_changes(name, tool, ((key.name, row), (flag, is_so)), after)

    def _changed(
        self, name: str, tool: ToolSpec, key: ArgumentSpec, start: int
    ) -> Iterator[tuple[ArgumentSpec, NounPhrase, int]]:
        """Yield what `the name of X to` and `X's name to` are about, with the index after them."""
        phrases, lows = self.phrases[name], self.words.lows
        values = [each for each in tool.arguments if each.role == "value" and each.type != "bool"]
        for argument in values:
            for end in phrases.labelled(start, argument.name):
                for last, row in phrases.at(key.to, end + 1) if lows[end : end + 1] == ("of",) else ():
                    if lows[last : last + 1] == ("to",):
                        yield argument, row, last + 1
        for begin, row in phrases.owners(key.to, start):
            for argument in values:
                for end in phrases.labelled(begin, argument.name):
                    if lows[end : end + 1] == ("to",):
                        yield argument, row, end + 1

    def _more_changes(self, name: str, tool: ToolSpec, bound: Bound, start: int) -> Ends:
        yield start, ActClause(name, tool.name, bound, tool)
        said = {each for each, _ in bound}
        lows = self.words.lows
        at = start + (lows[start : start + 1] == ("and",))
        for argument in tool.arguments:
            if argument.name in said or argument.role != "value" or argument.type == "bool":
                continue
            at_label = at + (lows[at : at + 1] in (("its",), ("their",), ("my",)))
            for to in self.phrases[name].labelled(at_label, argument.name):
                is_changed = lows[to : to + 1] == ("to",)
                for after, value in self.arguments.value(name, argument, to + 1) if is_changed else ():
                    yield from self._more_changes(name, tool, (*bound, (argument.name, value)), after)
        for opening in ("mark it", "mark them", "mark me"):
            end = self.phrases[name].literal(at, opening)
            for after, flag, value in self._marked(name, tool, end) if end is not None else ():
                if flag not in said:
                    yield from self._more_changes(name, tool, (*bound, (flag, value)), after)

    def _marked(self, name: str, tool: ToolSpec, start: int) -> Iterator[tuple[int, str, bool]]:
        for argument in tool.arguments:
            if argument.type == "bool":
                for text, value in ((marked(argument.name, True), True), (marked(argument.name, False), False)):
                    end = self.phrases[name].literal(start, text)
                    if end is not None:
                        yield end, argument.name, value

    def _gives(self, pending: Pending, start: int) -> Ends:
        phrases = self.phrases[pending.environment]
        for argument in pending.tool.arguments:
            if argument.name not in pending.missing:
                continue
            for is_so in (True, False) if argument.type == "bool" else ():
                told = phrases.literal(start, flagged(argument.name, is_so).removeprefix("and "))
                if told is not None:
                    yield told, GiveClause(pending.environment, argument.name, is_so)
            for begin in self._openings(phrases, argument.name, start):
                for end, value in self.arguments.value(pending.environment, argument, begin):
                    yield end, GiveClause(pending.environment, argument.name, value)

    def _openings(self, phrases: NounPhrases, argument: str, start: int) -> dict[int, None]:
        """Return the indexes after what opens an answer: `it is`, `the phone number is`."""
        found: dict[int, None] = {}
        for text in (*frames.GIVES, *frames.CHOICES):
            before, is_labelled, after = text.partition("{value}")[0].partition("{label}")
            begin = phrases.literal(start, before)
            for end in phrases.labelled(begin, argument) if begin is not None and is_labelled else ():
                last = phrases.literal(end, after)
                if last is not None:
                    found[last] = None
            if begin is not None and not is_labelled:
                found[begin] = None
        return found


_INTRODUCED = {
    "name": ArgumentSpec(name="name", type="str", description=""),
    "email": ArgumentSpec(name="email", type="str", description=""),
}
