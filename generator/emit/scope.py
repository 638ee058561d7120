"""What the names of an expression stand for in the emitted code."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from generator.blueprint import Blueprint
from generator.emit.facts import facts
from generator.emit.words import KIT_FUNCTIONS
from generator.infer import Type, infer, item_type


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean where an expression stands.

    `locals`: the Python name of each blueprint name. `lookups`: locals already bound to a row that a ref leads to, by
    the dump of the expression. `present`: dumps of expressions that are not None here. `shadowed`: functions whose
    bare names mean something else here.
    """

    blueprint: Blueprint
    classes: Mapping[str, str]
    world: str = "world"
    locals: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, Type] = field(default_factory=dict)
    lookups: Mapping[str, str] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    shadowed: frozenset[str] = frozenset()

    def bind(self, name: str, python: str, of: Type) -> Scope:
        """Add a name; what was known of another thing of that name is forgotten."""
        mark = f"Name(id={name!r}, "
        return replace(
            self,
            locals={**self.locals, name: python},
            types={**self.types, name: of},
            lookups={key: local for key, local in self.lookups.items() if mark not in key and local != python},
            present=frozenset(key for key in self.present if mark not in key),
        )

    def knowing(self, condition: ast.expr, *, holds: bool) -> Scope:
        """Add what `condition` being true (or false) says about missing values."""
        return replace(self, present=self.present | facts(condition, holds=holds))

    def type_of(self, node: ast.expr) -> Type:
        """Give the type of a blueprint expression."""
        return infer(node, self.types, self.blueprint)

    def table(self, node: ast.expr) -> str:
        """Name the entity whose whole table `node` stands for, or nothing."""
        if not isinstance(node, ast.Name) or node.id not in self.blueprint.entities:
            return ""
        bound = self.types.get(node.id)
        return node.id if bound is None or item_type(bound) is None else ""

    def method(self, name: str, entity: str, *args: ast.expr, **equals: ast.expr) -> ast.Call:
        """Write a call of the world that takes a row class."""
        keywords = [ast.keyword(column, value) for column, value in equals.items()]
        return ast.Call(self.of_world(name), [ast.Name(self.classes[entity]), *args], keywords)

    def of_world(self, name: str) -> ast.Attribute:
        """Write an attribute of the world."""
        return ast.Attribute(ast.Name(self.world), name)

    def function(self, name: str) -> ast.expr:
        """Write a function's name, with its module where something else bears the name."""
        if name not in self.shadowed and name not in self.locals.values():
            return ast.Name(name)
        return ast.Attribute(ast.Name("envkit" if name in KIT_FUNCTIONS else "builtins"), name)
