"""What each tool answers, member by member."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.blueprint import Blueprint, ToolPart
from generator.expression import parse
from generator.infer import Type, infer, tool_types


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a result."""

    name: str
    of: Type


def members(blueprint: Blueprint, tool: ToolPart) -> Iterator[Member]:
    """List the members of an action's result, generators as what they hold."""
    types = tool_types(blueprint, tool)
    for name, text in tool.returns.items():
        of = infer(parse(text), types, blueprint)
        if of.kind == "gen" and of.item is not None:
            of = Type("rows", of.item.entity) if of.item.kind == "row" else Type("list", item=of.item)
        yield Member(name, of)
