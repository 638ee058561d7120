"""The text of server.py: what a reader of an environment opens first."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Sequence

from generator.blueprint import Blueprint, EntityPart, FieldPart
from generator.emit.action import action_body
from generator.emit.code import materialised, translate
from generator.emit.crud import create_body, delete_body, get_body, list_body, update_body
from generator.emit.effects import Touches, touches
from generator.emit.layout import statement
from generator.emit.lines import Line, written
from generator.emit.module import Module, declared, id_alias, literal
from generator.emit.parameters import default_of
from generator.emit.printer import WIDTH
from generator.emit.returns import Member, members
from generator.emit.scope import Scope
from generator.emit.words import KIT_CLASSES, KIT_FUNCTIONS, article, sentence, spoken
from generator.expression import parse

_HEADER = """\
# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""
_PLAIN = {"str": "str", "text": "str", "int": "int", "money": "Money", "bool": "bool", "time": "Time", "enum": "str"}


def server(blueprint: Blueprint) -> str:
    """Write the server of a blueprint."""
    module = Module(blueprint)
    parts = ["\n".join(module.aliases())]
    parts += [_entity(module, name, part) for name, part in blueprint.entities.items()]
    for name in blueprint.tools:
        parts += _tool(module, name)
    parts += [_law(module, "invariant", name, text, "bool") for name, text in blueprint.invariants.items()]
    parts += [_law(module, "conserved", name, text, "int") for name, text in blueprint.conserved.items()]
    parts.append('if __name__ == "__main__":\n    main(env)')
    body = "\n\n\n".join(parts)
    opening = f"{_HEADER}{docstring(_about(blueprint), 0)}\n\n{_imports(body)}\nenv = Environment(__file__)\n\n"
    return f"{opening}{body}\n"


def docstring(paragraphs: Sequence[str], indent: int) -> str:
    """Write a docstring: one line if it fits, else wrapped paragraphs."""
    margin = " " * indent
    clean = [" ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''") for text in paragraphs]
    only = clean[0] if not clean[0].endswith('"') else clean[0] + " "
    if len(clean) == 1 and len(only) + indent + 6 <= WIDTH:
        return f'{margin}"""{only}"""'
    rows: list[str] = []
    for at, text in enumerate(clean):
        first = '"""' if at == 0 else ""
        lines = textwrap.wrap(first + text, WIDTH - indent - 3, break_long_words=False, break_on_hyphens=False)
        rows += [*([""] if at else []), *(margin + line for line in lines)]
    return "\n".join([*rows, f'{margin}"""'])


def _paragraphs(text: str, indent: int) -> list[str]:
    """Set the first sentence apart if the whole does not fit on a line."""
    clean = " ".join(text.split())
    first, dot, rest = clean.partition(". ")
    return [clean] if not dot or len(clean) + indent + 6 <= WIDTH else [f"{first}.", rest]


def _about(blueprint: Blueprint) -> list[str]:
    origin = f"blueprint {blueprint.domain}/{blueprint.name} version {blueprint.version}"
    emitted = f"Emitted from {origin} (sha256 {blueprint.digest[:12]})."
    sources = [
        ", ".join(word for word in (each.title, each.format, each.package or each.url, each.path) if word)
        for each in blueprint.source
    ]
    first = f"{blueprint.title}: {blueprint.summary}" if blueprint.summary else f"{blueprint.title}."
    return [first, f"{emitted} Source: {'; '.join(sources)}." if sources else emitted]


def _imports(body: str) -> str:
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)} | {"Environment"}
    typing = sorted(used & {"Annotated", "Literal"})
    kit = sorted(used & (KIT_CLASSES | {"Field"})) + sorted(used & KIT_FUNCTIONS)
    lines = [f"from typing import {', '.join(typing)}\n\n"] if typing else []
    line = f"from envkit import {', '.join(kit)}\n"
    if len(line) > WIDTH:
        line = "from envkit import (\n" + "".join(f"    {name},\n" for name in kit) + ")\n"
    return "".join([*lines, line])


def _entity(module: Module, name: str, part: EntityPart) -> str:
    found_by = f', found_by="{module.finders[name]}"' if name in module.finders else ""
    title = module.classes[name]
    head = f'class {title}(Row, table="{name}", prefix="{part.prefix}"{found_by}):'
    rows = [declared("id", id_alias(name), "")]
    for column, field in part.fields.items():
        rows.append(declared(column, module.column(name, column, field), _default(field)))
    doc = docstring([part.doc or f"{article(spoken(name)).capitalize()}."], 4)
    return "\n".join([head, doc, "", *rows])


