"""The wire of OpenAI-compatible endpoints: requests written, answers read, both pure."""

from __future__ import annotations

from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from chat.budget import estimate, tokens_of
from chat.errors import EndpointError
from chat.messages import ChatCall, ChatRequest, Finish, Message, Reply, Usage

Mode = Literal["json_schema", "json_object", "text"]
"""How an endpoint is asked for a form: by its schema, by JSON alone, or in words only."""

STEPS_DOWN: dict[Mode, Mode] = {"json_schema": "json_object", "json_object": "text"}
"""What to try where an endpoint knows nothing of a mode."""

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
    name: str
    arguments: str = ""


class _Call(_Lenient):
    id: str = ""
    function: _Function


class _Said(_Lenient):
    content: str | None = None
    refusal: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    tool_calls: tuple[_Call, ...] | None = None


class _Choice(_Lenient):
    message: _Said
    finish_reason: str | None = None


class _Usage(_Lenient):
    prompt_tokens: int
    completion_tokens: int


class _Answer(_Lenient):
    model: str = ""
    choices: tuple[_Choice, ...]
    usage: _Usage | None = None


def body_of(request: ChatRequest, mode: Mode) -> dict[str, Any]:  # Any: JSON for the library, whose types differ
    """Write a request as an endpoint's JSON body."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [_written(message) for message in request.messages],
        "max_tokens": request.max_tokens,
    }
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.seed is not None:
        body["seed"] = request.seed
    if request.tools:
        body["tools"] = [{"type": "function", "function": tool.model_dump(mode="json")} for tool in request.tools]
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
    text = said.content or said.refusal or ""
    return Reply(
        request=request.digest,
        model=answer.model or request.model,
        text=text,
        reasoning=said.reasoning or said.reasoning_content or "",
        calls=tuple(
            ChatCall(id=call.id, name=call.function.name, arguments=call.function.arguments)
            for call in said.tool_calls or ()
        ),
        finish="refusal" if said.refusal else _FINISHES.get(reason, "stop"),
        usage=_usage(answer.usage, request, text),
        seconds=seconds,
    )


def _usage(told: _Usage | None, request: ChatRequest, text: str) -> Usage:
    if told is None:
        prompt = estimate(request).prompt_tokens
        return Usage(prompt_tokens=prompt, completion_tokens=tokens_of(text), is_estimated=True)
    return Usage(prompt_tokens=told.prompt_tokens, completion_tokens=told.completion_tokens)


def _written(message: Message) -> dict[str, Any]:  # Any: see body_of
    written: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.calls:
        written["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.calls
        ]
    if message.call_id:
        written["tool_call_id"] = message.call_id
    return written
