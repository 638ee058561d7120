"""Play a task: one policy, one fresh episode of its own in the farm, one record with its reward."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from chat.errors import ChatError
from chat.messages import Reply
from envkit.calls import Observation, Step, ToolCall
from envkit.clock import from_wire
from envkit.errors import INTERNAL
from farm.errors import FarmError
from farm.farm import Farm
from farm.link import UNKNOWN_TOOL, Tool
from farm.session import Session
from rollouts.episode import Episode, PlayedStep, Stop, Turn, Wall, cost_of, count
from rollouts.policy import Garbled, Move, Policy, Scene
from rollouts.reward import score
from rollouts.user import FixedUser, Response, Talk, User, UserError, configuration_of
from sampler.opening import opened
from sampler.task import Task

logger = logging.getLogger(__name__)


async def play(
    task: Task,
    policy: Policy,
    farm: Farm,
    *,
    seed: int,
    trial: int,
    budget: int,
    timeout_s: float,
    user: User | None = None,
) -> Episode:
    """Let a policy play a task in worlds of its own, opened as the task says; return the scored episode.

    `seed` and `trial` feed the policy's chance only. `budget` bounds the calls of the whole episode, `timeout_s` its
    wall time. `user` hears the policy's answers; without one the requests come one after another. Trouble with the
    farm, the policy, a language model, the user or the time ends the episode unscored; it is never raised.
    """
    assert budget >= 1, "a policy needs at least one call"
    stage = _Stage(task, policy, user or FixedUser(), seed=seed, trial=trial, budget=budget)
    started = _now()
    try:
        async with asyncio.timeout(timeout_s), opened(farm, task.environments, task.seed, task.setup) as session:
            await stage.run(session)
    except FarmError as error:
        stage.fail("machine_error", str(error))
    except TimeoutError:
        stage.fail("timeout", f"not done within {timeout_s:g} s")
    except UserError as error:
        stage.fail("user_error", str(error))
    except ChatError as error:
        stage.fail("endpoint_error", str(error))
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

    diffs: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    drift_s: Mapping[str, float] = field(default_factory=dict)


class _Stage:
    """An episode while it is played; it outlives a failure, so that what was done until then is kept."""

    def __init__(self, task: Task, policy: Policy, user: User, *, seed: int, trial: int, budget: int) -> None:
        self._task, self._policy, self._user = task, policy, user
        self._seed, self._trial, self._budget = seed, trial, budget
        self._turns: list[Turn] = []
        self._stop: Stop = "done"
        self._trouble = ""
        self._end = _End()
        self._tools_s = self._policy_s = self._user_s = 0.0
        self._user_replies: list[Reply] = []

    async def run(self, session: Session) -> None:
        """Play every request until one is not answered, then see what changed."""
        tools = _offered(await session.tools(), self._task)
        before = await _clocks(session)
        for turn in self._task.turns:
            self._turns.append(Turn(query=turn.query))
            await self._play_request(session, tools)
            if self._stop != "done":
                break
        diffs = {name: diff.to_json() for name, diff in (await session.diff()).items()}
        closed = await _clocks(session)
        drift_s = {name: closed[name] - before[name] for name in before}
        self._end = _End(diffs, await session.digest(), drift_s)

    def fail(self, stop: Stop, trouble: str) -> None:
        """End the episode for a reason that is not the policy's skill."""
        logger.warning("%s on %s, trial %d: %s: %s", self._policy.name, self._task.id, self._trial, stop, trouble)
        self._stop, self._trouble, self._end = stop, trouble, _End()

    def record(self, total_s: float) -> Episode:
        """Return the episode as it stands, scored."""
        episode = Episode.model_validate(
            {
                "task": self._task.id,
                "policy": self._policy.name,
                "trial": self._trial,
                "seed": self._seed,
                "budget": self._budget,
                "environments": self._task.environments,
                "turns": self._turns,
                "stop": self._stop,
                "trouble": self._trouble,
                "diffs": self._end.diffs,
                "digests": self._end.digests,
                "drift_s": self._end.drift_s,
                "counts": count(self._turns),
                "wall": Wall(total_s=total_s, tools_s=self._tools_s, policy_s=self._policy_s, user_s=self._user_s),
                "configuration": configuration_of(self._policy, self._user),
                "cost": cost_of([reply for turn in self._turns for reply in turn.replies]),
                "user_cost": cost_of(self._user_replies),
            }
        )
        return episode.model_copy(update={"reward": score(self._task, episode)})

    @property
    def _calls_left(self) -> int:
        return self._budget - sum(len(turn.steps) for turn in self._turns)

    async def _play_request(self, session: Session, tools: Mapping[str, tuple[Tool, ...]]) -> None:
        """Play a request and whatever the user says to what the policy asks about it."""
        while True:
            self._stop = await self._play_turn(session, tools)
            if self._stop != "done":
                return
            response = await self._hear()
            if response.leaves:
                self._stop = "left"
            if not response.words:
                return
            self._turns.append(Turn(query=response.words, follows_up=True, user_replies=response.replies))

    async def _hear(self) -> Response:
        started = _now()
        try:
            response = await self._user.hear(Talk(self._task, tuple(self._turns), self._seed, self._trial))
            self._user_replies += response.replies
            return response
        except UserError as error:
            self._user_replies += error.replies
            raise
        finally:
            self._user_s += _now() - started

    async def _play_turn(self, session: Session, tools: Mapping[str, tuple[Tool, ...]]) -> Stop:
        """Ask the policy for moves until it answers, or stops, or wants more calls than are left."""
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
                turn.follows_up,
                turn.replies,
            )
            move = await self._ask(scene)
            self._note(move)
            if move.stop:
                return move.stop
            if not move.calls:
                self._turns[-1] = self._turns[-1].model_copy(update={"answer": move.answer})
                return "done"
            for call in move.calls[: self._calls_left]:
                await self._make(call, session, tools)
            if len(move.calls) > scene.calls_left:
                return "budget"

    def _note(self, move: Move) -> None:
        """Put into the record what a language model said, and what befell it."""
        turn = self._turns[-1]
        if move.reply is not None:
            self._turns[-1] = turn.model_copy(update={"replies": (*turn.replies, move.reply)})
        if move.note:
            said = f"turn {len(self._turns)}: {move.note}"
            self._trouble = f"{self._trouble}; {said}" if self._trouble else said

    async def _ask(self, scene: Scene) -> Move:
        started = _now()
        try:
            return await self._policy.act(scene)
        except ChatError:
            raise
        except Exception as error:  # a policy's failure must not stop its siblings
            raise _PolicyError(f"{type(error).__name__}: {error}") from error
        finally:
            self._policy_s += _now() - started

    async def _make(self, asked: ToolCall | Garbled, session: Session, tools: Mapping[str, tuple[Tool, ...]]) -> None:
        call = ToolCall("", asked.tool, {}) if isinstance(asked, Garbled) else asked
        tool = next((each for each in tools.get(call.environment, ()) if each.name == call.tool), None)
        started = _now()
        if isinstance(asked, Garbled):
            seen = Observation(asked.sentence, code=asked.code)
        elif tool is None:
            sentence = f"{UNKNOWN_TOOL}: no tool {call.tool!r} is offered by {call.environment!r}."
            seen = Observation(sentence, code=UNKNOWN_TOOL)
        else:
            seen = await session.call(call)
        self._tools_s += _now() - started
        writes = tool is not None and not tool.annotations.get("readOnlyHint") and not seen.is_refused
        turn = self._turns[-1]
        step = PlayedStep.of(Step(call, seen), writes=writes)
        self._turns[-1] = turn.model_copy(update={"steps": (*turn.steps, step)})
        if seen.code == INTERNAL:
            raise FarmError(f"{call.environment}: {call.tool} broke down: {seen.text}")


def _offered(tools: Mapping[str, tuple[Tool, ...]], task: Task) -> dict[str, tuple[Tool, ...]]:
    """Leave out what the task hides."""
    return {
        slug: tuple(tool for tool in offered if (slug, tool.name) not in task.hidden_tools)
        for slug, offered in tools.items()
    }


async def _clocks(session: Session) -> dict[str, float]:
    """Return the time of each world in seconds; advancing by nothing tells it without the rows."""
    return {name: from_wire(now).timestamp() for name, now in (await session.advance(0)).items()}


def _now() -> float:
    return asyncio.get_running_loop().time()
