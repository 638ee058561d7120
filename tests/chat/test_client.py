import asyncio
import random
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from chat.budget import Budget, BudgetError, Prices
from chat.cache import Cache
from chat.client import ChatClient, Endpoint
from chat.errors import ContextError, EndpointError, PatienceError
from chat.messages import ChatRequest, Form, Message, ToolDefinition
from tests.chat.scripted import (
    Body,
    Move,
    Scripted,
    broken,
    closing,
    good,
    in_turn,
    refusing,
    scripted,
    slow,
    status,
    truncated,
)

FORM = Form(name="answer", json_schema={"type": "object"})
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at": 1}'}}


def asking(text: str, form: Form | None = None) -> ChatRequest:
    return ChatRequest(model="m", messages=(Message(role="user", text=text),), form=form, max_tokens=50)


@asynccontextmanager
async def client_of(
    server: Scripted, folder: Path, *, budget: Budget | None = None, endpoint: Endpoint | None = None
) -> AsyncIterator[ChatClient]:
    where = endpoint or Endpoint(server.url, key="k", attempts=3, first_wait_s=0.001)
    kept = budget or Budget(Prices())
    async with ChatClient.open(where, budget=kept, cache=Cache(folder), chance=random.Random(0)) as client:
        yield client


async def test_an_answer_is_told_whole_and_priced(tmp_path: Path) -> None:
    budget = Budget(Prices(prompt=1.0, completion=10.0))
    with scripted(in_turn(good("hello"))) as server:
        async with client_of(server, tmp_path, budget=budget) as client:
            reply = await client.ask(asking("hi"))

    assert (reply.text, reply.finish, reply.model) == ("hello", "stop", "m")
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (
        server.prompt_tokens,
        server.completion_tokens,
    )
    assert reply.micros == server.prompt_tokens + 10 * server.completion_tokens == budget.spent_micros
    assert server.keys == ["Bearer k"]


async def test_the_same_request_is_paid_once_even_by_another_client_and_at_the_same_time(tmp_path: Path) -> None:
    budget = Budget(Prices())
    with scripted(in_turn(good("hello"))) as server:
        async with client_of(server, tmp_path) as client:
            first, second = await asyncio.gather(client.ask(asking("hi")), client.ask(asking("hi")))
        async with client_of(server, tmp_path, budget=budget) as client:
            third = await client.ask(asking("hi"))

    assert first == second == third
    assert len(server.requests) == 1
    assert budget.spent_tokens == 0


@pytest.mark.parametrize("trouble", [status(429, retry_after="0"), status(500), status(408), closing()])
async def test_trouble_that_passes_is_met_by_asking_again(trouble: Move, tmp_path: Path) -> None:
    with scripted(in_turn(trouble, trouble, good("at last"))) as server:
        async with client_of(server, tmp_path) as client:
            reply = await client.ask(asking("hi"))

    assert reply.text == "at last"
    assert len(server.requests) == 3


async def test_a_slow_answer_is_given_up_and_asked_again(tmp_path: Path) -> None:
    with scripted(in_turn(slow(), good("quick"))) as server:
        endpoint = Endpoint(server.url, timeout_s=0.5, attempts=2, first_wait_s=0.001)
        async with client_of(server, tmp_path, endpoint=endpoint) as client:
            reply = await client.ask(asking("hi"))

    assert reply.text == "quick"
    assert server.keys[0] == "Bearer none"


async def test_trouble_that_stays_ends_in_one_sentence(tmp_path: Path) -> None:
    with scripted(in_turn(status(503))) as server:
        async with client_of(server, tmp_path) as client:
            with pytest.raises(PatienceError, match=r"no answer in 3 attempts; the last one: status 503"):
                await client.ask(asking("hi"))

    assert len(server.requests) == 3


@pytest.mark.parametrize("asked", ["0.2", "9999"])
async def test_the_wait_asked_for_is_kept_within_the_longest(asked: str, tmp_path: Path) -> None:
    with scripted(in_turn(status(429, retry_after=asked), good("ok"))) as server:
        endpoint = Endpoint(server.url, attempts=2, first_wait_s=0.001, longest_wait_s=0.2)
        async with client_of(server, tmp_path, endpoint=endpoint) as client:
            begun = asyncio.get_running_loop().time()
            await client.ask(asking("hi"))
            waited_s = asyncio.get_running_loop().time() - begun

    assert waited_s >= 0.2


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (status(400, "bad words"), "refused with status 400: .*bad words"),
        (status(401), "status 401.*check ENVFARM_MODEL_KEY"),
        (status(404), "status 404.*check the URL"),
        (status(429, code_word="insufficient_quota"), "status 429"),
        (Move(raw=b"<html>"), "no chat completion: the body"),
        (Move(raw=b'{"choices": []}'), "it has no choices"),
    ],
)
async def test_a_refusal_for_good_is_not_asked_again(trouble: Move, sentence: str, tmp_path: Path) -> None:
    with scripted(in_turn(trouble)) as server:
        async with client_of(server, tmp_path) as client:
            with pytest.raises(EndpointError, match=sentence):
                await client.ask(asking("hi", FORM))

    assert len(server.requests) == 1


