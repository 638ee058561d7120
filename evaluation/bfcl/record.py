"""What is kept of a task of BFCL that was played: its turns, how it ended and what the checker says."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from rollouts.episode import Cost, Turn

Category = Literal["base", "miss_func", "miss_param", "long_context"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
"""The kinds of tasks: plain; a tool comes late; the user leaves something out; much is beside the point."""

Stop = Literal[
    "done", "forced", "tokens", "context",
    "machine_error", "policy_error", "endpoint_error", "timeout",
]  # fmt: skip
"""Why it ended: every turn answered; too many steps in a turn; no tokens, or a conversation too long for the model. The
rest leave it unscored: the farm failed, the policy's code, the endpoint of its model, or time was up."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TurnVerdict(_Frozen):
    """What the checker says of a turn by what was seen and reached over MCP.

    `wants`: the turn has true calls; one that has none is not judged. `state`, `response`: what is wrong, empty if
    nothing is.
    """

    wants: bool
    called: bool = False
    state: str = ""
    response: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wants or (self.called and not self.state and not self.response)


class Verdict(_Frozen):
    """What the checker says of all turns: whether they are valid, or which kind of error it met first.

    `valid` is its own word on the calls, as in its own harness; `turns` are judged by the worlds. Both should agree.
    """

    valid: bool
    kind: str = ""
    sentence: str = ""
    turns: tuple[TurnVerdict, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether the worlds say the same as the calls; an episode that did not end by itself is judged by neither."""
        return self.valid is all(turn.is_valid for turn in self.turns)


class BfclEpisode(_Frozen):
    """A task as it was played. `verdict` None: unscored, for the reason that `trouble` gives."""

    bfcl_episode: Literal[1] = 1
    task: str
    category: Category
    policy: str
    configuration: str
    seed: int
    turns: tuple[Turn, ...]
    stop: Stop
    trouble: str = ""
    verdict: Verdict | None = None
    cost: Cost | None = None
