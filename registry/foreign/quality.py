"""The quality of a stranger's tools: valid schemas, and all a caller needs to know said in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types
from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped]
from jsonschema.validators import validator_for  # type: ignore[import-untyped]

from envkit.calls import JsonObject, Observation
from farm.link import Tool
from registry.foreign.arguments import members

NAME = re.compile(r"[A-Za-z0-9_./-]{1,128}")
"""Source: MCP 2025-11-25, server/tools, "Tool Names"."""
_QUOTED = re.compile(r"""(["'`])[\w-]+\1""")
_CHOICE = re.compile(r"\b(one of|either|allowed values|possible values|must be|can be)\b", re.IGNORECASE)

HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint")


def contract(tool: Tool) -> Iterator[str]:
    """Yield a sentence for each way in which an offered tool is not MCP."""
    if not NAME.fullmatch(tool.name):
        yield f"The name {tool.name!r} is not one that MCP allows."
    if tool.input_schema.get("type") != "object":
        yield f"The input schema of {tool.name} is not that of an object."
    for which, schema in (("input", tool.input_schema), ("output", tool.output_schema)):
        if schema is not None and (fault := schema_fault(schema)):
            yield f"The {which} schema of {tool.name} is no JSON Schema: {fault}."


def quality(tool: Tool) -> Iterator[str]:
    """Yield a sentence for each thing that a caller would have to guess."""
    if not tool.description:
        yield f"{tool.name} has no description."
    arguments = members(tool.input_schema)
    if silent := [name for name, member in arguments.items() if not member.get("description")]:
        yield f"{tool.name} does not describe {', '.join(silent)}."
    if typeless := [name for name, member in arguments.items() if not {"type", "enum", "const"} & set(member)]:
        yield f"{tool.name} gives no type for {', '.join(typeless)}."
    kinds = ("integer", "number")
    unbounded = [
        name
        for name, member in arguments.items()
        if member.get("type") in kinds and not {"minimum", "maximum", "enum", "exclusiveMinimum"} & set(member)
    ]
    if unbounded:
        yield f"{tool.name} gives no bounds for {', '.join(unbounded)}."
    if listed := [name for name, member in arguments.items() if _lists_values(member)]:
        yield f"{tool.name} lists the values of {', '.join(listed)} in words only, not as an enum."
    if tool.input_schema.get("additionalProperties") is not False:
        yield f"{tool.name} does not forbid unknown arguments."
    if tool.output_schema is None:
        yield f"{tool.name} has no output schema."


def _lists_values(member: JsonObject) -> bool:
    """Say whether a text is described as one of several quoted values, without an enum that says which."""
    said = str(member.get("description", ""))
    is_open = member.get("type") == "string" and not {"enum", "const", "pattern"} & set(member)
    return is_open and len(_QUOTED.findall(said)) > 1 and _CHOICE.search(said) is not None


def missing_hints(tool: Tool) -> list[str]:
    """Name the hints a tool does not give."""
    return [hint for hint in HINTS if hint not in tool.annotations]


def schema_fault(schema: JsonObject) -> str:
    """Return what is wrong with a JSON Schema, "" if nothing."""
    try:
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
    except SchemaError as error:
        return str(error.message)[:200]
    return ""


def misfit(schema: JsonObject | None, answer: Observation) -> str:
    """Return where an answer does not fit the output schema, "" if it does, is a refusal, or either is broken."""
    if schema is None or answer.is_refused or schema_fault(schema):
        return ""
    error = next(validator_for(schema, default=Draft202012Validator)(schema).iter_errors(answer.content), None)
    return "" if error is None else str(error.message)[:200]
