"""A domain of tau2 as an environment of ours: its tools over worlds with a table for each collection of records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import orjson
from pydantic import BaseModel, create_model

from envkit.environment import Environment
from envkit.errors import Refusal
from envkit.manifest import ClockSpec, EntitySpec, FieldSpec, FieldType, Manifest, Source, ToolSpec
from envkit.rows import Row
from envkit.world import World
from evaluation.tau2.borrowed import Borrowed, Record, Spec, borrowed
from evaluation.wrapping import FAILED, START, Function, Said, write_server

_SERVER = '''\
"""The domain {name} of tau2-bench as an MCP server; written by `envfarm tau2-serve`."""

from envkit import main
from evaluation.tau2.wrapped import wrapped

env = wrapped({name!r}, __file__, {source!r})

if __name__ == "__main__":
    main(env)
'''
_SQL: Mapping[FieldType, str] = {"str": "TEXT", "int": "INTEGER", "bool": "INTEGER", "list": "TEXT"}
_TYPES: Mapping[type, FieldType] = {str: "str", int: "int", bool: "bool"}


def wrapped(name: str, server_file: str, source: str = "") -> Environment:
    """Make the environment of a domain, whose folder holds the server's file; `source` as for `borrowed`."""
    environment, of = Environment(server_file), borrowed(name, source)
    kinds = tuple(_kind(collection, model) for collection, model in of.models.items())
    for tool in of.tools:
        environment.tools[tool.name] = Function(
            name=tool.name,
            title=_title(tool.name),
            description=tool.description,
            body=_body(of, tool),
            reads=kinds,
            writes=kinds if tool.writes else (),
            destructive=tool.writes,
            idempotent=False,
            advances=False,
            parameters={**tool.parameters, "additionalProperties": False},
        )
    return environment


def emit(name: str, parent: Path, source: str = "") -> Path:
    """Write the folder of a domain's server below `parent`, with the domain's policy beside it, and return it."""
    of = borrowed(name, source)
    server = _SERVER.format(name=name, source=source)
    schema = "".join(_table(collection, model) for collection, model in of.models.items())
    folder = write_server(parent / slug_of(name), _manifest(of), schema, _rows(of), server)
    (folder / "policy.md").write_text(of.policy, "utf-8")
    return folder


def slug_of(name: str) -> str:
    """Return the slug of a domain's environment."""
    return f"tau2_{name}"


class Collection(MutableMapping[str, Record]):
    """The records of a table as the tools of a domain know them, by their keys; read when they are asked for."""

    def __init__(self, world: World, name: str, model: type[BaseModel]) -> None:
        self._world, self._model, self._kind = world, model, _kind(name, model)
        self._read: dict[str, Record] = {}
        self._gone: set[str] = set()

    def __getitem__(self, key: str) -> Record:
        if key not in self._read:
            row = None if key in self._gone else self._world.find(self._kind, key)
            if row is None:
                raise KeyError(key)
            self._read[key] = _record(self._model, row)
        return self._read[key]

    def __setitem__(self, key: str, record: Record) -> None:
        self._read[key] = record
        self._gone.discard(key)

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._read.pop(key, None)
        self._gone.add(key)

    def __iter__(self) -> Iterator[str]:
        known = [row.id for row in self._world.all(self._kind)]
        yield from (key for key in known if key not in self._gone)
        yield from (key for key in [*self._read] if key not in {*known})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def keep(self) -> None:
        """Bring the table up to date."""
        for key in self._gone:
            if row := self._world.find(self._kind, key):
                self._world.delete(row)
        for key, record in self._read.items():
            values, row = _values(self._model, record), self._world.find(self._kind, key)
            if row is None:
                self._world.add(self._kind, id=key, **values)
            elif changed := {name: value for name, value in values.items() if getattr(row, name) != value}:
                self._world.update(row, **changed)


