"""The form of a blueprint, judged part by part so that one misshapen tool does not hide what is wrong with another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from envkit.manifest import Source
from generator.blueprint import ArgumentPart, Blueprint, ClockPart, EntityPart, FieldPart, ToolPart
from generator.expression import closest
from generator.finding import Findings

PartT = TypeVar("PartT", bound=BaseModel)
_ROUNDS = 12
_EFFECT_KEYS = ("update", "create", "delete", "when", "each")


def read_form(raw: Mapping[str, object], findings: Findings) -> Blueprint:
    """Read as much of a blueprint as has the right form, noting what has not; the rest is left out or empty."""
    _check_missing(raw, findings)
    entities = {name: _entity(part, f"entities.{name}", findings) for name, part in _parts(raw, "entities", findings)}
    tools = {name: _tool(part, f"tools.{name}", findings) for name, part in _parts(raw, "tools", findings)}
    clock = _lenient(ClockPart, raw.get("clock"), "clock", findings, {"start": "2000-01-01T00:00:00"})
    sources = raw.get("source", ())
    if not isinstance(sources, Sequence) or isinstance(sources, str):
        findings.add("source", f"expected a list, got {_shown(sources)}")
        sources = ()
    source = tuple(_lenient(Source, one, f"source[{at}]", findings, {}) for at, one in enumerate(sources))
    apart = {"entities", "tools", "clock", "source"}
    rest = {key: value for key, value in raw.items() if key not in apart}
    fillers: dict[str, object] = {"blueprint": 1, "name": "", "domain": "", "title": "", "clock": clock}
    fillers |= {"entities": {}, "tools": {}}
    whole = _lenient(Blueprint, rest, "", findings, fillers, ignore=apart)
    return whole.model_copy(update={"entities": entities, "tools": tools, "clock": clock, "source": source})


def _check_missing(raw: Mapping[str, object], findings: Findings) -> None:
    for key in ("entities", "tools", "clock"):
        if key not in raw:
            findings.add("", f'"{key}" is missing')


def _parts(raw: Mapping[str, object], key: str, findings: Findings) -> Sequence[tuple[str, object]]:
    parts = raw.get(key, {})
    if not isinstance(parts, Mapping):
        findings.add(key, f"expected names with their parts, got {_shown(parts)}")
        return ()
    if key in raw and not parts:
        findings.add(key, "at least one is needed")
    return [(str(name), part) for name, part in parts.items()]


def _entity(raw: object, path: str, findings: Findings) -> EntityPart:
    fields = raw.get("fields") if isinstance(raw, Mapping) else None
    rest = {key: value for key, value in raw.items() if key != "fields"} if isinstance(raw, Mapping) else raw
    ignore = {"fields"} if isinstance(fields, Mapping) else set()
    part = _lenient(EntityPart, rest, path, findings, {"prefix": "", "fields": {}}, ignore=ignore)
    if not isinstance(fields, Mapping):
        if fields is not None:
            findings.add(f"{path}.fields", f"expected names with their parts, got {_shown(fields)}")
        return part
    read = {
        str(name): _lenient(FieldPart, one, f"{path}.fields.{name}", findings, {"type": "str"})
        for name, one in fields.items()
    }
    return part.model_copy(update={"fields": read})


def _tool(raw: object, path: str, findings: Findings) -> ToolPart:
    args = raw.get("args") if isinstance(raw, Mapping) else None
    if not isinstance(args, Mapping):
        return _lenient(ToolPart, raw, path, findings, {"doc": "?"})
    rest = {key: value for key, value in raw.items() if key != "args"} if isinstance(raw, Mapping) else raw
    part = _lenient(ToolPart, rest, path, findings, {"doc": "?"})
    read = {
        str(name): _lenient(ArgumentPart, one, f"{path}.args.{name}", findings, {"type": "str"})
        for name, one in args.items()
    }
    return part.model_copy(update={"args": read})


def _lenient(
    model: type[PartT],
    raw: object,
    path: str,
    findings: Findings,
    fillers: Mapping[str, object],
    *,
    ignore: set[str] | frozenset[str] = frozenset(),
) -> PartT:
    """Read a part, noting each fault; faulty members are dropped and missing ones filled in, so that a part results."""
    if not isinstance(raw, Mapping):
        if raw is not None or path != "clock":
            findings.add(path, f"expected a part with keys, got {_shown(raw)}")
        return model.model_validate(fillers)
    kept: object = dict(raw)
    for attempt in range(_ROUNDS):
        assert isinstance(kept, dict)
        try:
            return model.model_validate({**fillers, **kept} if attempt else kept)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                loc = _plain_location(fault, kept)
                if not (attempt == 0 and fault["type"] == "missing" and loc[0] in ignore):
                    known = model.model_fields
                    findings.add(_joined(path, loc, fault), _said(fault, loc, known))
            kept = _without(kept, error.errors(include_url=False))
    return model.model_validate(fillers)


def _plain_location(fault: ErrorDetails, raw: object) -> tuple[int | str, ...]:
    """Drop from a fault's location the names of union members, which the file does not show."""
    loc, kept, at = fault["loc"], [], raw
    for place, step in enumerate(loc):
        if step in _EFFECT_KEYS and place and isinstance(loc[place - 1], int):
            continue
        is_item = isinstance(at, list) and isinstance(step, int) and step < len(at)
        if is_item or (isinstance(at, Mapping) and step in at):
            at = at[step]  # type: ignore[index]  # just checked
            kept.append(step)
        elif place == len(loc) - 1 and fault["type"] in ("missing", "extra_forbidden"):
            kept.append(step)
    return tuple(kept) or loc


def _joined(path: str, loc: Sequence[int | str], fault: ErrorDetails) -> str:
    steps = loc[:-1] if fault["type"] in ("missing", "extra_forbidden") else loc
    for step in steps:
        path = f"{path}[{step}]" if isinstance(step, int) else f"{path}.{step}" if path else str(step)
    return path


def _said(fault: ErrorDetails, loc: Sequence[int | str], known: Mapping[str, object]) -> str:
    last = str(loc[-1])
    match fault["type"]:
        case "missing":
            return f'"{last}" is missing'
        case "extra_forbidden":
            near = closest(last, list(known)) if len(loc) == 1 else ""
            return f'unknown key "{last}"{near}'
        case "string_type":
            return f"expected text, got {_shown(fault['input'])}; an expression is text too: quote it"
        case "union_tag_not_found":
            return "an effect has one of the keys update, create, delete, when, each"
        case _:
            return f"{fault['msg'][0].lower()}{fault['msg'][1:]}, got {_shown(fault['input'])}"


def _without(raw: Mapping[str, object], faults: Sequence[ErrorDetails]) -> dict[str, object]:
    """Copy a part without its faulty members: a member's member where the fault lies deeper, else the whole member."""
    kept = dict(raw)
    gone: dict[str, set[int | str]] = {}
    for fault in faults:
        loc = _plain_location(fault, raw)
        first = str(loc[0])
        value = raw.get(first)
        if len(loc) > 1 and isinstance(value, Mapping | list):
            gone.setdefault(first, set()).add(loc[1])
        else:
            kept.pop(first, None)
    for first, steps in gone.items():
        value = kept.get(first)
        if isinstance(value, Mapping):
            kept[first] = {key: one for key, one in value.items() if key not in steps}
        elif isinstance(value, list):
            kept[first] = [one for at, one in enumerate(value) if at not in steps]
    return kept


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
