"""The dependencies between tools: whose answers hold the ids that others ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from envkit.manifest import Edge, EntitySpec, ToolSpec


def edges(entities: Sequence[EntitySpec], tools: Sequence[ToolSpec]) -> Iterator[Edge]:
    """Yield an edge for each id in a tool's answer and each argument of another tool that takes such an id."""
    columns = {entity.name: entity for entity in entities}
    consumers: dict[str, list[tuple[str, str]]] = {}
    for tool in tools:
        for argument in tool.arguments:
            if argument.type == "ref":
                consumers.setdefault(argument.to, []).append((tool.name, argument.name))
    for tool in tools:
        for path, entity in _ids(tool, columns):
            for consumer, taken_as in consumers.get(entity, []):
                if consumer != tool.name:
                    yield Edge(producer=tool.name, path=path, consumer=consumer, argument=taken_as)


def _ids(tool: ToolSpec, entities: Mapping[str, EntitySpec]) -> Iterator[tuple[str, str]]:
    """Yield the places in a tool's answer where ids stand, with the entity each points at."""
    if tool.kind == "delete":
        return
    for member in tool.returns:
        if member.type == "ref":
            yield member.name, member.entity
        elif member.type in ("row", "rows"):
            dot = "[]." if member.type == "rows" else "." if member.name else ""
            yield f"{member.name}{dot}id", member.entity
            for field in entities[member.entity].fields:
                if field.type == "ref":
                    yield f"{member.name}{dot}{field.name}", field.to
