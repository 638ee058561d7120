"""Play many episodes in step: whenever all of them wait for a move, the model makes all moves at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from tiny.model import LENGTH, Cache, Pointer
from tiny.tokens import END, Lexicon, LexiconFullError, decode, encode_observation, encode_prompt
from torch import Tensor

from envkit.clock import derive
from farm.farm import Farm
from rollouts.episode import Episode
from rollouts.play import play_in
from rollouts.policy import Move, Scene
from rollouts.start import Group, Start
from sampler.task import Task

BUDGET = 6
LONGEST_MOVE = 24
TIMEOUT_S = 120.0


@dataclass(slots=True)
class Script:
    """An episode as the model sees it: all tokens, and which of them are its own."""

    tokens: list[int] = field(default_factory=list)
    is_own: list[bool] = field(default_factory=list)

    def add(self, tokens: Sequence[int], *, is_own: bool) -> None:
        """Append what was seen, or said."""
        self.tokens += tokens
        self.is_own += [is_own] * len(tokens)


@dataclass(frozen=True, slots=True)
class Rollout:
    """An episode with its reward and its script."""

    episode: Episode
    script: Script

    @property
    def earned(self) -> float:
        """The reward that the farm gave; RolloutError if it gave none."""
        total = self.episode.reward.total
        if total is None:
            raise RolloutError(f"{self.episode.task} was not scored: {self.episode.reward.reason}")
        return total


class RolloutError(Exception):
    """An episode that has no reward, through no fault of the policy."""


@dataclass(frozen=True, slots=True)
class Play:
    """How a batch is played: how often each task, by which chance, and whether the likeliest word is always taken."""

    trials: int
    seed: int
    is_greedy: bool = False


async def roll(model: Pointer, tasks: Sequence[Task], farm: Farm, play: Play) -> list[list[Rollout]]:
    """Play each task `trials` times, each group from forks of one world; the same seed gives the same rollouts."""
    policy = _Lockstep(model, len(tasks) * play.trials, play)
    jobs = []
    for place, task in enumerate(tasks):
        group = Group(Start(task), farm, play.trials)
        jobs += [_play(policy, group, place * play.trials + trial, play.seed) for trial in range(play.trials)]
    episodes = await asyncio.gather(*jobs)
    rolled = [Rollout(episode, seat.script) for episode, seat in zip(episodes, policy.seats, strict=True)]
    return [rolled[first : first + play.trials] for first in range(0, len(rolled), play.trials)]


async def _play(policy: _Lockstep, group: Group, seat: int, seed: int) -> Episode:
    player = _Player(policy, seat)
    try:
        return await play_in(group, player, seed=seed, trial=seat, budget=BUDGET, timeout_s=TIMEOUT_S)
    finally:
        policy.leave(seat)


@dataclass(frozen=True, slots=True)
class _Player:
    """The policy of one episode, which has a seat of its own."""

    policy: _Lockstep
    seat: int
    name: str = "pointer"

    async def act(self, scene: Scene) -> Move:
        """Wait until all others wait, too."""
        return await self.policy.move(self.seat, scene)


@dataclass(slots=True)
class _Seat:
    """One episode while it is played: what it has seen, what of that the model has not read, and its own chance."""

    lexicon: Lexicon
    chance: torch.Generator
    script: Script = field(default_factory=Script)
    unread: list[int] = field(default_factory=list)

    def see(self, tokens: Sequence[int]) -> None:
        """Take in what the model is to read before its next move."""
        self.script.add(tokens, is_own=False)
        self.unread += tokens


class _Lockstep:
    def __init__(self, model: Pointer, seats: int, play: Play) -> None:
        self._model, self._play = model, play
        self._cache: Cache | None = None
        self.seats = [self._seat(number) for number in range(seats)]
        self._left = seats
        self._waiting: dict[int, tuple[Scene, asyncio.Future[Move]]] = {}

    def _seat(self, number: int) -> _Seat:
        words = random.Random(derive(self._play.seed, "words", number // self._play.trials))
        chance = torch.Generator().manual_seed(derive(self._play.seed, "chance", number) % 2**63)
        return _Seat(Lexicon(words), chance)

    async def move(self, number: int, scene: Scene) -> Move:
        future: asyncio.Future[Move] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (scene, future)
        self._move_if_all_wait()
        return await future

    def leave(self, number: int) -> None:
        self._left -= 1
        self._waiting.pop(number, None)
        self._move_if_all_wait()

    def _move_if_all_wait(self) -> None:
        if not self._waiting or len(self._waiting) < self._left:
            return
        waiting, self._waiting = dict(sorted(self._waiting.items())), {}
        try:
            moves = self._moves({number: scene for number, (scene, _) in waiting.items()})
        except BaseException as error:
            for _, future in waiting.values():
                future.set_exception(error)
            raise
        for number, (_, future) in waiting.items():
            if not future.done():
                future.set_result(moves[number])

    def _moves(self, scenes: dict[int, Scene]) -> dict[int, Move]:
        moves, going = {}, []
        for number, scene in scenes.items():
            if self._reads(self.seats[number], scene):
                going.append(number)
            else:
                moves[number] = Move(stop="context")
        if going:
            with torch.inference_mode():
                said = self._say(going)
            for number, tokens in zip(going, said, strict=True):
                seat, scene = self.seats[number], scenes[number]
                seat.script.add(tokens, is_own=True)
                ((environment, tools),) = scene.tools.items()
                moves[number] = decode(tokens, environment, tools, seat.lexicon)
        return moves

    def _reads(self, seat: _Seat, scene: Scene) -> bool:
        """Take in what is new in a scene; say whether there was room for it."""
        try:
            if scene.steps:
                seat.see(encode_observation(scene.steps[-1].observation, seat.lexicon))
            else:
                (tools,) = scene.tools.values()
                seat.see(encode_prompt(tools, scene.query, seat.lexicon))
        except LexiconFullError:
            return False
        return len(seat.script.tokens) + LONGEST_MOVE < LENGTH

    def _say(self, going: list[int]) -> list[list[int]]:
        """Read what is unread and write a move for each, token by token."""
        rows = torch.tensor(going)
        if self._cache is None:
            self._cache = self._model.empty(len(self.seats))
            self._read_prompts(going)
        texts = [self.seats[number].unread for number in going]
        cache = self._cache.picked(rows, max(map(len, texts)) + LONGEST_MOVE + 1)
        tokens, counts = _padded(texts)
        scores = self._model.extend(cache, tokens, counts)
        said: list[list[int]] = [[] for _ in going]
        for _ in range(LONGEST_MOVE):
            chosen = self._choose(scores, going)
            open_ = [not each or each[-1] != END for each in said]
            for each, token, is_open in zip(said, chosen.tolist(), open_, strict=True):
                each += [token] if is_open else []
            counts = torch.tensor(open_).long()
            if all(each[-1] == END for each in said):
                break
            scores = self._model.extend(cache, chosen[:, None], counts)
        for number, own in zip(going, said, strict=True):
            self.seats[number].unread = own[-1:]
        cache.lengths = torch.tensor(
            [len(self.seats[n].script.tokens) + len(own) - 1 for n, own in zip(going, said, strict=True)]
        )
        self._cache.put(rows, cache)
        return said

    def _read_prompts(self, going: list[int]) -> None:
        """Read the prompt of each group once, all but its last token, and remember it for each of the group."""
        assert self._cache is not None
        trials = self._play.trials
        firsts = [number for number in going if number % trials == 0]
        tokens, counts = _padded([self.seats[number].unread[:-1] for number in firsts])
        shared = self._model.empty(len(firsts))
        self._model.extend(shared, tokens, counts)
        copied = shared.picked(torch.tensor([at for at in range(len(firsts)) for _ in range(trials)]), 0)
        self._cache.put(torch.tensor([number + trial for number in firsts for trial in range(trials)]), copied)
        for seat in self.seats:
            seat.unread = seat.unread[-1:]

    def _choose(self, scores: Tensor, going: list[int]) -> Tensor:
        if self._play.is_greedy:
            return scores.argmax(-1)
        noise = torch.stack([torch.empty(scores.shape[1]).exponential_(generator=self.seats[n].chance) for n in going])
        return (scores - noise.log()).argmax(-1)


def _padded(texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Put texts side by side, with the length of each."""
    longest = max(map(len, texts))
    rows = [[*text, *[0] * (longest - len(text))] for text in texts]
    return torch.tensor(rows), torch.tensor([len(text) for text in texts])
