"""Turns that only ask: what a tool shows of a row, or what a list tells."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from envkit.calls import Json, JsonObject, ToolCall
from envkit.manifest import ToolSpec
from sampler.draft import MAX_CALLS, Draft, Looked
from sampler.facts import as_text, choose, result_facts
from sampler.ground import candidates
from sampler.listing import draw_listing, listing_facts
from sampler.lookup import UnreachableRowError
from sampler.meaning import Act, Browse
from sampler.pick import pick
from sampler.plan import Fixed
from sampler.query import write

_PICK_CHANCE, _TRIES, _LOOKUPS = 0.35, 8, 3


async def ask(
    draft: Draft, environment: str, tool: ToolSpec, rng: random.Random, fixed: Mapping[str, Json] | None = None
) -> None:
    """Add a turn that asks for facts a read-only tool gives; members of `fixed` are arguments that are wanted.

    Raises UnreachableRowError if there are none worth asking for; the draft is as before.
    """
    steps, turns = len(draft.trail.steps), len(draft.turns)
    ways = [_list, pick] if tool.kind == "list" else [_look]
    if fixed or rng.random() < _PICK_CHANCE:
        ways.reverse()
    for way in ways:
        try:
            await way(draft, environment, tool, rng, fixed or {})
        except UnreachableRowError:
            draft.cut(steps, turns)
        else:
            return
    raise UnreachableRowError(f"{tool.name} of {environment} shows nothing worth asking")


async def _look(draft: Draft, environment: str, tool: ToolSpec, rng: random.Random, fixed: Mapping[str, Json]) -> None:
    """Ask what a tool shows, with the first arguments that come to something; a known row is not asked for again."""
    steps, turns, tried = len(draft.trail.steps), len(draft.turns), 0
    for arguments in _arguments(draft, environment, tool, rng, fixed):
        if tried == _LOOKUPS:
            break
        if await _is_worth(draft, environment, tool, arguments):
            tried += 1
            try:
                await _show(draft, environment, tool, arguments, rng)
            except UnreachableRowError:
                draft.cut(steps, turns)
                continue
            return
    raise UnreachableRowError(f"{tool.name} of {environment} shows nothing worth asking")


def _arguments(
    draft: Draft, environment: str, tool: ToolSpec, rng: random.Random, fixed: Mapping[str, Json]
) -> Iterator[JsonObject]:
    """Yield arguments to try: drawn ones, then those of known calls, which may know what nothing tells."""
    focus = draft.trail.focus(environment)
    yield from islice(candidates(tool, draft.states[environment], rng, fixed=fixed, focus=focus), _TRIES)
    known = draft.known.get((environment, tool.name), ())
    yield from ({**each, **fixed} for each in rng.sample(known, len(known)))


async def _is_worth(draft: Draft, environment: str, tool: ToolSpec, arguments: JsonObject) -> bool:
    """Say whether a tool shows something with some arguments, before rows are looked up for them."""
    if tool.kind == "get":
        row_id = str(arguments[tool.arguments[0].name])
        return not draft.is_known(environment, tool.entity, row_id)
    seen = await draft.trail.session.call(ToolCall(environment, tool.name, arguments))
    offered = () if seen.is_refused else result_facts(draft.manifest(environment), tool, seen.content, 0)
    return any(each.is_strong and as_text(each.value) not in draft.taken for each in offered)


async def _show(draft: Draft, environment: str, tool: ToolSpec, arguments: JsonObject, rng: random.Random) -> None:
    """Ask what a call shows; a plain get is left out where the look-up itself has just shown the row."""
    looked = await draft.look_up(environment, tool, arguments)
    row = looked.mentions[0].rows[0] if tool.kind == "get" else None
    if row is not None and draft.is_known(environment, tool.entity, row.row_id):
        if draft.open_calls <= MAX_CALLS:
            draft.close_lookup(environment, row, draft.open_calls, rng)
        if not draft.turns or not draft.turns[-1].asked or draft.open_calls:
            raise UnreachableRowError(f"{tool.name} of {environment} shows nothing worth asking")
        return
    content = await _read(draft, environment, tool, looked, {}, rng)
    wish = Act(environment, tool, looked.mentions, place=draft.place(environment))
    offered = result_facts(draft.manifest(environment), tool, content, len(draft.trail.steps) - 1)
    asked = choose(draft.news(offered), rng, f"{draft.spoken} {write([wish])}", draft.taken)
    _close(draft, replace(wish, asked=asked))


async def _list(draft: Draft, environment: str, tool: ToolSpec, rng: random.Random, fixed: Mapping[str, Json]) -> None:
    """Ask about a list: its first row in some order, or how long it is; it is filtered as is wanted, or by chance."""
    listing = draw_listing(tool, draft.states[environment], rng, fixed)
    if listing is None:
        raise UnreachableRowError(f"{tool.name} of {environment} lists nothing")
    looked = await draft.look_up(environment, tool, listing.filters)
    content = await _read(draft, environment, tool, looked, listing.sort, rng)
    wish = Browse(environment, tool, looked.mentions, place=draft.place(environment), order=listing.order)
    entity = draft.manifest(environment).entity(tool.entity)
    offered = listing_facts(entity, listing, content, len(draft.trail.steps) - 1)
    asked = choose(offered, rng, f"{draft.spoken} {write([wish])}", draft.taken)
    _close(draft, replace(wish, asked=asked))


async def _read(
    draft: Draft, environment: str, tool: ToolSpec, looked: Looked, sort: dict[str, Json], rng: random.Random
) -> Json:
    draft.fit(environment, looked, rng)
    arguments = {**draft.bind(environment, looked.mentions), **{name: Fixed(value) for name, value in sort.items()}}
    step = await draft.trail.take(environment, tool.name, arguments)
    if step.observation.is_refused:
        raise UnreachableRowError(f"{tool.name} of {environment} refused with {step.observation.code}")
    return step.observation.content


def _close(draft: Draft, wish: Act | Browse) -> None:
    if not wish.asked:
        raise UnreachableRowError(f"{wish.tool.name} of {wish.environment} shows nothing worth asking")
    draft.close((wish,), wish.environment, wish.tool)
