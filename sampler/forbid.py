"""Turns that nothing may grant: the tool is not offered, or a rule of the task forbids what it would allow."""

from __future__ import annotations

import random
import re

from envkit.calls import Json
from envkit.manifest import ArgumentSpec, ToolSpec
from sampler.draft import Draft
from sampler.ground import Grounded
from sampler.lookup import UnreachableRowError
from sampler.meaning import Act
from sampler.task import Rule

_TRIES = 40
_ABOUT_RULES = ("supervisor", "rule", "rules", "policy", "allowed", "permitted", "approval", "limit", "authorised")
_WORD = re.compile(r"[^\W_]{3,}")


async def hide(draft: Draft, environment: str, tool: ToolSpec, rng: random.Random) -> None:
    """Add a turn that wishes for what a tool does, and hide every tool that could change the same kinds of rows.

    Raises UnreachableRowError if an earlier turn needs one of them, or no arguments are found; the draft is as before.
    """
    wish, grounded = await _wish(draft, environment, tool, rng)
    touched = {*grounded.diff.added, *grounded.diff.removed, *grounded.diff.changed}
    hidden = {
        (environment, each.name) for each in draft.manifest(environment).tools if touched.intersection(each.writes)
    }
    if hidden & {(choice.environment, choice.tool) for choice in draft.trail.choices}:
        raise UnreachableRowError(f"{tool.name} of {environment} cannot be hidden, for an earlier turn needs its like")
    draft.hidden |= hidden
    about = tuple(dict.fromkeys(word.lower() for word in _WORD.findall(tool.title)))
    draft.close((wish,), environment, tool, "declines", (*about, "tool", "tools"), calls=0)


async def forbid(draft: Draft, environment: str, tool: ToolSpec, rng: random.Random) -> None:
    """Add a turn that wishes for what a tool would do, and a rule that forbids it.

    Raises UnreachableRowError if no arguments are found, or an earlier turn goes against the rule; the draft is then
    as before.
    """
    wish, grounded = await _wish(draft, environment, tool, rng)
    rule = _rule(environment, tool, grounded, rng)
    for step in draft.trail.steps:
        if rule.forbids(step.call.environment, step.call.tool, step.call.arguments):  # type: ignore[arg-type]  # Json is JsonValue
            raise UnreachableRowError(f"an earlier turn needs what the rule about {tool.name} forbids")
    draft.rules.append(rule)
    draft.close((wish,), environment, tool, "declines", _ABOUT_RULES, calls=0)


async def _wish(draft: Draft, environment: str, tool: ToolSpec, rng: random.Random) -> tuple[Act, Grounded]:
    """Put a call that would succeed into the user's words, without a call on the trail."""
    steps = len(draft.trail.steps)
    grounded = await draft.ground(environment, tool, rng, tries=_TRIES)
    try:
        looked = await draft.look_up(environment, tool, grounded.arguments)
    finally:
        draft.trail.cut(steps)
    return Act(environment, tool, looked.mentions, place=draft.place(environment)), grounded


def _rule(environment: str, tool: ToolSpec, grounded: Grounded, rng: random.Random) -> Rule:
    """Make a rule that forbids a call: an amount above a limit, a choice, or the tool altogether."""
    doing = f"{tool.title[:1].lower()}{tool.title[1:]}"
    scoped = [each for each in tool.arguments if _is_scope(each, grounded.arguments.get(each.name))]
    if not scoped:
        text = f"You may not use {tool.title!r}; tell the user that only a supervisor may."
        return Rule(text=text, environment=environment, tool=tool.name)
    argument = rng.choice(scoped)
    value, words = grounded.arguments[argument.name], argument.name.replace("_", " ")
    if isinstance(value, int):
        limit = value * rng.randint(5, 9) // 10
        most = f"{limit / 100:.2f} ({limit} in minor units)" if argument.type == "money" else str(limit)
        text = f"You may not {doing} with {words} above {most}; tell the user that a supervisor has to approve it."
        return Rule(text=text, environment=environment, tool=tool.name, argument=argument.name, limit=limit)
    text = f"You may not {doing} with {words} {value}; tell the user that only a supervisor may."
    return Rule(text=text, environment=environment, tool=tool.name, argument=argument.name, values=(str(value),))


def _is_scope(argument: ArgumentSpec, value: Json) -> bool:
    """Say whether a rule can be about an argument: a number that can be less, or one of a few words."""
    if argument.role != "value":
        return False
    if argument.type in ("int", "money"):
        return isinstance(value, int) and value >= 2
    return bool(argument.values) and isinstance(value, str)
