"""Moves: how what a policy wants reaches the worlds, and what is kept of it in a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envkit.calls import Observation, ToolCall
from envkit.errors import INTERNAL
from farm.errors import FarmError
from farm.link import UNKNOWN_TOOL, Tool
from farm.session import Session
from rollouts.episode import Turn
from rollouts.policy import Garbled, Move


@dataclass(frozen=True, slots=True)
class Made:
    """A call that a policy wanted and what it was shown for it; `tool` is None if it reached none."""

    call: ToolCall
    tool: Tool | None
    seen: Observation

    def require_sound(self) -> None:
        """Raise FarmError if the tool itself broke down."""
        if self.seen.code == INTERNAL:
            raise FarmError(f"{self.call.environment}: {self.call.tool} broke down: {self.seen.text}")


async def make(asked: ToolCall | Garbled, session: Session, tools: Mapping[str, tuple[Tool, ...]]) -> Made:
    """Make a call; what is none, or of a tool that is not offered, is answered with a sentence and reaches nothing."""
    call = ToolCall("", asked.tool, {}) if isinstance(asked, Garbled) else asked
    tool = next((each for each in tools.get(call.environment, ()) if each.name == call.tool), None)
    if isinstance(asked, Garbled):
        return Made(call, None, Observation(asked.sentence, code=asked.code))
    if tool is None:
        sentence = f"{UNKNOWN_TOOL}: no tool {call.tool!r} is offered by {call.environment!r}."
        return Made(call, None, Observation(sentence, code=UNKNOWN_TOOL))
    return Made(call, tool, await session.call(call))


def with_reply(turn: Turn, move: Move) -> Turn:
    """Return a turn with what a language model said, if one did."""
    return turn if move.reply is None else turn.model_copy(update={"replies": (*turn.replies, move.reply)})


def with_note(trouble: str, move: Move, turn: int) -> str:
    """Return what is told of an episode's trouble, with what befell the policy in the turn of that number."""
    if not move.note:
        return trouble
    said = f"turn {turn}: {move.note}"
    return f"{trouble}; {said}" if trouble else said
