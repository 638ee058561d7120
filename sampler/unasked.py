"""Turns that leave something open, so that the policy must ask back: an argument unsaid, or one row of several."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from envkit.calls import Json, ToolCall
from envkit.manifest import ArgumentSpec, FieldSpec, ToolSpec
from sampler.act import asked_after
from sampler.draft import Draft
from sampler.facts import as_text, spaced
from sampler.ground import Grounded
from sampler.lookup import UnreachableRowError, reach
from sampler.loop import fits
from sampler.meaning import Act, Give, Mention
from sampler.refer import Description, Trait, trait_of
from sampler.state import Row, WorldState

_TRIES, _MOST_RIVALS = 40, 4
_TELLING = ("str", "time", "enum", "state", "int", "money")
_OTHER_WORDS = {
    "time": ("when", "date", "day", "time"),
    "money": ("amount", "how much", "price"),
    "int": ("how many", "number", "how long"),
    "email": ("e-mail", "email", "address"),
    "text": ("text", "say", "message", "reason", "note"),
    "name": ("name", "title", "call"),
}


async def withhold(draft: Draft, environment: str, tool: ToolSpec, rng: random.Random) -> None:
    """Add a turn that leaves out an argument nothing else tells, and one that gives it when asked.

    Raises UnreachableRowError if the tool has no such argument or cannot be grounded; the draft is as before.
    """
    open_ones = [each for each in tool.arguments if each.required and each.role == "value" and each.type != "ref"]
    if not open_ones:
        raise UnreachableRowError(f"{tool.name} of {environment} has no argument to leave out")
    grounded = await draft.ground(environment, tool, rng, tries=_TRIES)
    steps, turns = len(draft.trail.steps), len(draft.turns)
    left_out = rng.choice([each for each in open_ones if each.name in grounded.arguments])
    try:
        mentions = (await draft.look_up(environment, tool, grounded.arguments)).mentions
        wish = Act(environment, tool, mentions, place=draft.place(environment), withheld=(left_out.name,))
        draft.close((wish,), environment, tool, "asks", _asked_for(left_out), calls=0)
        given = tuple(each for each in mentions if each.argument is left_out)
        await _grant(draft, wish, given, mentions, rng)
    except UnreachableRowError:
        draft.cut(steps, turns)
        raise


async def blur(draft: Draft, environment: str, tool: ToolSpec, rng: random.Random) -> None:
    """Add a turn whose words fit several rows, each of which would do, and one that says which when asked.

    Raises UnreachableRowError if no row can be told so that others fit; the draft is as before.
    """
    grounded = await draft.ground(environment, tool, rng, tries=_TRIES)
    state, steps, turns = draft.states[environment], len(draft.trail.steps), len(draft.turns)
    argument, vague, rivals = await _choose_vague(draft, environment, tool, grounded, rng)
    try:
        others = {name: value for name, value in grounded.arguments.items() if name != argument.name}
        mentions = list((await draft.look_up(environment, tool, others)).mentions)
        known = await reach(draft.trail, draft.graph, state, vague)
        are_shown = all(draft.trail.shown(environment, argument.to, row_id) for row_id in rivals)
        if not are_shown or not fits(state, known, rivals):
            raise UnreachableRowError("not all of the rows that fit are shown")
        telling = _telling_trait(state, argument.to, known.row_id, rivals)
        place = next((index for index, each in enumerate(tool.arguments) if each is argument), 0)
        mentions.insert(min(place, len(mentions)), Mention(argument, known.row_id, (known,)))
        wish = Act(environment, tool, tuple(mentions), place=draft.place(environment), vague=(argument.name,))
        about = tuple(as_text(state.rows[argument.to][row_id][telling.field.name]) for row_id in rivals)
        draft.close((wish,), environment, tool, "asks", about)
        clear = Mention(argument, known.row_id, (known.with_traits([telling]),))
        full = tuple(clear if each.argument is argument else each for each in mentions)
        await _grant(draft, wish, (clear,), full, rng)
    except UnreachableRowError:
        draft.cut(steps, turns)
        raise


async def _grant(
    draft: Draft, wish: Act, given: tuple[Mention, ...], mentions: tuple[Mention, ...], rng: random.Random
) -> None:
    """Add the turn that answers the question back, and in which what was wished for is done."""
    asking = len(draft.turns) - 1
    arguments = draft.bind(wish.environment, mentions)
    step = await draft.trail.take(wish.environment, wish.tool.name, arguments)
    if step.observation.is_refused:
        raise UnreachableRowError(f"{wish.tool.name} of {wish.environment} refused with {step.observation.code}")
    await draft.refresh()
    give = Give(wish.environment, asking, given)
    asked = asked_after(draft, replace(wish, mentions=mentions, withheld=(), vague=()), step.observation.content, rng)
    draft.close((replace(give, asked=asked),), wish.environment, wish.tool)


async def _choose_vague(
    draft: Draft, environment: str, tool: ToolSpec, grounded: Grounded, rng: random.Random
) -> tuple[ArgumentSpec, Description, tuple[str, ...]]:
    """Choose a row to tell by less than it takes, so that the call would succeed with each row that fits."""
    state = draft.states[environment]
    for argument in rng.sample(tool.arguments, len(tool.arguments)):
        if argument.type != "ref" or argument.many or argument.name not in grounded.arguments:
            continue
        row_id = str(grounded.arguments[argument.name])
        for traits, rivals in _vague_traits(state, argument.to, row_id, rng):
            if await _all_succeed(draft, environment, tool, grounded, argument, rivals):
                return argument, Description(argument.to, row_id, traits), rivals
    raise UnreachableRowError(f"{tool.name} of {environment} has no row that could be several")


def _vague_traits(
    state: WorldState, entity: str, row_id: str, rng: random.Random
) -> Iterator[tuple[tuple[Trait, ...], tuple[str, ...]]]:
    """Yield single traits that a few rows share, with those rows' ids."""
    row = state.rows[entity][row_id]
    fields = [each for each in state.manifest.entity(entity).fields if each.type in ("ref", "enum", "state", "str")]
    for field in rng.sample(fields, len(fields)):
        value = row.get(field.name)
        sharing = tuple(other for other, each in state.rows[entity].items() if each.get(field.name) == value)
        if value in (None, "") or not 2 <= len(sharing) <= _MOST_RIVALS:
            continue
        trait = trait_of(state, field, row)
        if trait is not None:
            yield (trait,), sharing


