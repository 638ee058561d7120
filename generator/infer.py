"""Types of expressions: what kind of value each one gives, and every mistake that shows before it runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce

from generator.blueprint import Blueprint, CreateEffect, EachEffect, Effect, EntityPart, ToolPart, WhenEffect
from generator.expression import ExpressionError, closest, parse
from generator.value_types import (
    BOOL,
    INT,
    NONE,
    NUMBERS,
    ORDERED,
    SPAN,
    TEXTS,
    TIME,
    Kind,
    Type,
    arithmetic,
    field_type,
    item_type,
    mismatch,
    row_columns,
    state_values,
)

__all__ = [
    "Type",
    "each_type",
    "field_type",
    "infer",
    "item_type",
    "mismatch",
    "reads",
    "row_columns",
    "state_values",
    "tool_types",
]


def infer(tree: ast.expr, names: Mapping[str, Type], blueprint: Blueprint) -> Type:
    """Give the type of an expression over `names`; the entities and `now` need not be among them.

    ExpressionError for an unknown name or column, and for operands that do not go together. A possibly missing value
    may be used where a present one is asked: guards decide that when the expression runs.
    """
    return _Inference(blueprint.entities, names).type_of(tree)


def tool_types(blueprint: Blueprint, tool: ToolPart) -> Mapping[str, Type]:
    """Give the names an action's `require`, `do` and `return` may use: arguments, lets, rows created, `each` rows.

    A name bound inside `when` or `each` is listed too. ExpressionError as soon as one cannot be typed.
    """
    known = {name: field_type(argument) for name, argument in tool.args.items()}
    for name, text in tool.let.items():
        known[name] = infer(parse(text), known, blueprint)
    _bind_effects(blueprint, tool.do, known)
    return known


def each_type(blueprint: Blueprint, effect: EachEffect, known: Mapping[str, Type]) -> Type:
    """Give the type of the name an `each` binds; ExpressionError unless `in` is a list of rows or values."""
    over = infer(parse(effect.over), known, blueprint)
    item = item_type(over)
    if item is None:
        raise ExpressionError(f"each goes over rows or a list, not {over}")
    return item


def reads(tree: ast.expr, names: Mapping[str, Type], blueprint: Blueprint) -> frozenset[str]:
    """Name the entities whose rows an expression looks at, through tables, subscripts and refs."""
    inference = _Inference(blueprint.entities, names)
    inference.type_of(tree)
    return frozenset(inference.reads)


def _bind_effects(blueprint: Blueprint, effects: Iterable[Effect], known: dict[str, Type]) -> None:
    for effect in effects:
        match effect:
            case CreateEffect(create=entity, name=name) if name:
                known[name] = Type("row", entity)
            case WhenEffect(do=do, otherwise=otherwise):
                _bind_effects(blueprint, [*do, *otherwise], known)
            case EachEffect(each=name, do=do):
                known[name] = each_type(blueprint, effect, known)
                _bind_effects(blueprint, do, known)
            case _:
                pass


class _Inference:
    """One walk over a tree, collecting the entities it reads."""

    def __init__(self, entities: Mapping[str, EntityPart], names: Mapping[str, Type]) -> None:
        self.entities = entities
        self.names = names
        self.reads: set[str] = set()

    def type_of(self, node: ast.expr) -> Type:
        rules: Mapping[type[ast.expr], Callable[..., Type]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Call: self._call,
            ast.BoolOp: self._bool_op,
            ast.UnaryOp: self._unary_op,
            ast.BinOp: self._bin_op,
            ast.Compare: self._compare,
            ast.IfExp: self._if_exp,
            ast.Tuple: self._display,
            ast.List: self._display,
            ast.GeneratorExp: self._comprehension,
            ast.ListComp: self._comprehension,
        }
        return rules[type(node)](node)

    def condition(self, node: ast.expr) -> None:
        got = self.type_of(node)
        if got.kind != "bool":
            raise _error(f"a condition is wanted here, not {got}; compare it with something", node)

    def _constant(self, node: ast.Constant) -> Type:
        match node.value:
            case None:
                return NONE
            case bool():
                return BOOL
            case int():
                return INT
            case _:
                return Type("str", values=(str(node.value),))

    def _name(self, node: ast.Name) -> Type:
        if node.id == "now":
            return TIME
        if node.id in self.names:
            return self.names[node.id]
        if node.id in self.entities:
            raise _error(f'"{node.id}" is an entity; loop over it, or name one row with {node.id}[id]', node)
        raise _error(f'no name "{node.id}"{closest(node.id, [*self.names, *self.entities, "now"])}', node)

    def _table(self, node: ast.expr) -> str:
        """Name the entity that stands where rows are wanted; a row of the same name does not hide it."""
        if not isinstance(node, ast.Name) or node.id not in self.entities:
            return ""
        bound = self.names.get(node.id)
        return node.id if bound is None or item_type(bound) is None else ""

    def _attribute(self, node: ast.Attribute) -> Type:
        of = self.type_of(node.value)
        if of.kind != "row":
            raise _error(f'only rows have columns; ".{node.attr}" follows {of}', node)
        if of.entity not in self.entities:
            raise _error(f'no entity "{of.entity}"{closest(of.entity, [*self.entities])}', node)
        columns = row_columns(self.entities[of.entity], of.entity)
        if node.attr not in columns:
            raise _error(f'{of.entity} has no column "{node.attr}"{closest(node.attr, [*columns])}', node)
        found = columns[node.attr]
        self.reads.add(of.entity)
        if found.kind == "row":
            self.reads.add(found.entity)
        return found

    def _subscript(self, node: ast.Subscript) -> Type:
        entity = self._table(node.value)
        if not entity:
            shown = ast.unparse(node.value)
            raise _error(f'no entity "{shown}"{closest(shown, [*self.entities])}', node)
        self.reads.add(entity)
        key = self.type_of(node.slice)
        one = key.item if key.kind == "list" and key.item else key
        if one.kind not in ("ref", "str") or (one.kind == "ref" and one.entity != entity):
            raise _error(f"{entity}[...] takes an id of {entity} or a list of them, not {key}", node)
        return Type("row" if one is key else "rows", entity)

    def _call(self, node: ast.Call) -> Type:
        assert isinstance(node.func, ast.Name)
        function = node.func.id
        if function in ("min", "max") and len(node.args) > 1:
            found = reduce(lambda one, two: self._join(one, two, node), map(self.type_of, node.args))
            return self._ordered(found, node)
        argument = node.args[0]
        of = Type("rows", self._table(argument)) if self._table(argument) else self.type_of(argument)
        if of.kind == "rows" and self._table(argument):
            self.reads.add(of.entity)
        if function in ("hours", "days", "minutes"):
            if of.kind not in ("int", "money"):
                raise _error(f"{function}() takes a whole number, not {of}", node)
            return SPAN
        if function == "abs":
            if of.kind not in ("int", "money", "span"):
                raise _error(f"abs() takes a number, not {of}", node)
            return replace(of, optional=False)
        return self._aggregate(function, of, node)

    def _aggregate(self, function: str, of: Type, node: ast.Call) -> Type:
        if function == "len" and of.kind in TEXTS:
            return INT
        item = item_type(of)
        if item is None:
            raise _error(f"{function}() takes rows, a list or a comprehension, not {of}", node)
        if function == "len":
            return INT
        if function in ("any", "all"):
            if item.kind != "bool":
                raise _error(f"{function}() takes conditions, not {item}", node)
            return BOOL
        if function == "sum":
            if item.kind not in NUMBERS:
                raise _error(f"sum() adds numbers, not {item}", node)
            return Type("money") if item.kind == "money" else INT
        ordered = self._ordered(item, node)
        return Type("list", item=ordered) if function == "sorted" else ordered

    def _ordered(self, of: Type, node: ast.expr) -> Type:
        if of.kind not in ORDERED:
            raise _error(f"{of} has no order", node)
        return replace(of, optional=False)

    def _bool_op(self, node: ast.BoolOp) -> Type:
        types = [self.type_of(value) for value in node.values]
        if all(one.kind == "bool" for one in types):
            return Type("bool", optional=types[-1].optional)
        if isinstance(node.op, ast.And) or any(not one.optional and one.kind != "none" for one in types[:-1]):
            wrong = next(i for i, one in enumerate(types) if one.kind != "bool")
            raise _error(f"a condition is wanted here, not {types[wrong]}", node.values[wrong])
        present = [replace(one, optional=False) for one in types[:-1] if one.kind != "none"]
        return reduce(lambda one, two: self._join(one, two, node), [*present, types[-1]])

    def _unary_op(self, node: ast.UnaryOp) -> Type:
        if isinstance(node.op, ast.Not):
            self.condition(node.operand)
            return BOOL
        of = self.type_of(node.operand)
        if of.kind not in ("int", "money", "span"):
            raise _error(f"- stands before a number, not {of}", node)
        return replace(of, optional=False)

    def _bin_op(self, node: ast.BinOp) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if any(isinstance(side, ast.Tuple) for side in (node.left, node.right)):
            raise _error("a tuple is only for membership; write a list, as [value]", node)
        found = arithmetic(node.op, left, right)
        if found is None:
            sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Mod: "%"}[type(node.op)]
            raise _error(f"{left} {sign} {right} has no meaning", node)
        return found

    def _compare(self, node: ast.Compare) -> Type:
        left, left_type = node.left, self.type_of(node.left)
        for op, right in zip(node.ops, node.comparators, strict=True):
            is_table = isinstance(op, ast.In | ast.NotIn) and self._table(right)
            right_type = Type("rows", self._table(right)) if is_table else self.type_of(right)
            if isinstance(op, ast.In | ast.NotIn):
                self._check_membership(left_type, right_type, right)
            elif isinstance(op, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
                self._check_equality(left_type, right_type, right)
            else:
                for one in (left_type, right_type):
                    if one.kind not in ORDERED:
                        raise _error(f"{one} has no order", left)
                self._check_equality(left_type, right_type, right)
            left, left_type = right, right_type
        return BOOL

    def _check_equality(self, left: Type, right: Type, node: ast.expr) -> None:
        if "none" in (left.kind, right.kind):
            other = right if left.kind == "none" else left
            if not other.optional and other.kind != "none":
                raise _error(f"{other} is never None", node)
            return
        if left.kind in ("row", "rows", "gen") or right.kind in ("row", "rows", "gen"):
            raise _error("rows are compared by id", node)
        if left.kind in TEXTS and right.kind in TEXTS:
            self._check_values(left, right, node)
            return
        fits = (
            left.kind == right.kind
            or (left.kind in ("int", "money") and right.kind in ("int", "money"))
            or ({left.kind, right.kind} <= {"ref", "str", "text"})
        )
        if left.kind == right.kind == "ref" and left.entity != right.entity:
            fits = False
        if not fits:
            raise _error(f"{left} cannot be compared with {right}", node)

    def _check_values(self, left: Type, right: Type, node: ast.expr) -> None:
        for closed, literal in ((left, right), (right, left)):
            if closed.kind in ("enum", "state") and literal.values:
                strange = [value for value in literal.values if value not in closed.values]
                if strange and (literal.kind == "str" or len(strange) == len(literal.values)):
                    known = ", ".join(closed.values)
                    raise _error(f'"{strange[0]}" is not one of {known}{closest(strange[0], closed.values)}', node)

    def _check_membership(self, left: Type, right: Type, node: ast.expr) -> None:
        if left.kind in TEXTS and right.kind in ("str", "text"):
            return
        if right.kind == "rows":
            raise _error("rows are compared by id; use [x.id for x in ...]", node)
        if right.kind != "list":
            raise _error(f"in takes a tuple or a list, not {right}", node)
        if right.item is not None:
            self._check_equality(left, right.item, node)

    def _if_exp(self, node: ast.IfExp) -> Type:
        self.condition(node.test)
        return self._join(self.type_of(node.body), self.type_of(node.orelse), node)

    def _display(self, node: ast.Tuple | ast.List) -> Type:
        if not node.elts:
            return Type("list")
        item = reduce(lambda one, two: self._join(one, two, node), map(self.type_of, node.elts))
        return Type("rows", item.entity) if item.kind == "row" else Type("list", item=item)

    def _comprehension(self, node: ast.GeneratorExp | ast.ListComp) -> Type:
        bound = dict(self.names)
        inner = _Inference(self.entities, bound)
        inner.reads = self.reads
        for part in node.generators:
            assert isinstance(part.target, ast.Name)
            entity = inner._table(part.iter)
            over = Type("rows", entity) if entity else inner.type_of(part.iter)
            item = item_type(over)
            if item is None:
                raise _error(f"a comprehension goes over an entity or a list, not {over}", part.iter)
            if entity:
                self.reads.add(entity)
            bound[part.target.id] = item
            for condition in part.ifs:
                inner.condition(condition)
        item = inner.type_of(node.elt)
        if isinstance(node, ast.GeneratorExp):
            return Type("gen", item=item)
        return Type("rows", item.entity) if item.kind == "row" else Type("list", item=item)

    def _join(self, one: Type, two: Type, node: ast.expr) -> Type:
        """Give the type of a value that is one or the other; ExpressionError if they have nothing in common."""
        optional = one.optional or two.optional or "none" in (one.kind, two.kind)
        if one.kind == "none" or two.kind == "none":
            return replace(two if one.kind == "none" else one, optional=two.kind != "none" or one.kind != "none")
        if one.kind in TEXTS and two.kind in TEXTS:
            known = one.values and two.values
            values = tuple(dict.fromkeys([*one.values, *two.values])) if known else ()
            kind: Kind = one.kind if one.kind == two.kind else "str"
            return Type(kind, optional=optional, values=values)
        if {one.kind, two.kind} == {"int", "money"}:
            return Type("money", optional=optional)
        if one.kind == two.kind == "list" and (one.item is None or two.item is None):
            return one if one.item else two
        if (one.kind, one.entity) != (two.kind, two.entity):
            raise _error(f"either {one} or {two}: both must be of one type", node)
        return replace(one, optional=optional)


def _error(problem: str, node: ast.expr) -> ExpressionError:
    return ExpressionError(problem, node.col_offset + 1)
