"""Referring expressions: the natural traits by which a user can name exactly one row, proven unique in the state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from envkit.calls import Json
from envkit.manifest import EntitySpec, FieldSpec
from sampler.state import Row, WorldState

MAX_TRAITS = 3
_DEPTH = 3
_COSTS = {"str": 2, "ref": 3, "time": 6, "enum": 4, "state": 5, "bool": 6, "int": 12, "money": 12}
_UNSTABLE_COST = 15


@dataclass(frozen=True, slots=True)
class Trait:
    """A column's value as a user says it; of a reference, the description of the row it points at."""

    field: FieldSpec
    value: Json
    referent: Description | None = None


@dataclass(frozen=True, slots=True)
class Via:
    """A row by another one that points at it: `the guest of the stay in room MIT-102`."""

    holder: Description
    field: FieldSpec


@dataclass(frozen=True, slots=True)
class Extreme:
    """A row by being first or last of those that share its other traits: `the cheapest rate at Linden Mitte`."""

    field: FieldSpec
    is_highest: bool


@dataclass(frozen=True, slots=True)
class Description:
    """What holds of one row only: traits, an extreme among the rows with these traits, or the row that points at it.

    Without any of them the row is named by its id.
    """

    entity: str
    row_id: str
    traits: tuple[Trait, ...] = ()
    extreme: Extreme | None = None
    via: Via | None = None

    def with_traits(self, traits: Sequence[Trait]) -> Description:
        """Say more than is needed: add the traits that are not said yet."""
        said = {trait.field.name for trait in self.traits}
        return replace(self, traits=(*self.traits, *(each for each in traits if each.field.name not in said)))


def describe(state: WorldState, entity: str, row_id: str, depth: int = _DEPTH) -> Description | None:
    """Name a row by its least surprising unique traits; None if up to MAX_TRAITS of them do not single it out."""
    row = state.rows[entity][row_id]
    for fields in _by_cost(state.manifest.entity(entity), row):
        if _is_unique(state, entity, row, fields):
            traits = [trait_of(state, field, row, depth) for field in fields]
            if all(traits):
                return Description(entity, row_id, tuple(trait for trait in traits if trait))
    return None


def trait_of(state: WorldState, field: FieldSpec, row: Row, depth: int = _DEPTH) -> Trait | None:
    """Say one column of a row; None for a reference to a row that cannot be named."""
    value = row[field.name]
    if field.type != "ref":
        return Trait(field, value)
    referent = describe(state, field.to, str(value), depth - 1) if depth > 1 else None
    return Trait(field, value, referent) if referent else None


def _by_cost(entity: EntitySpec, row: Row) -> Iterator[tuple[FieldSpec, ...]]:
    usable = [field for field in entity.fields if field.type in _COSTS and row.get(field.name) not in (None, "")]
    sets = [fields for size in range(1, MAX_TRAITS + 1) for fields in combinations(usable, size)]
    yield from sorted(sets, key=lambda fields: sum(map(_cost, fields)))


def _cost(field: FieldSpec) -> int:
    if field.unique and field.type == "str" and not field.generated:
        return 0
    return _COSTS[field.type] + (_UNSTABLE_COST if field.generated or field.counter else 0)


def _is_unique(state: WorldState, entity: str, row: Row, fields: Sequence[FieldSpec]) -> bool:
    names = [field.name for field in fields]
    return sum(all(other[name] == row[name] for name in names) for other in state.rows[entity].values()) == 1