def _body(of: Borrowed, tool: Spec) -> Any:  # Any: a function of open keywords, as `Tool` takes it
    def body(world: World, /, **arguments: Any) -> Said:  # Any: arguments of every type go to the tool
        collections = {name: Collection(world, name, model) for name, model in of.models.items()}
        try:
            result = of.call(tool.name, arguments, collections)
        except Exception as error:  # whatever a tool raises is its answer, in tau2 and here
            raise Refusal(FAILED, str(error)) from error
        if tool.writes:
            for each in collections.values():
                each.keep()
        return Said(text=of.spoken(result))

    return body


@cache
def _kind(collection: str, model: type[BaseModel]) -> type[Row]:
    """Make the class of a table's rows: a column for each field, in which what is no scalar stands as JSON."""
    types: Mapping[FieldType, Any] = {"str": str, "int": int, "bool": bool, "list": str}
    columns: dict[str, Any] = {  # Any: pydantic takes (type, default) pairs
        name: (types[_type(field.annotation)] | None, ...) for name, field in model.model_fields.items()
    }
    assert "id" not in columns, f"{model.__name__} has a field of the name that keys have here"
    kind: type[Row] = create_model(
        model.__name__, __base__=Row, __cls_kwargs__={"table": collection, "prefix": collection}, **columns
    )
    return kind


def _type(annotation: Any) -> FieldType:  # Any: a type as pydantic keeps it
    """Return what a field is for a manifest; what is neither text, integer nor truth is JSON, as lists are."""
    if get_origin(annotation) in (Union, UnionType):
        types = {_type(each) for each in get_args(annotation) if each is not NoneType}
        return types.pop() if len(types) == 1 else "list"
    if get_origin(annotation) is Literal:
        return "str" if all(isinstance(each, str) for each in get_args(annotation)) else "list"
    return _TYPES.get(annotation, "list")


def _record(model: type[BaseModel], row: Row) -> Record:
    stored = {name: getattr(row, name) for name in model.model_fields}
    return model.model_validate(
        {
            name: orjson.loads(value) if value is not None and _is_json(model, name) else value
            for name, value in stored.items()
        }
    )


def _values(model: type[BaseModel], record: Record) -> dict[str, object]:
    dumped: Mapping[str, object] = record.model_dump(mode="json")
    return {
        name: orjson.dumps(value).decode() if value is not None and _is_json(model, name) else value
        for name, value in dumped.items()
    }


def _is_json(model: type[BaseModel], name: str) -> bool:
    return _type(model.model_fields[name].annotation) == "list"


def _rows(of: Borrowed) -> Iterator[tuple[str, Mapping[str, object]]]:
    for collection, model in of.models.items():
        for key, record in of.records[collection].items():
            yield collection, {"id": key, **_values(model, record)}


def _table(collection: str, model: type[BaseModel]) -> str:
    typed = [f'"{name}" {_SQL[_type(field.annotation)]}' for name, field in model.model_fields.items()]
    columns = ", ".join(['"id" TEXT PRIMARY KEY NOT NULL', *typed])
    return f'CREATE TABLE "{collection}" ({columns}) STRICT;\n'


def _manifest(of: Borrowed) -> Manifest:
    return Manifest(
        slug=slug_of(of.name),
        domain="tau2",
        title=f"{_title(of.name)} of tau2-bench",
        summary=f"The domain {of.name} of tau2-bench, with its own tools and records.",
        version=1,
        blueprint_digest="",
        sources=(Source(title="tau2-bench", url="https://github.com/sierra-research/tau2-bench", path=of.name),),
        clock=ClockSpec(start=START, tick_s=1),
        entities=tuple(_entity(collection, model) for collection, model in of.models.items()),
        tools=tuple(
            ToolSpec(
                name=tool.name,
                kind="action",
                title=_title(tool.name),
                description=tool.description,
                reads=tuple(of.models),
                writes=tuple(of.models) if tool.writes else (),
                read_only=not tool.writes,
                destructive=tool.writes,
            )
            for tool in of.tools
        ),
    )


def _entity(collection: str, model: type[BaseModel]) -> EntitySpec:
    fields = tuple(
        FieldSpec(name=name, type=_type(field.annotation), description=field.description or "", optional=True)
        for name, field in model.model_fields.items()
    )
    return EntitySpec(
        name=collection, title=model.__name__, prefix=collection, description=str(model.__doc__ or ""), fields=fields
    )


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
