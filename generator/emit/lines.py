"""The lines of a function's body, of which those that bind an unused name shrink or go."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from generator.emit.layout import statement

_EFFECTS = frozenset({"get", "many", "add"})
"""The world's methods whose call counts even when nobody takes the answer."""


@dataclass(frozen=True, slots=True)
class Line:
    """A statement: `head` + expression + `tail`. `binds` is the local it binds, if any."""

    head: str
    node: ast.expr | None
    tail: str = ""
    depth: int = 1
    binds: str = ""

    def text(self) -> str:
        """Write the statement."""
        indent = 4 * self.depth
        if self.node is None:
            return " " * indent + self.head + self.tail
        return statement(self.head, self.node, self.tail, indent=indent)


def binding(name: str, node: ast.expr, depth: int = 1) -> Line:
    """Bind a local."""
    return Line(f"{name} = ", node, depth=depth, binds=name)


def loop(name: str, over: ast.expr, depth: int = 1) -> Line:
    """Begin a loop over rows."""
    return Line(f"for {name} in ", over, ":", depth, name)


def written(paragraphs: Iterable[Sequence[Line]]) -> str:
    """Write a body: paragraphs with a blank line between, without what binds a name that nothing uses."""
    kept = _without_unused([list(paragraph) for paragraph in paragraphs])
    return "\n\n".join("\n".join(line.text() for line in lines) for lines in kept if lines)


def _without_unused(paragraphs: list[list[Line]]) -> list[list[Line]]:
    used: set[str] = set()
    kept: list[list[Line]] = []
    for paragraph in reversed(paragraphs):
        lines: list[Line] = []
        for line in reversed(paragraph):
            line_kept = _needed(line, used)
            if line_kept is None:
                continue
            lines.append(line_kept)
            if line.node is not None:
                used |= {node.id for node in ast.walk(line.node) if isinstance(node, ast.Name)}
        kept.append(lines[::-1])
    return kept[::-1]


def _needed(line: Line, used: set[str]) -> Line | None:
    if not line.binds or line.binds in used:
        return line
    if line.head.startswith("for "):
        return replace(line, head=line.head.replace(f"for {line.binds} ", f"for _{line.binds} ", 1))
    # A lookup may refuse, so it stays even when nobody reads the row.
    assert line.node is not None
    calls = (node.func for node in ast.walk(line.node) if isinstance(node, ast.Call))
    may_refuse = any(isinstance(func, ast.Attribute) and func.attr in _EFFECTS for func in calls)
    return replace(line, head="") if may_refuse else None