@pytest.mark.parametrize(("known", "modes"), [("json_object", 2), ("text", 3)])
async def test_an_endpoint_without_schemas_is_asked_with_less_from_then_on(
    known: str, modes: int, tmp_path: Path
) -> None:
    def script(body: Body, number: int) -> Move:
        asked = body.get("response_format", {"type": "text"})["type"]
        refused = asked == "json_schema" or asked != known
        return status(400, f"response_format {asked} is not supported") if refused else good({"a": 1})

    with scripted(script) as server:
        async with client_of(server, tmp_path) as client:
            await client.ask(asking("one", FORM))
            await client.ask(asking("two", FORM))

    assert len(server.requests) == modes + 1
    assert "JSON schema" in server.requests[-1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("move", "finish"),
    [(truncated(), "length"), (refusing(), "refusal"), (Move(finish="content_filter"), "content_filter")],
)
async def test_an_answer_cut_short_or_declined_is_a_reply_and_paid(move: Move, finish: str, tmp_path: Path) -> None:
    budget = Budget(Prices())
    with scripted(in_turn(move)) as server:
        async with client_of(server, tmp_path, budget=budget) as client:
            reply = await client.ask(asking("hi"))

    assert reply.finish == finish
    assert budget.spent_tokens == server.prompt_tokens + server.completion_tokens


async def test_tool_calls_are_told_as_the_model_wrote_them(tmp_path: Path) -> None:
    request = replaced_tools(asking("look"))
    with scripted(in_turn(Move(finish="tool_calls", calls=(CALL,)))) as server:
        async with client_of(server, tmp_path) as client:
            reply = await client.ask(request)
            answered = Message(role="tool", text="seen", call_id="c1")
            said = Message(role="assistant", text="", calls=reply.calls)
            await client.ask(request.model_copy(update={"messages": (*request.messages, said, answered)}))

    (call,) = reply.calls
    assert (reply.finish, call.name, call.arguments) == ("tool_calls", "look", '{"at": 1}')
    assert server.requests[0]["tools"][0]["function"]["name"] == "look"
    assert server.requests[1]["messages"][1]["tool_calls"] == [CALL]
    assert server.requests[1]["messages"][2]["tool_call_id"] == "c1"
    assert (server.requests[0]["temperature"], server.requests[0]["seed"]) == (0.5, 7)


def replaced_tools(request: ChatRequest) -> ChatRequest:
    tool = ToolDefinition(name="look", description="Look.", parameters={"type": "object"})
    return request.model_copy(update={"tools": (tool,), "temperature": 0.5, "seed": 7})


async def test_tokens_that_the_endpoint_does_not_tell_are_estimated(tmp_path: Path) -> None:
    with scripted(in_turn(replace(broken(), bills=False))) as server:
        async with client_of(server, tmp_path) as client:
            reply = await client.ask(asking("hi"))

    assert reply.usage.is_estimated
    assert reply.usage.completion_tokens > 0


async def test_a_budget_stops_before_a_call_and_sends_nothing(tmp_path: Path) -> None:
    budget = Budget(Prices(), tokens=60)
    with scripted(in_turn(good("hello"))) as server:
        async with client_of(server, tmp_path, budget=budget) as client:
            with pytest.raises(BudgetError, match="budget of 60 tokens ends here: 0 are spent"):
                await client.ask(asking("a long question " * 20))

    assert server.requests == []


async def test_no_more_calls_are_in_flight_than_allowed(tmp_path: Path) -> None:
    both = threading.Barrier(2)

    def script(body: Body, number: int) -> Move:
        both.wait(timeout=30)  # passes only if two are in flight at once
        return good("ok")

    with scripted(script) as server:
        endpoint = Endpoint(server.url, concurrency=2)
        async with client_of(server, tmp_path, endpoint=endpoint) as client:
            await asyncio.gather(*(client.ask(asking(str(number))) for number in range(6)))

    assert server.most_abreast == 2


