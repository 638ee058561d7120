"""Overlays: small reviewed files that add to a compiled draft what its document does not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from generator.blueprint import ArgumentPart, ClockPart, EntityPart, FieldPart, ToolPart
from generator.compile.operations import argument
from generator.compile.words import plural, sentence, snake, traced
from generator.description import Description, Operation
from generator.expression import closest

Patch = Mapping[str, Any]
"""Keys of a part to replace. Any: they are validated by the part's own model once merged."""

PartT = TypeVar("PartT", FieldPart, ToolPart, ArgumentPart)
FOLDER = Path(__file__).parent.parent / "overlays"


class OverlayError(Exception):
    """An overlay that does not fit its document: every misfit, a line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class EntityPatch(_Frozen):
    """What to add to one entity; a column that is new says its type and is `authored`."""

    origin: str = Field(default="", alias="from")
    doc: str = ""
    prefix: str = ""
    seed: int | None = None
    fields: Mapping[str, Patch] = Field(default_factory=dict)


class Overlay(_Frozen):
    """What one environment adds to the document it is compiled from.

    Entities, columns and tools keep the overlay's order, then the document's. `drop` names columns
    (`task.links`), entities, tools or methods that are left out, each with a reason.
    """

    overlay: Literal[1]
    resource: str
    name: str
    domain: str
    title: str
    summary: str = ""
    version: int = 1
    clock: ClockPart
    history: Mapping[str, int] = Field(default_factory=dict)
    entities: Mapping[str, EntityPatch] = Field(default_factory=dict)
    tools: Mapping[str, Patch] = Field(default_factory=dict)
    drop: Mapping[str, str] = Field(default_factory=dict)
    invariants: Mapping[str, str] = Field(default_factory=dict)
    conserved: Mapping[str, str] = Field(default_factory=dict)
    policies: tuple[str, ...] = ()
    personas: tuple[str, ...] = ()


def read_overlay(path: Path) -> Overlay:
    """Read an overlay file; OverlayError lists what is wrong with its form, OSError if it cannot be read."""
    try:
        return Overlay.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError as error:
        raise OverlayError([f"{path.name}: not UTF-8 text; an overlay is YAML"]) from error
    except yaml.YAMLError as error:
        raise OverlayError([f"{path.name}: not YAML: {error}"]) from error
    except ValidationError as error:
        problems = [f"{path.name}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise OverlayError(problems) from error


def shipped_overlay(reference: str) -> Overlay | None:
    """Return the overlay that came with EnvFarm for the resource of that reference, or None."""
    overlays = (read_overlay(path) for path in sorted(FOLDER.glob("*.yaml")))
    return next((overlay for overlay in overlays if overlay.resource == reference), None)


def patch_entity(name: str, draft: EntityPart | None, patch: EntityPatch) -> EntityPart:
    """Merge a patch over an entity, column by column. Raises OverlayError."""
    fields = dict(draft.fields) if draft else {}
    where = f"entities.{name}.fields"
    problems = [
        f"{where}.{column}: no such column; give its type to add it{closest(column, [*fields])}"
        for column, one in patch.fields.items()
        if column not in fields and "type" not in one
    ]
    if problems:
        raise OverlayError(problems)
    merged = {
        column: _merged(f"{where}.{column}", FieldPart, fields.get(column), one) for column, one in patch.fields.items()
    }
    base = draft or EntityPart(prefix=name[:3], fields={})
    part = EntityPart(
        doc=patch.doc or base.doc,
        prefix=patch.prefix or base.prefix,
        seed=base.seed if patch.seed is None else patch.seed,
        fields={**merged, **{column: one for column, one in fields.items() if column not in merged}},
    )
    return traced(part, patch.origin or base.origin or "authored")


def patch_tool(
    name: str,
    draft: ToolPart | None,
    patch: Patch,
    entities: Mapping[str, EntityPart],
    methods: Mapping[str, Operation],
    description: Description,
) -> ToolPart:
    """Merge a patch over a tool: `method` ties it to an operation, `column` in an argument copies a column.

    Raises OverlayError.
    """
    rest = {key: value for key, value in patch.items() if key not in ("method", "args")}
    method = patch.get("method", "")
    if method and method not in methods:
        raise OverlayError([f'tools.{name}.method: no method "{method}"{closest(method, [*methods])}'])
    if method:
        rest = {"from": methods[method].at, "doc": sentence(methods[method].doc), **rest}
    if draft and draft.kind != "action" and rest.get("kind") == "action":
        draft = traced(ToolPart(doc=draft.doc, destructive=draft.destructive), draft.origin)
    at = rest.get("from", draft.origin if draft else "")
    operation = next((one for one in methods.values() if one.at == at), None)
    if "args" in patch:
        asked = {key: _argument(f"tools.{name}.args.{key}", key, one, entities) for key, one in patch["args"].items()}
        rest["args"] = {key: _placed(key, one, operation, description) for key, one in asked.items()}
    return _merged(f"tools.{name}", ToolPart, draft, rest)


def _argument(where: str, name: str, patch: Patch, entities: Mapping[str, EntityPart]) -> ArgumentPart:
    """Make an argument: a copy of a column, or written out."""
    rest = {key: value for key, value in patch.items() if key != "column"}
    if "column" not in patch:
        return _merged(where, ArgumentPart, None, {"from": "", **rest})
    entity, _, column = patch["column"].partition(".")
    if entity not in entities or column not in entities[entity].fields:
        raise OverlayError([f'{where}.column: no column "{patch["column"]}"'])
    copied = argument(entities[entity].fields[column], is_optional=bool(patch.get("optional")))
    return _merged(where, ArgumentPart, copied, rest)


def _placed(name: str, part: ArgumentPart, operation: Operation | None, description: Description) -> ArgumentPart:
    """Point an argument without an origin at the parameter or property of its name; else it is authored."""
    return part if part.origin else traced(part, _origin(name, operation, description) or "authored")


def _origin(name: str, operation: Operation | None, description: Description) -> str:
    if operation is None:
        return ""
    wanted = {_squeezed(name), _squeezed(plural(name.removesuffix("s")))}
    given = {key: parameter.shape for key, parameter in operation.parameters.items()}
    shapes = {**description.properties(operation.request), **given}
    near = [key for key in (*given, *shapes) if _squeezed(snake(key)) in wanted]
    return shapes[near[0]].at if near else ""


def _squeezed(name: str) -> str:
    return name.removesuffix("_id").removesuffix("_at").replace("_", "")


def _merged(where: str, model: type[PartT], draft: PartT | None, patch: Patch) -> PartT:
    given = draft.model_dump(by_alias=True, exclude_unset=True) if draft else {"from": "authored"}
    try:
        return model.model_validate({**given, **patch})
    except ValidationError as error:
        faults = [f"{where}.{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise OverlayError(faults) from error
