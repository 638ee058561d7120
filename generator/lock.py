"""What a folder that was emitted before says of the search for its cases: calls to try first, and what was left."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from generator.blueprint import Blueprint
from generator.boundaries import Boundary
from generator.casebook import Call, Edit
from registry.case import Case

LOCK = ".lock.json"
"""The lock's file in a server's folder. It is hidden: not part of the server, and not of what is admitted."""

_NUMBERED = re.compile(r"(.+)_(\d+)")
_AT_A_PLACE = re.compile(r"at_(?:let\.|require$|require\.|do\[|return\.)")


@dataclass(frozen=True, slots=True)
class Left:
    """Digests of what no calls were found for: ways that no success goes, weaker forms of each tool."""

    ways: str = ""
    forms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hint:
    """Calls that a case of that name made from a fresh world."""

    name: str
    tool: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Lock:
    """Calls of cases that stand, by what they are about, none of it to be believed before the oracle has judged it.

    `left` speaks of the very blueprint: what is left now as it was then has been searched for in vain.
    """

    witnesses: tuple[Hint, ...] = ()
    boundaries: Mapping[str, tuple[Boundary, ...]] = field(default_factory=dict)
    left: Left = Left()


NO_LOCK = Lock()


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    lock: int
    blueprint: str
    ways: str
    forms: dict[str, str]


def read_lock(blueprint: Blueprint, cases: bytes, lock: bytes) -> Lock:
    """Read the lock of a folder from its cases and its lock file; a line or a file that makes no sense says nothing."""
    witnesses: list[Hint] = []
    boundaries: dict[str, list[Boundary]] = {}
    for name, case in _named(_cases(cases)):
        calls = tuple((step.tool, step.arguments) for step in case.steps)
        tool, _, place = name.partition("/")
        is_about_last = calls[-1][0] == case.tool == tool
        if not is_about_last or any(called not in blueprint.tools for called, _ in calls):
            continue
        if case.about == "boundary" and _AT_A_PLACE.match(place) and len(calls) == 1:
            edits = tuple(Edit(edit.entity, edit.id, edit.set) for edit in case.edits)
            path = f"tools.{tool}.{place.removeprefix('at_')}"
            boundaries.setdefault(case.tool, []).append(Boundary(path, edits, calls[0]))
        elif case.about in ("effects", "refusal") and not case.edits and case.seed == 0:
            witnesses.append(Hint(name, case.tool, calls))
    known = {tool: tuple(found) for tool, found in boundaries.items()}
    return Lock(tuple(witnesses), known, _left(blueprint, lock))


def written(blueprint: Blueprint, left: Left) -> str:
    """Write the lock file."""
    file = _File(lock=1, blueprint=blueprint.digest, ways=left.ways, forms=dict(left.forms))
    return orjson.dumps(file.model_dump(), option=orjson.OPT_INDENT_2).decode() + "\n"


def digest_of(parts: Iterable[str]) -> str:
    """Digest texts whatever their order."""
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]


def _left(blueprint: Blueprint, lock: bytes) -> Left:
    try:
        file = _File.model_validate_json(lock)
    except ValidationError:
        return Left()
    is_of_it = file.lock == 1 and file.blueprint == blueprint.digest
    return Left(file.ways, file.forms) if is_of_it else Left()


def _cases(text: bytes) -> Iterator[Case]:
    for line in text.splitlines():
        try:
            yield Case.model_validate_json(line)
        except ValidationError:
            continue


def _named(cases: Iterable[Case]) -> Iterator[tuple[str, Case]]:
    """Yield cases with their names as they were before the casebook numbered those of one name."""
    seen: dict[str, int] = {}
    for case in cases:
        numbered = _NUMBERED.fullmatch(case.name)
        is_one_more = numbered is not None and int(numbered[2]) > seen.get(numbered[1], int(numbered[2]))
        name = numbered[1] if numbered is not None and is_one_more else case.name
        seen[name] = seen.get(name, 0) + 1
        yield name, case
