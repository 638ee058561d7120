"""The episode: the record of a policy playing a task, with its file form."""

from __future__ import annotations

import hashlib
import operator
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from chat.messages import Reply
from envkit.calls import Json, Observation, Step, ToolCall
from envkit.errors import TRANSIENT
from envkit.realism import ProfileName
from registry.whole import write_whole
from rollouts.finding import Finding
from sampler.task import DiffJson

Stop = Literal[
    "done", "budget", "tokens", "context", "left",
    "machine_error", "policy_error", "endpoint_error", "user_error", "timeout",
]  # fmt: skip
"""Why an episode ended.

Every request answered; no calls left, or no tokens; a conversation too long for the policy's model; or a user who left
because nobody asked what had to be asked. The rest leave it unscored: the machine failed, or the policy's code, or the
endpoint of its model, or the user; or time was up.
"""


Key = tuple[str, str, str, str, int, int]
"""Task, fork (empty for none), policy, configuration, trial and seed."""


class EpisodeFileError(Exception):
    """An episodes file that cannot be read; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Reward:
    """How well an episode did its task.

    `total` is in [0, 1] and the product of `parts`; None = could not be scored, never 0. `reason` says in a sentence
    what was missed or why there is no score; it is empty for a full score. `findings` say the same for programs, one by
    one. `progress` in [0, 1] is the graded reading: the share that was met of what is demanded, by the weights of the
    task's criteria; it is no part of the total. `by_turn`: the progress before the first turn and after each.
    """

    total: float | None
    parts: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
    progress: float | None = None
    findings: tuple[Finding, ...] = ()
    by_turn: tuple[float, ...] = ()


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlayedStep(_Frozen):
    """A call the policy made and what it saw. `writes`: a tool not marked read-only took it without refusing.

    `text` is left empty where it is just the content as compact JSON, which it is for every result of our own kit.
    """

    environment: str
    tool: str
    arguments: Mapping[str, JsonValue]
    content: JsonValue = None
    code: str | None = None
    text: str = ""
    writes: bool = False

    @classmethod
    def of(cls, step: Step, *, writes: bool) -> PlayedStep:
        """Record a step of the wire."""
        call, seen = step.call, step.observation
        # What comes off the wire is JSON already; to check it member by member would take longer than the call.
        return cls.model_construct(
            environment=call.environment,
            tool=call.tool,
            arguments=call.arguments,
            content=seen.content,
            code=seen.code,
            text="" if seen.text == _compact(seen.content) else seen.text,
            writes=writes,
        )

    @property
    def is_transient(self) -> bool:
        """Whether the world's realism refused it before it was executed: made again, it gets through."""
        return self.code in TRANSIENT

    def as_step(self) -> Step:
        """Return the step in the words of the wire."""
        call = ToolCall(self.environment, self.tool, self.arguments)
        return Step(call, Observation(self.text or _compact(self.content), self.content, self.code))


class After(_Frozen):
    """How the worlds stood when a turn was over, by environment: what had changed since the start, and digests."""

    diffs: Mapping[str, DiffJson]
    digests: Mapping[str, str]


class Turn(_Frozen):
    """What the user said, the steps it led to and the policy's answer (empty if none came).

    `after` is kept for a turn that wrote, unless it is the last, after which the worlds stood as the episode says.
    `follows_up`: no request of its own, but the user's word on what the policy asked about the one before. `replies`:
    what the policy's language model said in this turn, in order; each call in them led to one step. `user_replies`:
    what the user's model said until the query was found, the query's own words last.
    """

    query: str
    steps: tuple[PlayedStep, ...] = ()
    answer: str = ""
    after: After | None = Field(default=None, exclude_if=operator.not_)
    follows_up: bool = Field(default=False, exclude_if=operator.not_)
    replies: tuple[Reply, ...] = Field(default=(), exclude_if=operator.not_)
    user_replies: tuple[Reply, ...] = Field(default=(), exclude_if=operator.not_)

    @property
    def writes(self) -> bool:
        """Whether any of its calls wrote."""
        return any(step.writes for step in self.steps)


class Counts(_Frozen):
    """How many calls were made, how many of them were refused, and how many wrote."""

    calls: int = 0
    refused: int = 0
    writes: int = 0


class Cost(_Frozen):
    """What the answers of a language model took: how many, their tokens, and money in millionths of its unit.

    `is_estimated`: of some answers the endpoint did not tell the tokens.
    """

    replies: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    micros: int = 0
    is_estimated: bool = False

    @property
    def tokens(self) -> int:
        """Prompts and completions together."""
        return self.prompt_tokens + self.completion_tokens


class Wall(_Frozen):
    """Seconds of wall time: in all, waiting for tools, for the policy, for the user. Never equal on a second run.

    `calls_s` are those of each call, in their order.
    """

    total_s: float = 0.0
    tools_s: float = 0.0
    policy_s: float = 0.0
    user_s: float = Field(default=0.0, exclude_if=operator.not_)
    calls_s: tuple[float, ...] = Field(default=(), exclude_if=operator.not_)


class Fork(_Frozen):
    """Where a rollout left an earlier one, whose beginning it shares.

    `parent` is the digest of that episode, `turns` counts the answered turns they share and `calls` the calls of the
    next one; `digests` are those of the worlds there, by environment.
    """

    parent: str
    turns: int
    calls: int
    digests: Mapping[str, str]

    @property
    def name(self) -> str:
        """A short name, by which a run tells forks apart."""
        return f"{self.parent[:16]}@{self.turns}.{self.calls}"


