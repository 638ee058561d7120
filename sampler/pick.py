"""Turns that ask about one of the rows which a list shows when it is filtered by one value."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

from envkit.calls import Json
from envkit.manifest import ToolSpec
from sampler.draft import Draft
from sampler.facts import choose, row_facts
from sampler.ground import field_of
from sampler.listing import filters, passing
from sampler.lookup import UnreachableRowError, show
from sampler.meaning import Look
from sampler.plan import Output, at
from sampler.query import write
from sampler.refer import Description, Trait, among

_MOST_ROWS, _WAYS = 3, 3


async def pick(draft: Draft, environment: str, tool: ToolSpec, rng: random.Random, fixed: Mapping[str, Json]) -> None:
    """Add a turn that asks about a row of a list, filtered by the only member of `fixed`, or by a value of some row.

    The row is none that a policy knows already. Raises UnreachableRowError if there is none that can be told from the
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
            if await _ask_of(draft, environment, tool, description, rng):
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


async def _ask_of(draft: Draft, environment: str, tool: ToolSpec, description: Description, rng: random.Random) -> bool:
    """Have the list show a row, and close a turn that asks about it; say whether there was something to ask."""
    start = len(draft.trail.steps)
    if await show(draft.trail, draft.states[environment], description, tool):
        step = len(draft.trail.steps) - 1
        items = at(draft.trail.steps[step].observation.content, "items")
        assert isinstance(items, list), "a page has items"
        index = next((index for index, row in enumerate(items) if at(row, "id") == description.row_id), None)
        if index is not None:
            look = Look(environment, description, place=draft.place(environment))
            entity = draft.manifest(environment).entity(tool.entity)
            offered = row_facts(entity, items[index], Output(step, f"items[{index}]"))
            asked = choose(draft.news(offered), rng, f"{draft.spoken} {write([look])}", draft.taken)
            if asked:
                draft.close((replace(look, asked=asked),), environment, tool)
                return True
    draft.trail.cut(start)
    return False
