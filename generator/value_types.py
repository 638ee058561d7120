"""Types of values: what a column, an argument or an expression holds, and which of them go together."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from envkit.manifest import FieldType
from generator.blueprint import ArgumentPart, EntityPart, FieldPart
from generator.expression import closest

Kind = FieldType | Literal["row", "rows", "gen", "span", "none"]

TEXTS = frozenset({"str", "text", "enum", "state"})
NUMBERS = frozenset({"int", "money", "bool"})
ORDERED = frozenset({"int", "money", "bool", "time", "span", "str", "text", "ref"})


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression gives.

    `entity`: of a row, of rows, or that a ref points at. `values`: of an enum or state, and of text known literally.
    `item`: of a list or a generator (for rows, the row). `span` is a length of time.
    """

    kind: Kind
    entity: str = ""
    optional: bool = False
    values: tuple[str, ...] = ()
    item: Type | None = None

    def __str__(self) -> str:
        """Say it for a message: `row of flight`, `money or None`."""
        of = f" of {self.entity}" if self.entity else f" of {self.item}" if self.item else ""
        shown = f"{self.kind}{of}" if self.kind not in TEXTS or not self.values else " | ".join(map(repr, self.values))
        return f"{shown} or None" if self.optional else shown


BOOL, INT, TIME, SPAN, NONE, STR = (Type("bool"), Type("int"), Type("time"), Type("span"), Type("none"), Type("str"))


def field_type(field: FieldPart | ArgumentPart) -> Type:
    """Give the type of a column's or an argument's value; `many` gives a list of them."""
    values = field.values
    if isinstance(field, FieldPart) and field.type == "state":
        values = state_values(field)
    item = Type("str") if field.type == "list" else None
    one = Type(field.type, field.to, field.optional, values, item)
    if isinstance(field, ArgumentPart) and field.many:
        return Type("list", optional=field.optional, item=replace(one, optional=False))
    return one


def state_values(field: FieldPart) -> tuple[str, ...]:
    """List the values of a state column: the initial one, then those its moves name, in order."""
    reached = [value for source, targets in field.moves.items() for value in (source, *targets)]
    return tuple(dict.fromkeys([*([field.initial] if field.initial else []), *reached]))


def row_columns(entity: EntityPart, name: str) -> Mapping[str, Type]:
    """Give the columns of an entity with their types, `id` first, and the rows its refs lead to (`customer`)."""
    columns = {"id": Type("ref", name)}
    follows = {}
    for column, field in entity.fields.items():
        columns[column] = field_type(field)
        if field.type == "ref" and column.endswith("_id"):
            follows[column.removesuffix("_id")] = Type("row", field.to, field.optional)
    return {**follows, **columns}


def item_type(of: Type) -> Type | None:
    """Give the type of one item of rows, a list or a generator; None for anything else."""
    if of.kind == "rows":
        return Type("row", of.entity)
    return of.item if of.kind in ("list", "gen") else None


def mismatch(want: Type, got: Type) -> str:
    """Say why a value of type `got` cannot be stored where `want` is expected; empty if it can."""
    if got.kind == "none":
        return "" if want.optional else f"expected {want}, got None"
    if want.kind in ("enum", "state"):
        if got.kind not in TEXTS or not got.values:
            return f"expected one of {', '.join(want.values)}, got {got}"
        strange = [value for value in got.values if value not in want.values]
        return f'no value "{strange[0]}"{closest(strange[0], want.values)}' if strange else ""
    if want.kind == "list" and got.kind == "list":
        assert want.item is not None
        return mismatch(want.item, got.item) if got.item else ""
    fits = {
        "str": got.kind in TEXTS | {"ref"},
        "text": got.kind in TEXTS | {"ref"},
        "int": got.kind in ("int", "money"),
        "money": got.kind in ("int", "money"),
        "ref": got.kind == "ref" and got.entity == want.entity,
    }.get(want.kind, got.kind == want.kind)
    return "" if fits else f"expected {want}, got {got}"


def arithmetic(op: ast.operator, left: Type, right: Type) -> Type | None:
    """Give the type of a sum, difference, product, quotient or remainder; None if it has no meaning."""
    kinds = (left.kind, right.kind)
    if kinds[0] in NUMBERS and kinds[1] in NUMBERS:
        return _number(op, *kinds)
    if isinstance(op, ast.Add) and kinds[0] in TEXTS | {"ref"} and kinds[1] in TEXTS | {"ref"}:
        return STR
    if isinstance(op, ast.Add) and kinds == ("list", "list"):
        return left if left.item else right
    rules: Mapping[tuple[type[ast.operator], str, str], Type] = {
        (ast.Add, "time", "span"): TIME,
        (ast.Add, "span", "time"): TIME,
        (ast.Add, "span", "span"): SPAN,
        (ast.Sub, "time", "time"): SPAN,
        (ast.Sub, "time", "span"): TIME,
        (ast.Sub, "span", "span"): SPAN,
        (ast.Mult, "span", "int"): SPAN,
        (ast.Mult, "int", "span"): SPAN,
        (ast.FloorDiv, "span", "int"): SPAN,
        (ast.FloorDiv, "span", "span"): INT,
        (ast.Mod, "span", "span"): SPAN,
    }
    return rules.get((type(op), *kinds))


def _number(op: ast.operator, left: str, right: str) -> Type | None:
    if left == right == "money" and isinstance(op, ast.Mult):
        return None
    if left == right == "money" and isinstance(op, ast.FloorDiv):
        return INT
    return Type("money") if "money" in (left, right) else INT
