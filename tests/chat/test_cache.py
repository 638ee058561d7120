from pathlib import Path

import pytest

from chat.cache import Cache
from chat.errors import RecordingError
from chat.messages import ChatRequest, Message, Reply, Usage
from chat.recorded import RecordedChat

REQUEST = ChatRequest(model="m", messages=(Message(role="user", text="hi"),), max_tokens=10)
REPLY = Reply(
    request=REQUEST.digest, model="m", text="ho", finish="stop", usage=Usage(prompt_tokens=1, completion_tokens=1)
)


def test_a_reply_comes_back_equal_and_leaves_nothing_else(tmp_path: Path) -> None:
    Cache(tmp_path / "a").keep(REPLY)

    assert Cache(tmp_path / "a").find(REQUEST.digest) == REPLY
    assert [path.name for path in (tmp_path / "a").iterdir()] == [f"{REQUEST.digest}.json"]


def test_what_is_torn_counts_as_unknown(tmp_path: Path) -> None:
    (tmp_path / f"{REQUEST.digest}.json").write_text('{"reply": 1, "te')

    assert Cache(tmp_path).find(REQUEST.digest) is None


async def test_a_recording_answers_what_was_asked_before_and_nothing_else(tmp_path: Path) -> None:
    Cache(tmp_path).keep(REPLY)
    recorded = RecordedChat(Cache(tmp_path))

    assert await recorded.ask(REQUEST) == REPLY
    with pytest.raises(RecordingError, match="no answer to request"):
        await recorded.ask(REQUEST.model_copy(update={"model": "other"}))


def test_equal_requests_have_equal_digests_and_others_do_not() -> None:
    again = ChatRequest(model="m", messages=(Message(role="user", text="hi"),), max_tokens=10)

    assert again.digest == REQUEST.digest
    assert again.model_copy(update={"seed": 1}).digest != REQUEST.digest