async def test_an_address_where_nobody_listens_is_one_sentence(tmp_path: Path) -> None:
    with scripted(in_turn(good(""))) as server:
        pass

    async with client_of(server, tmp_path) as client:
        with pytest.raises(PatienceError, match="no answer in 3 attempts"):
            await client.ask(asking("hi"))


async def test_answers_wanted_anew_are_asked_anew_and_kept_apart(tmp_path: Path) -> None:
    first, second = (asking("hi").model_copy(update={"draw": draw}) for draw in ("trial 0", "trial 1"))
    with scripted(in_turn(good("one"), good("two"))) as server:
        async with client_of(server, tmp_path) as client:
            texts = [(await client.ask(request)).text for request in (first, second, first)]

    assert texts == ["one", "two", "one"]
    assert all("draw" not in body for body in server.requests)


@pytest.mark.parametrize(
    ("move", "reasoning", "text"),
    [
        (Move(text="seven", reasoning="3 + 4"), "3 + 4", "seven"),
        (Move(text="<think>3 + 4</think>\n\nseven"), "3 + 4", "seven"),
        (Move(text="<think>3 + ", finish="length"), "3 +", ""),
        (Move(text="a <think> in the midst"), "", "a <think> in the midst"),
    ],
)
async def test_thoughts_are_kept_apart_from_what_is_said(move: Move, reasoning: str, text: str, tmp_path: Path) -> None:
    with scripted(in_turn(move)) as server:
        async with client_of(server, tmp_path) as client:
            reply = await client.ask(asking("hi"))

    assert (reply.reasoning, reply.text) == (reasoning, text)


@pytest.mark.parametrize(
    "trouble",
    [
        status(400, "too long", code_word="context_length_exceeded"),
        status(400, "This model's maximum context length is 8192 tokens."),
        status(400, "prompt is too long: 210000 tokens > 200000 maximum"),
        status(413, "the request exceeds the available context size"),
    ],
)
async def test_a_conversation_too_long_for_the_model_is_told_from_other_refusals(trouble: Move, tmp_path: Path) -> None:
    with scripted(in_turn(trouble)) as server:
        async with client_of(server, tmp_path) as client:
            with pytest.raises(ContextError, match="has outgrown the model's context window"):
                await client.ask(asking("hi"))


async def test_a_model_that_wants_the_newer_word_for_the_bound_is_told_it_from_then_on(tmp_path: Path) -> None:
    def script(body: Body, number: int) -> Move:
        if "max_tokens" in body:
            return status(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
        return good("ok")

    with scripted(script) as server:
        async with client_of(server, tmp_path) as client:
            await client.ask(asking("one"))
            await client.ask(asking("two"))

    assert [body.get("max_completion_tokens") for body in server.requests] == [None, 50, 50]


async def test_ids_and_logprobs_of_tokens_are_kept_where_the_endpoint_tells_them(tmp_path: Path) -> None:
    told = {"content": [{"token": "he", "logprob": -0.5}, {"token": "llo", "logprob": -0.25}]}
    choice, answer = (("logprobs", told), ("token_ids", [7, 8])), (("prompt_token_ids", [1, 2]),)
    move = Move(text="hello", choice=choice, answer=answer)
    request = asking("hi").model_copy(update={"logprobs": True, "token_ids": True})
    with scripted(in_turn(move)) as server:
        async with client_of(server, tmp_path) as client:
            reply = await client.ask(request)
            plain = await client.ask(asking("hi"))

    assert reply.tokens is not None
    assert (reply.tokens.prompt_ids, reply.tokens.ids, reply.tokens.logprobs) == ((1, 2), (7, 8), (-0.5, -0.25))
    assert plain.tokens is None
    asked, unasked = server.requests
    assert (asked["logprobs"], asked["return_token_ids"]) == (True, True)
    assert not {"logprobs", "return_token_ids"} & unasked.keys()


async def test_a_call_that_comes_without_id_or_with_arguments_as_an_object_is_told_as_it_is(tmp_path: Path) -> None:
    calls = ({"function": {"name": "look", "arguments": {"at": 1}}}, {"id": "c2", "function": {"arguments": None}})
    with scripted(in_turn(Move(finish="tool_calls", calls=calls))) as server:
        async with client_of(server, tmp_path) as client:
            reply = await client.ask(asking("look"))

    assert [(call.id, call.name, call.arguments) for call in reply.calls] == [("", "look", '{"at":1}'), ("c2", "", "")]
