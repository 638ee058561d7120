"""verl on the gym: an agent loop that plays a row's task and returns its tokens with the farm's reward.

    actor_rollout_ref.rollout.agent.agent_loop_config_path: a file with
        - name: envfarm_agent
          _target_: envfarm_gym.verl.FarmAgentLoop
          gym: http://127.0.0.1:8090

Rows are those of `envfarm export --format verl` with `agent_name: envfarm_agent`; of them `extra_info.task` is read.
Source of the form: `AgentLoopBase` and `ToolAgentLoop` of verl 0.9, whose tokenization and tool parsers are used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from uuid import uuid4

from verl.experimental.agent_loop.agent_loop import AgentLoopBase, AgentLoopMetrics, AgentLoopOutput, register
from verl.experimental.agent_loop.tool_parser import ToolParser

from envfarm_gym.client import Gym, Rollout
from envfarm_gym.errors import UnscoredError
from envfarm_gym.forms import Call, Json, Outcome

POLICY = "verl"
TRIES = 3
"""How often a rollout is played that could not be scored; verl has no reward for such a one, so then it is raised."""


@register("envfarm_agent")
class FarmAgentLoop(AgentLoopBase):
    """Plays one row after another, each in worlds of its own."""

    def __init__(self, *arguments: Any, gym: str, **more: Any) -> None:  # Any: what verl hands to its loops
        super().__init__(*arguments, **more)
        self._gym = Gym(gym)
        self._parser = ToolParser.get_tool_parser(self.rollout_config.multi_turn.format, self.tokenizer)
        self._most = int(self.rollout_config.response_length)

    async def run(self, sampling_params: dict[str, Any], **row: Any) -> AgentLoopOutput:
        """Play the row's task; UnscoredError if it could not be scored, after TRIES."""
        task = row["extra_info"]["task"]
        for left in reversed(range(TRIES)):
            rollout = await asyncio.to_thread(self._gym.open, task, policy=POLICY)
            try:
                return await self._play(rollout, sampling_params)
            except UnscoredError:
                if not left:
                    raise
            finally:
                await asyncio.to_thread(rollout.close)
        raise AssertionError("the last try returns or raises")

    async def _play(self, rollout: Rollout, sampling_params: dict[str, Any]) -> AgentLoopOutput:
        rollout.require_begun()
        tokens = _Tokens(self, rollout)
        await tokens.begin()
        while not rollout.is_over:
            said = await tokens.generate(sampling_params)
            if len(tokens.mask) >= self._most:
                await asyncio.to_thread(rollout.stop, "tokens")
                break
            _, found = await self._parser.extract_tool_calls(said, [])
            calls = [Call(each.name, each.arguments, f"call{place}") for place, each in enumerate(found)]
            text = "" if calls else self.tokenizer.decode(said, skip_special_tokens=True)
            told = await asyncio.to_thread(rollout.say, text, calls)
            if told and not await tokens.tell(_spoken(text, calls), told, self._most):
                await asyncio.to_thread(rollout.stop, "tokens")
        assert rollout.outcome is not None, "a rollout that was stopped is over"
        return tokens.output(rollout.outcome, self._most)


class _Tokens:
    """The tokens of a rollout while it is played: those of the model have 1 in the mask, all others 0."""

    def __init__(self, loop: AgentLoopBase, rollout: Rollout) -> None:
        self.mask: list[int] = []
        self._loop, self._rollout = loop, rollout
        self._messages: list[Json] = list(rollout.messages)
        self._ids: list[int] = []
        self._logprobs: list[float] | None = None
        self._request = uuid4().hex
        self._replies = self._preempted = 0
        self._kept: dict[str, Any] = {}

    async def begin(self) -> None:
        """Write the prompt."""
        self._ids = await self._loop.ct_build_initial_tokens(self._messages, tools=self._rollout.tools)

    async def generate(self, sampling_params: dict[str, Any]) -> list[int]:
        """Let the model go on, and return what it wrote."""
        output = await self._loop.server_manager.generate(
            request_id=self._request, prompt_ids=self._ids, sampling_params=sampling_params
        )
        logprobs = output.log_probs or None
        merged, self.mask, self._logprobs = await self._loop.ct_merge_assistant_token(
            self._ids,
            output.token_ids,
            self.mask,
            (self._logprobs or []) if logprobs else None,
            assistant_logprobs=logprobs,
        )
        self._ids = merged.token_ids
        self._replies += 1
        self._preempted += output.num_preempted or 0
        self._kept |= output.extra_fields
        said: list[int] = output.token_ids
        return said

    async def tell(self, said: Json, told: Sequence[Json], most: int) -> bool:
        """Write what follows the model's message; leave it out and say False if it would be too long."""
        before = [*self._messages, said]
        self._messages = [*before, *told]
        merged, mask, logprobs = await self._loop.ct_merge_context_msg(
            before, self._messages, self._ids, self.mask, self._logprobs, tools=self._rollout.tools
        )
        if len(mask) >= most:
            return False
        self._ids, self.mask, self._logprobs = merged.token_ids, mask, logprobs
        return True

    def output(self, outcome: Outcome, most: int) -> AgentLoopOutput:
        """Return what verl trains on."""
        split = len(self._ids) - len(self.mask)
        told = {"progress": outcome.progress or 0.0, "stop": outcome.stop}
        scores = {"turn_scores": list(_differences(outcome.by_turn)), "tool_rewards": []}
        return AgentLoopOutput(
            prompt_ids=self._ids[:split],
            response_ids=self._ids[split:][:most],
            response_mask=self.mask[:most],
            response_logprobs=self._logprobs[:most] if self._logprobs else None,
            reward_score=outcome.earned,
            num_turns=1 + 2 * self._replies,
            metrics=AgentLoopMetrics(num_preempted=self._preempted),
            extra_fields={**self._kept, **scores, "reward_extra_info": told},
        )


def _spoken(text: str, calls: Sequence[Call]) -> Json:
    """Write the model's message as chat templates read it, with arguments as objects where they are some."""
    written = [{"type": "function", "function": {"name": call.name, "arguments": call.arguments}} for call in calls]
    return {"role": "assistant", "content": text, **({"tool_calls": written} if written else {})}


def _differences(by_turn: Sequence[float]) -> Iterator[float]:
    return (after - before for before, after in pairwise(by_turn))
