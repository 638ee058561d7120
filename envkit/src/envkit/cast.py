"""The cast: what people and things are called in worlds of other seeds than 0."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Literal

from pydantic import BaseModel, ConfigDict

from envkit.calls import Json
from envkit.clock import derive
from envkit.manifest import Manifest
from envkit.names import FAMILY_NAMES, GIVEN_NAMES
from envkit.seed import Record, seed_rows

CAST_FILE = "cast.json"

FREE_TEXT = ("str", "text", "list")
"""The types of columns that may hold names."""

Edit = tuple[str, str, Mapping[str, Json]]
"""Columns of a row that change: table, id and values."""

_TITLES = frozenset(("Dr", "Prof", "Mr", "Mrs", "Ms"))
_OTHER_THINGS_TOO = frozenset(("Grace", "June", "Page", "Park", "Stone", "West", "Winter", "Wood", "Young"))
"""Names that a message might mean otherwise."""

_TRIES = 12


class Things(BaseModel):
    """Things that the first rows name, and patterns of other names: `[Moss|River] walk` is either."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...]
    patterns: tuple[str, ...]


class CastSpec(BaseModel):
    """What `cast.json` holds: the people of the first rows by their full names, and things."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cast: Literal[1] = 1
    people: tuple[str, ...] = ()
    things: tuple[Things, ...] = ()


def choices_of(pattern: str) -> tuple[tuple[str, ...], ...]:
    """Split a pattern into what stands in it one after the other, each as the texts to choose from."""
    parts = re.split(r"\[([^][]*)\]", pattern)
    return tuple(tuple(part.split("|")) if place % 2 else (part,) for place, part in enumerate(parts) if part)


class Cast:
    """Renames the people and things of an environment's first rows, otherwise for each seed.

    Who or what has one name has one new name, wherever it stands: in a column of its own, in an e-mail address
    (`ada.lind@...` for `Ada Lind`), within a note. A thing of one word is renamed only where it is the whole text. No
    new name is one that the rows have already, and no two things share one. `rows` are pairs of a table and its row;
    `columns` names the columns of each table that may hold names.
    """

    def __init__(self, spec: CastSpec, rows: Iterable[Record], columns: Mapping[str, Collection[str]]) -> None:
        texts = [(table, str(row["id"]), _only(row, columns[table])) for table, row in rows]
        self._people = tuple(map(_Person, spec.people))
        self._given = tuple(dict.fromkeys(person.given for person in self._people))
        self._family = tuple(dict.fromkeys(person.family for person in self._people if person.family))
        self._free = (_free(GIVEN_NAMES, self._given), _free(FAMILY_NAMES, self._family))
        self._things = [(each.names, [choices_of(pattern) for pattern in each.patterns]) for each in spec.things]
        self._known = frozenset(text for _, _, row in texts for value in row.values() for text in _within(value))
        self._whole = frozenset(name for each in spec.things for name in each.names)
        self._word = _any_of([*self._words_of_people(), *(name for name in self._whole if " " in name)])
        self._places = tuple(
            (table, row_id, named)
            for table, row_id, row in texts
            if (named := {column: value for column, value in row.items() if self._is_named(value)})
        )

    def _words_of_people(self) -> Iterator[str]:
        for person in self._people:
            yield from person.words

    def _is_named(self, value: Json) -> bool:
        return any(text in self._whole or self._word.search(text) for text in _within(value))

    def edits(self, seed: int) -> tuple[Edit, ...]:
        """Tell which columns of the first rows have other values in worlds of that seed."""
        names = self.names(seed)
        return tuple(
            (table, row_id, {column: self.renamed(value, names) for column, value in row.items()})
            for table, row_id, row in self._places
        )

    def names(self, seed: int) -> Mapping[str, str]:
        """Tell what all are called in worlds of that seed, by their names in those of seed 0; nothing for seed 0."""
        if not seed:
            return {}
        rng = Random(derive(seed, "cast"))
        given, family = (
            dict(zip(old, rng.sample(free, min(len(old), len(free))), strict=False))
            for old, free in zip((self._given, self._family), self._free, strict=True)
        )
        names, taken = dict[str, str](), {*self._known}
        for old, patterns in self._things:
            for name in old:
                if name not in names:
                    names[name] = _unlike(taken, patterns, rng) or name
                    taken.add(names[name])
        for person in self._people:
            names.update(person.renamed(given.get(person.given), family.get(person.family)))
        return names

    def renamed(self, value: Json, names: Mapping[str, str]) -> Json:
        """Write a value with the names that `names` gives; lists and objects are renamed within."""
        if isinstance(value, str):
            return names.get(value) or self._word.sub(lambda found: names.get(found[0], found[0]), value)
        if isinstance(value, list):
            return [self.renamed(each, names) for each in value]
        if isinstance(value, dict):
            return {name: self.renamed(each, names) for name, each in value.items()}
        return value


def read_cast(folder: Path) -> CastSpec | None:
    """Read `cast.json` of an environment folder, None if it has none; pydantic.ValidationError if it is malformed."""
    file = folder / CAST_FILE
    return CastSpec.model_validate_json(file.read_bytes()) if file.is_file() else None


def cast_of(folder: Path, manifest: Manifest) -> Cast | None:
    """Return the cast of an environment folder, None if it has none; pydantic.ValidationError if it is malformed."""
    spec = read_cast(folder)
    if spec is None:
        return None
    columns = {
        entity.name: tuple(field.name for field in entity.fields if field.type in FREE_TEXT)
        for entity in manifest.entities
    }
    return Cast(spec, seed_rows(folder), columns)


class _Person:
    """A full name in its parts: `Dr`, `Hanne`, `de Wit`."""

    def __init__(self, name: str) -> None:
        self.name = name
        first, *rest = name.split()
        self.title, self.given, *family = (first, *rest) if first in _TITLES and rest else ("", first, *rest)
        self.family = " ".join(family)

    @property
    def words(self) -> tuple[str, ...]:
        """What of a text may be about this person."""
        return tuple(word for word in (self.name, _address(self.name), self.given, self.family) if word)

    def renamed(self, given: str | None, family: str | None) -> dict[str, str]:
        """Tell the new words by the old ones; a name that is None stays."""
        given, family = given or self.given, family or self.family
        name = " ".join(part for part in (self.title, given, family) if part)
        return dict(
            zip(
                (self.name, _address(self.name), self.given, self.family),
                (name, _address(name), given, family),
                strict=True,
            )
        )


def _address(name: str) -> str:
    """Write a name as e-mail addresses do before the `@`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return ".".join(re.findall(r"[a-z0-9]+", plain))


def _free(names: Sequence[str], old: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in _OTHER_THINGS_TOO and name not in old)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Match any of the words where it stands alone, the longest first; nothing if there is none."""
    longest = sorted({*words}, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, longest)) or '(?!)'})(?!\w)")


def _only(row: Mapping[str, Json], columns: Collection[str]) -> dict[str, Json]:
    return {column: row[column] for column in columns if row.get(column)}


def _within(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))


def _unlike(taken: set[str], patterns: Sequence[Sequence[Sequence[str]]], rng: Random) -> str | None:
    """Draw a text that is not taken, None if that takes too long."""
    for _ in range(_TRIES):
        text = "".join(map(rng.choice, rng.choice(patterns)))
        if text not in taken:
            return text
    return None
