"""The walk: a seeded choice of goal tools over the tool graph, each grown into a turn in a live session."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from envkit.clock import derive
from envkit.manifest import ToolSpec
from farm.session import Session
from sampler.act import act
from sampler.ask import ask
from sampler.draft import MAX_TURNS, Draft, TurnDraft
from sampler.graph import ToolGraph
from sampler.lookup import UnreachableRowError
from sampler.plan import Plan
from sampler.state import read_states

Uses = Mapping[tuple[str, str], int]
"""How often each (environment, tool) has been a goal before."""

_TURN_WEIGHTS = (3, 4, 2, 1)
_WRITING_TASKS, _WRITING_TURNS = 0.8, 0.65
_TRIES_A_TURN = 3


@dataclass(frozen=True, slots=True)
class Walked:
    """A grown call plan with its turns."""

    plan: Plan
    turns: tuple[TurnDraft, ...]


class WalkError(Exception):
    """A walk that came to nothing; the message says why in a few words."""


async def walk(session: Session, graph: ToolGraph, seed: int, uses: Uses) -> Walked:
    """Grow a plan of up to MAX_TURNS turns in a session's worlds, opened with `seed`; rarely used goals come first.

    Every environment of the graph has its part in it. Raises WalkError if the seed leads nowhere.
    """
    rng = random.Random(derive(seed, "walk"))
    draft = Draft(session, graph, await read_states(session, graph.manifests))
    is_writing = rng.random() < _WRITING_TASKS
    await _grow(draft, rng, dict(uses), is_writing)
    _check(draft)
    calls = tuple(turn.calls for turn in draft.turns)
    return Walked(Plan(tuple(graph.manifests), seed, tuple(draft.trail.choices), calls), tuple(draft.turns))


async def _grow(draft: Draft, rng: random.Random, uses: dict[tuple[str, str], int], is_writing: bool) -> None:
    environments = list(draft.graph.manifests)
    wanted = max(rng.choices(range(1, MAX_TURNS + 1), _TURN_WEIGHTS)[0], len(environments))
    for attempt in range(wanted * _TRIES_A_TURN):
        missing = _missing(draft)
        if len(draft.turns) == MAX_TURNS or (len(draft.turns) >= wanted and not missing):
            return
        environment = missing[attempt % len(missing)] if missing else rng.choice(environments)
        wants_write = is_writing and (environment in missing or rng.random() < _WRITING_TURNS)
        tool = choose_goal(draft.graph, environment, wants_write, uses, rng)
        tool = tool or choose_goal(draft.graph, environment, not wants_write, uses, rng)
        if tool is None:
            continue
        try:
            await (act if tool.writes else ask)(draft, environment, tool, rng)
        except UnreachableRowError:
            continue
        uses[environment, tool.name] = uses.get((environment, tool.name), 0) + 1


def choose_goal(
    graph: ToolGraph, environment: str, wants_write: bool, uses: Uses, rng: random.Random
) -> ToolSpec | None:
    """Choose a tool that the graph can feed; None if there is none of that kind.

    The more look-ups lead to a tool and the rarer it has been used, the likelier it is.
    """
    depths = graph.depths(environment)
    manifest = graph.manifests[environment]
    tools = [tool for tool in manifest.tools if bool(tool.writes) == wants_write and tool.name in depths]
    if not tools:
        return None
    weights = [(1 + depths[tool.name]) / (1 + uses.get((environment, tool.name), 0)) ** 2 for tool in tools]
    return rng.choices(tools, weights)[0]


def _missing(draft: Draft) -> list[str]:
    served = {turn.goal[0] for turn in draft.demanding()}
    return [name for name in draft.graph.manifests if name not in served]


def _check(draft: Draft) -> None:
    if not draft.turns:
        raise WalkError("no goal could be reached")
    if _missing(draft):
        raise WalkError("an environment was left out")
    if draft.gives_away_a_fact():
        raise WalkError("a query gives a fact away")
