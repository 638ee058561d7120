"""The walk: a seeded choice of goal tools over the tool graph, each grown into a turn in a live session."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from envkit.calls import Json, ToolCall
from envkit.clock import derive
from envkit.manifest import ToolSpec
from farm.session import Session
from sampler.act import act
from sampler.ask import ask
from sampler.draft import Draft, TurnDraft
from sampler.forbid import forbid, hide
from sampler.graph import ToolGraph
from sampler.ground import ground
from sampler.hints import Hints, Known, Setups
from sampler.kind import kind_of
from sampler.lookup import UnreachableRowError
from sampler.loop import abstain, act_on_each
from sampler.meaning import Browse
from sampler.onward import choose_way, ways_onward, worth_of
from sampler.plan import Plan
from sampler.refuse import choose_refusal, refuse, unlifted, worth_of_refusals
from sampler.shape import MAX_CALLS, MAX_TURNS, Shape
from sampler.state import WorldState, read_states
from sampler.task import Kind, Rule
from sampler.unasked import blur, withhold
from sampler.unblock import unblock
from sampler.uses import Goal, Refusal, Uses

_WRITING_TURNS = {"answer": 0.0, "act": 1.0, "long_horizon": 0.75}
_WRITING_TURN = 0.5
_TRIES_A_TURN, _TRIES_SPECIAL = 4, 8
_JOIN_CHANCE, _LOOP_CHANCE, _ABSTAIN_CHANCE, _SETUP_CHANCE, _ONWARD_CHANCE = 0.3, 0.12, 0.06, 0.25, 0.95
_ONWARD_TRIES, _MISSED = 5, 5
_SETUP_TRIES, _MOST_SETUP, _UNBLOCK_CHANCE, _TWICE_CHANCE = 25, 3, 0.5, 0.8
_SPECIAL = ("missing_parameter", "missing_tool", "infeasible", "policy", "ambiguous")


@dataclass(frozen=True, slots=True)
class Walked:
    """A grown call plan with its turns, and the states of the worlds as the task begins.

    `worth`: how many proven edges it follows and refusals it runs into that no task has, preconditions and codes
    counting more.
    """

    kind: Kind
    plan: Plan
    turns: tuple[TurnDraft, ...]
    states: Mapping[str, WorldState]
    hidden: tuple[Goal, ...]
    rules: tuple[Rule, ...]
    worth: int


class WalkError(Exception):
    """A walk that came to nothing; the message says why in a few words."""


async def walk(
    session: Session,
    graph: ToolGraph,
    seed: int,
    uses: Uses,
    shape: Shape,
    hints: Hints,
    known: Known,
    setups: Setups,
    attempt: int = 0,
) -> Walked:
    """Grow a plan of that shape in a session's worlds, opened with `seed`; rarely used goals and refusals come first.

    Each `attempt` goes another way.

    Every environment of the graph has its part in it. The kind is that of the shape, or what it became if the shape
    could not be kept. Raises WalkError if the seed leads nowhere.
    """
    rng = random.Random(derive(seed, "walk", attempt))
    taste = random.Random(derive(seed, "taste", attempt))
    draft = Draft(session, graph, await read_states(session, graph.manifests), taste)
    draft.is_asking, draft.known, draft.trail.uses = shape.kind != "act", known, uses.edges
    if shape.kind != "infeasible" and rng.random() < _SETUP_CHANCE:
        await _set_up(draft, setups, uses, rng)
    await _Growth(draft, rng, uses.copy(), shape, hints).grow()
    _check(draft)
    calls = tuple(turn.calls for turn in draft.turns)
    plan = Plan(tuple(graph.manifests), seed, tuple(draft.trail.choices), calls, tuple(draft.setup))
    kind = kind_of(shape.kind, draft)
    worth = worth_of(draft.trail.steps, graph, uses.edges) + worth_of_refusals(draft.trail.steps, uses)
    return Walked(kind, plan, tuple(draft.turns), draft.start, tuple(sorted(draft.hidden)), tuple(draft.rules), worth)


def choose_goal(
    graph: ToolGraph, environment: str, wants_write: bool, uses: Uses, rng: random.Random
) -> ToolSpec | None:
    """Choose a tool that the graph can feed; None if there is none of that kind.

    The more look-ups lead to a tool, the more unused edges start at it and the rarer it has been used, the likelier.
    """
    depths = graph.depths(environment)
    manifest = graph.manifests[environment]
    tools = [tool for tool in manifest.tools if bool(tool.writes) == wants_write and tool.name in depths]
    if not tools:
        return None
    unused = {tool.name: sum(not uses.edges[edge] for edge in graph.onward(environment, tool.name)) for tool in tools}
    weights = [
        (1 + depths[tool.name]) * (1 + unused[tool.name]) / (1 + uses.goals[environment, tool.name]) for tool in tools
    ]
    return rng.choices(tools, weights)[0]


class _Growth:
    """Grows the turns of one draft."""

    def __init__(self, draft: Draft, rng: random.Random, uses: Uses, shape: Shape, hints: Hints) -> None:
        self._draft, self._rng, self._uses = draft, rng, uses
        self._shape, self._hints = shape, hints
        self._environments = list(draft.graph.manifests)

    async def grow(self) -> None:
        """Grow turns until the shape is there, or too many tries came to nothing."""
        if self._shape.kind in _SPECIAL:
            await self._grow_around_special()
        else:
            await self._grow_plain(self._shape.turns)

    async def _grow_around_special(self) -> None:
        """Grow the turn that makes the kind, with others before or after it: one at least that demands something."""
        others = max(1, self._shape.turns - 1)
        before = 0 if self._shape.kind == "infeasible" else self._rng.randint(0, others - 1)
        await self._grow_plain(before)
        for _ in range(_TRIES_SPECIAL):
            environment = self._rng.choice(self._environments)
            try:
                await self._grow_special(environment)
                break
            except UnreachableRowError:
                continue
        else:
            raise WalkError(f"no turn of the kind {self._shape.kind} could be reached")
        await self._grow_plain(len(self._draft.turns) + others - before)

    async def _grow_special(self, environment: str) -> None:
        if self._shape.kind == "infeasible":
            refusal = choose_refusal(self._draft, environment, self._hints, self._uses, self._rng)
            if refusal is None:
                raise UnreachableRowError(f"{environment} refuses nothing")
            await self._run_into(refusal)
            if self._rng.random() < _TWICE_CHANCE:
                with suppress(UnreachableRowError):
                    again = choose_refusal(self._draft, environment, self._hints, self._uses, self._rng)
                    await self._run_into(again or refusal)
            return
        tool = choose_goal(self._graph(), environment, True, self._uses, self._rng)
        if tool is None:
            raise UnreachableRowError(f"{environment} has nothing to change")
        self._uses.goals[environment, tool.name] += 1
        grow = {"missing_parameter": withhold, "missing_tool": hide, "policy": forbid, "ambiguous": blur}
        await grow[self._shape.kind](self._draft, environment, tool, self._rng)

    async def _run_into(self, refusal: Refusal) -> None:
        """Grow a turn that is refused, and what makes it possible after all: now and then, or if no task did it so."""
        self._uses.refusals[refusal] += 1
        is_rare = unlifted(self._draft.graph, refusal, self._uses) > 0
        await refuse(self._draft, refusal, self._hints, self._rng)
        if self._rng.random() < _UNBLOCK_CHANCE or is_rare:
            with suppress(UnreachableRowError):
                await unblock(self._draft, self._rng)

    async def _grow_plain(self, wanted: int) -> None:
        """Grow turns until there are as many as wanted, every environment has its part, and the calls suffice."""
        if not wanted:
            return
        for attempt in range(max(wanted, len(self._environments)) * _TRIES_A_TURN):
            missing = _missing(self._draft)
            enough = len(self._draft.turns) >= wanted and len(self._draft.trail.steps) >= self._shape.calls
            if self._is_full() or (enough and not missing):
                return
            await self._grow_turn([missing[attempt % len(missing)]] if missing else self._environments)

    def _is_full(self) -> bool:
        return len(self._draft.turns) >= MAX_TURNS or len(self._draft.trail.steps) >= MAX_CALLS - 4

    async def _grow_turn(self, environments: Sequence[str]) -> None:
        """Grow a turn in one of some environments: best one that goes on from what calls have shown."""
        wants_write = self._rng.random() < _WRITING_TURNS.get(self._shape.kind, _WRITING_TURN)
        if self._rng.random() < _ONWARD_CHANCE and await self._grow_onward(environments, wants_write):
            return
        graph, environment = self._graph(), self._rng.choice(environments)
        tool = choose_goal(graph, environment, wants_write, self._uses, self._rng)
        if tool is None and self._shape.kind not in ("act", "answer"):
            tool = choose_goal(graph, environment, not wants_write, self._uses, self._rng)
        if tool is not None:
            await self._grow_goal(environment, tool, {})

    async def _grow_onward(self, environments: Sequence[str], wants_write: bool) -> bool:
        """Grow a turn that takes what calls have shown along unused edges; say whether one of a few tries came to be.

        Where the shape leaves it open, the edges decide whether it writes.
        """
        ways = ways_onward(self._draft, self._graph(), self._uses.edges, environments)
        if self._shape.kind in _WRITING_TURNS:
            ways = [way for way in ways if bool(way.tool.writes) == wants_write]
        for _ in range(_ONWARD_TRIES):
            if not ways:
                return False
            way = choose_way(ways, self._rng)
            self._uses.edges.update(way.edges.keys())
            if await self._grow_goal(way.environment, way.tool, way.fixed):
                return True
            ways = [each for each in ways if (each.tool, each.argument) != (way.tool, way.argument)]
        return False

    async def _grow_goal(self, environment: str, tool: ToolSpec, fixed: Mapping[str, Json]) -> bool:
        """Grow a turn for a tool, in one of the ways there are; say whether it came to be."""
        try:
            await self._grow_in_some_way(environment, tool, fixed)
        except UnreachableRowError:
            self._uses.goals[environment, tool.name] += _MISSED
            return False
        self._uses.goals[environment, tool.name] += 1
        if self._rng.random() < _JOIN_CHANCE:
            self._draft.join()
        return True

    async def _grow_in_some_way(self, environment: str, tool: ToolSpec, fixed: Mapping[str, Json]) -> None:
        chance = self._rng.random()
        if not tool.writes:
            await ask(self._draft, environment, tool, self._rng, fixed)
        elif not fixed and chance < _LOOP_CHANCE:
            await act_on_each(self._draft, environment, tool, self._rng)
        elif not fixed and chance < _LOOP_CHANCE + _ABSTAIN_CHANCE and self._shape.kind != "act":
            await abstain(self._draft, environment, tool, self._rng)
        else:
            await act(self._draft, environment, tool, self._rng, fixed)

    def _graph(self) -> ToolGraph:
        """Return the graph without what is hidden or ruled out."""
        barred = self._draft.barred
        return self._draft.graph.without(barred) if barred else self._draft.graph


async def _set_up(draft: Draft, setups: Setups, uses: Uses, rng: random.Random) -> None:
    """Let happen before the task begins what a tool takes that no task has used, or else a few things by chance."""
    waiting = [goal for goal in setups if goal[0] in draft.graph.manifests and not uses.granted[goal]]
    if waiting:
        await draft.arrange(setups[rng.choice(waiting)])
    else:
        await _scatter(draft, rng)


async def _scatter(draft: Draft, rng: random.Random) -> None:
    """Let a few things have happened before the task begins, so that not all worlds are alike."""
    wanted = rng.randint(1, _MOST_SETUP)
    for _ in range(wanted):
        environment = rng.choice(list(draft.graph.manifests))
        tools = [tool for tool in draft.manifest(environment).tools if tool.writes]
        if not tools:
            continue
        tool, state = rng.choice(tools), draft.states[environment]
        grounded = await ground(tool, state, draft.trail.session, rng, tries=_SETUP_TRIES, focus={})
        if grounded is not None:
            await draft.arrange([ToolCall(environment, tool.name, grounded.arguments)])


def _missing(draft: Draft) -> list[str]:
    served = {turn.goal[0] for turn in draft.demanding()}
    return [name for name in draft.graph.manifests if name not in served]


def _check(draft: Draft) -> None:
    draft.withdraw_given_away()
    if any(isinstance(wish, Browse) and not wish.asked for turn in draft.turns for wish in turn.wishes):
        raise WalkError("a query gives away what it asks of a list")
    if not any(True for _ in draft.demanding()):
        raise WalkError("no goal could be reached")
    if _missing(draft):
        raise WalkError("an environment was left out")
    if draft.gives_away_a_fact():
        raise WalkError("a query gives a fact away")
