"""Looking rows up as a policy would: from the traits a user names to the row's id, by calls on the trail."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from envkit.manifest import ToolSpec
from sampler.edges import GraphEdge
from sampler.graph import Source, ToolGraph
from sampler.plan import Binding, Fixed
from sampler.refer import Description, Extreme, Trait, Via, describe, extremes, holders, is_apt, is_figure, trait_of
from sampler.state import WorldState
from sampler.trail import Trail

_MAX_DEPTH = 4
_TRAITS_OF_QUERY = 4
_EXTREME_CHANCE, _HOLDER_CHANCE, _POINTED_CHANCE, _WAYS = 0.12, 0.05, 0.5, 3
_USUAL_CHANCE, _READ_CHANCE, _APT_CHANCE, _RARE_CHANCE = 0.25, 0.3, 0.8, 0.4
_LATE = 0.6
"""The share of an environment's edges that tasks have used when those that are left are looked for."""

Toward = tuple[str, str]
"""A tool and its argument."""


class UnreachableRowError(Exception):
    """A row that no natural traits, or no calls, lead to."""


async def find(
    trail: Trail,
    graph: ToolGraph,
    state: WorldState,
    entity: str,
    row_id: str,
    depth: int = _MAX_DEPTH,
    toward: Toward | None = None,
) -> Description:
    """Name a row, and make its id known on the trail by the calls that lead from its traits to it.

    Returns the words' substance, which may say more than uniqueness needs so that the calls can narrow down.
    `toward` is the argument that is to take the id. A row is named by its id only if none can point at rows of its
    kind, and no tool lists them or, late in a run, it is read by a tool from which no task went on.
    Raises UnreachableRowError, leaving the trail as it was.
    """
    environment, taste = state.manifest.slug, trail.taste
    is_shown = trail.shown(environment, entity, row_id) is not None
    if not graph.sources(environment, entity) and not is_shown:
        return await _find_unlisted(trail, graph, state, entity, row_id, depth)
    if row_id not in state.rows.get(entity, {}):
        raise UnreachableRowError(f"{entity} {row_id} of {environment} is gone")
    said = describe(state, entity, row_id, taste=taste)
    if depth == 0 or (is_shown and said is None):
        raise UnreachableRowError(f"{entity} {row_id} of {environment} has no natural name")
    if said is not None and is_shown:
        return said
    if taste is not None and depth == _MAX_DEPTH:
        is_read = toward is not None and state.manifest.tool(toward[0]).kind == "get"
        left = _left(trail, graph, environment, toward) if toward is not None else _Left()
        if is_read and left.has_led_nowhere and not _is_pointed_at(state, entity):
            return Description(entity, row_id)
        for description in _roundabout(trail, state, entity, row_id, taste, said, is_read, left):
            try:
                return await reach(trail, graph, state, description, depth, toward)
            except UnreachableRowError:
                continue
    if said is None:
        raise UnreachableRowError(f"{entity} {row_id} of {environment} has no natural name")
    return await reach(trail, graph, state, said, depth, toward)


@dataclass(frozen=True, slots=True)
class _Left:
    """What late in a run is left to be used about an argument: an edge into it, or every edge from its tool."""

    is_rare: bool = False
    has_led_nowhere: bool = False


def _left(trail: Trail, graph: ToolGraph, environment: str, toward: Toward) -> _Left:
    edges = graph.within(environment)
    if sum(edge in trail.uses for edge in edges) < _LATE * len(edges):
        return _Left()
    into = [edge for edge in graph.producers(environment, *toward) if edge in graph.proven]
    onward = graph.onward(environment, toward[0])
    return _Left(
        any(edge not in trail.uses for edge in into), bool(onward) and not any(edge in trail.uses for edge in onward)
    )


async def _find_unlisted(
    trail: Trail, graph: ToolGraph, state: WorldState, entity: str, row_id: str, depth: int
) -> Description:
    """Name a row that no tool lists by a row that points at it.

    By its id, which a user then must know, only where rows of its kind are pointed at by none. Raises
    UnreachableRowError.
    """
    ways = holders(state, entity, row_id, trail.taste) if trail.taste is not None and depth > 1 else iter(())
    for description in islice(ways, _WAYS):
        try:
            return await reach(trail, graph, state, description, depth)
        except UnreachableRowError:
            continue
    if _is_pointed_at(state, entity):
        raise UnreachableRowError(f"no row leads to {entity} {row_id} of {state.manifest.slug}, which no tool lists")
    return Description(entity, row_id)


