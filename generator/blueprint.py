"""The blueprint: the declarative file an environment is emitted from, as frozen types."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from envkit.manifest import FieldType, Source, ToolKind

Scalar = str | int | bool | None
SeedHint = str | int | bool | tuple[Any, ...] | Mapping[str, Any] | None  # Any: a hint's form depends on the field type
"""How to fill a column at the start: a pool's name, a range, a list of values, or weights by value."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class _Traced(_Frozen):
    """An element that may say where it comes from: a JSON pointer, `archetype`, `llm` or `authored`."""

    origin: str = Field(default="", alias="from")


class ClockPart(_Frozen):
    """When a fresh world starts (ISO 8601, UTC) and how far each writing call moves it."""

    start: str
    tick_seconds: int = Field(default=60, ge=0)


class FieldPart(_Traced):
    """One column of an entity.

    `counter` is an expression over other rows that the stored value always equals. `seed_expr` computes the first
    value from the row's other columns. `generated` columns are set by tools only, never by a caller. `cast` says what
    else the first rows have there in worlds of other seeds: the pool of people, or patterns, `[a|b]` being either.
    """

    type: FieldType
    doc: str = ""
    optional: bool = False
    unique: bool = False
    generated: bool = False
    min: int | None = None
    max: int | None = None
    values: tuple[str, ...] = ()
    initial: str = ""
    moves: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    to: str = ""
    default: Scalar = None
    counter: str = ""
    seed: SeedHint = None
    seed_expr: str = ""
    cast: str | tuple[str, ...] = ()


class EntityPart(_Traced):
    """A kind of row: its id prefix, how many rows a fresh world has, and its columns in order."""

    doc: str = ""
    prefix: str
    seed: int = Field(default=0, ge=0)
    fields: Mapping[str, FieldPart]


class ArgumentPart(_Traced):
    """A parameter of an action. `many`: a list of values. `optional`: may be left out (then it is None)."""

    type: FieldType
    doc: str = ""
    optional: bool = False
    many: bool = False
    values: tuple[str, ...] = ()
    to: str = ""
    min: int | None = None
    max: int | None = None
    default: Scalar = None


class UpdateEffect(_Frozen):
    """Set columns of the row that the expression `update` names."""

    update: str
    set: Mapping[str, str]


class CreateEffect(_Frozen):
    """Add a row of entity `create`, bound to the name `as`; columns not set take their defaults."""

    create: str
    name: str = Field(default="", alias="as")
    set: Mapping[str, str]


class DeleteEffect(_Frozen):
    """Remove the row that the expression `delete` names."""

    delete: str


class WhenEffect(_Frozen):
    """Do `do` if the condition holds, else `otherwise`."""

    when: str
    do: tuple[Effect, ...]
    otherwise: tuple[Effect, ...] = ()


class EachEffect(_Frozen):
    """Do `do` for every row of `in`, bound to the name `each`, in creation order."""

    each: str
    over: str = Field(alias="in")
    do: tuple[Effect, ...]


def _effect_kind(value: object) -> str | None:
    keys = value if isinstance(value, Mapping) else type(value).model_fields if isinstance(value, BaseModel) else ()
    return next((kind for kind in ("update", "create", "delete", "when", "each") if kind in keys), None)


Effect = Annotated[
    Annotated[UpdateEffect, Tag("update")]
    | Annotated[CreateEffect, Tag("create")]
    | Annotated[DeleteEffect, Tag("delete")]
    | Annotated[WhenEffect, Tag("when")]
    | Annotated[EachEffect, Tag("each")],
    Discriminator(_effect_kind),
]


class ToolPart(_Traced):
    """A tool. Kinds list, get, create, update and delete need only an entity and a few lists; actions say all.

    `require` maps a refusal code to (condition, sentence with {holes}), tried in order, each lazily.
    `advance` is an expression (a time span) by which a successful call moves the clock beyond its tick.
    `set` of a create or update: the columns a caller may give. `cascade` of a delete: entities removed with the row.
    `page_sizes`: default and largest page of a list.
    """

    kind: ToolKind = "action"
    entity: str = ""
    doc: str
    title: str = ""
    filter: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    page_sizes: tuple[int, int] = (20, 100)
    set: tuple[str, ...] = ()
    cascade: tuple[str, ...] = ()
    args: Mapping[str, ArgumentPart] = Field(default_factory=dict)
    let: Mapping[str, str] = Field(default_factory=dict)
    require: Mapping[str, tuple[str, str]] = Field(default_factory=dict)
    do: tuple[Effect, ...] = ()
    returns: Mapping[str, str] = Field(default_factory=dict, alias="return")
    advance: str = ""
    destructive: bool = False
    idempotent: bool = False
    phrases: tuple[str, ...] = ()


class Blueprint(_Frozen):
    """One environment, declared. `name` is the slug; the folder it lies in is the domain."""

    blueprint: Literal[1]
    name: str
    domain: str
    title: str
    summary: str = ""
    version: int = 1
    source: tuple[Source, ...] = ()
    clock: ClockPart
    history: Mapping[str, int] = Field(default_factory=dict)
    entities: Mapping[str, EntityPart]
    invariants: Mapping[str, str] = Field(default_factory=dict)
    conserved: Mapping[str, str] = Field(default_factory=dict)
    tools: Mapping[str, ToolPart]
    policies: tuple[str, ...] = ()
    personas: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The sha256 of the blueprint's canonical JSON, in hex."""
        data = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return hashlib.sha256(orjson.dumps(data)).hexdigest()


WhenEffect.model_rebuild()
EachEffect.model_rebuild()
ToolPart.model_rebuild()
Blueprint.model_rebuild()
