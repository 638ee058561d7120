"""What plays an episode of ours once more in tau2's own orchestrator, and has tau2's own evaluator judge it."""

import random
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from loguru import logger
from tau2.agent.llm_agent import LLMAgent
from tau2.data_model.message import AssistantMessage, ToolCall, ToolMessage
from tau2.data_model.simulation import RewardInfo
from tau2.evaluator.evaluator import EvaluationType, evaluate_simulation
from tau2.orchestrator.orchestrator import Orchestrator

from envkit.manifest import Manifest
from evaluation.tau2.domain import Domain, FixedUser
from farm.farm import Farm
from rollouts.episode import Episode, PlayedStep
from rollouts.mutants import mutants_of, perform
from rollouts.play import play
from rollouts.policy import NullPolicy, ReplayPolicy
from rollouts.retold import retell
from rollouts.reward import is_success
from sampler.task import Task

SILENCE = "..."
"""What is said where nothing is: tau2 takes no empty message."""

logger.disable("tau2")

MOST_STEPS, BUDGET, TIMEOUT_S = 500, 40, 60.0


@dataclass(frozen=True)
class Played:
    """What tau2 says of an episode, and which observations were not what they were here."""

    reward: RewardInfo
    strange: tuple[str, ...]


class Repeating(LLMAgent):
    """Makes the calls of an episode turn by turn, and says its answers."""

    def __init__(self, tools: list[Any], policy: str, moves: Iterator[AssistantMessage]) -> None:
        super().__init__(tools=tools, domain_policy=policy)
        self._moves = moves

    def generate_next_message(self, message: Any, state: Any) -> tuple[AssistantMessage, Any]:
        """Make the next move."""
        return next(self._moves), state


def play_again(domain: Domain, episode: Episode) -> Played:
    """Play the calls and answers of an episode in a domain that is registered, with the user of the task's own words.

    It begins as tau2 begins: environment, agent, user, orchestrator; what it ends with goes to tau2's evaluator.
    """
    (task,) = [each for each in domain.get_tasks() if each.id == episode.task]
    environment = domain.get_environment()
    moves = _moves(episode, {tool: name for name, tool in domain.form.tools.items()})
    run = Orchestrator(
        domain=domain.form.name,
        agent=Repeating(environment.get_tools(), environment.get_policy(), moves),
        user=FixedUser(instructions=str(task.user_scenario)),
        environment=environment,
        task=task,
        max_steps=MOST_STEPS,
        max_errors=MOST_STEPS,
    ).run()
    reward = evaluate_simulation(run, task, EvaluationType.ALL, solo_mode=False, domain=domain.form.name)
    return Played(reward, tuple(_strange(run.messages, episode.steps)))


def unequal(task: Task, episode: Episode, played: Played) -> tuple[str, ...]:
    """Return a sentence for each thing that tau2 says otherwise than the episode's reward.

    The state is compared where both sides ask for it; facts that tau2 looks for are there in every truth.
    """
    ours, theirs, parts = episode.reward, played.reward, episode.reward.parts
    faults = [*played.strange]
    assert ours.total is not None, ours.reason
    if theirs.reward != float(is_success(ours)):
        faults.append(f"tau2 pays {theirs.reward}, here it is {ours.total}: {ours.reason}")
    if theirs.db_check.db_match != (parts["state"] * parts["forbidden"] == 1.0):
        faults.append(f"the database matches: {theirs.db_check.db_match}; here the parts are {parts}")
    for check in theirs.env_assertions or ():
        part = check.env_assertion.arguments["part"]
        if check.met != (parts[part] == 1.0):
            faults.append(f"{part} is met: {check.met}; here the parts are {parts}")
    unsaid = [check.info for check in theirs.communicate_checks or () if not check.met]
    if episode.policy == "replay" and unsaid:
        faults.append(f"tau2 does not find {unsaid} in the truth's answers")
    return tuple(faults)


async def episodes_of(
    task: Task, farm: Farm, manifests: Mapping[str, Manifest], most: int
) -> AsyncIterator[tuple[str, Episode]]:
    """Yield the truth, doing nothing, the truth in other orders, and mutants of it, `most` of each; all on a farm."""
    for policy in (ReplayPolicy([task]), NullPolicy()):
        terms = {"seed": 0, "trial": 0, "budget": BUDGET}
        yield policy.name, await play(task, policy, farm, timeout_s=TIMEOUT_S, **terms)
    for order in task.truth.orders[:most]:
        yield "reordered", await perform(task, retell(task, order), farm)
    mutants = await mutants_of(task, farm, manifests)
    for kind in dict.fromkeys(each.kind for each in mutants):
        of = [each for each in mutants if each.kind == kind]
        for mutant in random.Random(task.id).sample(of, min(most, len(of))):
            yield kind, await perform(task, mutant.retold, farm)


def _moves(episode: Episode, names: dict[tuple[str, str], str]) -> Iterator[AssistantMessage]:
    """Yield messages as they are said: tau2 puts them in the order of their times."""
    count = 0
    for turn in episode.turns:
        for step in turn.steps:
            count += 1
            name = names.get((step.environment, step.tool), step.tool)
            call = ToolCall(id=f"call_{count}", name=name, arguments={**step.arguments})
            yield AssistantMessage(role="assistant", tool_calls=[call], cost=0.0)
        yield AssistantMessage(role="assistant", content=turn.answer or SILENCE, cost=0.0)


def _strange(messages: list[Any], steps: tuple[PlayedStep, ...]) -> Iterator[str]:
    seen = [message for message in messages if isinstance(message, ToolMessage)]
    assert len(seen) == len(steps)
    for message, step in zip(seen, steps, strict=True):
        wanted = f"Error: {step.text}" if step.code else step.as_step().observation.text
        if message.content != wanted:
            yield f"{step.tool}: {message.content} instead of {wanted}"
