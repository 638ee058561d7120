"""Play a task: one policy, one fresh episode of its own in the farm, one record with its reward."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from envkit.calls import Observation, Step, ToolCall
from envkit.clock import from_wire
from envkit.errors import INTERNAL
from farm.control import Standing
from farm.errors import FarmError
from farm.farm import Farm
from farm.link import UNKNOWN_TOOL
from farm.session import Session
from rollouts.episode import After, Episode, Fork, PlayedStep, Stop, Turn, Wall, count
from rollouts.policy import Move, Policy, Scene
from rollouts.reward import score
from rollouts.start import Footing, Group, Offered, Start
from sampler.task import DiffJson, Task

logger = logging.getLogger(__name__)


async def play(
    task: Task, policy: Policy, farm: Farm, *, seed: int, trial: int, budget: int, timeout_s: float
) -> Episode:
    """Let a policy play a task in worlds of its own, opened as the task says; as `play_in` for the rest."""
    group = Group(Start(task), farm, 1)
    return await play_in(group, policy, seed=seed, trial=trial, budget=budget, timeout_s=timeout_s)


async def play_in(group: Group, policy: Policy, *, seed: int, trial: int, budget: int, timeout_s: float) -> Episode:
    """Let a policy play on from where a group starts, in worlds of its own; return the scored episode.

    `seed` and `trial` feed the policy's chance only. `budget` bounds the calls of the whole episode, `timeout_s` its
    wall time. Trouble with the farm, the policy or the time ends the episode unscored; it is never raised.
    """
    assert budget >= 1, "a policy needs at least one call"
    task = group.start.task
    stage = _Stage(group.start, policy, seed=seed, trial=trial, budget=budget)
    started = _now()
    try:
        async with asyncio.timeout(timeout_s), group.standing() as footing:
            await stage.run(footing)
    except FarmError as error:
        stage.fail("machine_error", str(error))
    except TimeoutError:
        stage.fail("timeout", f"not done within {timeout_s:g} s")
    except _PolicyError as error:
        stage.fail("policy_error", str(error))
    except Exception as error:  # a bug of ours must not stop the siblings, nor be taken for the policy's
        logger.exception("a bug while %s played %s", policy.name, task.id)
        stage.fail("machine_error", f"{type(error).__name__}: {error}")
    return stage.record(_now() - started)


class _PolicyError(Exception):
    """The policy itself failed; says with which exception."""


@dataclass(frozen=True, slots=True)
class _End:
    """How the worlds stood when the policy was done."""

    diffs: Mapping[str, DiffJson] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    drift_s: Mapping[str, float] = field(default_factory=dict)


class _Stage:
    """An episode while it is played; it outlives a failure, so that what was done until then is kept."""

    def __init__(self, start: Start, policy: Policy, *, seed: int, trial: int, budget: int) -> None:
        self._start, self._task, self._policy = start, start.task, policy
        self._seed, self._trial, self._budget = seed, trial, budget
        self._turns: list[Turn] = [*start.turns]
        self._fork: Fork | None = None if start.parent is None else start.fork({})
        self._calls_s: list[float] = []
        self._stop: Stop = "done"
        self._trouble = ""
        self._end = _End()
        self._policy_s = 0.0

    async def run(self, footing: Footing) -> None:
        """Play every turn that is left until the budget is spent, then see what changed."""
        self._fork = footing.fork
        is_open = self._start.is_open
        for turn in self._task.turns[len(self._turns) - is_open :]:
            if not is_open:
                await self._close_turn(footing)
                self._turns.append(Turn(query=turn.query))
            is_open = False
            if not await self._play_turn(footing.session, footing.tools):
                self._stop = "budget"
                break
        standing = await footing.session.standing(footing.since)
        drift_s = {name: _span_s(footing.opened_at[name], each.now) for name, each in standing.items()}
        self._end = _End(_diffs(standing), _digests(standing), drift_s)

    async def _close_turn(self, footing: Footing) -> None:
        """Record how the worlds stand now if the turn before wrote; one that was forked has its record already."""
        is_own = len(self._turns) > len(self._start.turns) - self._start.is_open
        if is_own and self._turns[-1].writes:
            standing = await footing.session.standing(footing.since)
            after = After(diffs=_diffs(standing), digests=_digests(standing))
            self._turns[-1] = self._turns[-1].model_copy(update={"after": after})

    def fail(self, stop: Stop, trouble: str) -> None:
        """End the episode for a reason that is not the policy's skill."""
        logger.warning("%s on %s, trial %d: %s: %s", self._policy.name, self._task.id, self._trial, stop, trouble)
        self._stop, self._trouble, self._end = stop, trouble, _End()

    def record(self, total_s: float) -> Episode:
        """Return the episode as it stands, scored."""
        # Made of what was checked or made here, member by member; to check it all again takes longer than a call.
        episode = Episode.model_construct(
            task=self._task.id,
            policy=self._policy.name,
            trial=self._trial,
            seed=self._seed,
            budget=self._budget,
            environments=self._task.environments,
            turns=tuple(self._turns),
            stop=self._stop,
            trouble=self._trouble,
            diffs=self._end.diffs,
            digests=self._end.digests,
            drift_s=self._end.drift_s,
            counts=count(self._turns),
            wall=self._wall(total_s),
            fork=self._fork,
        )
        return episode.model_copy(update={"reward": score(self._task, episode)})

    def _wall(self, total_s: float) -> Wall:
        calls_s = tuple(round(each, 6) for each in self._calls_s)
        return Wall(total_s=total_s, tools_s=sum(calls_s), policy_s=self._policy_s, calls_s=calls_s)

    @property
    def _calls_left(self) -> int:
        return self._budget - sum(len(turn.steps) for turn in self._turns)

    async def _play_turn(self, session: Session, tools: Offered) -> bool:
        """Ask the policy for moves until it answers; False if it wants more calls than are left."""
        while True:
            *past, turn = self._turns
            steps = tuple(step.as_step() for step in turn.steps)
            scene = Scene(
                self._task.id,
                self._seed,
                self._trial,
                tools,
                tuple(past),
                turn.query,
                steps,
                self._calls_left,
                tuple(rule.text for rule in self._task.rules),
            )
            move = await self._ask(scene)
            if not move.calls:
                self._turns[-1] = turn.model_copy(update={"answer": move.answer})
                return True
            for call in move.calls[: self._calls_left]:
                await self._make(call, session, tools)
            if len(move.calls) > scene.calls_left:
                return False

    async def _ask(self, scene: Scene) -> Move:
        started = _now()
        try:
            return await self._policy.act(scene)
        except Exception as error:  # a policy's failure must not stop its siblings
            raise _PolicyError(f"{type(error).__name__}: {error}") from error
        finally:
            self._policy_s += _now() - started

    async def _make(self, call: ToolCall, session: Session, tools: Offered) -> None:
        tool = next((each for each in tools.get(call.environment, ()) if each.name == call.tool), None)
        started = _now()
        if tool is None:
            sentence = f"{UNKNOWN_TOOL}: no tool {call.tool!r} is offered by {call.environment!r}."
            seen = Observation(sentence, code=UNKNOWN_TOOL)
        else:
            seen = await session.call(call)
        self._calls_s.append(_now() - started)
        writes = tool is not None and not tool.annotations.get("readOnlyHint") and not seen.is_refused
        turn = self._turns[-1]
        step = PlayedStep.of(Step(call, seen), writes=writes)
        self._turns[-1] = turn.model_copy(update={"steps": (*turn.steps, step)})
        if seen.code == INTERNAL:
            raise FarmError(f"{call.environment}: {call.tool} broke down: {seen.text}")


def _diffs(standing: Mapping[str, Standing]) -> dict[str, DiffJson]:
    return {name: each.diff.to_json() for name, each in standing.items()}  # type: ignore[misc]  # as Diff writes it


def _digests(standing: Mapping[str, Standing]) -> dict[str, str]:
    return {name: each.digest for name, each in standing.items()}


def _span_s(earlier: str, later: str) -> float:
    return (from_wire(later) - from_wire(earlier)).total_seconds()


def _now() -> float:
    return asyncio.get_running_loop().time()
