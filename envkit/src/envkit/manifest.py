"""The manifest: what an environment offers, as data that stands beside its server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FieldType = Literal["str", "text", "int", "money", "bool", "time", "enum", "state", "ref", "list"]
ToolKind = Literal["list", "get", "create", "update", "delete", "action"]
ArgumentRole = Literal["key", "value", "filter", "search", "from", "to", "sort", "limit", "cursor"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Frozen):
    """Where an environment's shape was taken from."""

    title: str = ""
    format: str = ""
    package: str = ""
    path: str = ""
    url: str = ""
    licence: str = ""
    retrieved: str = ""
    sha256: str = ""


class FieldSpec(_Frozen):
    """One column of an entity. `id` is implied for every entity and not listed.

    `generated`: set by tools or the server, never by a caller. `to`: the entity a `ref` points at.
    """

    name: str
    type: FieldType
    description: str = ""
    optional: bool = False
    unique: bool = False
    generated: bool = False
    counter: bool = False
    values: tuple[str, ...] = ()
    moves: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    to: str = ""
    minimum: int | None = None
    maximum: int | None = None


class EntitySpec(_Frozen):
    """A kind of row. `name` is the table, `title` the class, `prefix` opens its ids (`bkg_...`)."""

    name: str
    title: str
    prefix: str
    description: str = ""
    fields: tuple[FieldSpec, ...]


class ArgumentSpec(_Frozen):
    """One parameter of a tool. `field`: the column a filter, range or value stands for, as `entity.field`."""

    name: str
    type: FieldType
    description: str
    role: ArgumentRole = "value"
    required: bool = True
    many: bool = False
    values: tuple[str, ...] = ()
    to: str = ""
    field: str = ""
    minimum: int | None = None
    maximum: int | None = None


class RefusalSpec(_Frozen):
    """A guard of a tool, in the order guards are tried: its code, and its sentence with {holes}."""

    code: str
    message: str


class ReturnSpec(_Frozen):
    """One member of a tool's result. `entity` names the row kind when `type` is `row` or `rows`."""

    name: str
    type: Literal["row", "rows", "str", "text", "int", "money", "bool", "time", "enum", "state", "ref", "list"]
    entity: str = ""


class ToolSpec(_Frozen):
    """A tool as the environment offers it."""

    name: str
    kind: ToolKind
    title: str
    description: str
    entity: str = ""
    arguments: tuple[ArgumentSpec, ...] = ()
    returns: tuple[ReturnSpec, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    read_only: bool = False
    destructive: bool = False
    idempotent: bool = False
    refusals: tuple[RefusalSpec, ...] = ()
    phrases: tuple[str, ...] = ()


class Edge(_Frozen):
    """A dependency: what `producer` returns at `path` (`items[].id`, `booking.id`) feeds `consumer`'s `argument`."""

    producer: str
    path: str
    consumer: str
    argument: str


class ClockSpec(_Frozen):
    """When a fresh world starts (RFC 3339, UTC) and how far each writing call moves it."""

    start: str
    tick_s: int


class Manifest(_Frozen):
    """Everything a stranger needs to know of an environment without importing its code."""

    manifest: Literal[1] = 1
    slug: str
    domain: str
    title: str
    summary: str
    version: int
    blueprint_digest: str
    sources: tuple[Source, ...] = ()
    clock: ClockSpec
    entities: tuple[EntitySpec, ...]
    tools: tuple[ToolSpec, ...]
    edges: tuple[Edge, ...] = ()
    invariants: Mapping[str, str] = Field(default_factory=dict)
    conserved: Mapping[str, str] = Field(default_factory=dict)
    policies: tuple[str, ...] = ()

    def entity(self, name: str) -> EntitySpec:
        """Return the entity of that name; KeyError if there is none."""
        return {entity.name: entity for entity in self.entities}[name]

    def tool(self, name: str) -> ToolSpec:
        """Return the tool of that name; KeyError if there is none."""
        return {tool.name: tool for tool in self.tools}[name]


def read_manifest(folder: Path) -> Manifest:
    """Read `manifest.json` of an environment folder; OSError or pydantic.ValidationError if it cannot be."""
    return Manifest.model_validate_json((folder / "manifest.json").read_bytes())


def kept_name(slug: str, version: int) -> str:
    """Name the folder, beside the environment's own, that keeps an older version of it: `google_tasks@1`."""
    return f"{slug}@{version}"


def is_kept(folder: Path) -> bool:
    """Say whether a folder keeps an older version."""
    return "@" in folder.name


def slug_of(folder: Path) -> str:
    """Tell the environment's slug from its folder's name, or that of an older version."""
    return folder.name.partition("@")[0]