def _default(field: FieldPart) -> str:
    has_default, value = default_of(field)
    return literal(value) if has_default else ""


def _tool(module: Module, name: str) -> Iterator[str]:
    tool = module.blueprint.tools[name]
    touched = touches(module.blueprint, name)
    entity = module.classes.get(tool.entity, "")
    match tool.kind:
        case "list":
            body, answer = list_body(module, tool), f"Page[{entity}]"
        case "get":
            body, answer = get_body(module, tool), entity
        case "create":
            body, answer = create_body(module, tool), entity
        case "update":
            body, answer = update_body(module, tool), entity
        case "delete":
            body, answer = delete_body(module, tool), "Deleted"
        case "action":
            yield _result(module, name)
            body, answer = [*action_body(module, name)], module.results[name]
    signature = _signature(name, _parameters(module, name), answer)
    doc = docstring(_paragraphs(tool.doc, 4), 4)
    yield "\n".join([_decorator(module, name, touched), signature, doc, written(body)])


def _decorator(module: Module, name: str, touched: Touches) -> str:
    tool = module.blueprint.tools[name]
    keywords: list[ast.keyword] = []
    for word, entities in (("reads", touched.reads), ("writes", touched.writes)):
        if entities:
            classes: list[ast.expr] = [ast.Name(module.classes[entity]) for entity in entities]
            keywords.append(ast.keyword(word, ast.List(classes)))
    marks = {
        "destructive": tool.destructive or tool.kind == "delete",
        "idempotent": tool.idempotent or tool.kind == "update",
        "advances": bool(tool.advance),
    }
    keywords += [ast.keyword(mark, ast.Constant(True)) for mark, holds in marks.items() if holds]
    if tool.title and tool.title != sentence(name):
        keywords.append(ast.keyword("title", ast.Constant(tool.title)))
    return statement("@", ast.Call(ast.Attribute(ast.Name("env"), "tool"), [], keywords))


def _parameters(module: Module, name: str) -> list[tuple[str, str, str]]:
    # Python wants parameters with a default last; callers name their arguments, so the order is free.
    rows = [
        (each.spec.name, module.parameter(each), literal(each.default) if not each.spec.required else "")
        for each in module.parameters[name]
    ]
    return [row for row in rows if not row[2]] + [row for row in rows if row[2]]


def _signature(name: str, rows: Sequence[tuple[str, str, str]], answer: str) -> str:
    shown = ["world: World", *(f"{row[0]}: {row[1]}" + (f" = {row[2]}" if row[2] else "") for row in rows)]
    line = f"def {name}({', '.join(shown)}) -> {answer}:"
    if len(line) <= WIDTH:
        return line
    inner = [declared(*row, comma=True) for row in rows]
    return "\n".join([f"def {name}(", "    world: World,", *inner, f") -> {answer}:"])


def _result(module: Module, name: str) -> str:
    head = f"class {module.results[name]}(Result):"
    doc = docstring([f"What {name} answers."], 4)
    rows = [_member(module, each) for each in members(module.blueprint, module.blueprint.tools[name])]
    return "\n".join([head, doc, *([""] if rows else []), *rows])


def _member(module: Module, member: Member) -> str:
    if member.of.kind == "row":
        kind = module.classes[member.of.entity]
        return declared(member.name, kind + (" | None" if member.of.optional else ""), "")
    if member.of.kind == "rows":
        return declared(member.name, f"list[{module.classes[member.of.entity]}]", "")
    kind = _PLAIN.get(member.of.kind, "str")
    if member.of.kind == "list":
        item = member.of.item
        kind = f"list[{_PLAIN.get(item.kind, 'str') if item else 'str'}]"
    words = sentence(member.name) + (", in minor units" if member.of.kind == "money" else "")
    optional = " | None" if member.of.optional else ""
    return declared(member.name, f"Annotated[{kind}{optional}, Field(description={literal(words)})]", "")


def _law(module: Module, decorator: str, name: str, text: str, answer: str) -> str:
    scope = Scope(module.blueprint, module.classes)
    node = parse(text)
    returned = materialised(node, scope) if decorator == "conserved" else translate(node, scope)
    body = Line("return ", returned).text()
    words = sentence(name) if decorator == "invariant" else f"{sentence(name)} stays the same across every call"
    doc = docstring([f"{words}."], 4)
    return f"@env.{decorator}\ndef {name}(world: World) -> {answer}:\n{doc}\n{body}"
