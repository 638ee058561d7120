"""A scene as the conversation that a language model goes on with, and the calls it wrote as calls that can be made."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Literal

import orjson

from chat.messages import ChatCall, Message, Reply
from envkit.calls import JsonObject, Step, ToolCall
from farm.link import UNKNOWN_TOOL
from rollouts.briefing import Offered, briefing, is_callable
from rollouts.episode import Turn
from rollouts.policy import MALFORMED, Garbled, Scene

QUOTED = 200
"""How much of what a model wrote is shown to it again when it is wrong."""

NO_CALLS_LEFT = "\n\n[No tool calls are left: answer now.]"
_CUT = "\n[cut after {kept:,} of {size:,} characters; ask for fewer rows]"
_UNNAMED = "unnamed"


def conversation(scene: Scene, tools: Offered, most_chars: int) -> tuple[Message, ...]:
    """Tell a scene as messages; of an observation at most `most_chars` are shown, and what was cut is said.

    What was said before never changes, so an endpoint that caches prefixes finds them. Calls that were wrong in form
    are told in a right one, since many endpoints read them again; what comes back quotes them. Steps that no reply led
    to, as in an episode that another policy began, are told as calls made one by one.
    """
    telling = _Telling(tools, most_chars, left=scene.calls_left + len(scene.steps) + _made(scene.past))
    for turn in scene.past:
        telling.turn(turn.query, [step.as_step() for step in turn.steps], turn.replies)
        if not turn.replies:
            telling.messages.append(Message(role="assistant", text=turn.answer))
    telling.turn(scene.query, scene.steps, scene.replies)
    return (Message(role="system", text=briefing(scene.rules)), *telling.messages)


def calls_of(reply: Reply, offered: Offered) -> tuple[ToolCall | Garbled, ...]:
    """Return what a model's calls come to, each in its place."""
    ids: set[str] = set()
    calls = []
    for call in reply.calls:
        calls.append(_call_of(call, call.id in ids, offered, is_cut=reply.finish == "length"))
        ids.add(call.id)
    return tuple(calls)


class _Telling:
    """A conversation while it is told; `left` are the calls that were left at the point reached."""

    def __init__(self, tools: Offered, most_chars: int, left: int) -> None:
        self.messages: list[Message] = []
        self._names = {(slug, tool.name): name for name, (slug, tool) in tools.items()}
        self._most_chars, self._left = most_chars, left

    def turn(self, query: str, steps: Sequence[Step], replies: Sequence[Reply]) -> None:
        """Tell what the user said, and what was done about it."""
        self._say("user", query)
        observed = deque(steps)
        for _ in range(len(steps) - sum(len(reply.calls) for reply in replies)):
            self._calls("", (self._as_call(observed[0].call),), observed)
        for reply in replies:
            self._calls(reply.text, _sendable(reply.calls, len(self.messages)), observed)

    def _calls(self, text: str, calls: tuple[ChatCall, ...], observed: deque[Step]) -> None:
        self.messages.append(Message(role="assistant", text=text, calls=calls))
        for call in calls[: len(observed)]:
            self._left -= 1
            self._say("tool", _cut(observed.popleft().observation.text, self._most_chars), call.id)

    def _say(self, role: Literal["user", "tool"], text: str, call_id: str = "") -> None:
        said = text if self._left > 0 else text + NO_CALLS_LEFT
        self.messages.append(Message(role=role, text=said, call_id=call_id))

    def _as_call(self, call: ToolCall) -> ChatCall:
        name = self._names.get((call.environment, call.tool), _UNNAMED)
        return ChatCall(id=_minted(len(self.messages), 0), name=name, arguments=orjson.dumps(call.arguments).decode())


def _made(turns: Sequence[Turn]) -> int:
    return sum(len(turn.steps) for turn in turns)


def _call_of(call: ChatCall, is_repeated: bool, offered: Offered, *, is_cut: bool) -> ToolCall | Garbled:
    if call.name not in offered:
        return Garbled(call.name or _UNNAMED, UNKNOWN_TOOL, _unknown(call.name, offered))
    if not call.id or is_repeated:
        wrong = "has the id of another one" if call.id else "has no id"
        return _malformed(call, f"the call of {call.name} {wrong}; give each call an id of its own")
    read = _arguments(call, is_cut)
    if isinstance(read, str):
        return _malformed(call, f"{read}: {call.arguments[:QUOTED]!r}; {_wanted(call, offered)}")
    slug, tool = offered[call.name]
    return ToolCall(slug, tool.name, read)


def _malformed(call: ChatCall, sentence: str) -> Garbled:
    return Garbled(call.name, MALFORMED, f"{MALFORMED}: {sentence}.")


def _arguments(call: ChatCall, is_cut: bool) -> JsonObject | str:
    """Read arguments; return what is wrong with them if they are no object. Nothing at all counts as an empty one."""
    try:
        read = orjson.loads(call.arguments.strip() or "{}")
    except orjson.JSONDecodeError as error:
        why = "they were cut at the bound of a reply" if is_cut else str(error)
        return f"the arguments of {call.name} are not JSON ({why})"
    return read if isinstance(read, dict) else f"the arguments of {call.name} are JSON, but no object"


def _wanted(call: ChatCall, offered: Offered) -> str:
    properties = offered[call.name][1].input_schema.get("properties")
    names = ", ".join(properties) if isinstance(properties, dict) and properties else "none"
    return f"send one JSON object with the arguments of that tool ({names})"


def _unknown(name: str, offered: Offered) -> str:
    near: Sequence[str] = get_close_matches(name, offered, n=3)
    advice = f"did you mean {' or '.join(near)}" if near else "call one of the tools that are offered"
    return f"{UNKNOWN_TOOL}: no tool {name[:QUOTED]!r} is offered; {advice}."


def _sendable(calls: Sequence[ChatCall], message: int) -> tuple[ChatCall, ...]:
    """Return the calls of a reply as an endpoint takes them back: ids, names and arguments of the right form."""
    ids: set[str] = set()
    sendable = []
    for place, call in enumerate(calls):
        is_sound = call.arguments.strip() and not isinstance(_arguments(call, is_cut=False), str)
        sendable.append(
            ChatCall(
                id=_minted(message, place) if call.id in ids | {""} else call.id,
                name=call.name if is_callable(call.name) else _UNNAMED,
                arguments=call.arguments if is_sound else "{}",
            )
        )
        ids.add(call.id)
    return tuple(sendable)


def _minted(message: int, place: int) -> str:
    """Make an id for a call that has none: nine letters and digits, because some chat templates take no other."""
    return f"c{message:05d}{place:03d}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + _CUT.format(kept=most, size=len(text))
