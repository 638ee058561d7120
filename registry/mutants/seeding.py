"""Seeding: a tool goes in, its mutants come out, always the same in the same order."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from envkit.manifest import Manifest
from registry.mutants.calls import world_call
from registry.mutants.expressions import Words, in_expressions
from registry.mutants.mutant import Change, Mutant, mutated, unparsed
from registry.mutants.queries import in_queries
from registry.mutants.statements import in_statements


def mutants(function: ast.FunctionDef, tree: ast.Module, manifest: Manifest) -> Iterator[Mutant]:
    """Yield every mutant of one tool of a server, by line; two that read the same are one."""
    words, results = Words.of(_enums(manifest)), _results(tree)
    counted: Counter[str] = Counter()
    known = {ast.unparse(function)}
    changes = [*in_statements(function, results), *in_expressions(function, words), *in_queries(function)]
    for change in sorted(changes, key=_place):
        twin = mutated(function, change)
        text = ast.unparse(twin)
        if text in known:
            continue
        known.add(text)
        counted[change.operator] += 1
        yield Mutant(
            id=f"{function.name}/{change.operator}/{counted[change.operator]}",
            operator=change.operator,
            tool=function.name,
            line=getattr(change.node, "lineno", function.lineno),
            before="" if change.shown is not None else unparsed(change.node),
            after=change.shown if change.shown is not None else unparsed(change.after),
            function=twin,
        )


def certainly_found(mutant: Mutant, manifest: Manifest) -> bool:
    """Say whether a mutant drops a `not_found` that no world knows: the id is a reference that is never empty."""
    if mutant.operator != "drop_not_found":
        return False
    call = world_call(ast.parse(mutant.before, mode="eval").body, "get")
    if call is None or len(call.args) != 2 or not isinstance(call.args[1], ast.Attribute):
        return False
    kind, column = ast.unparse(call.args[0]), call.args[1].attr
    fields = [field for entity in manifest.entities for field in entity.fields if field.name == column]
    return bool(fields) and all(
        field.type == "ref" and not field.optional and manifest.entity(field.to).title == kind for field in fields
    )


def _place(change: Change) -> tuple[int, int]:
    return getattr(change.node, "lineno", 0), getattr(change.node, "col_offset", 0)


def _enums(manifest: Manifest) -> Sequence[Sequence[str]]:
    fields = [field.values for entity in manifest.entities for field in entity.fields if field.values]
    return fields + [each.values for tool in manifest.tools for each in tool.arguments if each.role == "value"]


def _results(tree: ast.Module) -> Mapping[str, Mapping[str, str]]:
    """Return the members of each class of a server with their types, `Annotated` taken off."""
    return {
        node.name: {
            each.target.id: _plain(each.annotation)
            for each in node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        }
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }


def _plain(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        assert isinstance(annotation.slice, ast.Tuple)
        return ast.unparse(annotation.slice.elts[0])
    return ast.unparse(annotation)
