"""The bodies of list, get, create, update and delete tools."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from generator.blueprint import ToolPart
from generator.emit.lines import Line, binding
from generator.emit.module import Module
from generator.emit.words import local_name

Paragraphs = list[Sequence[Line]]


def list_body(module: Module, tool: ToolPart) -> Paragraphs:
    """Return a page of the rows that match."""
    keywords: list[ast.keyword] = []
    if tool.filter:
        keywords.append(ast.keyword("where", _mapping({column: ast.Name(column) for column in tool.filter})))
    if tool.range:
        ends = {column: ast.Tuple([ast.Name(f"{column}_from"), ast.Name(f"{column}_to")]) for column in tool.range}
        keywords.append(ast.keyword("between", _mapping(ends)))
    if tool.search:
        columns = ast.List([ast.Constant(column) for column in tool.search])
        keywords.append(ast.keyword("search", ast.Tuple([ast.Name("query"), columns])))
    names = ("sort", "limit", "cursor") if tool.sort else ("limit", "cursor")
    keywords += [ast.keyword(name, ast.Name(name)) for name in names]
    return [[Line("return ", ast.Call(_world("page"), [ast.Name(module.classes[tool.entity])], keywords))]]


def get_body(module: Module, tool: ToolPart) -> Paragraphs:
    """Return one row."""
    return [[Line("return ", _get(module, tool.entity, f"{tool.entity}_id"))]]


def create_body(module: Module, tool: ToolPart) -> Paragraphs:
    """Check that the refs exist, then add the row."""
    values = [ast.keyword(column, ast.Name(column)) for column in tool.set]
    row = ast.Call(_world("add"), [ast.Name(module.classes[tool.entity])], values)
    return [[*_ref_checks(module, tool, always=False), Line("return ", row)]]


def update_body(module: Module, tool: ToolPart) -> Paragraphs:
    """Find the row, ask for something to change, check the refs, then set what was given."""
    row = local_name(tool.entity, tool.entity, "", {*tool.set, "values"})
    values = ast.Call(ast.Name("given"), [], [ast.keyword(column, ast.Name(column)) for column in tool.set])
    words = f"Give at least one of {', '.join(tool.set)}." if len(tool.set) > 1 else f"Give {tool.set[0]}."
    asked = [ast.Name("values"), ast.Constant("nothing_to_update"), ast.Constant(words)]
    return [
        [binding(row, _get(module, tool.entity, f"{tool.entity}_id")), binding("values", values)],
        [Line("", ast.Call(ast.Name("require"), asked, [])), *_ref_checks(module, tool, always=True)],
        [Line("return ", ast.Call(_world("update"), [ast.Name(row)], [ast.keyword(None, ast.Name("values"))]))],
    ]


def delete_body(module: Module, tool: ToolPart) -> Paragraphs:
    """Remove the row, and the rows that go with it."""
    row = local_name(tool.entity, tool.entity, "", ())
    kinds: list[ast.expr] = [ast.Name(module.classes[entity]) for entity in tool.cascade]
    cascade = [ast.keyword("cascade", ast.List(kinds))] if kinds else []
    answer = ast.Call(ast.Name("Deleted"), [], [ast.keyword("id", ast.Name(f"{tool.entity}_id"))])
    return [
        [
            binding(row, _get(module, tool.entity, f"{tool.entity}_id")),
            Line("", ast.Call(_world("delete"), [ast.Name(row)], cascade)),
            Line("return ", answer),
        ]
    ]


def _ref_checks(module: Module, tool: ToolPart, *, always: bool) -> Iterator[Line]:
    fields = module.blueprint.entities[tool.entity].fields
    for column in tool.set:
        if fields[column].type != "ref":
            continue
        is_optional = always or fields[column].optional
        if is_optional:
            yield Line("if ", ast.Compare(ast.Name(column), [ast.IsNot()], [ast.Constant(None)]), ":")
        yield Line("", _get(module, fields[column].to, column), depth=2 if is_optional else 1)


def _get(module: Module, entity: str, key: str) -> ast.expr:
    return ast.Call(_world("get"), [ast.Name(module.classes[entity]), ast.Name(key)], [])


def _world(name: str) -> ast.expr:
    return ast.Attribute(ast.Name("world"), name)


def _mapping(values: Mapping[str, ast.expr]) -> ast.expr:
    return ast.Dict([ast.Constant(key) for key in values], list(values.values()))
