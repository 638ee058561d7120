"""The scout: a language model that searches, opens and notes, and so proposes environments that are not there yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from chat.client import Chat
from chat.errors import ChatError
from chat.messages import ChatCall, ChatRequest, Message, Reply
from generator.draft.stages import prompt
from generator.explore.fetch import Fetcher
from generator.explore.scout_tools import Desk, Proposal
from generator.explore.search import Search

_MOST_CALLS = 5
"""Of one turn; more are answered, but not done."""

Heard = Callable[[int, Reply], Awaitable[None]]
"""Awaited with each reply and the number of its turn, paid for now or earlier."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What to look for, by which model. `known` maps the slug of each environment that is there to its title."""

    topic: str
    known: Mapping[str, str]
    model: str
    turns: int = 20
    wanted: int = 5
    max_tokens: int = 4_000


@dataclass(frozen=True, slots=True)
class Scouted:
    """What was proposed, in how many turns, and the sentence of what stopped the scout before its end, if so."""

    proposals: tuple[Proposal, ...]
    turns: int
    stopped: str = ""


async def scout(errand: Errand, chat: Chat, search: Search | None, fetcher: Fetcher, heard: Heard) -> Scouted:
    """Send a model out. What a chat cannot answer or pay for ends it; what was noted until then is kept."""
    desk = Desk(search, fetcher, errand.known, errand.wanted)
    messages = [Message(role="user", text=_asked(errand, desk))]
    for turn in range(errand.turns):
        request = ChatRequest(
            model=errand.model, messages=tuple(messages), tools=desk.offered, max_tokens=errand.max_tokens
        )
        try:
            reply = await chat.ask(request)
        except ChatError as error:
            return Scouted(tuple(desk.proposals), turn, str(error))
        await heard(turn, reply)
        if not reply.calls and (desk.proposals or turn):
            return Scouted(tuple(desk.proposals), turn + 1)
        messages += await _answers(reply, desk)
        if len(desk.proposals) >= errand.wanted:
            return Scouted(tuple(desk.proposals), turn + 1)
    return Scouted(tuple(desk.proposals), errand.turns, f"the {errand.turns} turns are over; allow more --turns")


def _asked(errand: Errand, desk: Desk) -> str:
    known = "\n".join(f"- {slug}: {title}" for slug, title in sorted(errand.known.items())) or "(none)"
    return prompt("explore").render(
        {
            "topic": errand.topic,
            "known": known,
            "wanted": str(errand.wanted),
            "tools": ", ".join(tool.name for tool in desk.offered),
        }
    )


async def _answers(reply: Reply, desk: Desk) -> Sequence[Message]:
    """Do the calls of a reply, one after another, and answer each; a reply without any is told what is expected."""
    said = Message(role="assistant", text=reply.text, calls=reply.calls)
    if not reply.calls:
        names = ", ".join(tool.name for tool in desk.offered)
        return [said, Message(role="user", text=f"No tool was called. Work by calling the tools: {names}.")]
    answers = [said]
    for number, call in enumerate(reply.calls):
        text = await _done(call, desk) if number < _MOST_CALLS else f"not done: {_MOST_CALLS} calls in a turn at most"
        answers.append(Message(role="tool", text=text, call_id=call.id))
    return answers


async def _done(call: ChatCall, desk: Desk) -> str:
    return await desk.do(call.name, call.arguments)
