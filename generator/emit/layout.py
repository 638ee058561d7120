"""Expressions as text: breaks lines exactly where `ruff format` breaks them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from functools import partial

from generator.emit.printer import WIDTH, Broken, Doc, Group, Indent, Line, Words, on_one_line, render

_SOFT, _SPACE = Line(""), Line()

_BINARY: dict[type[ast.AST], tuple[str, int]] = {
    ast.Or: ("or", 1), ast.And: ("and", 2), ast.In: ("in", 4), ast.NotIn: ("not in", 4), ast.Is: ("is", 4),
    ast.IsNot: ("is not", 4), ast.Lt: ("<", 4), ast.LtE: ("<=", 4), ast.Gt: (">", 4), ast.GtE: (">=", 4),
    ast.Eq: ("==", 4), ast.NotEq: ("!=", 4), ast.BitOr: ("|", 5), ast.Add: ("+", 6), ast.Sub: ("-", 6),
    ast.Mult: ("*", 7), ast.FloorDiv: ("//", 7), ast.Mod: ("%", 7),
}  # fmt: skip
_CONDITIONAL, _NOT, _SIGN, _ATOM = 0, 3, 8, 9


def text(node: ast.expr) -> str:
    """Write an expression on one line."""
    return on_one_line(_doc(node, is_open=False))


def statement(head: str, node: ast.expr, tail: str = "", *, indent: int = 0) -> str:
    """Write `head` + expression + `tail` at an indentation in columns, over as many lines as it needs.

    `head` is what stands before the expression (`total = `, `return `, `if `), `tail` what follows (`:`).
    """
    line = " " * indent + head + text(node) + tail
    if len(line) <= WIDTH:
        return line
    open_lines = render((head, _doc(node, is_open=False), tail), indent)
    if not _is_splittable(node):
        return open_lines
    if _may_stay_open(node) and all(len(part) <= WIDTH for part in open_lines.splitlines()):
        return open_lines
    return render((head, "(", Indent(("\n", Group(_doc(node, is_open=True)))), "\n", ")", tail), indent)


def quote(value: str) -> str:
    """Write a string literal the way ruff does: double quotes unless that costs escapes."""
    body = json.dumps(value, ensure_ascii=False)[1:-1].replace("\x7f", "\\x7f")
    if '\\"' in body and "'" not in body:
        return "'" + body.replace('\\"', '"') + "'"
    return f'"{body}"'


def _doc(node: ast.expr, *, is_open: bool) -> Doc:
    """Describe an expression; `is_open`: it stands inside brackets, so its operators may break lines."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=str() as value):
            return Words(quote(value), partial(_stack, [ast.Constant(word) for word in _split(value)]))
        case ast.Constant(value=value):
            return repr(value)
        case ast.JoinedStr(values=parts):
            return Words(_literal(parts), partial(_stack, list(_atoms(parts))))
        case ast.Attribute(value=value, attr=name):
            return (_child(value, _ATOM, is_open), f".{name}")
        case ast.Starred(value=value):
            return ("*", _child(value, 5, is_open))
        case ast.Subscript(value=value, slice=index):
            return (_doc(value, is_open=is_open), _index(index))
        case ast.Call(func=func, args=args, keywords=keywords):
            return (_doc(func, is_open=is_open), _arguments(args, keywords))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ("not ", _child(operand, _NOT, is_open))
        case ast.UnaryOp(operand=operand):
            return ("-", _child(operand, _SIGN, is_open))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _conditional(body, test, orelse, is_open)
        case ast.GeneratorExp(elt=elt, generators=parts):
            return _bracketed("(", _comprehension(elt, parts), ")")
        case ast.ListComp(elt=elt, generators=parts):
            return _bracketed("[", _comprehension(elt, parts), "]")
        case ast.Tuple(elts=[only]):
            return _bracketed("(", (_doc(only, is_open=True), ","), ")")
        case ast.Tuple(elts=elts):
            return _bracketed("(", _listed([_doc(item, is_open=True) for item in elts]), ")")
        case ast.List(elts=elts):
            return _bracketed("[", _listed([_doc(item, is_open=True) for item in elts]), "]")
        case ast.Dict(keys=keys, values=values):
            return _bracketed("{", _listed(list(_entries(keys, values))), "}")
        case _:
            return _operation(node, is_open)


def _bracketed(left: str, body: Doc, right: str) -> Doc:
    if body == ():
        return left + right
    return Group((left, Indent((_SOFT, body)), _SOFT, right))


def _listed(items: Sequence[Doc], *, is_grouped: bool = False) -> Doc:
    if not items:
        return ()
    parts: list[Doc] = [items[0]]
    for item in items[1:]:
        parts += [",", _SPACE, item]
    body = (*parts, Broken(","))
    return Group(body) if is_grouped else body


