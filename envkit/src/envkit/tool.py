"""A tool: a function over a world, with the schemas and the checks that its signature implies."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import ErrorDetails

from envkit.calls import JsonObject
from envkit.errors import INVALID_ARGUMENT, Refusal
from envkit.rows import Result, Row
from envkit.world import World

Schema = dict[str, Any]  # Any: JSON Schema is open
Body = Callable[..., Result]


class _PlainSchema(GenerateJsonSchema):
    """JSON Schema without the titles that only repeat names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # Any: pydantic's private schema types
        return False

    def generate(self, schema: Any, mode: JsonSchemaMode = "validation") -> JsonSchemaValue:  # Any: as above
        made = super().generate(schema, mode)
        for model in (made, *made.get("$defs", {}).values()):
            model.pop("title", None)
            model.pop("description", None) if model is made else None
        return made


@dataclass(frozen=True)
class Tool:
    """One tool of an environment, as its author wrote it."""

    name: str
    title: str
    description: str
    body: Body
    reads: tuple[type[Row], ...]
    writes: tuple[type[Row], ...]
    destructive: bool
    idempotent: bool
    advances: bool

    @property
    def is_read_only(self) -> bool:
        """Whether a call leaves the world, its clock included, as it was."""
        return not (self.writes or self.advances)

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """The model of the arguments: every parameter but the world, typed strictly, nothing unknown."""
        hints = get_type_hints(self.body, include_extras=True)
        parameters = list(inspect.signature(self.body).parameters.values())[1:]
        fields: dict[str, Any] = {  # Any: pydantic takes (type, default) pairs
            each.name: (hints[each.name], ... if each.default is inspect.Parameter.empty else each.default)
            for each in parameters
        }
        for name, (_, default) in fields.items():
            assert not isinstance(default, FieldInfo), f"{self.name}.{name}: put Field into Annotated"
        config = ConfigDict(extra="forbid", strict=True)
        return create_model(f"{self.name}_arguments", __config__=config, **fields)

    @cached_property
    def result(self) -> type[Result]:
        """The model of what the tool answers."""
        kind: type[Result] = get_type_hints(self.body)["return"]
        return kind

    @cached_property
    def input_schema(self) -> Schema:
        """The JSON Schema of the arguments."""
        return self.arguments.model_json_schema(schema_generator=_PlainSchema)

    @cached_property
    def has_header_arguments(self) -> bool:
        """Whether clients also send arguments as headers (SEP-2243), which only the SDK checks."""
        return any("x-mcp-header" in each for each in self.input_schema.get("properties", {}).values())

    @cached_property
    def output_schema(self) -> Schema:
        """The JSON Schema of the answer."""
        return self.result.model_json_schema(schema_generator=_PlainSchema, mode="serialization")

    def check(self, arguments: JsonObject) -> dict[str, object]:
        """Return the arguments typed; refuses `invalid_argument` naming every fault and what would be valid."""
        try:
            typed = self.arguments.__pydantic_validator__.validate_json(_as_json(arguments))
        except ValidationError as error:
            raise Refusal(INVALID_ARGUMENT, self._faults(error.errors(include_url=False))) from None
        return dict(typed.__dict__)

    def run(self, world: World, arguments: dict[str, object]) -> bytes:
        """Run the tool on a world and return its answer as JSON."""
        result = self.body(world, **arguments)
        return result.__pydantic_serializer__.to_json(result)

    def _faults(self, errors: Sequence[ErrorDetails]) -> str:
        return " ".join(dict.fromkeys(self._fault(error) for error in errors))

    def _fault(self, error: ErrorDetails) -> str:
        where = ".".join(map(str, error["loc"])) or "the arguments"
        if error["type"] == "extra_forbidden":
            names = ", ".join(self.arguments.model_fields) or "no arguments"
            return f"{where}: {self.name} takes no such argument; it takes {names}."
        if error["type"] == "missing":
            return f"{where}: this argument is required."
        came = json.dumps(error["input"], default=str)
        shown = came if len(came) <= 60 else came[:57] + "..."
        return f"{where}: {error['msg'].removesuffix('.')}; got {shown}."


def _as_json(arguments: JsonObject) -> bytes | str:
    try:
        return orjson.dumps(arguments)
    except TypeError:  # a number beyond 64 bits, or half a surrogate pair
        return json.dumps(arguments)
