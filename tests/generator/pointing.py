"""What every description must hold, whatever it was read from: pointers that resolve, names that are known."""

from collections.abc import Iterator

from generator.description import Description, Shape
from generator.resource import Resource, resolve


def pointers(description: Description) -> Iterator[str]:
    for operation in description.operations:
        yield operation.at
        for parameter in operation.parameters.values():
            yield from _inside(parameter.shape)
    for schema in description.schemas.values():
        yield schema.at
        for shape in schema.properties.values():
            yield from _inside(shape)


def check(resource: Resource) -> int:
    """Resolve every pointer and look every name up; return how many pointers there are."""
    description = resource.description
    found = [*pointers(description)]
    for at in found:
        resolve(resource.document, at)
    for schema in description.schemas.values():
        for shape in schema.properties.values():
            assert {*_refs(shape)} <= {*description.schemas}, schema.at
    for operation in description.operations:
        assert {operation.request, operation.response} <= {"", *description.schemas}, operation.id
        given = {*operation.parameters, *description.properties(operation.request)}
        assert {*operation.keys} <= given, operation.id
        assert operation.rows in {"", *description.properties(operation.response)}, operation.id
    return len(found)


def _inside(shape: Shape) -> Iterator[str]:
    yield shape.at
    for inner in (*([shape.items] if shape.items else []), *shape.properties.values()):
        yield from _inside(inner)


def _refs(shape: Shape) -> Iterator[str]:
    yield from [shape.ref] if shape.ref else []
    for inner in (*([shape.items] if shape.items else []), *shape.properties.values()):
        yield from _refs(inner)
