"""Which entities of a large document make one coherent environment: what can do most, and what is connected to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.compile.archetypes import known_by
from generator.compile.entities import Entity, Grouping
from generator.compile.fields import NO_COLUMNS, columns
from generator.compile.words import Dropped, row_named
from generator.description import Description

FEWEST = 8
"""Tools that an environment should have at least."""
FEWEST_SPOKEN = 20
"""The same where names say what is done: they tell few references, and what one service offers belongs together."""

_ENTITIES = 2
_WRITES = ("create", "update", "delete")
_REASON = "the environment keeps to {most} tools around {heart}"


@dataclass(frozen=True, slots=True)
class Choice:
    """The entities kept, in their order, and those left out."""

    kept: tuple[Entity, ...]
    dropped: tuple[Dropped, ...]


def choose(description: Description, grouping: Grouping, most: int) -> Choice:
    """Choose entities of at most `most` tools: the one that can do most, and what is nearest to it, nearest first.

    Where that is too little for an environment, the next that can do most is chosen beside it.
    """
    entities = {one.name: one for one in grouping.entities if columns(description, one).fields}
    bare = [Dropped(one.name, one.at, NO_COLUMNS) for one in grouping.entities if one.name not in entities]
    acts = Counter(each.resource for each in grouping.custom if each.keys and any(True for _ in known_by(each.verb)))
    sizes = {name: len(one.crud) + bool(one.within) + _acts(one, acts) for name, one in entities.items()}
    points_at = {name: _targets(description, one) & {*entities} - {name} for name, one in entities.items()}
    links = {name: to | {other for other, its in points_at.items() if name in its} for name, to in points_at.items()}
    fewest = FEWEST_SPOKEN if description.is_spoken else FEWEST
    worth = {
        name: sum(kind in one.crud for kind in _WRITES) + _acts(one, acts) + 0.5 * len(links[name])
        for name, one in entities.items()
    }
    kept: list[str] = []
    ranked = sorted(entities, key=lambda name: -worth[name])
    while True:
        left = [name for name in ranked if name not in kept]
        is_small = len(kept) < _ENTITIES or sum(sizes[name] for name in kept) < fewest
        near = [name for name in left if links[name] & {*kept}] or (left if is_small else [])
        added = next((more for name in near if (more := _with_owners(name, kept, entities, sizes, most))), None)
        if added is None:
            break
        kept += added
    heart = kept[0].replace("_", " ") if kept else ""
    gone = [
        Dropped(name, one.at, _REASON.format(most=most, heart=heart))
        for name, one in entities.items()
        if name not in kept
    ]
    return Choice(tuple(one for name, one in entities.items() if name in kept), (*bare, *gone))


def _acts(entity: Entity, acts: Mapping[tuple[str, ...], int]) -> int:
    return sum(acts[resource] for resource in {one.resource for one in entity.crud.values()})


def _with_owners(
    name: str, kept: Sequence[str], entities: Mapping[str, Entity], sizes: Mapping[str, int], most: int
) -> list[str] | None:
    """Return an entity with all that its rows must point at, if they still fit; None if not."""
    more, due = [name], [name]
    while due:
        for owner in _owners(entities[due.pop()]):
            if owner in entities and owner not in more and owner not in kept:
                more.append(owner)
                due.append(owner)
    fits = sum(sizes[one] for one in (*kept, *more)) <= most
    return more if fits or not kept else None


def _owners(entity: Entity) -> set[str]:
    return {name for name in (*entity.parents, entity.within, entity.about) if name}


def _targets(description: Description, entity: Entity) -> set[str]:
    """Name what an entity's rows point at: its owners, and whatever else its properties are named after."""
    return _owners(entity) | {row_named(name) for name in description.properties(entity.schema)}
