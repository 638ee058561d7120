"""Play a task: one policy, one fresh episode of its own in the farm, one record with its reward."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from chat.errors import ChatError
from chat.messages import Reply
from envkit.calls import Step, ToolCall
from envkit.clock import from_wire
from farm.control import Standing
from farm.errors import FarmError
from farm.farm import Farm
from farm.session import Session
from rollouts.episode import After, Episode, Fork, PlayedStep, Stop, Turn, Wall, cost_of, count
from rollouts.moves import make, with_note, with_reply
from rollouts.policy import Garbled, Move, Policy, Scene
from rollouts.reward import score
from rollouts.start import Footing, Group, Offered, Start
from rollouts.user import FixedUser, Response, Talk, User, UserError, configuration_of
from sampler.task import DiffJson, Task

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
    """Let a policy play a task in worlds of its own, opened as the task says; as `play_in` for the rest."""
    group = Group(Start(task), farm, 1)
    return await play_in(group, policy, seed=seed, trial=trial, budget=budget, timeout_s=timeout_s, user=user)


async def play_in(
    group: Group,
    policy: Policy,
    *,
    seed: int,
    trial: int,
    budget: int,
    timeout_s: float,
    user: User | None = None,
) -> Episode:
    """Let a policy play on from where a group starts, in worlds of its own; return the scored episode.

    `seed` and `trial` feed the policy's chance only. `budget` bounds the calls of the whole episode, `timeout_s` its
    wall time. `user` hears the policy's answers; without one the requests come one after another. Trouble with the
    farm, the policy, a language model, the user or the time ends the episode unscored; it is never raised.
    """
    assert budget >= 1, "a policy needs at least one call"
    task = group.start.task
    stage = _Stage(group.start, policy, user or FixedUser(), seed=seed, trial=trial, budget=budget)
    started = _now()
    try:
        async with asyncio.timeout(timeout_s), group.standing() as footing:
            await stage.run(footing)
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


def unplayed(start: Start, policy: Policy, user: User, *, seed: int, trial: int, budget: int, trouble: str) -> Episode:
    """Return the record of a rollout that the machine never got played, for the reason given."""
    stage = _Stage(start, policy, user, seed=seed, trial=trial, budget=budget)
    stage.fail("machine_error", trouble)
    return stage.record(0.0)


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

    def __init__(self, start: Start, policy: Policy, user: User, *, seed: int, trial: int, budget: int) -> None:
        self._start, self._task, self._policy, self._user = start, start.task, policy, user
        self._seed, self._trial, self._budget = seed, trial, budget
        self._turns: list[Turn] = [*start.turns]
        self._fork: Fork | None = None if start.parent is None else start.fork({})
        self._calls_s: list[float] = []
        self._stop: Stop = "done"
        self._trouble = ""
        self._end = _End()
        self._policy_s = self._user_s = 0.0
        self._replies: list[Reply] = []
        self._user_replies: list[Reply] = []

    async def run(self, footing: Footing) -> None:
        """Play every request that is left until one is not answered, then see what changed and close the worlds."""
        self._fork = footing.fork
        if self._turns:
            await self._converse(footing, is_answered=not self._start.is_open)
        for turn in self._task.turns[self._start.requests :]:
            if self._stop != "done":
                break
            await self._open_turn(Turn(query=turn.query), footing)
            await self._converse(footing)
        standing = await footing.session.conclude(footing.since)
        drift_s = {name: _span_s(footing.opened_at[name], each.now) for name, each in standing.items()}
        self._end = _End(_diffs(standing), _digests(standing), drift_s)

    async def _converse(self, footing: Footing, *, is_answered: bool = False) -> None:
        """Play a request, unless it is answered, and whatever the user says to what the policy asks about it."""
        while True:
            if not is_answered:
                self._stop = await self._play_turn(footing.session, footing.tools)
                if self._stop != "done":
                    return
            is_answered = False
            response = await self._hear()
            if response.leaves:
                self._stop = "left"
            if not response.words:
                return
            said = Turn(query=response.words, follows_up=True, user_replies=response.replies)
            await self._open_turn(said, footing)

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

    async def _open_turn(self, turn: Turn, footing: Footing) -> None:
        """Begin a turn; if the one before wrote, record how the worlds stand. One that was forked has its record."""
        is_own = len(self._turns) > len(self._start.turns) - self._start.is_open
        if is_own and self._turns[-1].writes:
            standing = await footing.session.standing(footing.since)
            after = After(diffs=_diffs(standing), digests=_digests(standing))
            self._turns[-1] = self._turns[-1].model_copy(update={"after": after})
        self._turns.append(turn)

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
            configuration=configuration_of(self._policy, self._user),
            cost=cost_of(self._replies),
            user_cost=cost_of(self._user_replies),
            realism=self._task.realism,
        )
        return episode.model_copy(update={"reward": score(self._task, episode)})

    def _wall(self, total_s: float) -> Wall:
        calls_s = tuple(round(each, 6) for each in self._calls_s)
        return Wall(
            total_s=total_s,
            tools_s=sum(calls_s),
            policy_s=self._policy_s,
            user_s=self._user_s,
            calls_s=calls_s,
        )

    @property
    def _calls_left(self) -> int:
        return self._budget - sum(len(turn.steps) for turn in self._turns)

    async def _play_turn(self, session: Session, tools: Offered) -> Stop:
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
        self._turns[-1] = with_reply(self._turns[-1], move)
        self._replies += [move.reply] if move.reply else []
        self._trouble = with_note(self._trouble, move, len(self._turns))

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

    async def _make(self, asked: ToolCall | Garbled, session: Session, tools: Offered) -> None:
        started = _now()
        made = await make(asked, session, tools)
        self._calls_s.append(_now() - started)
        writes = made.tool is not None and not made.tool.annotations.get("readOnlyHint") and not made.seen.is_refused
        turn = self._turns[-1]
        step = PlayedStep.of(Step(made.call, made.seen), writes=writes)
        self._turns[-1] = turn.model_copy(update={"steps": (*turn.steps, step)})
        made.require_sound()


def _diffs(standing: Mapping[str, Standing]) -> dict[str, DiffJson]:
    return {name: each.diff.to_json() for name, each in standing.items()}  # type: ignore[misc]  # as Diff writes it


def _digests(standing: Mapping[str, Standing]) -> dict[str, str]:
    return {name: each.digest for name, each in standing.items()}


def _span_s(earlier: str, later: str) -> float:
    return (from_wire(later) - from_wire(earlier)).total_seconds()


def _now() -> float:
    return asyncio.get_running_loop().time()
