"""From a blueprint's expressions to the Python of an emitted server."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from generator.emit.facts import is_path
from generator.emit.logic import conjunction, conjuncts, may_fail, negated
from generator.emit.scope import Scope
from generator.expression import names, parse_message
from generator.infer import Type, item_type

_SPANS = frozenset({"hours", "days", "minutes"})
_MIRROR: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.Eq(), ast.NotEq: ast.NotEq(), ast.Lt: ast.Gt(), ast.Gt: ast.Lt(), ast.LtE: ast.GtE(),
    ast.GtE: ast.LtE(),
}  # fmt: skip
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def translate(node: ast.expr, scope: Scope) -> ast.expr:
    """Write a blueprint expression as Python over `world` and the scope's locals."""
    match node:
        case ast.Constant():
            return node
        case ast.Name(id="now") if "now" not in scope.locals:
            return scope.of_world("now")
        case ast.Name(id=name):
            return ast.Name(scope.locals[name])
        case ast.Attribute():
            return _attribute(node, scope)
        case ast.Subscript(value=ast.Name(id=entity), slice=key):
            is_many = item_type(scope.type_of(key)) is not None
            return scope.method("many" if is_many else "get", entity, present(key, scope))
        case ast.Call(func=ast.Name(id=name), args=args):
            return ast.Call(scope.function(name), [_argument(argument, name, scope) for argument in args], [])
        case ast.GeneratorExp():
            return _comprehension(node, scope, ast.GeneratorExp)
        case ast.ListComp():
            return _comprehension(node, scope, ast.ListComp)
        case ast.Tuple(elts=elts):
            return ast.Tuple([translate(item, scope) for item in elts])
        case ast.List(elts=elts):
            return ast.List([translate(item, scope) for item in elts])
        case _:
            return _operation(node, scope)


def present(node: ast.expr, scope: Scope) -> ast.expr:
    """Write an expression whose value is needed: one that may be None is asserted not to be."""
    if _follows(node, scope):
        return _follow(node, scope, is_needed=True)
    written = translate(node, scope)
    is_sure = not scope.type_of(node).optional or (ast.dump(node) in scope.present and is_path(written))
    return written if is_sure else ast.Call(scope.function("known"), [written], [])


def materialised(node: ast.expr, scope: Scope) -> ast.expr:
    """Write an expression, a generator as a list."""
    if isinstance(node, ast.GeneratorExp):
        return _comprehension(node, scope, ast.ListComp)
    return translate(node, scope)


def message(text: str, scope: Scope) -> ast.expr:
    """Write a sentence with {holes} as a string or an f-string."""
    parts: list[ast.expr] = []
    for part in parse_message(text):
        if isinstance(part, str):
            parts.append(ast.Constant(part))
            continue
        of = scope.type_of(part)
        spec = ast.JoinedStr([ast.Constant(_TIME_FORMAT)]) if of.kind == "time" and not of.optional else None
        parts.append(ast.FormattedValue(translate(part, scope), -1, spec))
    if any(isinstance(part, ast.FormattedValue) for part in parts):
        return ast.JoinedStr(parts)
    return ast.Constant("".join(str(part.value) for part in parts if isinstance(part, ast.Constant)))


def _follows(node: ast.expr, scope: Scope) -> bool:
    """Say whether an expression leads through a ref to a row."""
    if not isinstance(node, ast.Attribute):
        return False
    entity = scope.type_of(node.value).entity
    return node.attr not in scope.blueprint.entities[entity].fields and node.attr != "id"


def _attribute(node: ast.Attribute, scope: Scope) -> ast.expr:
    if _follows(node, scope):
        return _follow(node, scope, is_needed=False)
    return ast.Attribute(present(node.value, scope), node.attr)


def _follow(node: ast.expr, scope: Scope, *, is_needed: bool) -> ast.expr:
    assert isinstance(node, ast.Attribute)
    of = scope.type_of(node)
    bound = scope.lookups.get(ast.dump(node))
    key = ast.Attribute(node.value, f"{node.attr}_id", ast.Load())
    if bound is not None:
        is_sure = not of.optional or not is_needed or ast.dump(node) in scope.present
        return ast.Name(bound) if is_sure else ast.Call(scope.function("known"), [ast.Name(bound)], [])
    if of.optional and not is_needed:
        return scope.method("find", of.entity, translate(key, scope))
    return scope.method("get", of.entity, present(key, scope))


