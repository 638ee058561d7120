"""An API description in one form, whatever its publisher wrote it in: operations, schemas, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Place = Literal["path", "query", "header", "body"]

TOKEN = "idempotency-token"
"""The format of a value by which a caller marks a request that it may send again; it is no part of what is kept."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a description says of one value: a property, a parameter, or the items of an array.

    `at` is a JSON pointer into the document. `type` is JSON Schema's word, or empty; `ref` names the schema that the
    value is an instance of; `values` are those of a closed set; `default` is written as text. `required_by` holds the
    ids of the operations that demand it, of those that take its schema. What `is_fixed` is given once, never changed.
    """

    at: str
    type: str = ""
    format: str = ""
    doc: str = ""
    ref: str = ""
    values: tuple[str, ...] = ()
    default: str = ""
    minimum: int | None = None
    maximum: int | None = None
    items: Shape | None = None
    properties: Mapping[str, Shape] = field(default_factory=dict)
    required_by: frozenset[str] = frozenset()
    is_read_only: bool = False
    is_write_only: bool = False
    is_fixed: bool = False
    is_deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """A form of objects. `name` is the publisher's, or empty where the form stands inside an operation."""

    at: str
    name: str = ""
    doc: str = ""
    properties: Mapping[str, Shape] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value given beside the body, and where in the request it goes."""

    shape: Shape
    place: Place
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the API can be asked to do.

    `http` is the verb in capitals, or empty for a remote procedure. `keys` are the parameters, or the members of the
    request, that name rows, outermost first. `request` and `response` are keys of `Description.schemas`, or empty;
    `gives_many` says that the response is an array of that schema, `rows` which of its members is one, where that is
    told. `resource` and `name` are the publisher's own words for what is acted on and for the act; `resource` is empty
    where the publisher has none. What `is_read_only` leaves everything as it was; what `is_destructive` takes
    something away.
    """

    id: str
    name: str
    at: str
    http: str = ""
    path: str = ""
    doc: str = ""
    resource: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    request: str = ""
    response: str = ""
    gives_many: bool = False
    rows: str = ""
    is_deprecated: bool = False
    is_read_only: bool = False
    is_destructive: bool = False


@dataclass(frozen=True, slots=True)
class Description:
    """Everything of one API that can be compiled.

    `name` is short and the publisher's; `provider` is who offers it, a word or two. Schemas are keyed by name, or for
    one without a name by the operation's id and `.request` or `.response`. Where `is_spoken`, the name of an operation
    says what it does to what (`CreateQueue`), whatever verb and path it is sent by.
    """

    name: str = ""
    provider: str = ""
    title: str = ""
    summary: str = ""
    operations: tuple[Operation, ...] = ()
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    is_spoken: bool = False

    def properties(self, schema: str) -> Mapping[str, Shape]:
        """Give the properties of a schema; none if there is no such schema."""
        found = self.schemas.get(schema)
        return found.properties if found else {}
