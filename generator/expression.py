"""The blueprint's expression language: a checked subset of Python expressions, and sentences with {holes}."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from functools import lru_cache

CALLS = frozenset({"any", "all", "sum", "min", "max", "len", "sorted", "abs", "hours", "days", "minutes"})
"""The functions an expression may call."""

_AGGREGATES = frozenset({"any", "all", "sum", "min", "max", "len", "sorted"})
_MANY_ARGUMENTS = frozenset({"min", "max"})
_RESERVED = CALLS | {"now", "caller"}
_MAX_CHARACTERS = 1200
_MAX_NODES = 300
_MAX_DEPTH = 24
_MAX_INTEGER = 10**12

_ALLOWED = (
    ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.GeneratorExp, ast.ListComp, ast.Attribute,
    ast.Subscript, ast.Name, ast.Constant, ast.Tuple, ast.List, ast.Call,
)  # fmt: skip
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)
_OPERATOR_ADVICE: dict[type[ast.operator], str] = {
    ast.Div: "use // (amounts are whole numbers)",
    ast.Pow: "write the product out",
    ast.BitOr: "use or",
    ast.BitAnd: "use and",
}
_ADVICE: dict[type[ast.AST], str] = {
    ast.Lambda: "write a comprehension instead of a lambda",
    ast.NamedExpr: "bind the value in let instead of :=",
    ast.JoinedStr: "sentences have {holes}; expressions have no f-strings",
    ast.Dict: "use a tuple or a list instead of a dictionary",
    ast.Set: "use a tuple or a list instead of a set",
    ast.SetComp: "use a list comprehension instead of a set",
    ast.DictComp: "use a list comprehension instead of a dictionary",
    ast.Starred: "name the values one by one instead of *",
}


class ExpressionError(Exception):
    """An expression that the language does not allow, with the column (from 1) where it goes wrong."""

    def __init__(self, problem: str, column: int = 0) -> None:
        super().__init__(f"column {column}: {problem}" if column else problem)
        self.problem = problem
        self.column = column


@lru_cache(maxsize=8192)
def parse(text: str) -> ast.expr:
    """Parse and check one expression; ExpressionError says what is not allowed, where, and what to write instead.

    The tree is shared between callers of the same text: do not change it. `len(x for ...)` becomes `len([x for ...])`.
    """
    line = text.replace("\n", " ").strip()
    if not line:
        raise ExpressionError("an expression is missing")
    if len(line) > _MAX_CHARACTERS:
        raise ExpressionError(f"an expression has at most {_MAX_CHARACTERS} characters, this one {len(line)}")
    if "\\" in line or "\0" in line or ("#" in line and _has_comment(line)):
        raise ExpressionError("backslashes and comments are not allowed")
    try:
        tree = ast.parse(line, mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(f"not an expression: {error.msg}", error.offset or 0) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("not an expression: nested too deeply") from error
    _check_size(tree)
    _check(tree, is_generator_allowed=True)
    return tree


@lru_cache(maxsize=4096)
def parse_message(text: str) -> tuple[str | ast.expr, ...]:
    """Split a sentence into its literal parts and the parsed expressions of its {holes}; {{ and }} stand for braces."""
    parts: list[str | ast.expr] = []
    literal, at = "", 0
    while at < len(text):
        pair, character = text[at : at + 2], text[at]
        if pair in ("{{", "}}"):
            literal, at = literal + character, at + 2
        elif character == "}":
            raise ExpressionError("a } without its {; write }} for a brace", at + 1)
        elif character != "{":
            literal, at = literal + character, at + 1
        else:
            end = text.find("}", at)
            if end < 0:
                raise ExpressionError("a { without its }; write {{ for a brace", at + 1)
            parts += [literal, _parse_hole(text[at + 1 : end], at + 1)]
            literal, at = "", end + 1
    return tuple(part for part in [*parts, literal] if part != "")


def names(tree: ast.expr) -> frozenset[str]:
    """Name everything the expression takes from outside: arguments, lets, entities, `now`; not called functions."""
    return frozenset(_free(tree, frozenset()))


def closest(word: str, known: Iterator[str] | frozenset[str] | list[str] | tuple[str, ...]) -> str:
    """Suggest the known word nearest to a misspelt one as `; did you mean "x"?`, or nothing."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""


def _has_comment(line: str) -> bool:
    quote = ""
    for character in line:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#":
            return True
    return False


def _parse_hole(text: str, column: int) -> ast.expr:
    try:
        tree = parse(text)
    except ExpressionError as error:
        raise ExpressionError(f"hole {{{text}}}: {error.problem}", column + error.column) from error
    if isinstance(tree, ast.GeneratorExp):
        raise ExpressionError(f"hole {{{text}}}: a generator has no text", column)
    return tree


