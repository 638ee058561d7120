import pickle
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chat.client import Chat
from chat.errors import ChatError, ContextError
from chat.messages import ChatRequest, Message, Reply
from rollouts.engines.desk import Desk, DeskChat
from tests.chat.scripted import good, in_turn, scripted, status
from tests.rollouts.solver import opened

REQUEST = ChatRequest(model="m", messages=(Message(role="user", text="Hello"),), max_tokens=10)


@pytest.mark.parametrize("is_long", [False, True])
async def test_a_desk_answers_as_the_client_would(is_long: bool, tmp_path: Path) -> None:
    too_long = status(400, "too long", code_word="context_length_exceeded")
    with scripted(in_turn(too_long if is_long else good("Hi"))) as server:

        @asynccontextmanager
        async def opening() -> AsyncIterator[Mapping[str, Chat]]:
            async with opened(server.url, tmp_path) as client:
                yield {"policy": client}

        desk = Desk()
        await desk.open(opening)

        async def asking(role: str, request: ChatRequest) -> Reply | ChatError:
            answer = await desk.ask(role, pickle.loads(pickle.dumps(request)))
            return pickle.loads(pickle.dumps(answer))

        chat = DeskChat("policy", asking)
        if is_long:
            with pytest.raises(ContextError, match="outgrown the model's context window"):
                await chat.ask(REQUEST)
        else:
            assert (await chat.ask(REQUEST)).text == "Hi"
            assert (await chat.ask(REQUEST)).text == "Hi"
            assert len(server.requests) == 1
        await desk.close()
