"""A class of BFCL as an environment of ours: its methods are tools, and its world is what it began with and has taken.

An instance is never stored: it is made anew from the scenario and the calls that went through. That is cheap, and the
same every time: the classes draw their chance from a seed of their own, and show nobody the clock. So a world is plain
rows, which can be forked, restored and compared like any other, and nobody who uploads one can have code run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from envkit.calls import JsonObject, Observation
from envkit.environment import Environment
from envkit.errors import Refusal
from envkit.manifest import ClockSpec, EntitySpec, FieldSpec, Manifest, Source, ToolSpec
from envkit.rows import Row
from envkit.store import build_image
from envkit.world import World
from evaluation.bfcl import library
from evaluation.bfcl.library import Scenario
from evaluation.bfcl.tasks import slug_of
from evaluation.wrapping import FAILED, START, Function, Said, write_server

_ERROR = "Error during execution: "
"""What the checker writes before the words of an exception."""

_TYPES = {"dict": "object", "float": "number"}
_SCHEMA = """\
CREATE TABLE "scenario" ("id" TEXT PRIMARY KEY NOT NULL, "config" TEXT NOT NULL, "is_long" INTEGER NOT NULL) STRICT;
CREATE TABLE "attribute" ("id" TEXT PRIMARY KEY NOT NULL, "name" TEXT NOT NULL UNIQUE, "value" TEXT NOT NULL) STRICT;
CREATE TABLE "call" ("id" TEXT PRIMARY KEY NOT NULL, "tool" TEXT NOT NULL, "arguments" TEXT NOT NULL) STRICT;
"""
_SERVER = '''\
"""{name} of BFCL as an MCP server; written by `envfarm bfcl`."""

from envkit import main
from evaluation.bfcl.wrapped import wrapped

env = wrapped("{name}", __file__)

if __name__ == "__main__":
    main(env)
'''


class ScenarioRow(Row, table="scenario", prefix="scn"):
    """What the instance began with: its configuration as JSON."""

    config: str
    is_long: bool


class Attribute(Row, table="attribute", prefix="att"):
    """A public attribute of the instance as it stands, its value as JSON."""

    name: str
    value: str


class Call(Row, table="call", prefix="cll"):
    """A call that the instance has taken, its arguments as JSON."""

    tool: str
    arguments: str


def heard(seen: Observation) -> str:
    """Return what an observation says in the words of BFCL."""
    if seen.code is not None:
        return _ERROR + seen.text.removeprefix(f"{FAILED}: ")
    match seen.content:
        case {"text": str() as text, **others} if not others:
            return text
    return seen.text


def wrapped(name: str, server_file: str) -> Environment:
    """Make the environment of a class, whose folder holds the server's file."""
    environment = Environment(server_file)
    for told in library.documents(name):
        method = str(told["name"])
        environment.tools[method] = Function(
            name=method,
            title=method.replace("_", " ").capitalize(),
            description=told["description"],
            body=_body(name, method),
            reads=(ScenarioRow,),
            writes=(Attribute, Call),
            destructive=False,
            idempotent=False,
            advances=False,
            parameters=_schema(told["parameters"]) | {"additionalProperties": False},
        )
    return environment


def emit(name: str, parent: Path) -> Path:
    """Write the folder of a class's server below `parent`, and return it."""
    server = _SERVER.format(name=name)
    return write_server(parent / slug_of(name), _manifest(name), _SCHEMA, _rows(Scenario(name, {})), server)


def image(scenario: Scenario) -> bytes:
    """Make the world that a scenario begins with."""
    return build_image(_SCHEMA, _rows(scenario), {"seed": 0, "now": START, "ticks": 0})


def instance_of(name: str, state: JsonObject) -> library.Instance:
    """Make the instance that a world holds, from the world's state as the farm tells it."""
    rows: Any = state["entities"]  # Any: JSON whose shape the schema fixes
    (begun,) = rows["scenario"]
    calls = [(each["tool"], json.loads(each["arguments"])) for each in rows["call"]]
    return library.revived(Scenario(name, json.loads(begun["config"]), bool(begun["is_long"])), calls)


def _body(name: str, method: str) -> Any:  # Any: a function of open keywords, as `Tool` takes it
    def body(world: World, /, **arguments: Any) -> Said:  # Any: arguments of every type go to the method
        (begun,) = world.all(ScenarioRow)
        calls = [(each.tool, json.loads(each.arguments)) for each in world.all(Call)]
        instance = library.revived(Scenario(name, json.loads(begun.config), begun.is_long), calls)
        try:
            result = getattr(instance, method)(**arguments)
        except Exception as error:  # whatever a method raises is its answer, in BFCL and here
            raise Refusal(FAILED, str(error)) from error
        world.add(Call, tool=method, arguments=json.dumps(arguments))
        _keep(world, instance)
        return Said(text=library.spoken(result))

    return body


def _keep(world: World, instance: library.Instance) -> None:
    """Bring the rows of the attributes up to date."""
    known = {row.name: row for row in world.all(Attribute)}
    for name, value in library.public(instance).items():
        if name not in known:
            world.add(Attribute, name=name, value=value)
        elif known[name].value != value:
            world.update(known[name], value=value)


def _rows(scenario: Scenario) -> list[tuple[str, dict[str, object]]]:
    begun = {"id": "scn_0", "config": json.dumps(scenario.config), "is_long": scenario.is_long}
    attributes = library.public(library.revived(scenario))
    rows: list[tuple[str, dict[str, object]]] = [("scenario", begun)]
    rows += [("attribute", {"id": f"att_{name}", "name": name, "value": value}) for name, value in attributes.items()]
    return rows


def _schema(told: Any) -> Any:  # Any: JSON Schema is open
    """Write a schema of BFCL, which names types as Python does, as JSON Schema."""
    if isinstance(told, list):
        return [_schema(each) for each in told]
    if not isinstance(told, dict):
        return told
    kind = told.get("type")
    typed = {"type": _TYPES.get(kind, kind)} if isinstance(kind, str) else {}
    return {name: _schema(each) for name, each in told.items()} | typed


def _manifest(name: str) -> Manifest:
    documents = library.documents(name)
    return Manifest(
        slug=slug_of(name),
        domain="bfcl",
        title=f"{name} of BFCL",
        summary=str(documents[0]["description"]).partition(" Tool description:")[0],
        version=1,
        blueprint_digest="",
        sources=(Source(title="Berkeley Function Calling Leaderboard", package="pypi:bfcl-eval", path=name),),
        clock=ClockSpec(start=START, tick_s=1),
        entities=tuple(_entity(each) for each in (ScenarioRow, Attribute, Call)),
        tools=tuple(_tool(each["name"], each["description"]) for each in documents),
    )


def _entity(kind: type[Row]) -> EntitySpec:
    fields = tuple(
        FieldSpec(name=name, type="bool" if name == "is_long" else "text", generated=True)
        for name in kind.model_fields
        if name != "id"
    )
    table, prefix = kind.__kind__.table, kind.__kind__.prefix
    return EntitySpec(name=table, title=kind.__name__, prefix=prefix, description=str(kind.__doc__), fields=fields)


def _tool(name: str, description: str) -> ToolSpec:
    return ToolSpec(
        name=name,
        kind="action",
        title=name.replace("_", " ").capitalize(),
        description=description,
        reads=("scenario",),
        writes=("attribute", "call"),
    )