def _check_size(tree: ast.expr) -> None:
    count, level = 0, [tree]
    for depth in range(_MAX_DEPTH + 1):
        if not level:
            return
        count += len(level)
        if count > _MAX_NODES or depth == _MAX_DEPTH:
            raise ExpressionError("too large; split it with let")
        level = [child for node in level for child in _children(node)]


def _children(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.comprehension | ast.keyword):
            yield from _children(child)


def _check(node: ast.expr, *, is_generator_allowed: bool = False) -> None:
    if not isinstance(node, _ALLOWED):
        advice = _ADVICE.get(type(node), f"{type(node).__name__} is not part of the language")
        raise _error(advice, node)
    if isinstance(node, ast.GeneratorExp) and not is_generator_allowed:
        raise _error("write [x for ...] here; a bare generator belongs inside any, all, sum, min, max or sorted", node)
    _check_words(node)
    if isinstance(node, ast.Call):
        _check_call(node)
        return
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        _check_comprehension(node)
    for child in _children(node):
        _check(child)


def _check_words(node: ast.expr) -> None:
    match node:
        case ast.Constant(value=value) if not (value is None or isinstance(value, str | bool | int)):
            raise _error("only text, whole numbers, True, False and None are constants", node)
        case ast.Constant(value=int() as value) if abs(value) > _MAX_INTEGER:
            raise _error(f"numbers go up to {_MAX_INTEGER}", node)
        case ast.Name(id=name) | ast.Attribute(attr=name) if name.startswith("_"):
            raise _error(f'"{name}": names may not begin with an underscore', node)
        case ast.Name(id=name) if name in CALLS:
            raise _error(f'"{name}" is a function; call it or choose another name', node)
        case ast.Name(id="caller"):
            raise _error('"caller" is reserved and not supported yet', node)
        case ast.BinOp(op=op) if not isinstance(op, _OPERATORS):
            raise _error(_OPERATOR_ADVICE.get(type(op), "only + - * // % are operators"), node)
        case ast.UnaryOp(op=sign) if not isinstance(sign, ast.USub | ast.Not):
            raise _error("only - and not stand before a value", node)
        case ast.Compare(ops=ops, comparators=comparators):
            for compared, right in zip(ops, comparators, strict=True):
                is_none = isinstance(right, ast.Constant) and right.value is None
                if isinstance(compared, ast.Is | ast.IsNot) and not is_none:
                    raise _error("is and is not only compare with None; use == or !=", node)
        case ast.Subscript(value=value, slice=index):
            if not isinstance(value, ast.Name) or isinstance(index, ast.Slice | ast.Tuple):
                raise _error("only entity[id] and entity[ids] are subscripts", node)
        case _:
            pass


def _check_call(node: ast.Call) -> None:
    if not isinstance(node.func, ast.Name):
        raise _error("methods cannot be called; only " + ", ".join(sorted(CALLS)), node)
    name = node.func.id
    if name not in CALLS:
        raise _error(f'no function "{name}"{closest(name, CALLS)}', node)
    if node.keywords:
        raise _error(f"{name}() takes no named arguments", node)
    if len(node.args) != 1 and not (name in _MANY_ARGUMENTS and node.args):
        raise _error(f"{name}() takes one argument", node)
    if name == "len" and isinstance(node.args[0], ast.GeneratorExp):
        generator = node.args[0]
        node.args[0] = ast.copy_location(ast.ListComp(elt=generator.elt, generators=generator.generators), generator)
    is_aggregate = name in _AGGREGATES and len(node.args) == 1
    for argument in node.args:
        _check(argument, is_generator_allowed=is_aggregate)


def _check_comprehension(node: ast.GeneratorExp | ast.ListComp) -> None:
    for part in node.generators:
        if part.is_async or not isinstance(part.target, ast.Name):
            raise _error("a comprehension binds one plain name", node)
        if part.target.id in _RESERVED:
            raise _error(f'"{part.target.id}" cannot be bound', node)


def _free(node: ast.expr, bound: frozenset[str]) -> Iterator[str]:
    match node:
        case ast.Name(id=name):
            if name not in bound:
                yield name
        case ast.Call(args=args):
            for argument in args:
                yield from _free(argument, bound)
        case ast.GeneratorExp(elt=element, generators=parts) | ast.ListComp(elt=element, generators=parts):
            for part in parts:
                yield from _free(part.iter, bound)
                assert isinstance(part.target, ast.Name)
                bound |= {part.target.id}
                for condition in part.ifs:
                    yield from _free(condition, bound)
            yield from _free(element, bound)
        case _:
            for child in _children(node):
                yield from _free(child, bound)


def _error(problem: str, node: ast.expr) -> ExpressionError:
    return ExpressionError(problem, node.col_offset + 1)