def _argument(node: ast.expr, function: str, scope: Scope) -> ast.expr:
    """Write the argument of a function; one that goes over rows or values takes them without a list between."""
    if function in _SPANS or function == "abs":
        return present(node, scope)
    if not isinstance(node, ast.GeneratorExp | ast.ListComp):
        entity = scope.table(node)
        return scope.method("all", entity) if entity else present(node, scope)
    return _comprehension(node, scope, ast.ListComp if function == "len" else ast.GeneratorExp)


def _comprehension(
    node: ast.GeneratorExp | ast.ListComp, scope: Scope, form: type[ast.GeneratorExp] | type[ast.ListComp]
) -> ast.expr:
    """Write a comprehension; equalities on an entity's own columns become conditions of `world.all`."""
    loops: list[_Loop] = []
    follows: list[_Follow] = []
    for part in node.generators:
        assert isinstance(part.target, ast.Name)
        entity = scope.table(part.iter)
        python = _free(_short_name(part.target.id, entity), part.target.id, scope)
        loop = _Loop(
            part.target.id, python, entity, ast.Constant(None) if entity else present(part.iter, scope), {}, []
        )
        scope = scope.bind(loop.name, python, _item_type(part.iter, entity, scope))
        loops.append(loop)
        follows += _repeated_follows(node, loop, scope, follows)
        for condition in (each for clause in part.ifs for each in conjuncts(clause)):
            scope = _bind_follows(follows, ast.dump(condition), loops, scope)
            if not any(_pushed(condition, loops, at, scope) for at in range(len(loops))):
                loops[-1].conditions.append(translate(condition, scope))
                scope = scope.knowing(condition, holds=True)
    scope = _bind_follows(follows, ast.dump(node.elt), loops, scope)
    clauses = [_clause(each, scope) for each in loops]
    only = clauses[0]
    is_same = isinstance(node.elt, ast.Name) and node.elt.id == loops[0].name
    if len(clauses) == 1 and is_same and not only.ifs and (loops[0].entity or form is ast.GeneratorExp):
        return only.iter
    return form(translate(node.elt, scope), clauses)


@dataclass(frozen=True, slots=True)
class _Loop:
    """One `for` of a comprehension: the blueprint's name and the Python one, and what it goes over."""

    name: str
    python: str
    entity: str
    over: ast.expr
    equals: dict[str, ast.expr]
    conditions: list[ast.expr]


@dataclass(frozen=True, slots=True)
class _Follow:
    """A ref that a comprehension follows more than once, looked up in a `for` of its own."""

    key: str
    loop: _Loop


def _repeated_follows(
    node: ast.GeneratorExp | ast.ListComp, loop: _Loop, scope: Scope, earlier: Sequence[_Follow]
) -> Iterator[_Follow]:
    whole, found = ast.dump(node), set[str]()
    for each in ast.walk(node):
        match each:
            case ast.Attribute(value=ast.Name(id=name), attr=ref) if name == loop.name and _follows(each, scope):
                key = ast.dump(each)
                if scope.type_of(each).optional or key in scope.lookups or key in found or whole.count(key) < 2:
                    continue
                found.add(key)
                python = _free(f"{loop.python}_{ref}" if len(node.generators) > 1 else ref, key, scope)
                if all(follow.loop.python != python for follow in earlier):
                    yield _Follow(key, _Loop(key, python, "", ast.List([_follow(each, scope, is_needed=True)]), {}, []))
            case _:
                pass


def _bind_follows(follows: list[_Follow], used_in: str, loops: list[_Loop], scope: Scope) -> Scope:
    """Look up, in a loop each, the refs that the next part of a comprehension follows."""
    for follow in [each for each in follows if each.key in used_in]:
        follows.remove(follow)
        loops.append(follow.loop)
        python = follow.loop.python
        locals_and_it = {**scope.locals, follow.key: python}
        scope = replace(scope, lookups={**scope.lookups, follow.key: python}, locals=locals_and_it)
    return scope


def _item_type(node: ast.expr, entity: str, scope: Scope) -> Type:
    found = Type("row", entity) if entity else item_type(scope.type_of(node))
    assert found is not None, ast.dump(node)
    return found


def _free(python: str, name: str, scope: Scope) -> str:
    """Choose a variable that hides no other: the blueprint's own `name` may be bound anew."""
    taken = {local for known, local in scope.locals.items() if known != name}
    return python if python not in taken else _free(f"other_{python}", name, scope)


def _short_name(name: str, entity: str) -> str:
    # E741: these three look like digits.
    return (entity.split("_")[-1] or "item") if name in ("l", "O", "I") else name


