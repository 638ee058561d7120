"""A small pretty printer: text with places to break, laid out in a line or over several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH = 120
_STEP = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A place to break: when its group is flat it prints as `flat`."""

    flat: str = " "


@dataclass(frozen=True, slots=True)
class Broken:
    """Text that is printed only when its group is broken."""

    text: str


@dataclass(frozen=True, slots=True)
class Indent:
    """What stands one step further in when broken."""

    body: Doc


@dataclass(frozen=True, slots=True)
class Group:
    """What is either all on one line or broken at each of its lines."""

    body: Doc


@dataclass(frozen=True, slots=True)
class Words:
    """A string literal: `flat`, or if a line has no room for it, what `stack` makes of the room (first, further)."""

    flat: str
    stack: Callable[[int, int], Sequence[str]]


Doc = str | Line | Broken | Indent | Group | Words | tuple["Doc", ...]
_Commands = list[tuple[int, bool, Doc]]


def render(doc: Doc, indent: int) -> str:
    """Lay `doc` out from column `indent` on; a group that does not fit on its line is broken."""
    out, column = [" " * indent], indent
    commands: _Commands = [(indent, False, doc)]
    while commands:
        depth, is_flat, part = commands.pop()
        match part:
            case "\n":
                out.append("\n" + " " * depth)
                column = depth
            case str():
                out.append(part)
                column += len(part)
            case Line() if not is_flat:
                out.append("\n" + " " * depth)
                column = depth
            case Line(flat=flat):
                out.append(flat)
                column += len(flat)
            case Broken(text=extra):
                if not is_flat:
                    out.append(extra)
                    column += len(extra)
            case Indent(body=body):
                commands.append((depth + _STEP, is_flat, body))
            case Words(flat=flat) if is_flat or column + len(flat) < WIDTH:
                out.append(flat)
                column += len(flat)
            case Words(stack=stack):
                rows = stack(WIDTH - 1 - column, WIDTH - 1 - depth)
                out.append(("\n" + " " * depth).join(rows))
                column = depth + len(rows[-1])
            case Group(body=body):
                commands.append((depth, is_flat or _fits(body, commands, WIDTH - column), body))
            case tuple():
                commands += [(depth, is_flat, item) for item in reversed(part)]
    return "\n".join(line.rstrip() for line in "".join(out).split("\n"))


def _fits(doc: Doc, rest: _Commands, room: int) -> bool:
    """Say whether `doc`, flat, and what follows it up to the next line break take at most `room` columns."""
    commands: _Commands = [(0, True, doc)]
    following = len(rest)
    while room >= 0:
        if not commands:
            if following == 0:
                return True
            following -= 1
            commands.append(rest[following])
        depth, is_flat, part = commands.pop()
        match part:
            case "\n":
                return True
            case str():
                room -= len(part)
            case Line() if not is_flat:
                return True
            case Line(flat=flat) | Words(flat=flat):
                room -= len(flat)
            case Broken(text=extra):
                room -= 0 if is_flat else len(extra)
            case Indent(body=body):
                commands.append((depth, is_flat, body))
            case Group(body=body):
                commands.append((depth, True if following == len(rest) else is_flat, body))
            case tuple():
                commands += [(depth, is_flat, item) for item in reversed(part)]
    return False


def on_one_line(doc: Doc) -> str:
    """Write `doc` with nothing broken."""
    match doc:
        case str():
            return doc
        case Line(flat=flat) | Words(flat=flat):
            return flat
        case Broken():
            return ""
        case Indent(body=body) | Group(body=body):
            return on_one_line(body)
        case _:
            return "".join(map(on_one_line, doc))
