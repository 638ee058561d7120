from pathlib import Path

import pytest

from envkit.calls import Json, ToolCall
from envkit.manifest import ClockSpec, Manifest, ToolSpec
from evaluation.wrapping import START, write_server
from farm.farm import Farm

SERVER = """\
from envkit import Environment, main
from evaluation.wrapping import Function, Said

def say(world, text):
    return Said(text=text)

env = Environment(__file__)
env.tools["say"] = Function("say", "Say", "Say it.", say, (), (), False, False, False, {"type": "object"})

if __name__ == "__main__":
    main(env)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tool = ToolSpec(name="say", kind="action", title="Say", description="Say it.", read_only=True)
    manifest = Manifest(
        slug="echo", domain="test", title="Echo", summary="Says what it hears.", version=1, blueprint_digest="",
        clock=ClockSpec(start=START, tick_s=1), entities=(), tools=(tool,),
    )  # fmt: skip
    rows = [("word", {"id": "wrd_1", "text": "hello"})]
    schema = 'CREATE TABLE "word" ("id" TEXT PRIMARY KEY NOT NULL, "text" TEXT NOT NULL) STRICT;\n'
    return write_server(tmp_path / "echo", manifest, schema, rows, SERVER)


async def test_a_written_folder_is_served_and_answers_in_its_own_words(folder: Path) -> None:
    said: dict[str, Json] = {'{"a": 1}': {"a": 1}, "[1]": {"text": "[1]"}, "NaN": {"text": "NaN"}, "": {"text": ""}}

    async with Farm.launch([folder], lean=True) as farm, await farm.open(["echo"]) as session:
        heard = {text: (await session.call(ToolCall("echo", "say", {"text": text}))).content for text in said}
        (tool,) = (await session.tools())["echo"]
        state = await session.state()

    assert heard == said
    assert (tool.output_schema, tool.input_schema) == ({"type": "object"}, {"type": "object"})
    assert state["echo"]["entities"] == {"word": [{"id": "wrd_1", "text": "hello"}]}
