"""Turns that change something: grounded arguments, their look-ups, the call, and what is asked about its effects."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from envkit.calls import Json, JsonObject, ToolCall
from envkit.manifest import ArgumentSpec, Manifest, ToolSpec
from envkit.snapshot import Diff
from sampler.draft import MAX_CALLS, Draft, Looked
from sampler.facts import Asked, as_text, choose, result_facts, row_facts
from sampler.ground import Grounded, field_of, ground, is_telling
from sampler.lookup import UnreachableRowError, find
from sampler.loop import condition_on
from sampler.meaning import Act, Condition, Look, Mention, Wish, asked_of
from sampler.plan import Output
from sampler.query import write
from sampler.refer import Description

_TRIES, _FEW_TRIES, _REGROUNDS, _MOST_KNOWN = 60, 12, 3, 6
_CARRY_CHANCE, _FOLLOW_UP_CHANCE, _CONDITION_CHANCE = 0.8, 0.4, 0.15
_MOST_FACTS = 2
_INDEX = re.compile(r"\[\d+\]")
_LEDGER = re.compile(r"^(?:entry|(?:account|wallet|deposit|folio)_entry|(?:cash|credit)_move)\.")
"""Rows that are only written to show what happened: who pays asks what is left, not about the line in the account."""


async def act(
    draft: Draft,
    environment: str,
    tool: ToolSpec,
    rng: random.Random,
    fixed: Mapping[str, Json] | None = None,
    named: Mapping[str, Description] | None = None,
) -> None:
    """Add a turn, or a look-up and then a turn, that ends in a call of a writing tool.

    Members of `fixed` are arguments that are wanted; `named` are rows that have been looked up, by id. Raises
    UnreachableRowError if no arguments are found that succeed and that a user can name; the draft is as before.
    """
    useless: list[JsonObject] = []
    steps, turns = len(draft.trail.steps), len(draft.turns)
    for _ in range(_REGROUNDS):
        grounded = await _grounded(draft, environment, tool, rng, useless, fixed or {})
        if grounded is None:
            break
        useless.append(grounded.arguments)
        if draft.undoes(environment, grounded.diff):
            continue
        try:
            looked = await draft.look_up(environment, tool, grounded.arguments, named)
            draft.fit(environment, looked, rng)
        except UnreachableRowError:
            draft.cut(steps, turns)
            continue
        await _carry_out(draft, environment, tool, looked, grounded, rng)
        return
    raise UnreachableRowError(f"{tool.name} of {environment} could not be grounded")


async def _grounded(
    draft: Draft,
    environment: str,
    tool: ToolSpec,
    rng: random.Random,
    useless: Sequence[JsonObject],
    fixed: Mapping[str, Json],
) -> Grounded | None:
    """Find arguments that succeed: about rows that came up, or near those that are wanted; else as in known calls."""
    state, session = draft.states[environment], draft.trail.session
    ids = {str(value) for given in fixed.values() for value in (given if isinstance(given, list) else [given])}
    focus = state.related(ids) if fixed else draft.trail.focus(environment)
    tries = _FEW_TRIES if fixed else _TRIES
    grounded = await ground(tool, state, session, rng, tries=tries, focus=focus, avoid=useless, fixed=fixed)
    known = draft.known.get((environment, tool.name), ()) if grounded is None else ()
    for arguments in rng.sample(known, min(len(known), _MOST_KNOWN)):
        wanted = {**arguments, **fixed}
        grounded = grounded or await ground(
            tool, state, session, rng, tries=1, focus=focus, avoid=useless, fixed=wanted
        )
    return grounded


async def _carry_out(
    draft: Draft, environment: str, tool: ToolSpec, looked: Looked, grounded: Grounded, rng: random.Random
) -> None:
    mentions, diff = await _carry(draft, environment, tool, looked.mentions, grounded, rng)
    untouched = tuple(_untouched_facts(draft, environment, mentions, diff))
    condition = _condition(draft, environment, mentions, rng)
    step = await draft.trail.take(environment, tool.name, draft.bind(environment, mentions))
    assert not step.observation.is_refused, "a call that succeeded on a fork succeeds on its origin"
    draft.effects.note(len(draft.trail.steps) - 1, diff, draft.manifest(environment))
    await draft.refresh()
    wish = Act(environment, tool, mentions, place=draft.place(environment), only_if=condition)
    asked = asked_after(draft, wish, step.observation.content, rng, untouched)
    wishes: tuple[Wish, ...] = (replace(wish, asked=asked),)
    if draft.is_asking and draft.open_calls < MAX_CALLS and rng.random() < _FOLLOW_UP_CHANCE:
        wishes = (*wishes, *await _follow_up(draft, environment, diff, wishes, rng))
    draft.close(wishes, environment, tool)


def asked_after(
    draft: Draft, wish: Act, content: Json, rng: random.Random, otherwise: Sequence[Asked] = ()
) -> tuple[Asked, ...]:
    """Choose what to ask of the result of the last call, which granted a wish; or `otherwise` of something else."""
    if not draft.is_asking:
        return ()
    spoken = f"{draft.spoken} {write([wish])}"
    shown = [*result_facts(draft.manifest(wish.environment), wish.tool, content, len(draft.trail.steps) - 1)]
    told = [each for each in shown if not _LEDGER.search(each.name)] or shown
    asked = choose(told, rng, spoken, draft.taken, most=_MOST_FACTS)
    return asked or choose(otherwise, rng, spoken, draft.taken, most=1)


def _condition(draft: Draft, environment: str, mentions: tuple[Mention, ...], rng: random.Random) -> Condition | None:
    """Perhaps make the wish depend on something that holds, as somebody would who does not know it."""
    if rng.random() >= _CONDITION_CHANCE or not draft.open_calls:
        return None
    try:
        return condition_on(draft, environment, mentions, rng, holds=True)
    except UnreachableRowError:
        return None


async def _carry(
    draft: Draft,
    environment: str,
    tool: ToolSpec,
    mentions: tuple[Mention, ...],
    grounded: Grounded,
    rng: random.Random,
) -> tuple[tuple[Mention, ...], Diff]:
    """Perhaps let a value be what an earlier turn asked for, best in another environment, if the call allows it."""
    told = [(index, asked) for index, turn in enumerate(draft.turns) for asked in turn.asked]
    ways = [
        (mention, index, asked)
        for mention in mentions
        if not mention.rows
        for index, asked in told
        if _may_carry(draft, environment, tool, mention.argument, asked)
    ]
    abroad = [way for way in ways if draft.turns[way[1]].goal[0] != environment]
    if not ways or rng.random() >= _CARRY_CHANCE:
        return mentions, grounded.diff
    mention, index, asked = rng.choice(abroad or ways)
    arguments = {**grounded.arguments, mention.argument.name: asked.value}
    async with await draft.trail.session.fork() as scratch:
        observation = await scratch.call(ToolCall(environment, tool.name, arguments))
        diff = (await scratch.diff())[environment]
    if observation.is_refused or not is_telling(diff, draft.manifest(environment)):
        return mentions, grounded.diff
    carried = replace(mention, value=asked.value, carried=asked, carried_turn=index)
    return tuple(carried if each is mention else each for each in mentions), diff


def _may_carry(draft: Draft, environment: str, tool: ToolSpec, argument: ArgumentSpec, asked: Asked) -> bool:
    """Say whether what was asked for may be an argument: by an edge of the graph, or because any text would do."""
    call = draft.trail.steps[asked.source.step].call
    place = (call.environment, call.tool, _INDEX.sub("[]", asked.source.path))
    edges = draft.graph.carriers(environment, tool.name, argument.name)
    if any((edge.environment, edge.producer, edge.path) == place for edge in edges):
        return True
    is_plain = asked.type == "str" and not asked.others and call.environment != environment
    return is_plain and _is_free_text(draft, environment, argument)


def _is_free_text(draft: Draft, environment: str, argument: ArgumentSpec) -> bool:
    """Say whether any text would do for an argument: one that is neither unique nor chosen from a list."""
    field = field_of(draft.states[environment], argument)
    if argument.type not in ("str", "text") or argument.values or argument.many:
        return False
    return field is not None and field.type in ("str", "text") and not field.unique and "email" not in field.name


def _untouched_facts(draft: Draft, environment: str, mentions: tuple[Mention, ...], diff: Diff) -> Iterator[Asked]:
    """Yield what the look-ups showed of the mentioned rows, apart from what the change is about to alter."""
    for mention in mentions:
        for description in mention.rows:
            columns = diff.changed.get(description.entity, {}).get(description.row_id, {})
            for asked in draft.shown_facts(environment, description):
                if asked.name.partition(".")[2] not in columns:
                    yield replace(asked, words=f"{asked.words} as it was before")


async def _follow_up(
    draft: Draft, environment: str, diff: Diff, wishes: tuple[Wish, ...], rng: random.Random
) -> tuple[Look, ...]:
    """Read back a row that the change touched and the trail has pointed at, and ask for what is new in it."""
    readers = getters(draft.manifest(environment))
    touched = [
        (entity, row_id)
        for entity, rows in diff.changed.items()
        for row_id in rows
        if entity in readers and draft.trail.is_mentioned(environment, entity, row_id)
    ]
    said = f"{draft.spoken} {write(wishes)}"
    taken = draft.taken | {as_text(asked.value) for asked in asked_of(wishes)}
    for entity, row_id in rng.sample(touched, len(touched)):
        description = await _shown_description(draft, environment, entity, row_id)
        if description is None:
            continue
        tool, argument = readers[entity]
        binding = draft.trail.binding(environment, entity, row_id)
        step = await draft.trail.take(environment, tool.name, {argument.name: binding})
        source = Output(len(draft.trail.steps) - 1, "")
        offered = row_facts(draft.manifest(environment).entity(entity), step.observation.content, source)
        news = [each for each in offered if each.name.partition(".")[2] in diff.changed[entity][row_id]]
        look = Look(environment, description, is_after=True)
        if asked := choose(news, rng, f"{said} {write([look])}", taken, most=1):
            return (replace(look, asked=asked),)
        draft.trail.cut(source.step)
    return ()


def getters(manifest: Manifest) -> dict[str, tuple[ToolSpec, ArgumentSpec]]:
    """Return the get tool of each entity that has one, with the argument that takes the id."""
    return {tool.entity: (tool, tool.arguments[0]) for tool in manifest.tools if tool.kind == "get"}


async def _shown_description(draft: Draft, environment: str, entity: str, row_id: str) -> Description | None:
    """Name a row if that takes no further calls."""
    start = len(draft.trail.steps)
    try:
        description = await find(draft.trail, draft.graph, draft.states[environment], entity, row_id)
    except UnreachableRowError:
        return None
    if len(draft.trail.steps) > start:
        draft.trail.cut(start)
        return None
    return description
