"""A hypothesis state machine over an environment's tools: sound after every call, or the shortest calls to a break."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from envkit.calls import JsonObject
from envkit.clock import derive
from envkit.errors import INTERNAL
from envkit.manifest import Manifest, ToolSpec
from farm.control import Soundness
from registry.checks.ground import propose
from registry.checks.host import Host
from registry.checks.probe import Probe, State, Trail
from registry.checks.soundness import Break, broken

ResultT = TypeVar("ResultT")

EXAMPLES, STEPS = 6, 12
"""Trajectories that the machine tries, and calls in each."""
LINE_S = 60.0
"""How long the machine's thread waits for the loop to make one call."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What the machine saw: the shortest trail to something broken, if there is any, and the calls it made."""

    found: tuple[Trail, Break] | None
    calls: int


class _FoundError(Exception):
    def __init__(self, trail: Trail, what: Break) -> None:
        super().__init__(what.sentence)
        self.trail, self.what = trail, what


class _Line:
    """A probe as the machine's thread reaches it: hypothesis does not await, so the loop does it for it."""

    def __init__(self, probe: Probe, loop: asyncio.AbstractEventLoop) -> None:
        self._probe, self._loop = probe, loop

    def reset(self) -> tuple[State, Soundness]:
        return self._wait(self._reset())

    def call(self, tool: ToolSpec, arguments: JsonObject) -> tuple[Trail, str, State | None, Soundness | None]:
        return self._wait(self._call(tool, arguments))

    async def _reset(self) -> tuple[State, Soundness]:
        await self._probe.reset()
        return await self._probe.state(), await self._probe.soundness()

    async def _call(self, tool: ToolSpec, arguments: JsonObject) -> tuple[Trail, str, State | None, Soundness | None]:
        """Make a call; a world that it did not write to is as sound as before and is not looked at again."""
        observation = await self._probe.call(tool.name, arguments)
        if observation.is_refused or tool.read_only:
            return self._probe.trail, observation.code or "", None, None
        return self._probe.trail, "", await self._probe.state(), await self._probe.soundness()

    def _wait(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:  # Any: what a coroutine may be sent
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(LINE_S)


async def walk(host: Host, manifest: Manifest, seed_of_walk: int) -> Walked:
    """Let the machine walk fresh worlds of one seed; the same folder and seed give the same trail."""
    async with host.probe(seed_of_walk) as probe:
        machine = _machine(manifest, _Line(probe, asyncio.get_running_loop()), seed_of_walk)
        try:
            await asyncio.to_thread(run_state_machine_as_test, machine, settings=_SETTINGS)
        except _FoundError as error:
            return Walked((error.trail, error.what), probe.calls)
        return Walked(None, probe.calls)


_SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    suppress_health_check=tuple(HealthCheck),
    verbosity=Verbosity.quiet,
)


def _machine(manifest: Manifest, line: _Line, seed_of_walk: int) -> type[RuleBasedStateMachine]:
    class Machine(RuleBasedStateMachine):
        """Any tool at any time, with arguments that name rows there are."""

        @initialize()
        def begin(self) -> None:
            self.state, self.sound = line.reset()

        @rule(tool=st.sampled_from(manifest.tools), chance=st.randoms(use_true_random=False))
        def call(self, tool: ToolSpec, chance: Any) -> None:  # Any: hypothesis's own Random
            trail, code, state, sound = line.call(tool, propose(tool, manifest, self.state, chance))
            if code == INTERNAL:
                raise _FoundError(trail, Break(f"{tool.name} fails with an exception of its own.", INTERNAL))
            if state is not None and sound is not None:
                if (what := broken(tool.name, self.sound, sound)) is not None:
                    raise _FoundError(trail, what)
                self.state, self.sound = state, sound

    return seed(derive(seed_of_walk, "machine", manifest.slug))(Machine)
