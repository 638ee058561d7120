"""Train for a step with TRL on a gym, with a model that says what an endpoint tells it to; print what came of it.

Half of each group plays, the other half gives up at once. `python play.py GYM ENDPOINT EXAMPLES`, with the folders of
the client and of `asked.py` in PYTHONPATH.
"""

import inspect
import json
import re
import sys
import tempfile
from dataclasses import dataclass
from typing import Any

import torch
from asked import ask, calls_of, written
from transformers import Qwen3ForCausalLM
from transformers.utils import get_json_schema

from envfarm_gym import Gym
from envfarm_gym.talk import TALK
from envfarm_gym.trl import environments

TASKS = 2
GIVEN_UP = "I do not know."


@dataclass
class Talk:
    """A conversation as the endpoint is told it, and the tokens that it takes so far."""

    messages: list[dict[str, Any]]
    requests: int
    ids: list[int]
    talks: bool = False


class Told(Qwen3ForCausalLM):
    """A model whose words come from an endpoint; all else of it is as it was."""

    def prepare(self, tokenizer: Any, tasks: list[Any], endpoint: str) -> None:
        self.tokenizer, self.tasks, self.endpoint = tokenizer, tasks, endpoint
        self.talks: list[Talk] = []

    def generate(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **_: Any) -> torch.Tensor:
        prompts = [ids[mask.bool()].tolist() for ids, mask in zip(input_ids, attention_mask, strict=True)]
        said = [self.reply(ids, row) for row, ids in enumerate(prompts)]
        longest = max(map(len, said))
        padded = [ids + [self.tokenizer.pad_token_id] * (longest - len(ids)) for ids in said]
        return torch.cat([input_ids, torch.tensor(padded)], dim=1)

    def reply(self, ids: list[int], row: int) -> list[int]:
        talk = next((each for each in self.talks if ids[: len(each.ids)] == each.ids), None)
        if talk is None:
            text = self.tokenizer.decode(ids)
            task = next(each for each in self.tasks if f"\n{each.prompt}<|im_end|>" in text)
            talk = Talk(list(task.messages), task.requests, ids)
            words = self.words(talk) if row % 2 == 0 else GIVEN_UP
        else:
            self.talks.remove(talk)
            talk.messages += heard(talk, self.tokenizer.decode(ids[len(talk.ids) :]))
            words = self.words(talk)
        spoken = [*self.tokenizer.encode(words, add_special_tokens=False), self.tokenizer.eos_token_id]
        talk.ids = ids + spoken
        self.talks.append(talk)
        return spoken

    def words(self, talk: Talk) -> str:
        message = ask(self.endpoint, talk.messages)
        talk.messages.append(message)
        calls = calls_of(message)
        asked = sum(each["role"] == "user" for each in talk.messages)
        talk.talks = not calls and asked < talk.requests
        if talk.talks:
            said = {"name": TALK["name"], "arguments": json.dumps({"text": message["content"]})}
            return written({"tool_calls": [{"id": "talk", "function": said}]})
        return written(message)


def heard(talk: Talk, text: str) -> list[dict[str, Any]]:
    """Return what stands between a model's words and its next ones, as the endpoint would have it."""
    told = re.findall(r"<tool_response>\n(.*?)\n</tool_response>", text, re.DOTALL)
    if talk.talks:
        return [{"role": "user", "content": told[0]}]
    called = talk.messages[-1]["tool_calls"]
    return [
        {"role": "tool", "tool_call_id": call["id"], "content": each} for call, each in zip(called, told, strict=True)
    ]


def described(environment: object) -> list[dict[str, Any]]:
    """Return what transformers makes of the methods of an environment."""
    names = [name for name, _ in inspect.getmembers(type(environment), inspect.isfunction)]
    return [get_json_schema(getattr(environment, name)) for name in names if name[0] != "_" and name != "reset"]


def main(url: str, endpoint: str, examples: str) -> None:
    sys.path.insert(0, examples)
    import trl_grpo  # noqa: PLC0415  # the example is what is tried

    torch.manual_seed(0)
    gym = Gym(url)
    tasks = gym.tasks()[:TASKS]
    tokenizer = trl_grpo.tokenizer_of(gym, tasks)
    model = trl_grpo.tiny(tokenizer, Told)
    model.prepare(tokenizer, tasks, endpoint)
    before = {name: each.clone() for name, each in model.named_parameters()}
    settings = {"max_completion_length": 16_384, "use_cpu": True, "bf16": False, "learning_rate": 0.01}
    with tempfile.TemporaryDirectory() as out:
        trainer = trl_grpo.trainer_of(model, tokenizer, gym, tasks, out, max_steps=TASKS, **settings)
        earned: list[float | None] = []
        rewarded = trainer.reward_funcs[0]

        def reward(**given: Any) -> list[float | None]:
            earned.extend(found := rewarded(**given))
            return found

        trainer.reward_funcs[0] = reward
        trainer.train()
    steps = [entry for entry in trainer.state.log_history if "reward" in entry]
    made = {name: factory() for name, factory in environments(gym, tasks).items()}
    report = {
        "earned": earned,
        "steps": [{name: step[name] for name in ("reward", "grad_norm", "tools/call_frequency")} for step in steps],
        "moved": any(not torch.equal(each, before[name]) for name, each in model.named_parameters()),
        "schemas": {name: described(each) for name, each in made.items()},
    }
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