def _is_pointed_at(state: WorldState, entity: str) -> bool:
    return any(field.type == "ref" and field.to == entity for spec in state.manifest.entities for field in spec.fields)


def _roundabout(
    trail: Trail,
    state: WorldState,
    entity: str,
    row_id: str,
    taste: random.Random,
    said: Description | None,
    is_read: bool,
    left: _Left,
) -> Iterator[Description]:
    """Yield a few other ways to name a row than is `said`, more often if nothing is, or a mere figure or time.

    A row that a call `is_read` by is best named by one that points at it, since to find it would show it; and so is
    one whose usual ways are not those that no task took.
    """
    slug = state.manifest.slug
    is_needed, is_wanted = said is None, is_read and (taste.random() < _READ_CHANCE or left.has_led_nowhere)
    is_rare = left.is_rare and taste.random() < _RARE_CHANCE
    if trail.pointer(slug, entity, row_id) is not None and (is_read or taste.random() < _POINTED_CHANCE):
        for description in holders(state, entity, row_id, taste):
            if description.via and trail.shown(slug, description.via.holder.entity, description.via.holder.row_id):
                yield description
                break
    chance = _APT_CHANCE if said is not None and is_figure(said) else _EXTREME_CHANCE
    if is_needed or taste.random() < chance:
        first = extremes(state, entity, row_id, taste)
        yield from islice((each for each in first if is_needed or (each.extreme and is_apt(each.extreme.field))), _WAYS)
    if is_needed or is_wanted or is_rare or taste.random() < _HOLDER_CHANCE:
        known = islice(holders(state, entity, row_id, taste), _WAYS)
        yield from (each for each in known if is_needed or is_rare or (each.via and not is_figure(each.via.holder)))


async def reach(
    trail: Trail,
    graph: ToolGraph,
    state: WorldState,
    said: Description,
    depth: int = _MAX_DEPTH,
    toward: Toward | None = None,
) -> Description:
    """Show a row by the calls that lead from what is said of it, which others may share; return it in full.

    Raises UnreachableRowError, leaving the trail as it was.
    """
    environment, start = state.manifest.slug, len(trail.steps)
    if said.via is not None:
        return await _reach_by_holder(trail, graph, state, said, said.via, depth)
    for source in _preferred(trail, state, graph, said.entity, toward):
        for description in _sayings(said, source.spec, state):
            try:
                known = await _find_referents(trail, graph, state, description, depth)
                if await show(trail, state, known, source.spec):
                    return known
            except UnreachableRowError:
                pass
            trail.cut(start)
    raise UnreachableRowError(f"no call shows {said.entity} {said.row_id} of {environment} by what is said of it")


def _preferred(
    trail: Trail, state: WorldState, graph: ToolGraph, entity: str, toward: Toward | None
) -> tuple[Source, ...]:
    """Put the sources first, now and then, whose way to the argument was followed least so far."""
    slug = state.manifest.slug
    sources = graph.sources(slug, entity)
    if toward is None or trail.taste is None or trail.taste.random() < _USUAL_CHANCE:
        return sources

    def used(source: Source) -> int:
        edge = GraphEdge(slug, source.spec.name, source.path, *toward, entity)
        return trail.uses.get(edge, 0) if edge in graph.proven else 1

    return tuple(sorted(sources, key=used))


async def _reach_by_holder(
    trail: Trail, graph: ToolGraph, state: WorldState, said: Description, via: Via, depth: int
) -> Description:
    """Show the row that points at the wanted one."""
    start = len(trail.steps)
    known = via.holder
    if trail.shown(state.manifest.slug, known.entity, known.row_id) is None:
        known = await reach(trail, graph, state, via.holder, depth - 1)
    if trail.pointer(state.manifest.slug, said.entity, said.row_id) is None:
        trail.cut(start)
        raise UnreachableRowError(f"no call shows which {said.entity} the {via.holder.entity} points at")
    return replace(said, via=replace(via, holder=known))


