"""Teach the policy: from demonstrations by their likelihood, or from rewards by comparing the rollouts of a group."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from tiny.model import Pointer
from tiny.policy import Rollout, Script
from tiny.tokens import Lexicon, encode_answer, encode_call, encode_observation, encode_prompt
from torch import Tensor, nn

from envkit.calls import Observation
from farm.link import Tool
from sampler.task import Task

Tools = Mapping[str, tuple[Tool, ...]]


@dataclass(frozen=True, slots=True)
class Rates:
    """Learning rates: of Muon for the matrices inside, of Adam for what reads and writes words."""

    muon: float = 0.02
    adam: float = 0.003


class Optimiser:
    """Muon and Adam side by side, with the length of gradients bounded."""

    def __init__(self, model: Pointer, rates: Rates) -> None:
        self._parameters = list(model.parameters())
        inner = [each for name, each in model.named_parameters() if each.ndim == 2 and not name.startswith(("w",))]
        known = {id(each) for each in inner}
        outer = [each for each in self._parameters if id(each) not in known]
        self._rates = rates
        self._muon = torch.optim.Muon(inner, lr=rates.muon, weight_decay=0.0)
        self._adam = torch.optim.Adam(outer, lr=rates.adam, betas=(0.9, 0.95))

    def state(self) -> list[dict[str, object]]:
        """Return what is to be kept to go on later."""
        return [self._muon.state_dict(), self._adam.state_dict()]

    def load(self, state: list[dict[str, object]]) -> None:
        """Go on from what was kept."""
        for optimiser, kept in zip((self._muon, self._adam), state, strict=True):
            optimiser.load_state_dict(kept)

    def step(self, loss: Tensor, share: float) -> None:
        """Take a step down a loss, at that share of the rates."""
        for optimiser, rate in ((self._muon, self._rates.muon), (self._adam, self._rates.adam)):
            optimiser.zero_grad()
            for group in optimiser.param_groups:
                group["lr"] = rate * share
        loss.backward()
        nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._muon.step()
        self._adam.step()


def demonstrate(task: Task, tools: Sequence[Tool], chance: random.Random) -> Script:
    """Write the truth of a task as an episode, in words dealt by chance."""
    lexicon, script = Lexicon(chance), Script()
    by_name = {tool.name: tool for tool in tools}
    script.add(encode_prompt(tools, task.turns[0].query, lexicon), is_own=False)
    for record in task.truth.trajectory:
        seen = Observation(record.text, record.content, record.code)
        script.add(encode_call(by_name[record.tool], record.arguments, lexicon), is_own=True)
        script.add(encode_observation(seen, lexicon), is_own=False)
    script.add(encode_answer([fact.text for fact in task.criteria.facts], lexicon), is_own=True)
    return script


def imitate(
    model: Pointer, optimiser: Optimiser, tasks: Sequence[Task], tools: Tools, *, batch: int, share: float, seed: int
) -> float:
    """Take a step towards the truths of some of the tasks, in new symbols; return the loss before it."""
    rng = random.Random(seed)
    scripts = [demonstrate(task, tools[task.environments[0]], rng) for task in rng.sample(tasks, batch)]
    loss = -weighed(model, scripts, [1.0] * batch, by_token=True)
    optimiser.step(loss, share)
    return loss.item()


def reinforce(model: Pointer, optimiser: Optimiser, groups: Sequence[Sequence[Rollout]], shuffle: int | None) -> None:
    """Take a step towards rollouts that earned more than their group, and away from those that earned less.

    It is the step of GRPO where each rollout is used once, so that the policy that is changed is still the one that
    played: no ratio is clipped; advantages are not divided by their deviation. `shuffle` seeds a placebo, in which the
    advantages of each group are dealt to its rollouts by chance.
    """
    rng = None if shuffle is None else random.Random(shuffle)
    scripts, advantages = [], []
    for group in groups:
        mean = sum(each.earned for each in group) / len(group)
        ahead = [each.earned - mean for each in group]
        if rng is not None:
            rng.shuffle(ahead)
        if any(ahead):
            scripts += [each.script for each in group]
            advantages += ahead
    if scripts:
        optimiser.step(-weighed(model, scripts, advantages, by_token=False), 1.0)


def weighed(model: Pointer, scripts: Sequence[Script], weights: Sequence[float], *, by_token: bool) -> Tensor:
    """Return the mean log-probability of what the policy said: of all tokens, or of each episode's mean, weighed."""
    tokens = nn.utils.rnn.pad_sequence([torch.tensor(each.tokens) for each in scripts], batch_first=True)
    own = [torch.tensor(each.is_own).nonzero()[:, 0] for each in scripts]
    places = nn.utils.rnn.pad_sequence(own, batch_first=True)
    counts = torch.tensor([[len(each)] for each in own])
    is_said = torch.arange(places.shape[1]) < counts
    said = model(tokens, places).masked_fill(~is_said, 0.0) * torch.tensor(weights)[:, None]
    return said.sum() / counts.sum() if by_token else (said / counts).sum() / len(scripts)
