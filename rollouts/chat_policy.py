"""The chat policy: a language model behind an OpenAI-compatible endpoint chooses the calls and words the answers."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

import orjson

from chat.budget import estimate, tokens_of
from chat.client import Chat
from chat.errors import ContextError
from chat.messages import ChatRequest, Finish, Reply, ToolDefinition
from rollouts.briefing import SYSTEM, Offered, offered
from rollouts.conversation import calls_of, conversation
from rollouts.policy import Move, Scene

VERSION = 1
"""Raised when the same settings would be played otherwise than before."""


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """How a language model plays.

    A reply has at most `max_tokens`. Of an observation the model is shown `most_chars` characters. `window`: how many
    tokens its context holds; `episode_tokens`: how many one episode may take, prompts counted each time; None: the
    endpoint's own bound, or none. `logprobs`, `token_ids`: ask for them, and keep them.
    """

    model: str
    temperature: float | None = None
    max_tokens: int = 4096
    most_chars: int = 20_000
    window: int | None = None
    episode_tokens: int | None = None
    logprobs: bool = False
    token_ids: bool = False


class ChatPolicy:
    """Plays by asking a model for each move.

    Calls are those that the endpoint tells as calls; nothing in a text or a thought is ever taken for one. Trouble with
    the endpoint is raised as a ChatError.
    """

    def __init__(self, chat: Chat, settings: ChatSettings, place: str) -> None:
        """Play over `chat`; `place` says where the model is: elsewhere it is another one."""
        self.name = f"chat:{settings.model}"
        self._chat, self._settings, self._place = chat, settings, place
        self.configuration = _digest(settings, place)

    async def act(self, scene: Scene) -> Move:
        """Ask the model what to do next."""
        tools = offered(scene.tools)
        request = self._request(scene, tools)
        if stop := self._bound_met(scene, request):
            return stop
        try:
            reply = await self._chat.ask(request)
        except ContextError as error:
            return Move(stop="context", note=str(error))
        note = _note(reply, self._settings)
        if reply.calls:
            return Move(calls_of(reply, tools), note=note, reply=reply)
        return Move(answer=reply.text, note=note, reply=reply)

    def _request(self, scene: Scene, tools: Offered) -> ChatRequest:
        settings = self._settings
        return ChatRequest(
            model=settings.model,
            messages=conversation(scene, tools, settings.most_chars),
            tools=tuple(
                ToolDefinition(name=name, description=tool.description, parameters=tool.input_schema)
                for name, (_, tool) in tools.items()
            ),
            max_tokens=settings.max_tokens,
            temperature=settings.temperature,
            draw=f"{self._place}/{scene.task}/{scene.seed}/{scene.trial}",
            logprobs=settings.logprobs,
            token_ids=settings.token_ids,
        )

    def _bound_met(self, scene: Scene, request: ChatRequest) -> Move | None:
        """Return the stop that a bound of ours demands before the request is sent; what it takes is estimated."""
        replies = [reply for turn in scene.past for reply in turn.replies] + [*scene.replies]
        takes = _prompt_tokens(request, replies) + request.max_tokens
        spent = sum(reply.usage.tokens for reply in replies)
        if (window := self._settings.window) is not None and takes > window:
            return Move(stop="context", note=f"the next reply may take {takes} tokens of a window of {window}")
        if (most := self._settings.episode_tokens) is not None and spent + takes > most:
            sentence = f"{spent} of the episode's {most} tokens are spent, and the next reply may take {takes}"
            return Move(stop="tokens", note=sentence)
        return None


def _prompt_tokens(request: ChatRequest, replies: list[Reply]) -> int:
    """Estimate a prompt on the high side: what the last one took, by the endpoint's word, and what came since."""
    if not replies:
        return estimate(request).prompt_tokens
    last = max(place for place, message in enumerate(request.messages) if message.role == "assistant")
    since = request.messages[last + 1 :]
    return replies[-1].usage.tokens + sum(tokens_of(message.model_dump_json()) for message in since)


def _note(reply: Reply, settings: ChatSettings) -> str:
    notes: dict[Finish, str] = {
        "length": f"a reply was cut at {settings.max_tokens} tokens",
        "content_filter": "a reply was withheld by the provider's content filter",
        "refusal": "the model declined to reply",
    }
    return notes.get(reply.finish, "")


def _digest(settings: ChatSettings, place: str) -> str:
    told = {**asdict(settings), "place": place, "version": VERSION, "system": SYSTEM}
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
