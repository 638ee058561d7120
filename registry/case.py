"""The oracle's cases: what each call must answer and change, as `cases.jsonl` says it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from envkit.manifest import Manifest

About = Literal["effects", "refusal", "round_trip", "walk", "edge", "reachable", "boundary"]
CURSOR = "<cursor>"
"""Stands in expected content for any page cursor, which is opaque."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Edit(_Frozen):
    """Stored values to change in a fresh world before the first step."""

    entity: str
    id: str
    set: Mapping[str, JsonValue]


class Expect(_Frozen):
    """What a step must answer: content, or the code of a refusal."""

    content: JsonValue = None
    code: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Expect:
        if len(self.model_fields_set & {"content", "code"}) != 1:
            raise ValueError("expected either content or code")
        return self


class ExpectedDiff(_Frozen):
    """Rows a step must add, remove and change, by entity and id; a changed column is [old, new]."""

    added: Mapping[str, Mapping[str, Mapping[str, JsonValue]]] = {}
    removed: Mapping[str, Mapping[str, Mapping[str, JsonValue]]] = {}
    changed: Mapping[str, Mapping[str, Mapping[str, tuple[JsonValue, JsonValue]]]] = {}


class CaseStep(_Frozen):
    """One call of a case, and the oracle's word on it."""

    tool: str
    arguments: dict[str, JsonValue]
    expect: Expect
    diff: ExpectedDiff = ExpectedDiff()


class Case(_Frozen):
    """A short trajectory from a fresh world. In a `refusal` case the last step is the refusal."""

    case: Literal[1]
    name: str
    about: About
    tool: str
    seed: int = 0
    edits: tuple[Edit, ...] = ()
    steps: Annotated[tuple[CaseStep, ...], Field(min_length=1)]

    @property
    def is_from_seed(self) -> bool:
        """Whether the case is reached from a fresh world by calls alone."""
        return not self.edits


class CaseError(ValueError):
    """A `cases.jsonl` that is not what it should be, said in one sentence."""


def read_cases(folder: Path, manifest: Manifest) -> tuple[Case, ...] | None:
    """Read the cases of an environment folder; None if it has none (a server written by hand).

    Raises CaseError naming the first line that is no case or calls a tool the manifest does not know.
    """
    path = folder / "cases.jsonl"
    if not path.exists():
        return None
    cases: list[Case] = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            cases.append(Case.model_validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the line"
            raise CaseError(f"{path}: line {number}: {where}: {first['msg']}") from error
        unknown = {step.tool for step in cases[-1].steps} - {tool.name for tool in manifest.tools}
        if unknown:
            raise CaseError(f"{path}: line {number}: the manifest knows no tool {sorted(unknown)[0]}")
    return tuple(cases)
