"""Operators on expressions: comparisons, sums, and/or, constants, enum values, branches and names."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from registry.mutants.calls import WORLD, expressions, world_call
from registry.mutants.mutant import Change, Operator

_COMPARISONS: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_SUMS: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
_FOLDS: Mapping[str, str] = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True, slots=True)
class Words:
    """The values of the environment's enums: for each value, another of the same enum."""

    others: Mapping[str, str]

    @classmethod
    def of(cls, enums: Sequence[Sequence[str]]) -> Words:
        """Pair each value with the next one of the first enum that has it."""
        others: dict[str, str] = {}
        for values in enums:
            for place, value in enumerate(values):
                if len(values) > 1:
                    others.setdefault(value, values[(place + 1) % len(values)])
        return cls(others)


def in_expressions(function: ast.FunctionDef, words: Words) -> Iterator[Change]:
    """Yield every change to an expression of a tool, expression by expression."""
    parameters = _alike(function)
    for node in expressions(function):
        match node:
            case ast.Compare():
                yield from _relational(node)
            case ast.BinOp():
                yield from _arithmetic(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                yield Change("arithmetic", node, operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield Change("logical", node, operand)
            case ast.BoolOp():
                yield from _logical(node)
            case ast.Constant():
                yield from _constant(node, words)
            case ast.IfExp():
                yield from _branch(node)
            case ast.Call(func=ast.Name(id=name)) if name in _FOLDS and node.args:
                operator: Operator = "logical" if name in ("any", "all") else "arithmetic"
                yield Change(operator, node.func, ast.Name(_FOLDS[name], ast.Load()))
            case ast.Name(id=name, ctx=ast.Load()) if name in parameters:
                yield Change("wrong_argument", node, ast.Name(parameters[name], ast.Load()))
            case ast.Attribute(value=ast.Name(id=name), attr="now") if name == WORLD:
                yield Change("wall_clock", node, _machine_time())
            case _:
                yield from _whole_table(node)


def _relational(node: ast.Compare) -> Iterator[Change]:
    for place, op in enumerate(node.ops):
        for other in _COMPARISONS[type(op)]:
            ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield Change("relational", node, ast.Compare(node.left, ops, node.comparators))


def _arithmetic(node: ast.BinOp) -> Iterator[Change]:
    other = _SUMS.get(type(node.op))
    if other is not None:
        yield Change("arithmetic", node, ast.BinOp(node.left, other(), node.right))


def _logical(node: ast.BoolOp) -> Iterator[Change]:
    yield Change("logical", node, ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values))
    for dropped in range(len(node.values)):
        rest = [value for place, value in enumerate(node.values) if place != dropped]
        yield Change("logical", node, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))


def _constant(node: ast.Constant, words: Words) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield Change("constant", node, ast.Constant(not value))
    elif isinstance(value, int):
        yield Change("constant", node, ast.Constant(value + 1))
        yield Change("constant", node, ast.Constant(value - 1))
    elif isinstance(value, str) and value in words.others:
        yield Change("enum_swap", node, ast.Constant(words.others[value]))


def _branch(node: ast.IfExp) -> Iterator[Change]:
    yield Change("branch", node, ast.IfExp(node.test, node.orelse, node.body))
    yield Change("branch", node, node.body)
    yield Change("branch", node, node.orelse)


def _whole_table(node: ast.expr) -> Iterator[Change]:
    """Look rows up without their `not_found`, and read tables or lists without a condition."""
    call = world_call(node, "get", "many", "all")
    if call is not None and isinstance(call.func, ast.Attribute):
        name = call.func.attr
        if name == "get":
            yield Change("drop_not_found", node, ast.Call(_of_world("find"), call.args, []))
            yield Change("wrong_row", node, _first_of(call))
        elif name == "many":
            yield Change("drop_not_found", node, _those_there_are(call))
        for place in range(len(call.keywords)):
            rest = [*call.keywords[:place], *call.keywords[place + 1 :]]
            yield Change("filter", node, ast.Call(call.func, call.args, rest))
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        for at, loop in enumerate(node.generators):
            for place in range(len(loop.ifs)):
                ifs = [*loop.ifs[:place], *loop.ifs[place + 1 :]]
                less = ast.comprehension(loop.target, loop.iter, ifs, 0)
                loops = [*node.generators[:at], less, *node.generators[at + 1 :]]
                yield Change("filter", node, type(node)(node.elt, loops))


def _of_world(name: str) -> ast.Attribute:
    return ast.Attribute(ast.Name(WORLD, ast.Load()), name, ast.Load())


def _first_of(call: ast.Call) -> ast.expr:
    """Write the first row of the table, once the row asked for is there: `(world.get(K, x), world.all(K)[0])[1]`."""
    first = ast.Subscript(ast.Call(_of_world("all"), call.args[:1], []), ast.Constant(0), ast.Load())
    return ast.Subscript(ast.Tuple([call, first], ast.Load()), ast.Constant(1), ast.Load())


def _those_there_are(call: ast.Call) -> ast.expr:
    """Write `[row for row_id in dict.fromkeys(ids) for row in [world.find(K, row_id)] if row]`."""
    return ast.parse(
        f"[row for row_id in dict.fromkeys({ast.unparse(call.args[1])})"
        f" for row in [world.find({ast.unparse(call.args[0])}, row_id)] if row is not None]",
        mode="eval",
    ).body


def _machine_time() -> ast.expr:
    return ast.parse("__import__('datetime').datetime.now(__import__('datetime').timezone.utc)", mode="eval").body


def _alike(function: ast.FunctionDef) -> Mapping[str, str]:
    """Pair each parameter with the next one of the same type, if there is one."""
    kinds: dict[str, list[str]] = {}
    for each in function.args.args[1:]:
        assert each.annotation is not None
        kinds.setdefault(_type_of(each.annotation), []).append(each.arg)
    return {
        name: names[(place + 1) % len(names)]
        for names in kinds.values()
        if len(names) > 1
        for place, name in enumerate(names)
    }


def _type_of(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        assert isinstance(annotation.slice, ast.Tuple)
        return _type_of(annotation.slice.elts[0])
    # An id is a str, however its type is named.
    name = ast.unparse(annotation)
    return "str" if name.endswith("Id") else name
