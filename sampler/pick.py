"""Turns about one of the rows which a list shows when it is filtered by one value."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from envkit.calls import Json
from envkit.manifest import ToolSpec
from sampler.act import act, getters
from sampler.draft import Draft
from sampler.facts import Asked, choose, row_facts
from sampler.ground import field_of
from sampler.listing import filters, passing
from sampler.lookup import UnreachableRowError, show
from sampler.meaning import Look
from sampler.plan import Output, at
from sampler.query import write
from sampler.refer import Description, Trait, Via, among

_MOST_ROWS, _WAYS, _MOST_ACTS = 3, 3, 3


async def pick(draft: Draft, environment: str, tool: ToolSpec, rng: random.Random, fixed: Mapping[str, Json]) -> None:
    """Add a turn about a row of a list, filtered by the only member of `fixed`, or by a value of some row.

    The row is none that a policy knows already. It is asked about, or where it shows nothing worth asking a row that it
    points at is, or something is done to it. Raises UnreachableRowError if there is none that can be told from the
    others; calls may then be on the trail.
    """
    state, (name, value) = draft.states[environment], _filter(draft, environment, tool, rng, fixed)
    looked = await draft.look_up(environment, tool, {name: value})
    draft.fit(environment, looked, rng)
    mention = looked.mentions[0]
    field = field_of(state, mention.argument)
    assert field is not None, "a filter stands for a column"
    trait = Trait(field, value, mention.rows[0] if mention.rows else None)
    unknown = [each for each in passing(tool, state, name, value) if not draft.is_known(environment, tool.entity, each)]
    for row_id in rng.sample(unknown, min(len(unknown), _MOST_ROWS)):
        for description in islice(among(state, tool.entity, row_id, trait, rng), _WAYS):
            if await _come_to_something(draft, environment, tool, description, rng):
                return
    raise UnreachableRowError(f"{tool.name} of {environment} shows nothing new by {name}")


def _filter(
    draft: Draft, environment: str, tool: ToolSpec, rng: random.Random, fixed: Mapping[str, Json]
) -> tuple[str, Json]:
    if fixed:
        return next(iter(fixed.items()))
    state = draft.states[environment]
    rows = list(state.rows.get(tool.entity, {}).values())
    row = rng.choice(rows) if rows else {}
    usable = [
        (name, row[each.name]) for name, each in filters(tool, state).items() if row.get(each.name) not in (None, "")
    ]
    if not usable:
        raise UnreachableRowError(f"{tool.name} of {environment} filters by nothing")
    return rng.choice(usable)


async def _come_to_something(
    draft: Draft, environment: str, tool: ToolSpec, description: Description, rng: random.Random
) -> bool:
    """Have the list show a row, and close a turn about it; say whether there was anything to ask or to do."""
    start = len(draft.trail.steps)
    if await show(draft.trail, draft.states[environment], description, tool):
        for way in (_ask_of, _ask_through, _act_on):
            if await way(draft, environment, tool, description, rng):
                return True
    draft.trail.cut(start)
    return False


async def _ask_of(draft: Draft, environment: str, tool: ToolSpec, description: Description, rng: random.Random) -> bool:
    """Ask about the row itself."""
    step = len(draft.trail.steps) - 1
    items = at(draft.trail.steps[step].observation.content, "items")
    assert isinstance(items, list), "a page has items"
    index = next((index for index, row in enumerate(items) if at(row, "id") == description.row_id), None)
    if index is None:
        return False
    offered = row_facts(draft.manifest(environment).entity(tool.entity), items[index], Output(step, f"items[{index}]"))
    return _close(draft, Look(environment, description), tool, offered, rng)


async def _ask_through(
    draft: Draft, environment: str, tool: ToolSpec, description: Description, rng: random.Random
) -> bool:
    """Ask about a row that the list's row points at, and that has to be read by the id which the list shows."""
    state, start = draft.states[environment], len(draft.trail.steps)
    row, said = state.rows[tool.entity][description.row_id], {trait.field.name for trait in description.traits}
    readers = getters(state.manifest)
    fields = [
        field
        for field in state.manifest.entity(tool.entity).fields
        if field.type == "ref" and field.to in readers and field.name not in said and field.to != tool.entity
    ]
    for field in rng.sample(fields, len(fields)):
        target = str(row[field.name])
        where = draft.trail.binding(environment, field.to, target)
        is_told = isinstance(where, Output) and where.step == start - 1
        if not is_told or draft.is_known(environment, field.to, target):
            continue
        reader, argument = readers[field.to]
        step = await draft.trail.take(environment, reader.name, {argument.name: where})
        offered = row_facts(state.manifest.entity(field.to), step.observation.content, Output(start, ""))
        pointed = Description(field.to, target, via=Via(description, field))
        if _close(draft, Look(environment, pointed), reader, offered, rng):
            return True
        draft.trail.cut(start)
    return False


async def _act_on(draft: Draft, environment: str, tool: ToolSpec, description: Description, rng: random.Random) -> bool:
    """Do something to the row."""
    takers = [
        (each, argument.name)
        for each in draft.manifest(environment).tools
        for argument in each.arguments
        if each.writes and argument.type == "ref" and argument.to == tool.entity and argument.required
        if not argument.many and (environment, each.name) not in draft.barred
    ]
    for taker, argument in rng.sample(takers, min(len(takers), _MOST_ACTS)):
        with suppress(UnreachableRowError):
            await act(draft, environment, taker, rng, {argument: description.row_id}, {description.row_id: description})
            return True
    return False


def _close(draft: Draft, look: Look, tool: ToolSpec, offered: Iterable[Asked], rng: random.Random) -> bool:
    """Close the turn with a question, if there is one worth asking."""
    look = replace(look, place=draft.place(look.environment))
    asked = choose(draft.news(offered), rng, f"{draft.spoken} {write([look])}", draft.taken)
    if asked:
        draft.close((replace(look, asked=asked),), look.environment, tool)
    return bool(asked)
