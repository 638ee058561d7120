"""Turns that do one thing to each row of a kind, and turns whose wish depends on what is found."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from envkit.calls import Json, ToolCall
from envkit.manifest import ArgumentSpec, ToolSpec
from sampler.draft import Draft
from sampler.facts import choose, is_inner
from sampler.ground import candidates
from sampler.lookup import UnreachableRowError, reach
from sampler.meaning import Act, Condition, Look, Mention
from sampler.query import write
from sampler.refer import Description, Trait, trait_of
from sampler.state import WorldState

_MOST_ROWS, _GROUPS, _TRIES = 4, 8, 40


async def act_on_each(draft: Draft, environment: str, tool: ToolSpec, rng: random.Random) -> None:
    """Add a turn that uses a tool once for each of the rows that share some traits.

    Raises UnreachableRowError if the tool does not take one row, or no few rows fit; the draft is as before.
    """
    state, steps = draft.states[environment], len(draft.trail.steps)
    takers = [each for each in tool.arguments if each.type == "ref" and each.required]
    if len(takers) != 1 or takers[0].many:
        raise UnreachableRowError(f"{tool.name} of {environment} does not take one row at a time")
    argument, others = takers[0], _others(tool, takers[0], state, rng)
    for traits, rows in _groups(state, argument.to, rng):
        if not await _do_all(draft, environment, tool, argument, rows, others):
            continue
        try:
            known = await reach(draft.trail, draft.graph, state, Description(argument.to, rows[0], traits))
        except UnreachableRowError:
            continue
        if not fits(state, known, rows) or any(
            draft.trail.shown(environment, argument.to, row_id) is None for row_id in rows
        ):
            draft.trail.cut(steps)
            continue
        mentions = tuple(Mention(each, others[each.name]) for each in tool.arguments if each.name in others)
        rows = _as_listed(draft, environment, argument.to, rows)
        for row_id in rows:
            one = (Mention(argument, row_id, (Description(argument.to, row_id, known.traits),)), *mentions)
            before = await draft.trail.session.snapshot()
            await draft.trail.take(environment, tool.name, draft.bind(environment, one))
            diff = (await draft.trail.session.diff(before))[environment]
            draft.effects.note(len(draft.trail.steps) - 1, diff, state.manifest)
        await draft.refresh()
        told = tuple(Description(argument.to, row_id, known.traits) for row_id in rows)
        group = Mention(argument, list(rows), told, group=known.traits)
        wish = Act(environment, tool, (group, *mentions), place=draft.place(environment))
        draft.close((wish,), environment, tool)
        return
    raise UnreachableRowError(f"no few rows can all be given to {tool.name} of {environment}")


async def abstain(draft: Draft, environment: str, tool: ToolSpec, rng: random.Random) -> None:
    """Add a turn whose wish depends on what does not hold, so that only a question about the row is left of it.

    Raises UnreachableRowError if no such condition can be told; the draft is as before.
    """
    grounded = await draft.ground(environment, tool, rng, tries=_TRIES)
    steps, turns = len(draft.trail.steps), len(draft.turns)
    try:
        looked = await draft.look_up(environment, tool, grounded.arguments)
        if not draft.open_calls:
            raise UnreachableRowError("nothing was looked up that a condition could be about")
        condition = condition_on(draft, environment, looked.mentions, rng, holds=False)
        wish = Act(environment, tool, looked.mentions, place=draft.place(environment), only_if=condition)
        look = Look(environment, condition.description)
        spoken = f"{draft.spoken} {write([wish, look])}"
        asked = choose(draft.shown_facts(environment, condition.description), rng, spoken, draft.taken, most=1)
        if not asked:
            raise UnreachableRowError("the row shows nothing worth asking")
        draft.close((wish, Look(environment, condition.description, asked)), environment, tool)
    except UnreachableRowError:
        draft.cut(steps, turns)
        raise


def condition_on(
    draft: Draft, environment: str, mentions: Sequence[Mention], rng: random.Random, *, holds: bool
) -> Condition:
    """Make a condition on a row that was looked up, about what is not said of it and may change: best how it stands.

    Raises UnreachableRowError if there is none.
    """
    state = draft.states[environment]
    found = []
    for description in (row for mention in mentions for row in mention.rows):
        if draft.trail.shown(environment, description.entity, description.row_id) is None:
            continue
        said = {trait.field.name for trait in description.traits}
        row = state.rows[description.entity][description.row_id]
        for field in state.manifest.entity(description.entity).fields:
            if is_inner(description.entity, field):
                continue
            values: tuple[Json, ...] = (True, False) if field.type == "bool" else tuple(field.values)
            fitting = [value for value in values if (value == row.get(field.name)) == holds]
            if field.name not in said and row.get(field.name) is not None and fitting:
                found.append(Condition(description, field, rng.choice(fitting)))
    if not found:
        raise UnreachableRowError("nothing about the rows can be a condition")
    standing = [each for each in found if each.field.type in ("state", "bool")]
    return rng.choice(standing or found)


def _as_listed(draft: Draft, environment: str, entity: str, rows: Sequence[str]) -> tuple[str, ...]:
    """Put rows into the order in which the calls so far have shown them."""
    seen = list(draft.trail.focus(environment).get(entity, ()))
    return tuple(sorted(rows, key=seen.index))


def fits(state: WorldState, said: Description, rows: Sequence[str]) -> bool:
    """Say whether what is said of one row is true of all these rows."""
    known = [state.rows[said.entity][row_id] for row_id in rows]
    return all(row.get(trait.field.name) == trait.value for row in known for trait in said.traits)


def _others(tool: ToolSpec, argument: ArgumentSpec, state: WorldState, rng: random.Random) -> Mapping[str, Json]:
    """Draw the other arguments, the same for each row; rows that a user would have to name are left out."""
    drawn = next(candidates(tool, state, rng), {})
    left_out = {each.name for each in tool.arguments if each is argument or each.type == "ref"}
    return {name: value for name, value in drawn.items() if name not in left_out}


def _groups(state: WorldState, entity: str, rng: random.Random) -> Iterator[tuple[tuple[Trait, ...], tuple[str, ...]]]:
    """Yield traits that two to _MOST_ROWS rows share, with those rows' ids in creation order."""
    fields = [each for each in state.manifest.entity(entity).fields if each.type in ("ref", "enum", "state", "bool")]
    rows = list(state.rows.get(entity, {}).values())
    for _ in range(_GROUPS if rows and fields else 0):
        row, chosen = rng.choice(rows), rng.sample(fields, min(len(fields), rng.randint(1, 2)))
        if any(row.get(field.name) in (None, "") for field in chosen):
            continue
        sharing = tuple(
            str(other["id"]) for other in rows if all(other.get(each.name) == row[each.name] for each in chosen)
        )
        traits = [trait_of(state, field, row) for field in chosen]
        if 2 <= len(sharing) <= _MOST_ROWS and all(traits):
            yield tuple(trait for trait in traits if trait), sharing


async def _do_all(
    draft: Draft,
    environment: str,
    tool: ToolSpec,
    argument: ArgumentSpec,
    rows: Sequence[str],
    others: Mapping[str, Json],
) -> bool:
    """Say whether the tool takes every row, one after the other, each call changes something, and they undo nothing."""
    async with await draft.trail.session.fork() as scratch:
        for row_id in rows:
            before = await scratch.digest()
            seen = await scratch.call(ToolCall(environment, tool.name, {**others, argument.name: row_id}))
            if seen.is_refused or await scratch.digest() == before:
                return False
        return not draft.undoes(environment, (await scratch.diff())[environment])
