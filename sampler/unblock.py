"""Turns that make a guard pass: what was refused is made possible by another call, then done after all."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import chain, islice

from envkit.calls import JsonObject, ToolCall
from envkit.manifest import ToolSpec
from sampler.act import asked_after
from sampler.draft import Draft
from sampler.ground import candidates
from sampler.lookup import UnreachableRowError
from sampler.meaning import Act
from sampler.rescues import Neighbourhood, rescues

_TRIES = 30


async def unblock(draft: Draft, rng: random.Random) -> None:
    """Add a turn that lifts the refusal of the last one, and a turn that wishes for the same again.

    Raises UnreachableRowError if no call of a tool that can lift it is found; the draft is as before.
    """
    wish = draft.turns[-1].wishes[0]
    step = draft.trail.steps[-1]
    assert isinstance(wish, Act), "what was refused is an act"
    assert step.observation.code is not None, "the last turn was refused"
    environment, call = wish.environment, step.call
    steps, turns = len(draft.trail.steps), len(draft.turns)
    for name in _enablers(draft, call, step.observation.code, rng):
        tool = draft.manifest(environment).tool(name)
        arguments = await _lifting(draft, tool, call, rng)
        if arguments is None:
            continue
        try:
            await _take(draft, environment, tool, arguments, rng)
        except UnreachableRowError:
            draft.cut(steps, turns)
            continue
        await _take(draft, environment, wish.tool, call.arguments, rng)
        return
    raise UnreachableRowError(f"nothing lets {call.tool} of {environment} pass {step.observation.code}")


def _enablers(draft: Draft, refused: ToolCall, code: str, rng: random.Random) -> list[str]:
    """Return the tools that let a call pass a guard, those first by which no task did."""
    edges = draft.graph.lifting(refused.environment, refused.tool, code)
    drawn = rng.sample(edges, len(edges))
    return [each.producer for each in sorted(drawn, key=lambda each: bool(draft.trail.uses.get(each)))]


async def _take(draft: Draft, environment: str, tool: ToolSpec, arguments: JsonObject, rng: random.Random) -> None:
    """Add a turn with just this call, which must succeed, and the look-ups before it."""
    looked = await draft.look_up(environment, tool, arguments)
    draft.fit(environment, looked, rng)
    step = await draft.trail.take(environment, tool.name, draft.bind(environment, looked.mentions))
    if step.observation.is_refused:
        raise UnreachableRowError(f"{tool.name} of {environment} refused with {step.observation.code}")
    await draft.refresh()
    wish = Act(environment, tool, looked.mentions, place=draft.place(environment))
    asked = asked_after(draft, wish, step.observation.content, rng)
    draft.close((replace(wish, asked=asked),), environment, tool)


async def _lifting(draft: Draft, tool: ToolSpec, refused: ToolCall, rng: random.Random) -> JsonObject | None:
    """Find arguments of a tool after which the refused call succeeds; None if a few tries find none."""
    environment, state = refused.environment, draft.states[refused.environment]
    near = Neighbourhood(state).of(refused.arguments)
    focus = state.related([value for value in refused.arguments.values() if isinstance(value, str)])
    tries = chain(rescues(tool, state, near, rng), islice(candidates(tool, state, rng, focus=focus), _TRIES))
    async with await draft.trail.session.fork() as scratch:
        for arguments in tries:
            if (await scratch.call(ToolCall(environment, tool.name, arguments))).is_refused:
                continue
            if not (await scratch.call(refused)).is_refused:
                return arguments
            await scratch.reset()
    return None
