import asyncio
import hashlib
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import orjson
import pytest

from farm.launch import Host, launch
from generator.compile import compile
from generator.description import Description
from generator.readers import read
from generator.readers.mcp import read_server
from generator.resource import Resource, ResourceError
from tests.generator.pointing import check

DEFS = {"Card": {"type": "object", "properties": {"title": {"type": "string"}, "done": {"type": "boolean"}}}}
CARD = {"$ref": "#/$defs/Card"}


def tool(name: str, given: Mapping[str, object], answer: Mapping[str, object] | None = None, **hints: bool) -> object:
    properties = dict(given)
    schema = {"type": "object", "properties": properties, "required": [*properties][:1]}
    told = {"name": name, "description": f"Will {name}.", "inputSchema": schema, "annotations": hints}
    return {**told, "outputSchema": {"type": "object", "properties": answer, "$defs": DEFS}} if answer else told


TEXT = {"type": "string"}
TOOLS: Sequence[object] = (
    tool("list_cards", {"board": TEXT}, {"cards": {"type": "array", "items": CARD}}, readOnlyHint=True),
    tool("get_card", {"card_id": TEXT}, {"card": CARD}, readOnlyHint=True),
    tool("create_card", {"title": TEXT}, {"card": CARD}),
    tool("shred_card", {"card_id": TEXT}, None, destructiveHint=True),
    tool("ping", {}),
)


def dumped(folder: Path, content: object) -> Resource:
    path = folder / "board.json"
    path.write_bytes(orjson.dumps(content))
    return read(str(path), licence="MIT")


@pytest.fixture
def described(tmp_path: Path) -> Description:
    return dumped(tmp_path, {"tools": TOOLS}).description


@pytest.mark.parametrize(
    ("content", "at"),
    [
        ({"tools": TOOLS}, "/tools/0"),
        ({"jsonrpc": "2.0", "id": 1, "result": {"tools": TOOLS}}, "/result/tools/0"),
        (TOOLS, "/tools/0"),
    ],
)
def test_a_dump_is_a_result_a_message_or_a_bare_list(tmp_path: Path, content: object, at: str) -> None:
    resource = dumped(tmp_path, content)

    assert (resource.title, resource.format, resource.path) == ("board", "mcp-tools", "board.json")
    assert resource.sha256 == hashlib.sha256((tmp_path / "board.json").read_bytes()).hexdigest()
    assert resource.description.operations[0].at == at
    assert check(resource) > 0


def test_tools_are_operations_with_what_they_take_and_give(described: Description) -> None:
    listed, got, *_ = described.operations

    assert (listed.id, listed.doc, listed.http) == ("list_cards", "Will list_cards.", "")
    assert described.schemas[listed.request].properties["board"].required_by == {"list_cards"}
    cards = described.schemas[listed.response].properties["cards"]
    assert cards.items is not None
    assert (cards.items.ref, described.schemas[got.response].properties["card"].ref) == ("Card", "Card")


def test_what_a_server_says_of_its_tools_is_taken_at_its_word(described: Description) -> None:
    said = {one.id: (one.is_read_only, one.is_destructive) for one in described.operations}

    assert said["list_cards"] == (True, False)
    assert said["shred_card"] == (False, True)
    assert said["create_card"] == (False, False)


def test_definitions_of_one_name_that_differ_are_kept_apart(tmp_path: Path) -> None:
    other = {"type": "object", "properties": {"card": CARD}, "$defs": {"Card": {"properties": {"suit": TEXT}}}}
    strange = {"name": "draw", "inputSchema": {"type": "object"}, "outputSchema": other}

    schemas = dumped(tmp_path, {"tools": [*TOOLS, strange]}).description.schemas

    assert [*schemas["Card"].properties] == ["title", "done"]
    assert [*schemas["draw.Card"].properties] == ["suit"]


def test_a_list_compiles_to_what_its_tools_speak_of(tmp_path: Path) -> None:
    compiled = compile(dumped(tmp_path, {"tools": TOOLS}))

    assert [*compiled.blueprint.entities] == ["card"]
    assert {*compiled.blueprint.tools} == {"list_cards", "get_card", "create_card", "delete_card"}
    assert [one.what for one in compiled.dropped] == ["ping"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"tools": []}, "board.json: a server without tools; nothing to compile"),
        ({"tools": TOOLS, "nextCursor": "x"}, "the first page of a longer list; name the server itself: mcp:URL"),
        (["a"], "expected an object, got a list"),
        ([{"name": "a", "inputSchema": {"properties": {"b": {"$ref": "b.json"}}}}], "lies elsewhere, and nothing is"),
    ],
)
def test_what_is_no_whole_list_is_refused(tmp_path: Path, content: object, complaint: str) -> None:
    (tmp_path / "b.json").write_text('{"type": "string"}', encoding="utf-8")

    with pytest.raises(ResourceError, match=complaint):
        dumped(tmp_path, content)


@pytest.fixture(scope="module")
def tiny_air_url(tiny_air_folder: Path) -> Iterator[str]:
    host = asyncio.run(launch(Host((tiny_air_folder,))))
    yield f"{host.url}/tiny_air/mcp"
    asyncio.run(host.stop())


def test_a_server_that_is_up_says_what_it_can_do(tiny_air_url: str) -> None:
    resource = read(f"mcp:{tiny_air_url}?token=secret")

    assert (resource.title, resource.format, resource.url) == ("tiny_air", "mcp-tools", tiny_air_url)
    assert resource.sha256 == hashlib.sha256(orjson.dumps(resource.document, option=orjson.OPT_SORT_KEYS)).hexdigest()
    assert "secret" not in resource.source.model_dump_json()
    assert check(resource) > 0


def test_a_server_is_started_by_its_command_and_says_the_same(tiny_air_url: str, tiny_air_folder: Path) -> None:
    command = shlex.join([sys.executable, str(tiny_air_folder / "server.py")])

    started, up = read(f"mcp:{command}"), read(f"mcp:{tiny_air_url}")

    assert started.document == up.document
    assert started.sha256 == up.sha256
    assert started.package.startswith("mcp:tiny_air@")


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("http://127.0.0.1:9/mcp", r"^mcp: http://127.0.0.1:9/mcp: nothing answers there"),
        ("no-such-command --now", r"^mcp: no-such-command --now: .*No such file"),
        (shlex.join([sys.executable, "-c", "print"]), "the server closed the line"),
        ("'", "expected a URL or a command line, which cannot be read: No closing quotation"),
        (" ", "expected a URL or the command line of a server"),
    ],
)
def test_a_server_that_cannot_be_asked_is_one_sentence(address: str, complaint: str) -> None:
    with pytest.raises(ResourceError, match=complaint) as caught:
        read(f"mcp:{address}")

    assert "\n" not in str(caught.value)


def test_a_server_that_says_nothing_is_not_waited_for_beyond_the_deadline() -> None:
    silent = shlex.join([sys.executable, "-c", "import sys; sys.stdin.read()"])

    with pytest.raises(ResourceError, match=r"within 0\.5 s"):
        read_server(silent, deadline_s=0.5)
