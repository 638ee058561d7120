"""Check 2: the database enforces the declared types and references, and every answer fits its declared schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from envkit.manifest import Manifest, ToolSpec
from farm.link import Tool
from registry.checks import tables
from registry.checks.check import Check, Outcome
from registry.checks.recording import Seen
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "schema"
ANSWERS_A_TOOL = 12
"""Answers of a tool that are validated: the different ways to answer are few, and validation is slow."""


async def ask(subject: Subject) -> Outcome:
    """Put bad rows to the tables, compare tool schemas with the manifest, validate answers and references."""
    faults, constraints = tables.faults(subject.folder, subject.manifest)
    findings = [Finding(check=NAME, sentence=sentence) for sentence in faults]
    for tool in subject.manifest.tools:
        if tool.name in subject.tools:
            live = subject.tools[tool.name]
            findings += [
                Finding(check=NAME, tool=tool.name, sentence=each) for each in _declared(tool, live, subject.manifest)
            ]
    answers = _sample(subject.seen)
    findings += _unfit(answers, subject.tools)
    findings += [
        seen.trail.finding(NAME, seen.call.tool, f"After {seen.call.tool}, {seen.broken[0]}.", actual=seen.broken[0])
        for seen in subject.seen
        if seen.broken
    ][:1]
    return Outcome(tuple(findings), constraints + len(answers), len(subject.seen))


def _declared(tool: ToolSpec, live: Tool, manifest: Manifest) -> list[str]:
    """Compare what a tool takes and returns on the wire with what the manifest says."""
    problems: list[str] = []
    properties = _members(live.input_schema)
    required = set(_names(live.input_schema.get("required")))
    for argument in tool.arguments:
        if argument.name not in properties:
            problems.append(f"the input schema lacks {argument.name}, which the manifest declares")
        elif (argument.name in required) != argument.required:
            said = "required" if argument.required else "optional"
            problems.append(f"{argument.name} is {said} in the manifest but not in the input schema")
    declared = {argument.name for argument in tool.arguments}
    problems += [
        f"the input schema takes {name}, which the manifest does not know"
        for name in properties
        if name not in declared
    ]
    problems += [f"{name} has no description" for name, part in properties.items() if not _has_description(part)]
    if live.input_schema.get("additionalProperties") is not False:
        problems.append("the input schema does not forbid unknown arguments")
    problems += _promised(tool, live, manifest)
    return [f"{tool.name}: {problem}." for problem in problems]


def _promised(tool: ToolSpec, live: Tool, manifest: Manifest) -> list[str]:
    if live.output_schema is None:
        return ["it has no output schema"]
    members = _members(live.output_schema)
    if tool.kind in ("get", "create", "update"):
        wanted = ("id", *(field.name for field in manifest.entity(tool.entity).fields))
    else:
        wanted = tuple(part.name for part in tool.returns)
    return [
        f"the output schema lacks {name}, which the manifest says it returns" for name in wanted if name not in members
    ]


def _members(schema: Mapping[str, object]) -> Mapping[str, object]:
    target = schema
    if isinstance(reference := schema.get("$ref"), str):
        definitions = schema.get("$defs")
        assert isinstance(definitions, Mapping)
        target = definitions[reference.rsplit("/", 1)[-1]]
    members = target.get("properties", {})
    return members if isinstance(members, Mapping) else {}


def _names(value: object) -> Sequence[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def _has_description(part: object) -> bool:
    return isinstance(part, Mapping) and bool(part.get("description"))


def _sample(everything: Sequence[Seen]) -> list[Seen]:
    taken: dict[str, list[Seen]] = {}
    for seen in everything:
        if not seen.observation.is_refused and len(taken.setdefault(seen.call.tool, [])) < ANSWERS_A_TOOL:
            taken[seen.call.tool].append(seen)
    return [seen for group in taken.values() for seen in group]


def _unfit(answers: Sequence[Seen], tools: Mapping[str, Tool]) -> list[Finding]:
    """Return one finding for each tool whose answer does not fit its output schema."""
    validators = {
        name: Draft202012Validator(tool.output_schema) for name, tool in tools.items() if tool.output_schema is not None
    }
    findings: dict[str, Finding] = {}
    for seen in answers:
        name = seen.call.tool
        if name in findings or name not in validators:
            continue
        error = next(validators[name].iter_errors(seen.observation.content), None)
        if error is not None:
            where = ".".join(str(part) for part in error.absolute_path) or "the answer"
            sentence = f"{name} answered what its output schema does not allow: {where}: {error.message[:200]}"
            findings[name] = seen.trail.finding(NAME, name, sentence, actual=seen.observation.content)
    return list(findings.values())


CHECK = Check(2, NAME, "tables, references, tool schemas and answers are as declared", "judge", ask)
