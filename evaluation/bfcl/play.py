"""Play tasks of BFCL over MCP: worlds of its own for each, its turns one after another, judged as they end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from chat.errors import ChatError
from chat.messages import Reply
from envkit.calls import JsonObject, Step, ToolCall
from evaluation.bfcl import library
from evaluation.bfcl.record import BfclEpisode, Stop, TurnVerdict, Verdict
from evaluation.bfcl.tasks import BfclTask, written
from evaluation.bfcl.wrapped import heard, image, instance_of
from farm.errors import FarmError
from farm.farm import Farm
from farm.link import Tool
from farm.session import Session
from rollouts.episode import PlayedStep, Turn, cost_of
from rollouts.moves import make, with_note, with_reply
from rollouts.policy import Configured, Garbled, Move, Policy, Scene

logger = logging.getLogger(__name__)

_PLENTY = 1_000_000
"""BFCL bounds the steps of a turn and not the calls of a task."""

_UNENDED = TurnVerdict(wants=True)
"""What is said of a turn that never ended."""

_UNSCORED = frozenset({"machine_error", "policy_error", "endpoint_error", "timeout"})

Offered = Mapping[str, tuple[Tool, ...]]


async def play_all(
    tasks: Sequence[BfclTask],
    policy: Policy,
    farm: Farm,
    *,
    concurrency: int,
    seed: int,
    timeout_s: float,
    progress: Callable[[int, int], object],
) -> tuple[BfclEpisode, ...]:
    """Play each task, so many at once; the episodes come in the order of the tasks."""
    places, done = asyncio.Semaphore(concurrency), 0

    async def one(task: BfclTask) -> BfclEpisode:
        nonlocal done
        async with places:
            episode = await play(task, policy, farm, seed=seed, timeout_s=timeout_s)
        done += 1
        progress(done, len(tasks))
        return episode

    async with asyncio.TaskGroup() as group:
        playing = [group.create_task(one(task)) for task in tasks]
    return tuple(each.result() for each in playing)


async def play(task: BfclTask, policy: Policy, farm: Farm, *, seed: int, timeout_s: float) -> BfclEpisode:
    """Play a task once; trouble with the farm, the policy or its model ends it unscored and is never raised."""
    stage = _Stage(task, policy, seed)
    try:
        async with asyncio.timeout(timeout_s), _worlds(task, farm) as session:
            await stage.run(session)
    except FarmError as error:
        stage.fail("machine_error", str(error))
    except TimeoutError:
        stage.fail("timeout", f"not done within {timeout_s:g} s")
    except ChatError as error:
        stage.fail("endpoint_error", str(error))
    except Exception as error:  # one rollout's bug must not stop its siblings, nor be taken for the policy's failure
        logger.exception("a bug while %s played %s", policy.name, task.id)
        stage.fail("policy_error", f"{type(error).__name__}: {error}")
    return stage.record()


@asynccontextmanager
async def _worlds(task: BfclTask, farm: Farm) -> AsyncIterator[Session]:
    """Open a world for each of a task's environments, as its scenario says."""
    kept: dict[str, str] = {}
    try:
        for slug, scenario in task.scenarios.items():
            kept[slug] = await farm.upload(slug, image(scenario))
        session = await farm.open([*task.scenarios], snapshots=kept)
    finally:
        for slug, snapshot in kept.items():
            await farm.forget(slug, snapshot)
    async with session:
        yield session


