"""The library of archetypes: what a verb does to a row, in the forms that services share.

A document names its actions and seldom says what they do. An archetype supplies guard, effect, invariant and sentence
for an act it knows by its verb, where the entity has the columns for it. The files in `generator/archetypes` are data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent.parent / "archetypes"
OPEN = "open"
"""In `from`: any state that is not final."""

Family = Literal["lifecycle", "flags", "pointers", "loose", "amounts", "copies", "merges", "clearings"]
# Any: a part of a blueprint with holes; what it becomes is validated by the blueprint's own models.
Form = Mapping[str, Any]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Archetype(_Frozen):
    """One act and how to know it. What its columns are for is said at the top of its family's file."""

    archetype: str
    verbs: tuple[str, ...]
    phrases: tuple[str, ...]
    code: str = ""
    refusal: str = ""
    to: tuple[str, ...] = ()
    leaves: tuple[str, ...] | Literal["open"] = Field(default=(), alias="from")
    ends: bool = False
    stamps: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()
    value: bool = True
    ref: tuple[str, ...] = ()
    column: tuple[str, ...] = ()
    sign: Literal["", "+", "-"] = ""


class ArchetypeFamily(_Frozen):
    """Archetypes that have one form of tool in common; `$name` in it is a hole."""

    family: Family
    tool: Form
    invariants: Mapping[str, str] = Field(default_factory=dict)
    members: tuple[Archetype, ...]


@cache
def families() -> tuple[ArchetypeFamily, ...]:
    """Read the library, in the order in which families are tried."""
    read = [ArchetypeFamily.model_validate(yaml.safe_load(path.read_text("utf-8"))) for path in FOLDER.glob("*.yaml")]
    order: tuple[Family, ...] = ("lifecycle", "flags", "pointers", "loose", "amounts", "merges", "copies", "clearings")
    return tuple(sorted(read, key=lambda one: order.index(one.family)))


def known_by(verb: str) -> Iterator[tuple[ArchetypeFamily, Archetype]]:
    """List the archetypes that a verb in snake_case may name, those that share more of its words first."""
    words = verb.split("_")
    for length in range(len(words), 0, -1):
        head = "_".join(words[:length])
        for family in families():
            for member in family.members:
                if head in member.verbs:
                    yield family, member


def filled(form: Form, holes: Mapping[str, object]) -> dict[str, Any]:
    """Fill the holes of a form, in keys and in texts; a text that is nothing but one hole becomes its value."""
    return {str(_filled(key, holes)): _filled(value, holes) for key, value in form.items()}


def _filled(value: object, holes: Mapping[str, object]) -> object:
    match value:
        case str():
            whole = holes.get(value.removeprefix("$")) if value.startswith("$") else None
            return Template(value).substitute(holes) if whole is None else whole
        case list():
            return [_filled(one, holes) for one in value]
        case Mapping():
            return filled(value, holes)
        case _:
            return value
