"""Run verl's agent loop on every task of a gym, with a language model server that an endpoint speaks for.

`python play.py GYM ENDPOINT LATE`, with the folders of the client and of `asked.py` in PYTHONPATH. Prints what verl
would train on. No GPU and no Ray: the loop is verl's own, only the server that it asks for tokens is not.
"""

import asyncio
import json
import re
import sys
from dataclasses import dataclass
from typing import Any

from asked import Body, ask, written
from omegaconf import OmegaConf
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast
from verl.experimental.agent_loop.agent_loop import DictConfigWrap, _agent_loop_registry
from verl.workers.rollout.replica import TokenOutput

from envfarm_gym import Gym, Task, UnscoredError
from envfarm_gym.verl import FarmAgentLoop

TEMPLATE = """
{%- for message in messages -%}
<|im_start|>{{ "user" if message.role == "tool" else message.role }}
{% if loop.first and tools %}{{ tools | tojson }}
{% endif -%}
{%- if message.role == "tool" %}<tool_response>
{{ message.content }}
</tool_response>{% else %}{{ message.content }}{% endif -%}
{%- for call in message.tool_calls or [] %}<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments }}}
</tool_call>{% endfor -%}
<|im_end|>
{% endfor -%}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif -%}
"""
LENGTH = 1_000_000
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


@dataclass
class Talk:
    """A conversation as the endpoint is told it, and the tokens that it takes so far."""

    messages: list[Body]
    ids: list[int]


class Server:
    """What verl asks for tokens."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, tasks: list[Task], endpoint: str) -> None:
        self.tokenizer, self.tasks, self.endpoint = tokenizer, tasks, endpoint
        self.talks: dict[str, Talk] = {}

    async def generate(self, request_id: str, *, prompt_ids: list[int], sampling_params: Body) -> TokenOutput:
        talk = self.talks.get(request_id)
        if talk is None:
            text = self.tokenizer.decode(prompt_ids)
            task = next(each for each in self.tasks if f"\n{each.prompt}<|im_end|>" in text)
            talk = self.talks[request_id] = Talk(list(task.messages), prompt_ids)
        else:
            assert prompt_ids[: len(talk.ids)] == talk.ids, "tokens are appended to, never written anew"
            talk.messages += heard(talk, self.tokenizer.decode(prompt_ids[len(talk.ids) :]))
        message = await asyncio.to_thread(ask, self.endpoint, talk.messages)
        talk.messages.append(message)
        said = [*self.tokenizer.encode(written(message)), self.tokenizer.eos_token_id]
        talk.ids = prompt_ids + said
        return TokenOutput(token_ids=said, log_probs=[-0.5] * len(said))


def heard(talk: Talk, text: str) -> list[Body]:
    told = re.findall(r"<tool_response>\n(.*?)\n</tool_response>", text, re.DOTALL)
    if not told:
        return [{"role": "user", "content": re.findall(r"<\|im_start\|>user\n(.*?)<\|im_end\|>", text, re.DOTALL)[0]}]
    answered = zip(talk.messages[-1]["tool_calls"], told, strict=True)
    return [{"role": "tool", "tool_call_id": call["id"], "content": each} for call, each in answered]


def tokenizer_of() -> PreTrainedTokenizerFast:
    """Make a tokenizer that knows bytes and nothing else, so that any text comes back as it went in."""
    alphabet = {letter: number for number, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    bytewise = Tokenizer(models.BPE(vocab=alphabet, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bytewise.decoder = decoders.ByteLevel()
    bytewise.add_special_tokens([AddedToken(each, special=True) for each in SPECIAL])
    end, pad = SPECIAL[2], SPECIAL[0]
    return PreTrainedTokenizerFast(
        tokenizer_object=bytewise, eos_token=end, pad_token=pad, chat_template=TEMPLATE.strip("\n")
    )


async def play(url: str, endpoint: str, most: int) -> list[Any]:
    tasks, tokenizer = Gym(url).tasks(), tokenizer_of()
    rollout = {"prompt_length": LENGTH, "response_length": most, "multi_turn": {"format": "hermes"}}
    config: Any = OmegaConf.create({"actor_rollout_ref": {"rollout": rollout}, "data": {}})
    server = Server(tokenizer, tasks, endpoint)
    loop = FarmAgentLoop(
        trainer_config=DictConfigWrap(config),
        server_manager=server,
        tokenizer=tokenizer,
        processor=None,
        dataset_cls=None,
        data_config=DictConfigWrap(config.data),
        gym=url,
    )
    runs = [loop.run({}, extra_info={"task": task.task}) for task in tasks]
    outputs = await asyncio.gather(*runs, return_exceptions=True)
    return [repr(each) if isinstance(each, UnscoredError) else report(each, tokenizer) for each in outputs]


def report(output: Any, tokenizer: PreTrainedTokenizerFast) -> Body:
    pairs = list(zip(output.response_ids, output.response_mask, strict=True))
    return {
        "reward": output.reward_score,
        "turns": sum(output.extra_fields["turn_scores"]),
        "stop": output.extra_fields["reward_extra_info"]["stop"],
        "learned": tokenizer.decode([token for token, mask in pairs if mask]),
        "seen": tokenizer.decode([token for token, mask in pairs if not mask]),
        "logprobs": len(output.response_logprobs) == len(output.response_ids),
        "tensors": sorted(output.as_dict().keys() & {"prompts", "responses", "response_mask", "rm_scores"}),
    }


def main(url: str, endpoint: str, late: str) -> None:
    assert "envfarm_agent" in _agent_loop_registry
    whole, short = (asyncio.run(play(url, endpoint, most)) for most in (LENGTH, 64))
    json.dump({"whole": whole, "short": short, "late": asyncio.run(play(late, endpoint, LENGTH))}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
