"""The audit of a blueprint: every problem of form and meaning, in one run."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from generator.audit_entities import audit_entities
from generator.audit_form import read_form
from generator.audit_tools import audit_tools, iter_effects
from generator.blueprint import Blueprint, CreateEffect, UpdateEffect
from generator.expression import ExpressionError, parse
from generator.finding import Finding, Findings
from generator.intervals import intervals

__all__ = ["Finding", "audit"]

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_KIT_NAMES = frozenset(
    {"env", "world", "main", "require", "hours", "days", "minutes", "given", "datetime", "timedelta", "now"}
)


def audit(raw: object, where: str) -> tuple[Finding, ...]:
    """List every problem of a blueprint as read from YAML (with `domain` among its keys); none means it can be used."""
    findings = Findings(where)
    if not isinstance(raw, Mapping):
        got = "nothing" if raw is None else type(raw).__name__
        findings.add("", f"expected a blueprint (keys blueprint, name, title, clock, entities, tools), got {got}")
    elif raw.get("blueprint") != 1:
        findings.add("blueprint", f"expected version 1, got {raw.get('blueprint')!r}; begin with `blueprint: 1`")
    else:
        blueprint = read_form(raw, findings)
        findings.forgo_misread()
        _audit_names(blueprint, findings)
        _audit_clock(blueprint, findings)
        if not blueprint.entities:
            return findings.all()
        audit_entities(blueprint, findings)
        audit_tools(blueprint, findings)
        _audit_laws(blueprint, findings)
        _audit_coverage(blueprint, findings)
        _audit_history(blueprint, findings)
    return findings.all()


def _audit_names(blueprint: Blueprint, findings: Findings) -> None:
    for key, name in (("name", blueprint.name), ("domain", blueprint.domain)):
        if name and not _NAME.fullmatch(name):
            findings.add(key, f'"{name}" is not snake_case')
    if not blueprint.title.strip():
        findings.add("title", "a title is missing")
    laws = [("invariants", name) for name in blueprint.invariants] + [
        ("conserved", name) for name in blueprint.conserved
    ]
    taken: dict[str, str] = {}
    for part, name in [("tools", name) for name in blueprint.tools] + laws:
        path = f"{part}.{name}"
        if not _NAME.fullmatch(name):
            findings.add(path, f'"{name}" is not snake_case')
        elif keyword.iskeyword(name) or name in _KIT_NAMES or name in dir(builtins):
            findings.add(path, f'"{name}" means something in Python; choose another name')
        if name in taken:
            findings.add(path, f'"{name}" is also the name of {taken[name]}')
        taken[name] = path


def _audit_clock(blueprint: Blueprint, findings: Findings) -> None:
    try:
        moment = datetime.fromisoformat(blueprint.clock.start)
    except ValueError:
        findings.add("clock.start", f'"{blueprint.clock.start}" is not a moment; write it as 2025-03-03T09:00:00')
        return
    if moment.microsecond:
        findings.add("clock.start", "whole seconds only")


def _audit_laws(blueprint: Blueprint, findings: Findings) -> None:
    for name, text in blueprint.invariants.items():
        findings.condition(f"invariants.{name}", text, {}, blueprint)
    for name, text in blueprint.conserved.items():
        got = findings.expression(f"conserved.{name}", text, {}, blueprint)
        if got and got.kind not in ("int", "money"):
            findings.add(f"conserved.{name}", f"a whole number is wanted here, not {got}")


def _audit_coverage(blueprint: Blueprint, findings: Findings) -> None:
    """Ask for a law on each counter, each balance (money changed by its own old value) and each time interval."""
    mentioned = set(_columns_of([*blueprint.invariants.values(), *blueprint.conserved.values()]))
    balances = set(_balances(blueprint))
    for name, entity in blueprint.entities.items():
        path = f"entities.{name}.fields"
        for column, field in entity.fields.items():
            if column in mentioned:
                continue
            if field.counter:
                findings.add(f"{path}.{column}", "a counter needs an invariant or conserved value that mentions it")
            elif field.type == "money" and column in balances:
                findings.add(f"{path}.{column}", "a balance needs an invariant or conserved value that mentions it")
        for start, end in intervals(entity.fields):
            if not {start, end} <= mentioned:
                findings.add(f"{path}.{end}", f"an interval needs an invariant that mentions {start} and {end}")


def _columns_of(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        try:
            tree = parse(text)
        except ExpressionError:
            continue
        yield from (node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def _balances(blueprint: Blueprint) -> Iterable[str]:
    for tool in blueprint.tools.values():
        for _, effect in iter_effects(tool.do, "do"):
            if isinstance(effect, UpdateEffect):
                yield from (column for column, text in effect.set.items() if column in set(_columns_of([text])))


def _audit_history(blueprint: Blueprint, findings: Findings) -> None:
    for name, count in blueprint.history.items():
        path = f"history.{name}"
        if findings.unknown(path, "tool", name, blueprint.tools):
            continue
        tool = blueprint.tools[name]
        makes = any(isinstance(effect, CreateEffect) for _, effect in iter_effects(tool.do, "do"))
        if not (tool.do or tool.kind in ("create", "update")) and not makes:
            findings.add(path, "history replays tools that write; this one does not")
        if count < 1:
            findings.add(path, f"expected how many calls to replay, got {count}")
