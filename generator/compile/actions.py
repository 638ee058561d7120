"""Actions by archetype: a document's custom operation becomes a tool, if its entity has the columns for the act."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from generator.blueprint import EntityPart, FieldPart, ToolPart
from generator.compile.archetypes import OPEN, Archetype, ArchetypeFamily, filled, known_by
from generator.compile.spoken import Placed
from generator.compile.words import sentence, snake, traced
from generator.description import Description
from generator.value_types import state_values

_STATUS = "status"
_NUMBERS = ("int", "money")
_OTHERS = frozenset({"into", "target", "source", "destination", "other", "primary", "secondary", "duplicate", "winner"})
"""Words for the row that another one is merged with."""

Holes = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Acts:
    """What archetypes make of custom operations: tools by name, entities with what they need, and laws.

    `left` are the operations that no archetype fits, and those whose tool would bear a name that is taken.
    """

    tools: Mapping[str, ToolPart]
    owners: Mapping[str, str]
    entities: Mapping[str, EntityPart]
    invariants: Mapping[str, str]
    left: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class _Act:
    """A custom operation on one entity that an archetype may know."""

    placed: Placed
    entity: str
    key: str
    candidates: tuple[tuple[ArchetypeFamily, Archetype], ...]

    @property
    def name(self) -> str:
        """The name of its tool: the verb, with the entity if the verb does not say it."""
        verb = self.placed.verb
        return verb if self.entity in verb else f"{verb}_{self.entity}"


@dataclass(slots=True)
class _Making:
    """What has been made so far; entities gain what the acts before needed."""

    description: Description
    entities: dict[str, EntityPart]
    taken: Collection[str]
    tools: dict[str, ToolPart] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    invariants: dict[str, str] = field(default_factory=dict)


def acts(
    description: Description,
    custom: Sequence[Placed],
    owners: Mapping[tuple[str, ...], str],
    entities: Mapping[str, EntityPart],
    taken: Collection[str] = (),
) -> Acts:
    """Make tools of the custom operations that archetypes know, under names that are not `taken`.

    `owners` names the entity of a resource.
    """
    making = _Making(description, dict(entities), taken)
    known = [act for each in custom if (act := _act(each, owners)) is not None]
    for entity in dict.fromkeys(act.entity for act in known):
        _give_status(making, entity, [act for act in known if act.entity == entity])
    made = {id(act.placed) for act in known if _make(making, act)}
    left = tuple(each for each in custom if id(each) not in made)
    return Acts(making.tools, making.owners, making.entities, making.invariants, left)


def _act(placed: Placed, owners: Mapping[tuple[str, ...], str]) -> _Act | None:
    entity = owners.get(placed.resource, "")
    candidates = tuple(known_by(placed.verb))
    is_on_a_row = bool(placed.keys) or not placed.operation.http
    return _Act(placed, entity, f"{entity}_id", candidates) if entity and candidates and is_on_a_row else None


def _make(making: _Making, act: _Act) -> bool:
    """Make the tool of an act by the first archetype that fits; False if none does, or its name is taken."""
    if act.name in making.tools or act.name in making.taken:
        return False
    for family, archetype in act.candidates:
        holes = _FITTING[family.family](making, act, archetype)
        if holes is not None:
            _add(making, act, family, archetype, {**_common(act), **holes})
            return True
    return False


def _common(act: _Act) -> dict[str, object]:
    words = act.entity.replace("_", " ")
    return {"entity": act.entity, "key": act.key, "noun": words, "act": act.placed.verb.replace("_", " ")}


def _add(making: _Making, act: _Act, family: ArchetypeFamily, archetype: Archetype, holes: Holes) -> None:
    operation = act.placed.operation
    said = {"code": archetype.code, "refusal": archetype.refusal, **holes}
    form = filled({**family.tool, "phrases": [*archetype.phrases]}, said)
    _stamp(form["do"], making.entities[act.entity], archetype)
    doc = sentence(operation.doc) or f"{str(said['act']).capitalize()} one {said['noun']}."
    making.tools[act.name] = traced(ToolPart.model_validate({**form, "doc": doc}), operation.at)
    making.owners[act.name] = act.entity
    making.invariants |= filled(family.invariants, said)


def _stamp(effects: Sequence[dict[str, object]], entity: EntityPart, archetype: Archetype) -> None:
    """Let an update of the row record when it happened, where the entity has a column for that."""
    columns = [name for name in (*archetype.stamps, "updated_at") if _is(entity, name, "time")]
    for effect in effects:
        changes = effect.get("set")
        if effect.get("update") == "row" and isinstance(changes, dict):
            changes |= dict.fromkeys(columns, "now")


def _is(entity: EntityPart, name: str, *types: str) -> bool:
    return name in entity.fields and entity.fields[name].type in types


def _give_status(making: _Making, name: str, found: Sequence[_Act]) -> None:
    """Give an entity whose actions move it along, but whose schema tells no status, a column to be moved along in."""
    entity = making.entities[name]
    if any(one.type == "state" for one in entity.fields.values()) or _STATUS in entity.fields:
        return
    moving = [
        archetype
        for act in found
        for family, archetype in act.candidates[:1]
        if family.family == "lifecycle" and archetype.to
    ]
    if not moving:
        return
    reached = [archetype.to[0] for archetype in moving]
    left = [state for archetype in moving if archetype.leaves != OPEN for state in archetype.leaves]
    initial = next((state for state in left if state not in reached), "active" if "active" not in reached else "new")
    values = tuple(dict.fromkeys([initial, *reached]))
    final = {archetype.to[0] for archetype in moving if archetype.ends}
    moves = {one: tuple(to for to in values if to != one) if one not in final else () for one in values}
    status = FieldPart(type="state", initial=initial, moves=moves, doc="Where it stands.")
    fields = {**entity.fields, _STATUS: traced(status, "archetype")}
    making.entities[name] = entity.model_copy(update={"fields": fields})


def _lifecycle(making: _Making, act: _Act, archetype: Archetype) -> Holes | None:
    entity = making.entities[act.entity]
    column = next((name for name, one in entity.fields.items() if one.type == "state"), "")
    if not column:
        return None
    part = entity.fields[column]
    values = {snake(value): value for value in state_values(part)}
    goal = next((values[one] for one in archetype.to if one in values), "")
    before = [value for value in values.values() if value != goal and part.moves.get(value)]
    if archetype.leaves != OPEN:
        named = [values[one] for one in archetype.leaves if one in values]
        before = [value for value in named if value != goal and part.moves.get(value)] or before
    if not goal or not before:
        return None
    moves = {value: tuple(dict.fromkeys([*to, goal])) if value in before else to for value, to in part.moves.items()}
    fields = {**entity.fields, column: part.model_copy(update={"moves": moves})}
    making.entities[act.entity] = entity.model_copy(update={"fields": fields})
    listed = ", ".join(f"'{value}'" for value in before)
    may = f"row.{column} in ({listed})" if len(before) > 1 else f"row.{column} == {listed}"
    return {"state": column, "to": goal, "may": may}


def _flags(making: _Making, act: _Act, archetype: Archetype) -> Holes | None:
    fields = making.entities[act.entity].fields
    known = {name.removeprefix("is_").removeprefix("the_"): name for name, one in fields.items() if one.type == "bool"}
    column = next((known[one] for one in archetype.flag if one in known), "")
    if not column or fields[column].optional:
        return None
    may = f"not row.{column}" if archetype.value else f"row.{column}"
    return {"flag": column, "value": str(archetype.value), "may": may}


def _pointers(making: _Making, act: _Act, archetype: Archetype) -> Holes | None:
    column = _pointer(making, act, archetype)
    if not column:
        return None
    target = making.entities[act.entity].fields[column].to
    return {"ref": column, "target": target, "target_key": f"{target}_id", "target_noun": target.replace("_", " ")}


def _loose(making: _Making, act: _Act, archetype: Archetype) -> Holes | None:
    column = _pointer(making, act, archetype)
    return {"ref": column} if column and making.entities[act.entity].fields[column].optional else None


def _pointer(making: _Making, act: _Act, archetype: Archetype) -> str:
    """Find the column that an act changes: the one its request names, or the only one that may be meant."""
    fields = making.entities[act.entity].fields
    refs = {
        name: one.to for name, one in fields.items() if one.type == "ref" and not one.unique and one.to != act.entity
    }
    operation = act.placed.operation
    given = [snake(one) for one in (*making.description.properties(operation.request), *operation.parameters)]
    named = [name for name, to in refs.items() if any(to in one or name.removesuffix("_id") in one for one in given)]
    meant = [name for name, to in refs.items() if to in archetype.ref or name.removesuffix("_id") in archetype.ref]
    if "any" in archetype.ref:
        return next(iter(named), "") or (next(iter(refs)) if len(refs) == 1 else "")
    return next((name for name in meant if name in named), "") or next(iter(meant), "")


def _amounts(making: _Making, act: _Act, archetype: Archetype) -> Holes | None:
    entity = making.entities[act.entity]
    column = next((name for name in archetype.column if _is(entity, name, *_NUMBERS)), "")
    part = entity.fields.get(column)
    if part is None or part.optional:
        return None
    may = f"row.{column} >= amount" if archetype.sign == "-" else f"row.{column} + amount <= 1000000000"
    held = part.model_copy(update={"min": 0, "max": 1_000_000_000})
    making.entities[act.entity] = entity.model_copy(update={"fields": {**entity.fields, column: held}})
    return {"column": column, "type": part.type, "sign": archetype.sign, "may": may}


def _copies(making: _Making, act: _Act, _archetype: Archetype) -> Holes | None:
    fields = making.entities[act.entity].fields
    if any(one.unique or one.counter for one in fields.values()):
        return None
    stamped = {"created_at": "now", "updated_at": "now"}
    same = {name: f"row.{name}" for name, one in fields.items() if one.type != "state"}
    return {
        "same": {
            **same,
            **{name: value for name, value in stamped.items() if _is(making.entities[act.entity], name, "time")},
        }
    }


def _merges(making: _Making, act: _Act, _archetype: Archetype) -> Holes | None:
    if making.description.is_spoken and not _names_another(making, act):
        return None
    children = [*_children(making, act.entity)]
    if any(making.entities[child].fields[ref].unique or child == act.entity for child, ref in children):
        return None
    moved = [
        {
            "each": f"each_{child}",
            "in": f"[c for c in {child} if c.{ref} == row.id]",
            "do": [{"update": f"each_{child}", "set": {ref: "kept.id"}}],
        }
        for child, ref in children
    ]
    return {"moved": [*moved, {"delete": "row"}]}


def _names_another(making: _Making, act: _Act) -> bool:
    """Tell whether a request names another row to merge with: of duplicates, not of proposed changes."""
    given = making.description.properties(act.placed.operation.request)
    return any({*snake(name).split("_")} & _OTHERS for name in given)


def _clearings(making: _Making, act: _Act, _archetype: Archetype) -> Holes | None:
    children = [(child, ref) for child, ref in _children(making, act.entity) if child != act.entity]
    bare = [(child, ref) for child, ref in children if not [*_children(making, child)]]
    return {"child": bare[0][0], "ref": bare[0][1]} if len(children) == len(bare) == 1 else None


def _children(making: _Making, entity: str) -> Iterator[tuple[str, str]]:
    for name, other in making.entities.items():
        for column, one in other.fields.items():
            if one.type == "ref" and one.to == entity:
                yield name, column


_FITTING = {
    "lifecycle": _lifecycle,
    "flags": _flags,
    "pointers": _pointers,
    "loose": _loose,
    "amounts": _amounts,
    "copies": _copies,
    "merges": _merges,
    "clearings": _clearings,
}
