"""The emitted code and the interpreter are two readings of one blueprint: they must agree on every call."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from envkit.environment import Answer, Environment
from envkit.hosted import load
from envkit.snapshot import Diff, edited
from envkit.store import Desk, ImageStore
from generator.draw import draw_arguments
from generator.interpret import Interpreter
from generator.seeds import seed_rows
from tests.generator.emitting import emitted, lending, wiki, write

BLUEPRINTS = {"lending": lending, "wiki": wiki}
_WORLD_BYTES = 1 << 24


@pytest.fixture(scope="module", params=list(BLUEPRINTS))
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Environment]:
    folder = tmp_path_factory.mktemp("servers") / "demo" / request.param
    return request.param, load(write(emitted(request.param), folder))


def test_random_calls_agree_with_the_interpreter(served: tuple[str, Environment]) -> None:
    name, environment = served
    blueprint = BLUEPRINTS[name]()
    world = Interpreter(blueprint, seed_rows(blueprint))
    store, chance = ImageStore(Desk(_WORLD_BYTES), environment.template(0)), Random(5)

    for tool, arguments in _calls(world, chance, 400):
        before, expected = store.image(), world.call(tool, arguments)
        answer = environment.call(store, tool, arguments)

        assert (answer.code or None, _content(answer)) == (expected.code, _plain(expected.content)), (tool, arguments)
        assert _json(environment.diff(before, store.image())) == _plain(expected.diff.to_json()), (tool, arguments)

    sound = environment.soundness(store)
    assert (dict(sound.holds), dict(sound.conserved)) == (dict(world.invariants()), dict(world.conserved()))
    assert environment.now(store) == world.now.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_every_case_replays(served: tuple[str, Environment]) -> None:
    name, environment = served
    lines = emitted(name)["cases.jsonl"].splitlines()

    assert lines
    for case in map(orjson.loads, lines):
        image = edited(environment.template(case["seed"]), case.get("edits", []))
        store, cursor = ImageStore(Desk(_WORLD_BYTES), image), None
        for step in case["steps"]:
            before, arguments = store.image(), dict(step["arguments"])
            if arguments.get("cursor") == "<cursor>":
                arguments["cursor"] = cursor
            answer = environment.call(store, step["tool"], arguments)
            cursor = None if answer.code else orjson.loads(answer.body).get("next_cursor")
            got = {"code": answer.code} if answer.code else {"content": _content(answer)}
            assert got == step["expect"], case["name"]
            assert _json(environment.diff(before, store.image())) == step.get("diff", {}), case["name"]


def _calls(world: Interpreter, chance: Random, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    tools = [*world.blueprint.tools]
    for _ in range(count):
        tool = chance.choice(tools)
        arguments = draw_arguments(world, tool, chance)
        if arguments is not None:
            yield tool, dict(arguments)


def _content(answer: Answer) -> object:
    return None if answer.code else _plain(orjson.loads(answer.body))


def _plain(content: object) -> object:
    plain = orjson.loads(orjson.dumps(content))
    if isinstance(plain, dict) and plain.get("next_cursor"):
        plain["next_cursor"] = "<cursor>"
    return plain


def _json(diff: Diff) -> Mapping[str, object]:
    written: dict[str, object] = orjson.loads(orjson.dumps(diff.to_json()))
    return {part: rows for part, rows in written.items() if rows}


def test_an_emitted_server_needs_nothing_but_its_folder_and_the_kit(tmp_path: Path) -> None:
    environment = load(write(emitted("lending"), tmp_path / "anywhere"))

    assert sorted(environment.tools) == sorted(lending().tools)
    for spec in environment.manifest.tools:
        tool = environment.tools[spec.name]
        assert (tool.title, " ".join(tool.description.split())) == (spec.title, spec.description)
        assert (tool.is_read_only, tool.destructive, tool.idempotent) == (
            spec.read_only,
            spec.destructive,
            spec.idempotent,
        )
        assert sorted(tool.arguments.model_fields) == sorted(argument.name for argument in spec.arguments)
        shown = tool.input_schema["properties"]
        assert {name: shown[name]["description"] for name in shown} == {
            argument.name: argument.description for argument in spec.arguments
        }
