"""Noun phrases: the words by which a row can be named, read into what must hold of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from envkit.calls import Json
from envkit.manifest import FieldSpec
from sampler.solve.literals import days, names, read
from sampler.solve.nodes import Constraint, NounPhrase
from sampler.solve.words import Words
from sampler.words.english import AMOUNTS, BOUNDS, DIRECTIONS, being, happenings, is_role, label
from sampler.words.lexicon import PLACED, Heads, Lexicon
from sampler.words.pattern import parts

_DEPTH, _LONGEST_OWNER = 4, 7
_PRONOUNS = {True: ("them", "they", "him", "her"), False: ("it", "this")}
_OWN = {True: ("their", "his", "her"), False: ("its",)}
"""Of people, and of things."""
_ALL = (("all", "of"), ("all",), ("each", "of"), ("every",), ("every", "one", "of"))
_DETERMINERS = (("same",), ("the",), ("that",), ("this",), ("a",), ("an",))
_CALLED = (("called",), ("named",), ("with", "name"), ())
_DIRECTIONS = {word: is_highest for (_, is_highest), words in DIRECTIONS.items() for word in words}
_BOUNDS = tuple((tuple(text.split()), relation) for (_, relation), texts in BOUNDS.items() for text in texts)
_HAVING = (("with",), ("whose",), ("having",), ("that", "has"), ("that", "have"))
T = TypeVar("T")
NpFound = tuple[int, NounPhrase]
CFound = tuple[int, Constraint]
Extreme = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Most:
    """First or last by a column, of those within a bound."""

    extreme: Extreme
    bound: Constraint


Made = tuple[int, Constraint | Most | Extreme]


class NounPhrases:
    """Reads noun phrases of one environment in one query; each place is read once."""

    def __init__(self, lexicon: Lexicon, words: Words, years: Sequence[int]) -> None:
        self.lexicon = lexicon
        self.words = words
        self.years = years
        self._read: dict[tuple[str, int, int], tuple[NpFound, ...]] = {}
        self._owners: dict[tuple[str, int, int], tuple[NpFound, ...]] = {}
        self._possessives = tuple(at for at, low in enumerate(words.lows) if low == "'s")
        self._labels: dict[int, dict[str, tuple[int, ...]]] = {}

    def at(self, entity: str, start: int, depth: int = _DEPTH) -> tuple[NpFound, ...]:
        """Return the noun phrases for rows of an entity that begin at a token, each with the index after it."""
        key = (entity, start, depth)
        if key not in self._read:
            found = dict.fromkeys(self._each(entity, start, depth)) if start < len(self.words.lows) and depth else {}
            self._read[key] = tuple(found)
        return self._read[key]

    def many(self, entity: str, start: int) -> Iterator[NpFound]:
        """Yield the phrases for rows by what kind they are, not by a name alone."""
        yield from self._noun(entity, start, NounPhrase(entity), _DEPTH)
        yield from self._possessed(entity, start, _DEPTH)

    def owners(self, entity: str, start: int, depth: int = _DEPTH) -> tuple[NpFound, ...]:
        """Return the possessives that begin at a token: `its`, `my`, `Mei Tan's`."""
        key = (entity, start, depth)
        if key not in self._owners:
            self._owners[key] = tuple(self._owning(entity, start, depth))
        return self._owners[key]

    def _owning(self, entity: str, start: int, depth: int) -> Iterator[NpFound]:
        lows = self.words.lows
        if start >= len(lows):
            return
        if lows[start] in _OWN[self.lexicon.is_somebody(entity)]:
            yield start + 1, NounPhrase(entity, "foremost")
        if lows[start] == "my" and self.lexicon.person(entity):
            yield start + 1, NounPhrase(entity, "speaker")
        for end, row in self.at(entity, start, depth):
            if end < len(lows) and lows[end] == "'s":
                yield end + 1, row

    def literal(self, start: int, text: str) -> int | None:
        """Return the index after a literal that stands at a token; None if it does not."""
        wanted = parts(text)
        end = start + len(wanted)
        return end if self.words.lows[start:end] == wanted else None

    def labelled(self, start: int, name: str) -> tuple[int, ...]:
        """Return the indexes after the labels of a column or parameter that stand at a token."""
        if start not in self._labels:
            found: dict[str, list[int]] = {}
            for end, usual in self._heads(self.lexicon.labels_by_word, start):
                found.setdefault(usual, []).append(end)
            self._labels[start] = {usual: tuple(ends) for usual, ends in found.items()}
        return self._labels[start].get(label(name), ()) if self._labels[start] else ()

    def _each(self, entity: str, start: int, depth: int) -> Iterator[NpFound]:
        lows, lexicon = self.words.lows, self.lexicon
        low = lows[start]
        if low in _PRONOUNS[lexicon.is_somebody(entity)]:
            yield start + 1, NounPhrase(entity, "foremost")
        if low in ("me", "i", "myself") and lexicon.person(entity):
            yield start + 1, NounPhrase(entity, "speaker")
        columns = tuple(field.name for field in lexicon.names(entity))
        for end, text in names(self.words, start) if columns else ():
            kind = self.words.tokens[start].kind
            by = ("id",) if kind == "id" else columns
            yield end, NounPhrase(entity, constraints=(self._called(entity, by, text),))
            if self._is(end, "'s") and lexicon.person(entity) and not lexicon.is_somebody(entity):
                held = NounPhrase(entity, constraints=(self._called(entity, by, text),))
                for after in self._nouns(entity, end + 1):
                    yield from self._posts(entity, after, held, depth)
        yield from self._determined(entity, start, depth)
        yield from self._possessed(entity, start, depth)
        yield from self._held(entity, start, depth)

    def _determined(self, entity: str, start: int, depth: int) -> Iterator[NpFound]:
        yield from self._noun(entity, start, NounPhrase(entity), depth)
        for words in _ALL:
            end = start + len(words)
            if self.words.lows[start:end] == words:
                yield from self._noun(entity, end, NounPhrase(entity, is_all=True), depth)
                for after, phrase in self._possessed(entity, end, depth):
                    yield after, replace(phrase, is_all=True)
        for words in _DETERMINERS:
            end = start + len(words)
            if self.words.lows[start:end] == words:
                mode = "latest" if words[-1] in ("that", "this", "same") else "rows"
                yield from self._noun(entity, end, NounPhrase(entity, mode), depth)

    def _possessed(self, entity: str, start: int, depth: int) -> Iterator[NpFound]:
        """Yield `Mei Tan's cancelled booking`: a row by the person that a column of it points at."""
        fields = [field for field in self.lexicon.entities[entity].fields if field.type == "ref" and field.to != entity]
        is_its = self.words.lows[start] in _OWN[False]
        for target in {field.to: None for field in fields if is_its or self.lexicon.person(field.to)}:
            columns = tuple(field.name for field in fields if field.to == target)
            for end, owner in self.owners(target, start, depth - 1):
                yield from self._noun(entity, end, NounPhrase(entity, constraints=(Constraint(columns, owner),)), depth)

    def _held(self, entity: str, start: int, depth: int) -> Iterator[NpFound]:
        """Yield `the guest of the stay ...`, `that stay's guest`, `the room that it is in`: by a row pointing at it."""
        for name, holder in self.lexicon.entities.items():
            for field in holder.fields:
                if field.type == "ref" and field.to == entity and (name != entity or is_role(field.name)):
                    for end, row in self._holding(name, entity, field, start, depth):
                        yield end, NounPhrase(entity, holder=(field.name, row))

    def _holding(self, name: str, entity: str, field: FieldSpec, start: int, depth: int) -> Iterator[NpFound]:
        """Yield the rows of one kind by which a row is told that they point at."""
        for end in self._roles(entity, field, start):
            if self._is(end, "of") or self._is(end, "for"):
                yield from self.at(name, end + 1, depth - 1)
            for after, row in self.at(name, end + 1, depth - 1) if self._is(end, "that") else ():
                if self.words.lows[after : after + 2] == ("is", self.lexicon.prepositions(field)[0]):
                    yield after + 2, row
        for begin in self._owned_after(start):
            for end in self._roles(entity, field, begin):
                for after, row in self.owners(name, start, depth - 1):
                    if after == begin:
                        yield end, row

    def _owned_after(self, start: int) -> tuple[int, ...]:
        """Return the indexes after the possessives of the sentence that may begin at a token."""
        lows, sentences = self.words.lows, self.words.sentences
        own = (start + 1,) if lows[start] in (*_OWN[True], *_OWN[False], "my") else ()
        ends = (at + 1 for at in self._possessives if at > start and sentences[at] == sentences[start])
        return (*own, *(end for end in ends if end <= start + _LONGEST_OWNER))

    def _roles(self, entity: str, field: FieldSpec, start: int) -> Iterator[int]:
        """Yield the index after what a row is to one that points at it: `payee`, or any of its nouns for its own."""
        role = label(field.name)
        for words in self.lexicon.called(entity) if role in self.lexicon.nouns(entity) else (role,):
            end = self.literal(start, words)
            if end is not None:
                yield end

    def _noun(self, entity: str, start: int, so_far: NounPhrase, depth: int) -> Iterator[NpFound]:
        """Yield what follows a determiner: words before the noun, the noun, a name, and what is said after it."""
        for at, phrase in self._before(entity, start, so_far, 3):
            yield from self._after_name(entity, at, phrase, depth)
            for end, text in names(self.words, at):
                for after in self._nouns(entity, end):
                    columns = tuple(field.name for field in self.lexicon.names(entity))
                    yield from self._posts(entity, after, _with(phrase, self._called(entity, columns, text)), depth)

    def _after_name(self, entity: str, at: int, phrase: NounPhrase, depth: int) -> Iterator[NpFound]:
        lows = self.words.lows
        columns = tuple(field.name for field in self.lexicon.names(entity))
        role = self.lexicon.role_of(entity)
        for end in self._nouns(entity, at):
            yield from self._posts(entity, end, phrase, depth)
            if role is not None:
                for after, person in self.at(role.to, end, depth - 1):
                    yield from self._posts(entity, after, _with(phrase, Constraint((role.name,), person)), depth)
            for called in _CALLED:
                after = end + len(called)
                if lows[end:after] == called and after < len(lows):
                    by = ("id",) if self.words.tokens[after].kind == "id" else columns
                    for last, text in names(self.words, after):
                        yield from self._posts(entity, last, _with(phrase, self._called(entity, by, text)), depth)
            if lows[end : end + 2] == ("with", "id") and end + 2 < len(lows):
                yield end + 3, _with(phrase, Constraint(("id",), self.words.tokens[end + 2].text))

    def _nouns(self, entity: str, start: int) -> Iterator[int]:
        for end, _ in self._heads(self.lexicon.nouns_by_word[entity], start):
            yield end

    def _heads(self, heads: Heads[T], start: int) -> Iterator[tuple[int, T]]:
        """Yield the index after each of some patterns that stands at a token, with what the pattern means."""
        lows = self.words.lows
        for pattern, meant in heads.get(lows[start], ()) if start < len(lows) else ():
            end = start + len(pattern)
            if lows[start:end] == pattern:
                yield end, meant

    def _before(self, entity: str, start: int, phrase: NounPhrase, most: int) -> Iterator[NpFound]:
        yield start, phrase
        if not most or start >= len(self.words.lows):
            return
        for end, column in self._heads(self.lexicon.superlatives_by_word[entity], start):
            yield from self._before(entity, end, replace(phrase, extreme=(column,)), most - 1)
        for end, constraint in self._adjectives(entity, start):
            yield from self._before(entity, end, _with(phrase, constraint), most - 1)

    def _adjectives(self, entity: str, start: int) -> Iterator[CFound]:
        by_word: dict[tuple[int, Json], list[str]] = {}
        for end, (name, value) in self._heads(self.lexicon.adjectives_by_word[entity], start):
            by_word.setdefault((end, value), []).append(name)
        for (end, value), columns in by_word.items():
            yield end, Constraint(tuple(columns), value)
        amounts = [f.name for f in self.lexicon.entities[entity].fields if f.type == "money" and f.name in AMOUNTS]
        for end, amount in read(self.words, start, "money", (), ()) if amounts else ():
            yield end, Constraint(tuple(amounts), amount)

    def _posts(self, entity: str, start: int, phrase: NounPhrase, depth: int, most: int = 4) -> Iterator[NpFound]:
        """Yield a phrase with none, one or more things said after the noun."""
        is_bare = phrase == NounPhrase(entity, phrase.mode, phrase.is_all)
        yield start, replace(phrase, mode="context") if is_bare and phrase.mode == "rows" else phrase
        if most and start < len(self.words.lows) and phrase.mode == "rows":
            begins = [start, start + 1] if self.words.lows[start] == "and" else [start]
            for begin in begins:
                if begin < len(self.words.lows):
                    for end, made in self._post(entity, begin, depth):
                        grown = _grown(phrase, made)
                        yield from self._posts(entity, end, grown, depth, most - 1)

    def _post(self, entity: str, start: int, depth: int) -> Iterator[Made]:
        low = self.words.lows[start]
        begins = [start + len(words) for words in _HAVING if self.words.lows[start : start + len(words)] == words]
        for field in self.lexicon.entities[entity].fields:
            if field.type == "ref":
                if low in self.lexicon.prepositions(field):
                    for end, row in self.at(field.to, start + 1, depth - 1):
                        yield end, Constraint((field.name,), row)
            elif low == PLACED.get(field.name):
                for end, place in read(self.words, start + 1, field.type, field.values, self.years):
                    yield end, Constraint((field.name,), place)
            elif field.type == "time":
                yield from self._timed(field, start)
            elif field.type == "bool":
                yield from self._being(field, start)
            for begin in begins:
                yield from self._having(field, begin, depth)
        if low in ("that", "who"):
            yield from self._choosing(entity, start)

    def _timed(self, field: FieldSpec, start: int) -> Iterator[Made]:
        for opening in happenings(field.name):
            end = self.literal(start, opening)
            if end is None:
                continue
            for begin, relation in self._bounds(end):
                for after, value in read(self.words, begin, "time", (), self.years):
                    yield after, Constraint((field.name,), value, relation)
            if self.words.lows[end : end + 1] in (("first",), ("last",)):
                yield from self._within(field, end + 1, ((field.name, self.words.lows[end] == "last"),))
            end += self.words.lows[end : end + 1] in (("on",), ("at",))
            yield from self._moment(field, end)

    def _within(self, field: FieldSpec, start: int, extreme: Extreme) -> Iterator[Made]:
        """Yield what is first or last by a column, and so of those within a bound: `last but not after 4 May`."""
        yield start, extreme
        if self.words.lows[start : start + 1] in (("of",), ("but",)):
            for begin, relation in self._bounds(start + 1):
                for after, value in read(self.words, begin, field.type, field.values, self.years):
                    yield after, Most(extreme, Constraint((field.name,), value, relation))

    def _moment(self, field: FieldSpec, start: int) -> Iterator[CFound]:
        for after, value in read(self.words, start, "time", (), self.years):
            yield after, Constraint((field.name,), value)
        if start < len(self.words.lows):
            for after, day in days(self.words, start, self.years):
                yield after, Constraint((field.name,), day.strftime("%Y-%m-%d"), "day")

    def _being(self, field: FieldSpec, start: int) -> Iterator[CFound]:
        holds, _, denied = being(field.name)
        for text, value in ((holds, True), (denied, False)):
            for said in (f"that {text}", f"that {text.replace('is ', 'are ', 1)}" if text.startswith("is ") else ""):
                end = self.literal(start, said) if said else None
                if end is not None:
                    yield end, Constraint((field.name,), value)

    def _choosing(self, entity: str, start: int) -> Iterator[CFound]:
        """Yield `that is cancelled`: the value of a column with few values."""
        if self.words.lows[start + 1 : start + 2] not in (("is",), ("are",)):
            return
        found: dict[tuple[int, Json], list[str]] = {}
        for field in self.lexicon.entities[entity].fields:
            if field.type in ("enum", "state"):
                for end, value in read(self.words, start + 2, field.type, field.values, self.years):
                    found.setdefault((end, value), []).append(field.name)
        for (end, value), columns in found.items():
            yield end, Constraint(tuple(columns), value)

    def _having(self, field: FieldSpec, start: int, depth: int) -> Iterator[Made]:
        """Yield `total of 120.00`, `status is open` and `highest balance`, as they stand after `with` or `whose`."""
        lows = self.words.lows
        at = start + (lows[start : start + 1] in (("a",), ("an",)))
        if lows[at : at + 1] and lows[at] in _DIRECTIONS:
            for end in self.labelled(at + 1, field.name):
                yield from self._within(field, end, ((field.name, _DIRECTIONS[lows[at]]),))
        for after, value in read(self.words, at, "int", (), ()) if field.type == "int" else ():
            for end in self.labelled(after, field.name):
                yield end, Constraint((field.name,), value)
        for end in self.labelled(at, field.name):
            yield from self._worth(field, end + (lows[end : end + 1] in (("of",), ("is",), ("are",))), depth)

    def _worth(self, field: FieldSpec, start: int, depth: int) -> Iterator[Made]:
        """Yield what a column is: a value, a row, at least or at most a value, or the highest there is."""
        if self.words.lows[start : start + 1] and self.words.lows[start] in _DIRECTIONS:
            yield from self._within(field, start + 1, ((field.name, _DIRECTIONS[self.words.lows[start]]),))
        if field.type == "ref":
            for after, row in self.at(field.to, start, depth - 1):
                yield after, Constraint((field.name,), row)
            return
        for end, relation in self._bounds(start):
            for after, value in read(self.words, end, field.type, field.values, self.years):
                yield after, Constraint((field.name,), value, relation)
        if field.type == "time":
            yield from self._moment(field, start)
        else:
            for after, value in read(self.words, start, field.type, field.values, self.years):
                yield after, Constraint((field.name,), value)

    def _bounds(self, start: int) -> Iterator[tuple[int, str]]:
        for words, relation in _BOUNDS:
            if self.words.lows[start : start + len(words)] == words:
                yield start + len(words), relation

    def _called(self, entity: str, columns: tuple[str, ...], text: Json) -> Constraint:
        """Return what a name says of a row; people may be called by their first name."""
        is_first = self.lexicon.person(entity) is not None and str(text).isalpha()
        return Constraint(columns, text, "called" if is_first else "is")

    def _is(self, at: int, word: str) -> bool:
        return self.words.lows[at : at + 1] == (word,)


def _grown(phrase: NounPhrase, made: Constraint | Most | Extreme) -> NounPhrase:
    """Return a phrase of which one more thing holds."""
    if isinstance(made, Most):
        return replace(_with(phrase, made.bound), extreme=made.extreme)
    return _with(phrase, made) if isinstance(made, Constraint) else replace(phrase, extreme=made)


def _with(phrase: NounPhrase, constraint: Constraint) -> NounPhrase:
    return replace(phrase, constraints=(*phrase.constraints, constraint))