def _entries(keys: Sequence[ast.expr | None], values: Sequence[ast.expr]) -> Iterator[Doc]:
    for key, value in zip(keys, values, strict=True):
        assert key is not None
        yield (_doc(key, is_open=True), ": ", _doc(value, is_open=True))


def _arguments(args: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> Doc:
    if len(args) == 1 and not keywords and isinstance(args[0], ast.GeneratorExp):
        return _bracketed("(", _comprehension(args[0].elt, args[0].generators), ")")
    docs = [_doc(argument, is_open=True) for argument in args]
    docs += [(f"{keyword.arg}=" if keyword.arg else "**", _doc(keyword.value, is_open=True)) for keyword in keywords]
    return _bracketed("(", _listed(docs, is_grouped=True), ")")


def _index(index: ast.expr) -> Doc:
    if not isinstance(index, ast.Tuple):
        return _bracketed("[", _doc(index, is_open=True), "]")
    return _bracketed("[", _listed([_doc(item, is_open=True) for item in index.elts]), "]")


def _conditional(body: ast.expr, test: ast.expr, orelse: ast.expr, is_open: bool) -> Doc:
    space: Doc = _SPACE if is_open else " "
    otherwise: Doc
    if isinstance(orelse, ast.IfExp):
        nested = _doc(orelse, is_open=is_open)
        otherwise = nested.body if isinstance(nested, Group) else nested
    else:
        otherwise = _child(orelse, _CONDITIONAL, is_open)
    parts = (
        _child(body, _CONDITIONAL + 1, is_open), space, "if ", _child(test, _CONDITIONAL + 1, is_open), space, "else ",
        otherwise,
    )  # fmt: skip
    return Group(parts) if is_open else parts


def _comprehension(elt: ast.expr, generators: Sequence[ast.comprehension]) -> Doc:
    parts: list[Doc] = [Group(_doc(elt, is_open=True))]
    for part in generators:
        parts += [_SPACE, "for ", _doc(part.target, is_open=True), " in ", _child(part.iter, 1, True)]
        for condition in part.ifs:
            parts += [_SPACE, "if ", _child(condition, 1, True)]
    return Group(tuple(parts))


def _operation(node: ast.expr, is_open: bool) -> Doc:
    level, operands, operators = _chain(node)
    # A comparison's operands stand above its level; the left of - // % may be of its own level, the right may not.
    parts: list[Doc] = []
    space: Doc = _SPACE if is_open else " "
    for position, operand in enumerate(operands):
        if position:
            parts += [space, f"{operators[position - 1]} "]
        parts.append(_child(operand, level + 1, is_open))
    return Group(tuple(parts)) if is_open else tuple(parts)


def _chain(node: ast.expr) -> tuple[int, list[ast.expr], list[str]]:
    match node:
        case ast.BoolOp(op=op, values=values):
            word, level = _BINARY[type(op)]
            return level, list(values), [word] * (len(values) - 1)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return 4, [left, *comparators], [_BINARY[type(op)][0] for op in ops]
        case ast.BinOp(left=left, op=op, right=right):
            word, level = _BINARY[type(op)]
            if isinstance(left, ast.BinOp) and _BINARY[type(left.op)][1] == level:
                _, operands, operators = _chain(left)
                return level, [*operands, right], [*operators, word]
            return level, [left, right], [word]
        case _:
            raise AssertionError(f"{type(node).__name__} has no text here")


def _child(node: ast.expr, level: int, is_open: bool) -> Doc:
    # `and` inside `or` is bracketed although Python would not need it (RUF021).
    is_mixed = level == 2 and isinstance(node, ast.BoolOp)
    if _level(node) >= level and not is_mixed:
        return _doc(node, is_open=is_open)
    return _bracketed("(", _doc(node, is_open=True), ")")


def _level(node: ast.expr) -> int:
    match node:
        case ast.IfExp():
            return _CONDITIONAL
        case ast.UnaryOp(op=ast.Not()):
            return _NOT
        case ast.UnaryOp():
            return _SIGN
        case ast.BoolOp(op=op) | ast.BinOp(op=op):
            return _BINARY[type(op)][1]
        case ast.Compare():
            return 4
        case _:
            return _ATOM


def _split(value: str) -> list[str]:
    return re.findall(r"\S+\s*|\s+", value)


def _atoms(parts: Sequence[ast.expr]) -> Iterator[ast.expr]:
    for part in parts:
        if isinstance(part, ast.Constant):
            yield from (ast.Constant(word) for word in _split(str(part.value)))
        else:
            yield part


def _stack(atoms: Sequence[ast.expr], first: int, further: int) -> list[str]:
    """Split a string into literals that follow each other, each within its room."""
    rows: list[list[ast.expr]] = [[]]
    for atom in atoms:
        room = first if len(rows) == 1 else further
        if rows[-1] and len(_literal([*rows[-1], atom])) > room:
            rows.append([])
        rows[-1].append(atom)
    return [_literal(row) for row in rows]


def _literal(parts: Sequence[ast.expr]) -> str:
    return _f_string(parts) if _has_hole(parts) else quote("".join(_words(parts)))


def _has_hole(parts: Sequence[ast.expr]) -> bool:
    return any(isinstance(part, ast.FormattedValue) for part in parts)


def _words(parts: Sequence[ast.expr]) -> list[str]:
    return [str(part.value) for part in parts if isinstance(part, ast.Constant)]


def _f_string(parts: Sequence[ast.expr]) -> str:
    literals = [part.value for part in parts if isinstance(part, ast.Constant)]
    holes = [text(part.value) for part in parts if isinstance(part, ast.FormattedValue)]
    inner = any('"' in hole for hole in holes)
    outer = "'" if inner or any('"' in str(literal) for literal in literals) else '"'
    assert not (inner and outer in "".join(holes)), "a hole with both kinds of quotes"
    body = []
    for part in parts:
        if isinstance(part, ast.FormattedValue):
            body.append("{" + text(part.value) + _format_of(part) + "}")
        else:
            assert isinstance(part, ast.Constant)
            raw = json.dumps(part.value, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("{", "{{")
            body.append(raw.replace("}", "}}").replace(outer, "\\" + outer))
    return f"f{outer}{''.join(body)}{outer}"


def _format_of(part: ast.FormattedValue) -> str:
    if part.format_spec is None:
        return ""
    assert isinstance(part.format_spec, ast.JoinedStr)
    return ":" + "".join(_words(part.format_spec.values))


def _is_splittable(node: ast.expr) -> bool:
    return isinstance(node, ast.BoolOp | ast.BinOp | ast.Compare | ast.IfExp | ast.UnaryOp)


def _may_stay_open(node: ast.expr) -> bool:
    """Say whether ruff breaks inside the brackets an expression has, rather than put new ones around it.

    Source: `can_omit_optional_parentheses` in ruff_python_formatter/src/expression/mod.rs.
    """
    levels = list(_operator_levels(node))
    if not levels:
        return True
    if levels.count(min(levels)) > 1:
        return False
    if _has_brackets(_edge(node, -1)):
        return True
    first = _edge(node, 0)
    return _has_brackets(first) and not (isinstance(first, ast.Call) and _is_busy(node))


def _is_busy(node: ast.expr) -> bool:
    """Say whether more than plain names and attributes follows the first operand."""
    if not isinstance(node, ast.BoolOp | ast.BinOp | ast.Compare):
        return False
    _, operands, _ = _chain(node)
    rest = [part for operand in operands[1:] for part in ast.walk(operand)]
    return _is_busy(operands[0]) or any(not isinstance(part, ast.Name | ast.Attribute) for part in rest)


def _operator_levels(node: ast.expr) -> Iterator[int]:
    """Yield the level of each operator outside any brackets."""
    match node:
        case ast.BoolOp() | ast.BinOp() | ast.Compare():
            level, operands, operators = _chain(node)
            yield from [level] * len(operators)
            for operand in operands:
                if _level(operand) > level and not (level == 1 and isinstance(operand, ast.BoolOp)):
                    yield from _operator_levels(operand)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield from (0, 0)
            for part in (body, test, orelse):
                yield from _operator_levels(part)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            if _level(operand) >= _NOT:
                yield from _operator_levels(operand)
        case _:
            return


def _edge(node: ast.expr, side: int) -> ast.expr:
    match node:
        case ast.BoolOp() | ast.BinOp() | ast.Compare():
            level, operands, _ = _chain(node)
            operand = operands[side]
            return operand if _level(operand) <= level else _edge(operand, side)
        case ast.IfExp(body=body, orelse=orelse):
            return _edge(body if side == 0 else orelse, side)
        case ast.UnaryOp(op=op, operand=operand):
            is_plain = _level(operand) >= (_NOT if isinstance(op, ast.Not) else _SIGN)
            return ast.Name("_") if side == 0 else _edge(operand, side) if is_plain else operand
        case _:
            return node


def _has_brackets(node: ast.expr) -> bool:
    match node:
        case ast.Call(args=args, keywords=keywords):
            return bool(args or keywords)
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            return bool(elts)
        case ast.Subscript() | ast.ListComp() | ast.GeneratorExp():
            return True
        case _:
            return _level(node) < _ATOM