async def _find_referents(
    trail: Trail, graph: ToolGraph, state: WorldState, description: Description, depth: int
) -> Description:
    """Look up the rows that a description refers to; return it with them named as they were looked up."""
    traits = []
    for trait in description.traits:
        if trait.referent is not None:
            referent = await find(trail, graph, state, trait.referent.entity, trait.referent.row_id, depth - 1)
            trait = replace(trait, referent=referent)
        traits.append(trait)
    return replace(description, traits=tuple(traits))


async def show(trail: Trail, state: WorldState, description: Description, source: ToolSpec) -> bool:
    """Call a source with what the description says; say whether that showed the row."""
    environment, start = state.manifest.slug, len(trail.steps)
    by_owner = _owner_arguments(trail, state, source, description)
    for arguments in [by_owner] if source.kind != "list" else _narrowings(trail, state, source, description):
        step = await trail.take(environment, source.name, arguments)
        if not step.observation.is_refused and trail.shown(environment, description.entity, description.row_id):
            return True
        trail.cut(start)
    return False


def _sayings(said: Description, source: ToolSpec, state: WorldState) -> Iterator[Description]:
    """Yield what to say of a row so that a source can be asked for it, from the shortest."""
    if source.kind == "list":
        yield said
        if said.extreme is None:
            yield _with_filters(said, source, state)
    elif owned := _with_owners(said, source, state):
        yield owned


def _with_owners(description: Description, source: ToolSpec, state: WorldState) -> Description | None:
    """Say also which rows the wanted row belongs to, if a source is asked by them; None if they cannot be named."""
    row = state.rows[description.entity][description.row_id]
    fields = state.manifest.entity(description.entity).fields
    for argument in (each for each in source.arguments if each.required):
        owner = next((field for field in fields if field.type == "ref" and field.to == argument.to), None)
        trait = trait_of(state, owner, row) if owner and row[owner.name] is not None else None
        if argument.type != "ref" or argument.many or trait is None:
            return None
        description = description.with_traits([trait])
    return description


def _owner_arguments(trail: Trail, state: WorldState, source: ToolSpec, description: Description) -> dict[str, Binding]:
    return {
        argument.name: _bind(trail, state, trait)
        for argument in source.arguments
        if argument.required
        for trait in description.traits
        if trait.referent is not None and trait.referent.entity == argument.to
    }


def _with_filters(description: Description, source: ToolSpec, state: WorldState) -> Description:
    """Say also the traits that a source can filter by, so that its first page shows the row."""
    row = state.rows[description.entity][description.row_id]
    names = [argument.field.partition(".")[2] for argument in source.arguments if argument.role == "filter"]
    fields = [field for field in state.manifest.entity(description.entity).fields if field.name in names]
    traits = [trait_of(state, field, row) for field in fields if row.get(field.name) is not None]
    return description.with_traits([trait for trait in traits if trait][:_TRAITS_OF_QUERY])


def _narrowings(
    trail: Trail, state: WorldState, source: ToolSpec, description: Description
) -> Iterator[dict[str, Binding]]:
    """Yield the arguments worth trying on a list: its filters, else its search, else more rows a page."""
    filters: dict[str, Binding] = {
        argument.name: _bind(trail, state, trait)
        for argument in source.arguments
        for trait in description.traits
        if argument.role == "filter" and argument.field.partition(".")[2] == trait.field.name
    }
    if description.extreme is not None:
        filters |= _sorting(source, description.extreme)
    search = next((argument.name for argument in source.arguments if argument.role == "search"), None)
    limit = next((argument for argument in source.arguments if argument.role == "limit"), None)
    texts = [trait.value for trait in description.traits if trait.field.type == "str"]
    if filters or not (search and texts):
        yield filters
    for text in texts if search else ():
        yield {**filters, str(search): Fixed(text)}
    if limit is not None and limit.maximum is not None:
        yield {**filters, limit.name: Fixed(limit.maximum)}


def _sorting(source: ToolSpec, extreme: Extreme) -> dict[str, Binding]:
    """Have a list sorted so that the extreme comes first, if it can be."""
    value = f"{'-' if extreme.is_highest else ''}{extreme.field.name}"
    sorts = (each for each in source.arguments if each.role == "sort" and value in each.values)
    return {each.name: Fixed(value) for each in sorts}


def _bind(trail: Trail, state: WorldState, trait: Trait) -> Binding:
    if trait.referent is None:
        return Fixed(trait.value)
    return trail.binding(state.manifest.slug, trait.referent.entity, trait.referent.row_id)
