"""Turns that a guard forbids: the policy has to find out, say why, and change nothing."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from itertools import islice

from envkit.calls import JsonObject, Observation, Step, ToolCall
from envkit.manifest import ToolSpec
from sampler.draft import Draft
from sampler.graph import ToolGraph
from sampler.ground import candidates
from sampler.hints import Hints, refusals
from sampler.lookup import UnreachableRowError
from sampler.meaning import Act
from sampler.query import write
from sampler.state import WorldState
from sampler.uses import Refusal, Uses

_TRIES, _REDRAWS, _RIVALS, _LONGEST, _LIFTED, _NEW_CODE = 30, 6, 4, 120, 0.1, 2
_WORD = re.compile(r"\b[^\W\d_]{4,}\b")
_COMMON = frozenset(
    {"already", "another", "because", "before", "cannot", "choose", "first", "from", "have", "make", "need", "only"}
    | {"other", "than", "that", "then", "there", "this", "until", "when", "which", "will", "with"}
)


def choose_refusal(draft: Draft, environment: str, hints: Hints, uses: Uses, rng: random.Random) -> Refusal | None:
    """Choose a refusal to run into, one that is known to be reached if there is any.

    The rarer it is, and the more calls can lift it by which no task did, the likelier.
    """
    goals = draft.graph.depths(environment)
    known = [
        each for each in refusals(draft.manifest(environment)) if each[1] in goals and each[:2] not in draft.hidden
    ]
    reached = [each for each in known if each in hints] or known
    if not reached:
        return None
    codes = Counter[str]()
    for (where, _, code), times in uses.refusals.items():
        codes[code] += times if where == environment else 0
    weights = [
        1 / (1 + uses.refusals[each]) ** 2 / (1 + codes[each[2]]) ** 3 + _LIFTED * unlifted(draft.graph, each, uses)
        for each in reached
    ]
    return rng.choices(reached, weights)[0]


def unlifted(graph: ToolGraph, refusal: Refusal, uses: Uses) -> int:
    """Count the calls that can lift a refusal and by which no task did."""
    return sum(not uses.edges[each] for each in graph.lifting(*refusal))


def worth_of_refusals(steps: Sequence[Step], uses: Uses) -> int:
    """Return how much is gained by running into refusals that no task has run into, by codes above all."""
    met = {(each.call.environment, each.call.tool, code) for each in steps if (code := each.observation.code)}
    codes = {(environment, code) for (environment, _, code), times in uses.refusals.items() if times}
    new = {(environment, code) for environment, _, code in met} - codes
    return _NEW_CODE * len(new) + sum(not uses.refusals.get(each) for each in met)


async def refuse(draft: Draft, refusal: Refusal, hints: Hints, rng: random.Random) -> None:
    """Add a turn that wishes for what is refused with that code; a hint's setup is made if the draft is still empty.

    Raises UnreachableRowError if no arguments are found that lead to it and that a user can name.
    """
    environment, name, code = refusal
    tool, hint = draft.manifest(environment).tool(name), hints.get(refusal)
    if hint and hint.setup and not draft.trail.steps and not draft.turns:
        await draft.arrange(hint.setup)
    steps, turns = len(draft.trail.steps), len(draft.turns)
    tried = 0
    hinted = hint.refused.arguments if hint else None
    async with aclosing(_refused(draft, tool, refusal, hinted, rng)) as found:
        async for arguments in found:
            try:
                await _run_into(draft, environment, tool, arguments, code, rng)
            except UnreachableRowError:
                draft.cut(steps, turns)
                tried += 1
                if tried == _RIVALS:
                    break
                continue
            return
    raise UnreachableRowError(f"{name} of {environment} could not be led to {code}")


async def _run_into(
    draft: Draft, environment: str, tool: ToolSpec, arguments: JsonObject, code: str, rng: random.Random
) -> None:
    looked = await draft.look_up(environment, tool, arguments)
    draft.fit(environment, looked, rng)
    step = await draft.trail.take(environment, tool.name, draft.bind(environment, looked.mentions))
    if step.observation.code != code:
        raise UnreachableRowError(f"{tool.name} of {environment} did not refuse with {code} once looked up")
    wish = Act(environment, tool, looked.mentions, place=draft.place(environment))
    draft.close((wish,), environment, tool, "declines", reasons(step.observation, write([wish])))


def reasons(refusal: Observation, said: str) -> tuple[str, ...]:
    """Return the words of a refusal's sentence by which a reason is known: none of which the user said already."""
    sentence = refusal.text.partition(":")[2]
    known = {word.lower() for word in _WORD.findall(said)} | _COMMON
    words = dict.fromkeys(word.lower() for word in _WORD.findall(sentence))
    telling = tuple(word for word in words if word not in known)
    return telling or tuple(words)


async def _refused(
    draft: Draft, tool: ToolSpec, refusal: Refusal, hinted: JsonObject | None, rng: random.Random
) -> AsyncGenerator[JsonObject, None]:
    """Yield arguments that meet the refusal on a fork: a hint's rows with other values, the hint's own, then others."""
    environment, _, code = refusal
    state, tries = draft.states[environment], list[JsonObject]()
    if hinted is not None:
        rows = {each.name: hinted[each.name] for each in tool.arguments if each.type == "ref" and each.name in hinted}
        tries += [*islice(candidates(tool, state, rng, fixed=rows), _REDRAWS), _without_pages(tool, hinted)]
    tries += islice(candidates(tool, state, rng, focus=draft.trail.focus(environment)), _TRIES)
    async with await draft.trail.session.fork() as scratch:
        for arguments in (each for each in tries if _is_sayable(tool, each, state)):
            seen = await scratch.call(ToolCall(environment, tool.name, arguments))
            if seen.code == code:
                yield arguments
            elif not seen.is_refused and tool.writes:
                await scratch.reset()


def _without_pages(tool: ToolSpec, arguments: JsonObject) -> JsonObject:
    """Leave out what no user asks for: how much of a list to show."""
    paging = {each.name for each in tool.arguments if each.role in ("limit", "cursor")}
    return {name: value for name, value in arguments.items() if name not in paging and value is not None}


def _is_sayable(tool: ToolSpec, arguments: JsonObject, state: WorldState) -> bool:
    """Say whether a user could mean such arguments: none of them empty or endless, and no id where a text is wanted."""
    rows = {each.name for each in tool.arguments if each.type == "ref"}
    return all(
        value
        and (not isinstance(value, str) or len(value) <= _LONGEST)
        and (name in rows or isinstance(value, list) or not any(value in ids for ids in state.rows.values()))
        for name, value in arguments.items()
        if isinstance(value, str | list)
    )
