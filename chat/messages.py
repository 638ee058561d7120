"""Messages to and from a language model, in the form that every provider's answers are read into."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Mapping
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

JsonSchema = Mapping[str, Any]
"""A JSON schema. Any: schemas are open to every keyword; they are passed on, never looked into."""

Role = Literal["system", "user", "assistant", "tool"]
Finish = Literal["stop", "tool_calls", "length", "content_filter", "refusal"]
"""Why an answer ended: said to its end, waiting for tools, cut short, withheld by the provider, declined."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChatCall(_Frozen):
    """A tool call as a model wrote it. `arguments` is its JSON text, which may be no JSON at all."""

    id: str
    name: str
    arguments: str


class Message(_Frozen):
    """One message. `call_id`: of a tool's message, the call that it answers."""

    role: Role
    text: str
    calls: tuple[ChatCall, ...] = ()
    call_id: str = ""


class ToolDefinition(_Frozen):
    """A tool that is offered to a model."""

    name: str
    description: str
    parameters: JsonSchema


class Form(_Frozen):
    """The form that an answer is to have: a name for it and a JSON schema."""

    name: str
    json_schema: JsonSchema


class ChatRequest(_Frozen):
    """What a model is asked; equal requests have equal digests and are paid for once.

    `draw` is never sent: it tells apart the answers that are wanted to one and the same words, such as those of several
    trials. `logprobs` and `token_ids` ask for `Reply.tokens`; the latter is known to few endpoints, vLLM among them.
    """

    model: str
    messages: tuple[Message, ...]
    tools: tuple[ToolDefinition, ...] = ()
    form: Form | None = None
    max_tokens: int = Field(gt=0)
    temperature: float | None = None
    seed: int | None = None
    draw: str = Field(default="", exclude_if=operator.not_)
    logprobs: bool = Field(default=False, exclude_if=operator.not_)
    token_ids: bool = Field(default=False, exclude_if=operator.not_)

    @property
    def digest(self) -> str:
        """The sha256 of the request's canonical JSON, in hex."""
        return hashlib.sha256(orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)).hexdigest()


class Usage(_Frozen):
    """What an answer took. `is_estimated`: the endpoint did not say, so it was counted by the size of the text."""

    prompt_tokens: int
    completion_tokens: int
    is_estimated: bool = False

    @property
    def tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens


class Tokens(_Frozen):
    """An answer token by token, as far as the endpoint tells: ids of prompt and answer, and the answer's logprobs."""

    prompt_ids: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()
    logprobs: tuple[float, ...] = ()


class Reply(_Frozen):
    """An answer, whatever became of it: also one cut short or declined has been paid for.

    `request` is the digest of what was asked. `micros` is its price in millionths of the unit that prices are given in.
    `reasoning` is what the provider tells of the model's thoughts, kept apart from `text`. `tokens`: if asked for.
    """

    reply: Literal[1] = 1
    request: str
    model: str
    text: str = ""
    reasoning: str = ""
    calls: tuple[ChatCall, ...] = ()
    finish: Finish
    usage: Usage
    micros: int = 0
    seconds: float = 0.0
    tokens: Tokens | None = Field(default=None, exclude_if=operator.not_)