async def _all_succeed(
    draft: Draft, environment: str, tool: ToolSpec, grounded: Grounded, argument: ArgumentSpec, rivals: Sequence[str]
) -> bool:
    async with await draft.trail.session.fork() as scratch:
        for row_id in rivals:
            arguments = {**grounded.arguments, argument.name: row_id}
            if (await scratch.call(ToolCall(environment, tool.name, arguments))).is_refused:
                return False
            await scratch.reset()
    return True


def _telling_trait(state: WorldState, entity: str, row_id: str, rivals: Sequence[str]) -> Trait:
    """Return the trait that tells a row from all its rivals."""
    rows = {each: state.rows[entity][each] for each in rivals}
    for field in state.manifest.entity(entity).fields:
        if field.type in _TELLING and _tells_apart(field, rows):
            return Trait(field, rows[row_id][field.name])
    raise UnreachableRowError(f"nothing tells the {entity} rows apart")


def _tells_apart(field: FieldSpec, rows: dict[str, Row]) -> bool:
    values: list[Json] = [row.get(field.name) for row in rows.values()]
    return None not in values and "" not in values and len({repr(value) for value in values}) == len(values)


def _asked_for(argument: ArgumentSpec) -> tuple[str, ...]:
    """Return the words by which a question about an argument is known."""
    words = spaced(argument.name)
    kinds = {argument.type, *words.split()}
    others = [each for kind, found in _OTHER_WORDS.items() if kind in kinds for each in found]
    return tuple(dict.fromkeys([words, *(part for part in words.split() if len(part) > 2), *argument.values, *others]))