class _Stage:
    """A task while it is played; it outlives a failure, so that what was done until then is kept."""

    def __init__(self, task: BfclTask, policy: Policy, seed: int) -> None:
        self._task, self._policy, self._seed = task, policy, seed
        self._turns: list[Turn] = []
        self._verdicts: list[TurnVerdict] = []
        self._replies: list[Reply] = []
        self._stop: Stop = "done"
        self._trouble = ""

    async def run(self, session: Session) -> None:
        """Play turn after turn until all are done or one is not."""
        tools = await session.tools()
        with library.Truth.of(self._task.source) as truth:
            for place, turn in enumerate(self._task.turns):
                self._turns.append(Turn(query=turn.query))
                withheld = self._task.withheld(place)
                offered = {slug: tuple(each for each in of if each.name not in withheld) for slug, of in tools.items()}
                self._stop = await self._play_turn(session, offered)
                if self._stop != "done":
                    return
                self._verdicts.append(self._judged(place, truth, await session.state()))

    def fail(self, stop: Stop, trouble: str) -> None:
        """Note what ended it."""
        self._stop, self._trouble = stop, trouble

    def record(self) -> BfclEpisode:
        """Return what is kept of it, with the checker's word."""
        return BfclEpisode(
            task=self._task.id,
            category=self._task.category,
            policy=self._policy.name,
            configuration=self._policy.configuration if isinstance(self._policy, Configured) else "",
            seed=self._seed,
            turns=tuple(self._turns),
            stop=self._stop,
            trouble=self._trouble,
            verdict=None if self._stop in _UNSCORED else self._verdict(),
            cost=cost_of(self._replies),
        )

    def _verdict(self) -> Verdict:
        if self._stop != "done":
            sentence = f"ended in turn {len(self._turns)} of {len(self._task.turns)}: {self._stop}"
            return Verdict(valid=False, kind="multi_turn:force_terminated", sentence=sentence, turns=(_UNENDED,))
        truth = [[*turn.truth] for turn in self._task.turns]
        found = library.officially(self._task.source, truth, [_calls(turn) for turn in self._turns])
        return Verdict(valid=not found.kind, kind=found.kind, sentence=found.sentence, turns=tuple(self._verdicts))

    def _judged(self, place: int, truth: library.Truth, states: Mapping[str, JsonObject]) -> TurnVerdict:
        """Judge a turn by the worlds as it left them, and by all that was seen so far."""
        wanted = self._task.turns[place].truth
        scenarios = self._task.scenarios
        reached = {scenarios[slug].name: instance_of(scenarios[slug].name, state) for slug, state in states.items()}
        state, results = truth.state(wanted, reached)
        if not wanted:
            return TurnVerdict(wants=False)
        seen = [heard(step.as_step().observation) for turn in self._turns for step in turn.steps if step.environment]
        response = library.responses(seen, results, place)
        called = bool(_calls(self._turns[place]))
        return TurnVerdict(wants=True, called=called, state=state.sentence, response=response.sentence)

    async def _play_turn(self, session: Session, tools: Offered) -> Stop:
        for _ in range(library.MOST_STEPS):
            move = await self._policy.act(self._scene(tools))
            self._note(move)
            if move.stop:
                return move.stop
            if not move.calls:
                self._turns[-1] = self._turns[-1].model_copy(update={"answer": move.answer})
                return "done"
            for call in move.calls:
                await self._make(call, session, tools)
        return "forced"

    def _scene(self, tools: Offered) -> Scene:
        *past, turn = self._turns
        left = _PLENTY - sum(len(each.steps) for each in self._turns)
        steps = tuple(step.as_step() for step in turn.steps)
        return Scene(self._task.id, self._seed, 0, tools, tuple(past), turn.query, steps, left, replies=turn.replies)

    def _note(self, move: Move) -> None:
        """Put into the record what a language model said, and what befell it."""
        self._turns[-1] = with_reply(self._turns[-1], move)
        self._replies += [move.reply] if move.reply else []
        self._trouble = with_note(self._trouble, move, len(self._turns))

    async def _make(self, asked: ToolCall | Garbled, session: Session, tools: Offered) -> None:
        """Make a call and keep it with what came back; one that reaches no tool has no environment."""
        made = await make(asked, session, tools)
        call = made.call if made.tool else ToolCall("", made.call.tool, made.call.arguments)
        step = PlayedStep.of(Step(call, made.seen), writes=made.tool is not None and not made.seen.is_refused)
        turn = self._turns[-1]
        self._turns[-1] = turn.model_copy(update={"steps": (*turn.steps, step)})
        made.require_sound()


def _calls(turn: Turn) -> list[str]:
    """Write the calls of a turn that reached a tool, as the checker reads them."""
    return [written(ToolCall(step.environment, step.tool, step.arguments)) for step in turn.steps if step.environment]
