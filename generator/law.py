"""A law of a blueprint: an expression over a whole world, asked anew only where what it reads has changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from generator.blueprint import Blueprint
from generator.evaluate import Value, meaning
from generator.expression import names, parse
from generator.tables import Tables


class Law:
    """An invariant or a conserved value, with the answers it gave; worlds that share what it reads share the answer."""

    def __init__(self, blueprint: Blueprint, text: str) -> None:
        tree = parse(text)
        self._meaning = meaning(tree)
        self._reads = tuple(reads(blueprint, tree))
        self._asks_time = "now" in names(tree)
        self._known: dict[object, tuple[Value, int]] = {}

    def ask(self, tables: Tables) -> Value:
        """Evaluate the law; raises as `evaluate` does. Rows that a known answer looked at count as visited."""
        key = (tables.stamps(self._reads), tables.now if self._asks_time else None)
        if key not in self._known:
            before = tables.visits
            value = self._meaning({}, tables)
            self._known[key] = (value, tables.visits - before)
            return value
        value, visits = self._known[key]
        tables.visits += visits
        return value


def reads(blueprint: Blueprint, tree: ast.expr) -> Iterator[tuple[str, str]]:
    """Yield the columns that an expression without names of its own may read, by entity; "" for which rows there are.

    A column counts as read if one of that name, or a ref of which it is the name, is read of any entity led to.
    """
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    entities = [name for name in blueprint.entities if name in names(tree)]
    for entity in entities:  # grows as refs are followed
        yield entity, ""
        for column, field in blueprint.entities[entity].fields.items():
            is_followed = field.type == "ref" and column.removesuffix("_id") in attributes
            if is_followed and field.to not in entities:
                entities.append(field.to)
            if is_followed or column in attributes:
                yield entity, column