class Episode(_Frozen):
    """One rollout of a policy on a task.

    `seed` feeds the policy's chance; the worlds opened with the task's seed. `diffs` (a `Diff` as JSON), `digests` and
    `drift_s` (how far the world's clock moved, in seconds) are by environment, and empty where the machine failed.
    `fork` says which of its turns and calls are another episode's, if it continues one. `trouble`: why it is unscored;
    or, where a language model played, what befell single replies. `configuration`: a digest of how policy and user were
    set, empty if there is nothing to set. `cost`, `user_cost`: of their models, without what a fork shares. `realism`:
    the profile that its worlds were opened in.
    """

    episode: Literal[1] = 1
    task: str
    policy: str
    trial: int
    seed: int
    budget: int
    environments: tuple[str, ...]
    turns: tuple[Turn, ...]
    stop: Stop
    trouble: str = ""
    diffs: Mapping[str, DiffJson] = Field(default_factory=dict)
    digests: Mapping[str, str] = Field(default_factory=dict)
    drift_s: Mapping[str, float] = Field(default_factory=dict)
    counts: Counts = Counts()
    reward: Reward = Reward(None, reason="not scored yet")
    wall: Wall = Wall()
    fork: Fork | None = Field(default=None, exclude_if=operator.not_)
    configuration: str = Field(default="", exclude_if=operator.not_)
    cost: Cost | None = Field(default=None, exclude_if=operator.not_)
    user_cost: Cost | None = Field(default=None, exclude_if=operator.not_)
    realism: ProfileName | None = Field(default=None, exclude_if=operator.not_)

    @property
    def key(self) -> Key:
        """What tells one rollout of a run from another."""
        fork = "" if self.fork is None else self.fork.name
        return self.task, fork, self.policy, self.configuration, self.trial, self.seed

    @property
    def group(self) -> tuple[str, str, str, str]:
        """What the rollouts that are alike but for chance have in common: task, fork, policy and configuration."""
        return self.key[:4]

    @property
    def steps(self) -> tuple[PlayedStep, ...]:
        """All steps in the order they were made."""
        return tuple(step for turn in self.turns for step in turn.steps)

    @property
    def digest(self) -> str:
        """The sha256, in hex, of all that a second run must repeat: all but the time, and what models said and took."""
        said = {"turns": {"__all__": {"replies", "user_replies"}}}
        content = self.model_dump(mode="json", exclude={"wall": True, "cost": True, "user_cost": True, **said})
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def cost_of(replies: Sequence[Reply]) -> Cost | None:
    """Add up what answers took, whenever they were paid for; None if there are none."""
    if not replies:
        return None
    return Cost(
        replies=len(replies),
        prompt_tokens=sum(reply.usage.prompt_tokens for reply in replies),
        completion_tokens=sum(reply.usage.completion_tokens for reply in replies),
        micros=sum(reply.micros for reply in replies),
        is_estimated=any(reply.usage.is_estimated for reply in replies),
    )


def by_request(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """Join each request with the turns that follow it up: what was said, all steps, and all that was answered."""
    joined: list[Turn] = []
    for turn in turns:
        if turn.follows_up and joined:
            first = joined[-1]
            parts = {"query": f"{first.query}\n{turn.query}", "answer": f"{first.answer}\n{turn.answer}".strip()}
            steps, after = (*first.steps, *turn.steps), turn.after or first.after
            joined[-1] = first.model_copy(update={**parts, "steps": steps, "after": after})
        else:
            joined.append(turn)
    return tuple(joined)


def count(turns: Iterable[Turn]) -> Counts:
    """Count the calls of some turns."""
    steps = [step for turn in turns for step in turn.steps]
    refused = sum(step.code is not None for step in steps)
    return Counts(calls=len(steps), refused=refused, writes=sum(step.writes for step in steps))


def read_episodes(path: Path) -> tuple[Episode, ...]:
    """Read an episodes file; EpisodeFileError names the first line that is no episode, OSError if there is no file.

    A last line without its newline, which only an interrupted write leaves, is passed over.
    """
    return tuple(stream_episodes(path))


def stream_episodes(path: Path) -> Iterator[Episode]:
    """Read an episodes file an episode at a time; raises as `read_episodes` does, when it comes to the line."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.endswith(b"\n") and line.strip():
                yield episode_of(line, f"{path} line {number}")


def append_episode(path: Path, episode: Episode) -> None:
    """Add one line to an episodes file by a single write."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(descriptor, line_of(episode))
    finally:
        os.close(descriptor)


def write_episodes(path: Path, episodes: Iterable[Episode]) -> None:
    """Replace an episodes file in one step, ordered by their keys."""
    write_whole(path, b"".join(line_of(episode) for episode in sorted(episodes, key=lambda each: each.key)))


def _compact(content: Json) -> str:
    return orjson.dumps(content).decode()


def line_of(episode: Episode) -> bytes:
    """Return an episode as its line in an episodes file."""
    return episode.model_dump_json().encode() + b"\n"


def episode_of(line: bytes, where: str) -> Episode:
    """Read a line of an episodes file; EpisodeFileError says `where` if it is no episode."""
    try:
        return Episode.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the line"
        sentence = f"{where}: expected an episode, but {place}: {first['msg']}; remove the line and play again"
        raise EpisodeFileError(sentence) from error
