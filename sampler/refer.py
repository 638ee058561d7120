"""Referring expressions: the natural traits by which a user can name exactly one row, proven unique in the state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random

from envkit.calls import Json
from envkit.manifest import FieldSpec, Manifest
from sampler.facts import is_inner
from sampler.state import Row, WorldState
from sampler.words.english import AMOUNTS, is_role, superlatives

MAX_TRAITS = 3
_DEPTH = 3
_COSTS = {"str": 2, "ref": 3, "time": 9, "enum": 4, "state": 5, "bool": 6, "int": 12, "money": 12}
SAYABLE = frozenset(_COSTS)
"""The types of columns by whose value a row can be named."""

_UNSTABLE_COST, _NAMELESS_COST, _TASTE = 15, 5, 3.0
_NAMES = ("name", "full_name", "title", "label", "subject", "code", "number")
_MEASURES, _FEWEST_RIVALS = ("int", "money", "time"), 3
_EXTREME_FIRST, _HOLDERS_AT_ONCE, _FIGURE = 0.3, 4, 3

_BOOKED = frozenset({
    "acl_rule", "activity", "account_entry", "wallet_entry", "cash_move", "credit_move", "folio_entry", "transaction",
    "payment", "entry", "deposit_entry", "calendar_list_entry", "event_attendee", "note", "time_entry",
})  # fmt: skip
"""Rows that are kept of other rows: nobody thinks of a card by a line of its statement."""


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


def describe(
    state: WorldState, entity: str, row_id: str, depth: int = _DEPTH, taste: Random | None = None, unsaid: str = ""
) -> Description | None:
    """Name a row by its least surprising unique traits; None if up to MAX_TRAITS of them do not single it out.

    `taste` varies which of several good ways it is. The column `unsaid` is left out.
    """
    row = state.rows[entity][row_id]
    for fields in _by_cost(state.manifest, entity, row, taste):
        if unsaid not in {field.name for field in fields} and _is_unique(state, entity, row, fields):
            traits = [trait_of(state, field, row, depth, taste) for field in fields]
            if all(traits):
                return Description(entity, row_id, tuple(trait for trait in traits if trait))
    return None


def trait_of(
    state: WorldState, field: FieldSpec, row: Row, depth: int = _DEPTH, taste: Random | None = None
) -> Trait | None:
    """Say one column of a row; None for a reference to a row that cannot be named."""
    value = row[field.name]
    if field.type != "ref":
        return Trait(field, value)
    referent = describe(state, field.to, str(value), depth - 1, taste) if depth > 1 else None
    return Trait(field, value, referent) if referent else None


def among(state: WorldState, entity: str, row_id: str, trait: Trait, taste: Random) -> Iterator[Description]:
    """Yield ways to name a row by one trait and what tells it from the others that share it; rows it refers to do not.

    The latter are a few more traits, or being the first or last of them.
    """
    row, field = state.rows[entity][row_id], trait.field
    first = extremes(state, entity, row_id, taste, trait)
    if taste.random() < _EXTREME_FIRST:
        yield from first
    for fields in ((), *_by_cost(state.manifest, entity, row, taste)):
        is_plain = len(fields) < MAX_TRAITS and all(each.type != "ref" and each != field for each in fields)
        if is_plain and _is_unique(state, entity, row, (field, *fields)):
            yield Description(entity, row_id, (trait, *(Trait(each, row[each.name]) for each in fields)))
    yield from first


def extremes(
    state: WorldState, entity: str, row_id: str, taste: Random, trait: Trait | None = None
) -> Iterator[Description]:
    """Yield ways to name a row as the first or the last of all, or of those that share a trait, in random order.

    Those for which there is a word come first: the newest, the cheapest. With a `trait` it is that one.
    """
    rows, spec = state.rows[entity], state.manifest.entity(entity)
    row = rows[row_id]
    shared = [field for field in spec.fields if field.type in ("ref", "enum", "state") and row.get(field.name)]
    usable = [field for field in spec.fields if not is_inner(entity, field)]
    measures = [field for field in usable if field.type in _MEASURES and row.get(field.name) is not None]
    ways = [(measure, field) for measure in measures for field in ([trait.field] if trait else [None, *shared])]
    for measure, field in sorted(taste.sample(ways, len(ways)), key=lambda way: not is_apt(way[0])):
        rivals = [each for each in rows.values() if field is None or each.get(field.name) == row[field.name]]
        values = [each.get(measure.name) for each in rivals]
        if len(rivals) < _FEWEST_RIVALS or None in values or values.count(row[measure.name]) > 1:
            continue
        traits = [trait or trait_of(state, field, row, taste=taste)] if field else []
        for is_highest, best in ((True, max), (False, min)):
            if best(values, key=_ranked) == row[measure.name] and all(traits):
                yield Description(entity, row_id, tuple(filter(None, traits)), Extreme(measure, is_highest))


def holders(state: WorldState, entity: str, row_id: str, taste: Random) -> Iterator[Description]:
    """Yield ways to name a row by another one that points at it and can be named without it, in random order.

    Of a few at a time those come first that take no other row to name; lines of accounts and the like last.
    """
    pointing = [
        (spec.name, field, str(row["id"]))
        for spec in state.manifest.entities
        for field in spec.fields
        if field.type == "ref" and field.to == entity and (spec.name != entity or is_role(field.name))
        for row in state.rows[spec.name].values()
        if row.get(field.name) == row_id
    ]
    drawn = sorted(taste.sample(pointing, len(pointing)), key=lambda each: each[0] in _BOOKED)
    for start in range(0, len(drawn), _HOLDERS_AT_ONCE):
        told = [
            Via(said, field)
            for holder, field, holder_id in drawn[start : start + _HOLDERS_AT_ONCE]
            if (said := describe(state, holder, holder_id, _DEPTH - 1, taste, unsaid=field.name)) is not None
        ]
        for via in sorted(told, key=_oddity):
            yield Description(entity, row_id, via=via)


def _by_cost(manifest: Manifest, entity: str, row: Row, taste: Random | None) -> Iterator[tuple[FieldSpec, ...]]:
    fields = manifest.entity(entity).fields
    usable = [field for field in fields if field.type in _COSTS and row.get(field.name) not in (None, "")]
    costs = {
        field.name: _cost(entity, field, manifest) + (taste.random() * _TASTE if taste else 0.0) for field in usable
    }
    sets = [fields for size in range(1, MAX_TRAITS + 1) for fields in combinations(usable, size)]
    yield from sorted(sets, key=lambda fields: sum(costs[field.name] for field in fields))


def _cost(entity: str, field: FieldSpec, manifest: Manifest) -> float:
    """Return how odd it is to name a row by a column; by a row that has no name itself is a chain of references."""
    if (named := _cost_of_name(field)) is not None:
        return named
    is_chain = field.type == "ref" and not any(map(_is_name, manifest.entity(field.to).fields))
    is_unstable = field.generated or field.counter or is_inner(entity, field)
    return _COSTS[field.type] + (_UNSTABLE_COST if is_unstable else 0) + (_NAMELESS_COST if is_chain else 0)


def _cost_of_name(field: FieldSpec) -> float | None:
    """Return what it costs to call a row by a name or a code of its own; None for what is neither."""
    if field.name in _NAMES and field.type == "str":
        return 0.0
    return 1.0 if field.unique and field.type == "str" and not field.generated else None


def _is_name(field: FieldSpec) -> bool:
    return _cost_of_name(field) is not None


def _is_unique(state: WorldState, entity: str, row: Row, fields: Sequence[FieldSpec]) -> bool:
    names = [field.name for field in fields]
    return sum(all(other[name] == row[name] for name in names) for other in state.rows[entity].values()) == 1


def is_figure(said: Description) -> bool:
    """Say whether a row is told by a figure or a time, which people seldom do; an amount or a total they do name."""
    figures = (trait.field for trait in said.traits if trait.field.type in _MEASURES)
    return any(field.name not in AMOUNTS for field in figures)


def _oddity(via: Via) -> int:
    return sum(trait.referent is not None for trait in via.holder.traits) + _FIGURE * is_figure(via.holder)


def is_apt(measure: FieldSpec) -> bool:
    """Say whether there is a word for being first or last by a column: the newest, the cheapest."""
    return bool(superlatives(measure.name, measure.type, True))


def _ranked(value: Json) -> tuple[bool, str | int]:
    return (isinstance(value, str), value if isinstance(value, str | int) else str(value))
