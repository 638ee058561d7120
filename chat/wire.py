"""The wire of OpenAI-compatible endpoints: requests written, answers read, both pure."""

from __future__ import annotations

import re
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from chat.budget import estimate, tokens_of
from chat.errors import EndpointError
from chat.messages import ChatCall, ChatRequest, Finish, Message, Reply, Tokens, ToolDefinition, Usage

Mode = Literal["json_schema", "json_object", "text"]
"""How an endpoint is asked for a form: by its schema, by JSON alone, or in words only."""

STEPS_DOWN: dict[Mode, Mode] = {"json_schema": "json_object", "json_object": "text"}
"""What to try where an endpoint knows nothing of a mode."""

Length = Literal["max_tokens", "max_completion_tokens"]
"""How an endpoint calls the bound of an answer: as most do, or as OpenAI's newer models want it."""

_THOUGHT = re.compile(r"\s*<think>(.*?)(?:</think>\s*|\Z)", re.DOTALL)
"""Thoughts that stand in the text, where an endpoint was not told to take them out; cut short, they never close."""

_FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "length": "length",
    "content_filter": "content_filter",
}


class _Lenient(BaseModel):
    """Endpoints add keys of their own; they are left unread."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Function(_Lenient):
    name: str | None = None
    arguments: JsonValue = ""


class _Call(_Lenient):
    id: str | None = None
    function: _Function


class Said(_Lenient):
    """A message of an assistant, as endpoints write it."""

    content: str | None = None
    refusal: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    tool_calls: tuple[_Call, ...] | None = None

    @property
    def text(self) -> str:
        """What is said, without thoughts that stand before it."""
        return _apart(self.content or self.refusal or "")[1]

    @property
    def thoughts(self) -> str:
        """What led to it, wherever the endpoint puts that."""
        return self.reasoning or self.reasoning_content or _apart(self.content or self.refusal or "")[0]

    @property
    def calls(self) -> tuple[ChatCall, ...]:
        """The calls as they were written."""
        return tuple(
            ChatCall(id=call.id or "", name=call.function.name or "", arguments=_text_of(call.function.arguments))
            for call in self.tool_calls or ()
        )


class _Token(_Lenient):
    logprob: float


class _Logprobs(_Lenient):
    content: tuple[_Token, ...] | None = None


class _Choice(_Lenient):
    message: Said
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None
    token_ids: tuple[int, ...] | None = None


class _Usage(_Lenient):
    prompt_tokens: int
    completion_tokens: int


class _Answer(_Lenient):
    model: str = ""
    choices: tuple[_Choice, ...]
    usage: _Usage | None = None
    prompt_token_ids: tuple[int, ...] | None = None


def body_of(request: ChatRequest, mode: Mode, length: Length) -> dict[str, Any]:
    """Write a request as an endpoint's JSON body. Any: JSON for the library, whose types differ."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [written(message) for message in request.messages],
        length: request.max_tokens,
    }
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.seed is not None:
        body["seed"] = request.seed
    if request.logprobs:
        body["logprobs"] = True
    if request.token_ids:
        body["return_token_ids"] = True  # what vLLM calls it
    if request.tools:
        body["tools"] = [as_tool(tool) for tool in request.tools]
    if request.form is not None:
        form = {"name": request.form.name, "schema": request.form.json_schema, "strict": False}
        if mode == "json_schema":
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        else:
            schema = orjson.dumps(request.form.json_schema).decode()
            wanted = f"Answer with one JSON object and nothing else. It has this JSON schema: {schema}"
            body["messages"].append({"role": "system", "content": wanted})
        if mode == "json_object":
            body["response_format"] = {"type": "json_object"}
    return body


def written(message: Message) -> dict[str, Any]:
    """Write a message as endpoints take it. Any: see `body_of`."""
    sent: dict[str, Any] = {"role": message.role, "content": message.text or (None if message.calls else "")}
    if message.calls:
        sent["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.calls
        ]
    if message.reasoning:
        sent["reasoning_content"] = message.reasoning
    if message.call_id:
        sent["tool_call_id"] = message.call_id
    return sent


def as_tool(tool: ToolDefinition) -> dict[str, Any]:
    """Write a tool as endpoints take it. Any: see `body_of`."""
    return {"type": "function", "function": tool.model_dump(mode="json")}


def reply_of(content: bytes, request: ChatRequest, seconds: float) -> Reply:
    """Read an endpoint's answer; EndpointError if it is none."""
    try:
        answer = _Answer.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"])) or "the body"
        raise EndpointError(f"the endpoint's answer is no chat completion: {place}: {fault['msg']}") from error
    if not answer.choices:
        raise EndpointError("the endpoint's answer is no chat completion: it has no choices")
    said, reason = answer.choices[0].message, answer.choices[0].finish_reason or "stop"
    return Reply(
        request=request.digest,
        model=answer.model or request.model,
        text=said.text,
        reasoning=said.thoughts,
        calls=said.calls,
        finish="refusal" if said.refusal else _FINISHES.get(reason, "stop"),
        usage=_usage(answer.usage, request, said),
        seconds=seconds,
        tokens=_tokens(answer) if request.logprobs or request.token_ids else None,
    )


def _apart(text: str) -> tuple[str, str]:
    """Tell thoughts at the beginning of a text from what is said."""
    found = _THOUGHT.match(text)
    return (found[1].strip(), text[found.end() :]) if found else ("", text)


def _text_of(arguments: JsonValue) -> str:
    """Return a call's arguments as text; some endpoints send them as the object they should be the text of."""
    if arguments is None:
        return ""
    return arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()


def _tokens(answer: _Answer) -> Tokens:
    choice = answer.choices[0]
    told = choice.logprobs.content if choice.logprobs else None
    return Tokens(
        prompt_ids=answer.prompt_token_ids or (),
        ids=choice.token_ids or (),
        logprobs=tuple(token.logprob for token in told or ()),
    )


def _usage(told: _Usage | None, request: ChatRequest, said: Said) -> Usage:
    if told is None:
        prompt, said_tokens = estimate(request).prompt_tokens, tokens_of(said.model_dump_json(exclude_none=True))
        return Usage(prompt_tokens=prompt, completion_tokens=said_tokens, is_estimated=True)
    return Usage(prompt_tokens=told.prompt_tokens, completion_tokens=told.completion_tokens)