def _clause(loop: _Loop, scope: Scope) -> ast.comprehension:
    over = scope.method("all", loop.entity, **loop.equals) if loop.entity else loop.over
    ifs = [conjunction(loop.conditions)] if loop.conditions else []
    return ast.comprehension(ast.Name(loop.python), over, ifs, 0)


def _pushed(condition: ast.expr, loops: Sequence[_Loop], at: int, scope: Scope) -> bool:
    """Move `row.column == value` into the loop over the row's table, if the value is known before that loop."""
    loop = loops[at]
    found = _equality(condition, loop.name)
    if not loop.entity or any(later.name == loop.name for later in loops[at + 1 :]) or found is None:
        return False
    column, value = found
    fields = scope.blueprint.entities[loop.entity].fields
    is_column = column == "id" or column in fields
    is_known = names(value).isdisjoint(later.name for later in loops[at:])
    if not is_column or not is_known or column in loop.equals:
        return False
    written = translate(value, scope)
    if may_fail(written):
        return False
    loop.equals[column] = written
    return True


def _equality(condition: ast.expr, row: str) -> tuple[str, ast.expr] | None:
    match condition:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            for one, other in ((left, right), (right, left)):
                match one:
                    case ast.Attribute(value=ast.Name(id=name), attr=column) if name == row:
                        return column, other
                    case _:
                        pass
        case ast.Attribute(value=ast.Name(id=name), attr=column) if name == row:
            return column, ast.Constant(True)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Attribute(value=ast.Name(id=name), attr=column)) if name == row:
            return column, ast.Constant(False)
        case _:
            pass
    return None


def _operation(node: ast.expr, scope: Scope) -> ast.expr:
    match node:
        case ast.BoolOp(op=op, values=values):
            written = []
            for value in values:
                written.append(translate(value, scope))
                scope = scope.knowing(value, holds=isinstance(op, ast.And))
            return ast.BoolOp(op, written)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return negated(translate(operand, scope))
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, present(operand, scope))
        case ast.BinOp(left=left, op=op, right=right):
            return _arithmetic(present(left, scope), op, present(right, scope))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return ast.IfExp(
                translate(test, scope),
                translate(body, scope.knowing(test, holds=True)),
                translate(orelse, scope.knowing(test, holds=False)),
            )
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(left, op, right, scope)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return ast.Compare(present(left, scope), ops, [present(each, scope) for each in comparators])
        case _:
            raise AssertionError(f"{type(node).__name__} is not part of the language")


def _arithmetic(left: ast.expr, op: ast.operator, right: ast.expr) -> ast.expr:
    if not isinstance(left, ast.List) and not isinstance(right, ast.List):
        return ast.BinOp(left, op, right)
    # RUF005: a list display spreads its neighbour instead of being added to it.
    parts = [side.elts if isinstance(side, ast.List) else [ast.Starred(side)] for side in (left, right)]
    return ast.List([item for part in parts for item in part])


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, scope: Scope) -> ast.expr:
    """Write a comparison of two values as ruff wants it: no constant first, None by `is`, no comparison with True."""
    if isinstance(left, ast.Constant) and not isinstance(right, ast.Constant) and type(op) in _MIRROR:
        left, op, right = right, _MIRROR[type(op)], left
    is_equality = isinstance(op, ast.Eq | ast.NotEq | ast.Is | ast.IsNot)
    if is_equality and isinstance(right, ast.Constant) and right.value is None:
        if _follows(left, scope) and ast.dump(left) not in scope.lookups:
            assert isinstance(left, ast.Attribute)
            left = ast.Attribute(left.value, f"{left.attr}_id", ast.Load())
        test = ast.Is() if isinstance(op, ast.Eq | ast.Is) else ast.IsNot()
        return ast.Compare(translate(left, scope), [test], [right])
    if is_equality and isinstance(right, ast.Constant) and isinstance(right.value, bool):
        if not scope.type_of(left).optional:
            written = translate(left, scope)
            return written if right.value is isinstance(op, ast.Eq) else negated(written)
        return ast.Compare(translate(left, scope), [ast.Is() if isinstance(op, ast.Eq) else ast.IsNot()], [right])
    if is_equality:
        return ast.Compare(translate(left, scope), [op], [translate(right, scope)])
    if isinstance(op, ast.In | ast.NotIn):
        return ast.Compare(translate(left, scope), [op], [present(right, scope)])
    return ast.Compare(present(left, scope), [op], [present(right, scope)])
