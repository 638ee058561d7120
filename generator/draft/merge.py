"""Merging: what a model answered, stage by stage, becomes one blueprint as YAML would hold it, and findings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from chat.messages import Reply
from envkit.manifest import Source
from generator.draft.lift import lift
from generator.draft.stages import ENTITIES, INVARIANTS, PHRASES, PROPOSE, TOOLS, Stage
from generator.finding import Finding

Raw = Mapping[str, object]
"""A part of a blueprint as read from JSON; the audit judges its form."""

_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_HEAD = ("title", "summary", "clock", "policies", "personas")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is drafted: the slug and domain that were asked for, and where the shape is taken from."""

    slug: str
    domain: str
    source: Source | None


def read_answer(stage: Stage, reply: Reply) -> tuple[Raw, tuple[Finding, ...]]:
    """Read a reply as the answer of a stage; what cannot be read is a finding at the stage's name."""
    trouble = _trouble(reply)
    if trouble:
        return {}, (Finding(stage.name, trouble),)
    fenced = _FENCE.match(reply.text)
    try:
        answer = orjson.loads(fenced[1] if fenced else reply.text)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        return {}, (Finding(stage.name, f"expected one JSON object, got none: {error.msg} at {place}"),)
    if not isinstance(answer, dict):
        return {}, (Finding(stage.name, f"expected one JSON object, got {type(answer).__name__}"),)
    strange = [Finding(stage.name, f'unknown key "{key}"') for key in answer if key not in stage.keys]
    fields = stage.answer.model_fields
    lacking = [
        Finding(stage.name, f'"{key}" is missing') for key in fields if fields[key].is_required() and key not in answer
    ]
    return {key: value for key, value in answer.items() if key in stage.keys}, (*strange, *lacking)


def merge(subject: Subject, answers: Mapping[Stage, Raw]) -> tuple[dict[str, object], tuple[Finding, ...]]:
    """Put answers together; bodies in Python are lifted, and what cannot be lifted is found."""
    findings: list[Finding] = []
    proposal, laws = answers.get(PROPOSE, {}), answers.get(INVARIANTS, {})
    raw: dict[str, object] = {"blueprint": 1, "name": subject.slug, "domain": subject.domain}
    raw |= {key: proposal[key] for key in _HEAD if key in proposal}
    if subject.source is not None:
        raw["source"] = [subject.source.model_dump(mode="json", exclude_defaults=True)]
    raw["entities"] = answers.get(ENTITIES, {}).get("entities", {})
    raw |= {key: laws[key] for key in ("invariants", "conserved") if key in laws}
    drafted = answers.get(TOOLS, {})
    if "history" in drafted:
        raw["history"] = drafted["history"]
    tools = drafted.get("tools", {})
    if isinstance(tools, Mapping):
        tools = {name: _lifted(f"tools.{name}", tool, findings) for name, tool in tools.items()}
        tools = _with_phrases(tools, answers.get(PHRASES, {}).get("phrases", {}), findings)
    raw["tools"] = tools
    return raw, tuple(findings)


def _trouble(reply: Reply) -> str:
    match reply.finish:
        case "length":
            tokens = reply.usage.completion_tokens
            return f"the answer was cut short at {tokens} tokens; answer whole and shorter: fewer parts, shorter docs"
        case "refusal" | "content_filter":
            return (
                f"the request was declined ({reply.text[:80]}); nothing harmful is asked: answer with the JSON object"
            )
        case _:
            return ""


def _lifted(path: str, tool: object, findings: list[Finding]) -> object:
    if not isinstance(tool, Mapping) or "python" not in tool:
        return tool
    rest = {key: value for key, value in tool.items() if key != "python"}
    body = tool["python"]
    if not isinstance(body, str):
        findings.append(Finding(f"{path}.python", f"expected text, got {type(body).__name__}"))
        return rest
    if not body.strip():
        return rest
    twice = [key for key in ("let", "require", "do", "return") if rest.get(key)]
    if twice:
        findings.append(Finding(f"{path}.python", f"says what {', '.join(twice)} say; keep one of the two"))
        return rest
    keys, faults = lift(body)
    findings += [Finding(f"{path}.python", f"line {fault.line}: {fault.message}") for fault in faults]
    return {**rest, **keys}


def _with_phrases(tools: Mapping[str, object], phrases: object, findings: list[Finding]) -> dict[str, object]:
    spoken = dict(tools)
    if not isinstance(phrases, Mapping):
        findings.append(Finding("phrases", f"expected tools with their phrases, got {type(phrases).__name__}"))
        return spoken
    for name, said in phrases.items():
        tool = tools.get(name)
        if isinstance(tool, Mapping):
            spoken[name] = {**tool, "phrases": said}
        else:
            findings.append(Finding(f"phrases.{name}", "there is no such tool"))
    return spoken
