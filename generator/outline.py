"""The outline of a description: what of it an environment was made from, kept beside its blueprint for comparison."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from generator.blueprint import Blueprint
from generator.description import Description, Operation, Shape
from generator.resource import Resource, ResourceError

Maker = Literal["compiled", "drafted", "written"]
"""Who made the blueprint: the compiler, a language model, or a person."""
SHIPPED = "shipped"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ValueOutline(_Frozen):
    """A parameter or a property: JSON Schema's word for its type, and the values of a closed set."""

    at: str
    type: str = ""
    values: tuple[str, ...] = ()


class OperationOutline(_Frozen):
    """An operation: `call` is verb and path. One that the blueprint uses says also what it takes and demands."""

    at: str
    call: str = ""
    is_used: bool = False
    demands: tuple[str, ...] = ()
    parameters: Mapping[str, ValueOutline] = Field(default_factory=dict)


class SchemaOutline(_Frozen):
    """A schema that the blueprint uses; a property inside another is named `outer.inner`."""

    at: str
    properties: Mapping[str, ValueOutline] = Field(default_factory=dict)


class SourceOutline(_Frozen):
    """One source of a blueprint, in the order of its `source`."""

    sha256: str
    operations: Mapping[str, OperationOutline] = Field(default_factory=dict)
    schemas: Mapping[str, SchemaOutline] = Field(default_factory=dict)


class Outline(_Frozen):
    """What a blueprint was made from, and how it can be made again.

    `reference` is what was read, as it was given; `licence` was given with it. `overlay` is the file that it was
    compiled with, SHIPPED for the one that came with EnvFarm, or empty for none.
    """

    outline: Literal[1] = 1
    maker: Maker
    reference: str = ""
    licence: str = ""
    overlay: str = ""
    sources: tuple[SourceOutline, ...]


def outlined(blueprint: Blueprint, resource: Resource) -> SourceOutline:
    """Outline a resource: all its operations, and in full what the blueprint's elements point at."""
    pointers = [origin for origin in origins(blueprint).values() if origin.startswith("/")]
    described = resource.description
    operations = {one.id for one in described.operations if _is_used(one.at, pointers)}
    schemas = {name for name, one in described.schemas.items() if _is_used(one.at, pointers)}
    return _outlined(resource, operations, schemas)


def outlined_like(before: SourceOutline, resource: Resource) -> SourceOutline:
    """Outline a resource for comparison with what it was before: in full what was used then."""
    return _outlined(resource, {name for name, one in before.operations.items() if one.is_used}, {*before.schemas})


def origins(blueprint: Blueprint) -> Mapping[str, str]:
    """Return where each element of a blueprint comes from, by its path (`entities.task.fields.title`)."""
    return {path: origin for path, origin in _origins(blueprint) if origin}


def outline_path(blueprint: Path) -> Path:
    """Tell where the outline of a blueprint file lies."""
    return blueprint.with_suffix(".outline.json")


def read_outline(blueprint: Path) -> Outline | None:
    """Read the outline of a blueprint file; None if none was kept. Raises ResourceError if it is none."""
    path = outline_path(blueprint)
    try:
        return Outline.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"])) or "the file"
        raise ResourceError(f"{path}: no outline of a source: {place}: {fault['msg']}; delete it") from error


def outline_text(outline: Outline) -> str:
    """Write an outline as JSON, the same bytes for the same outline."""
    return outline.model_dump_json(indent=1, exclude_defaults=True) + "\n"


def _origins(blueprint: Blueprint) -> Iterator[tuple[str, str]]:
    for name, entity in blueprint.entities.items():
        yield f"entities.{name}", entity.origin
        for column, field in entity.fields.items():
            yield f"entities.{name}.fields.{column}", field.origin
    for name, tool in blueprint.tools.items():
        yield f"tools.{name}", tool.origin
        for key, argument in tool.args.items():
            yield f"tools.{name}.args.{key}", argument.origin


def _is_used(at: str, pointers: Iterable[str]) -> bool:
    return any(one == at or one.startswith(f"{at}/") or at.startswith(f"{one}/") for one in pointers)


def _outlined(resource: Resource, operations: Container[str], schemas: Container[str]) -> SourceOutline:
    described = resource.description
    return SourceOutline(
        sha256=resource.sha256,
        operations={one.id: _operation(described, one, one.id in operations) for one in described.operations},
        schemas={
            name: SchemaOutline(at=one.at, properties=dict(_properties(one.properties)))
            for name, one in described.schemas.items()
            if name in schemas
        },
    )


def _operation(described: Description, one: Operation, is_used: bool) -> OperationOutline:
    call = f"{one.http} {one.path}".strip()
    if not is_used:
        return OperationOutline(at=one.at, call=call)
    body = described.properties(one.request)
    demanded = [name for name, parameter in one.parameters.items() if parameter.is_required]
    return OperationOutline(
        at=one.at,
        call=call,
        is_used=True,
        demands=tuple(sorted({*demanded, *(name for name, shape in body.items() if one.id in shape.required_by)})),
        parameters={name: _value(parameter.shape) for name, parameter in one.parameters.items()},
    )


def _properties(shapes: Mapping[str, Shape], outer: str = "") -> Iterator[tuple[str, ValueOutline]]:
    for name, shape in shapes.items():
        yield f"{outer}{name}", _value(shape)
        yield from _properties(shape.properties, f"{outer}{name}.")


def _value(shape: Shape) -> ValueOutline:
    values = shape.values or (shape.items.values if shape.items else ())
    return ValueOutline(at=shape.at, type=shape.type or shape.ref, values=values)
