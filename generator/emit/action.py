"""The bodies of actions: lets, guards, effects, answer."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from generator.blueprint import CreateEffect, DeleteEffect, EachEffect, Effect, ToolPart, UpdateEffect, WhenEffect
from generator.emit.code import materialised, message, present, translate
from generator.emit.effects import steps, texts
from generator.emit.lines import Line, binding, loop
from generator.emit.logic import conjunction, is_risky, negated
from generator.emit.module import Module
from generator.emit.scope import Scope
from generator.emit.words import local_name, plural, singular
from generator.expression import parse
from generator.infer import Type, each_type, field_type

_SCALAR_WORDS = {"int": "number", "money": "amount", "time": "moment", "bool": "flag", "span": "span", "list": "values"}


def action_body(module: Module, name: str) -> list[Sequence[Line]]:
    """Write the paragraphs of an action's body."""
    return _Body(module, module.blueprint.tools[name]).paragraphs(module.results[name])


class _Body:
    """One action on its way to Python: the scope grows line by line, and no local is named twice."""

    def __init__(self, module: Module, tool: ToolPart) -> None:
        self.blueprint = module.blueprint
        self.tool = tool
        self.scope = Scope(module.blueprint, module.classes)
        self.taken = {*tool.args, *_loop_names(tool)} | {name for name in tool.let if len(name) > 1}
        for name, argument in tool.args.items():
            of = field_type(argument)
            is_sure = argument.default is not None
            self.scope = self.scope.bind(name, name, replace(of, optional=False) if is_sure else of)

    def paragraphs(self, result: str) -> list[Sequence[Line]]:
        lets = [self.let(name, text) for name, text in self.tool.let.items()]
        guards = [line for code, (text, words) in self.tool.require.items() for line in self.guard(code, text, words)]
        self.scope = replace(self.scope, lookups=self.lasting_lookups())
        effects = list(self.effects(self.tool.do, 1))
        if self.tool.advance:
            span = translate(parse(self.tool.advance), self.scope)
            effects.append(Line("", ast.Call(self.scope.of_world("advance"), [span], [])))
        values = [ast.keyword(name, materialised(parse(text), self.scope)) for name, text in self.tool.returns.items()]
        answer = Line("return ", ast.Call(ast.Name(result), [], values))
        if len(guards) + len(effects) <= 1 and lets:
            return [lets, [*guards, *effects, answer]]
        return [lets, guards, [*effects, answer]]

    def let(self, name: str, text: str) -> Line:
        tree = parse(text)
        of = self.scope.type_of(tree)
        written = materialised(tree, self.scope)
        if of.kind == "gen" and of.item is not None:
            of = Type("rows", of.item.entity) if of.item.kind == "row" else Type("list", item=of.item)
        python = self.free_name(name, of, tree)
        self.scope = self.scope.bind(name, python, of)
        if of.kind == "row" and isinstance(tree, ast.Attribute):
            self.scope = replace(self.scope, lookups={**self.scope.lookups, ast.dump(tree): python})
        return binding(python, written)

    def guard(self, code: str, text: str, words: str) -> Iterator[Line]:
        tree = parse(text)
        condition, sentence = translate(tree, self.scope), message(words, self.scope)
        if not is_risky(sentence):
            yield Line("", ast.Call(self.scope.function("require"), [condition, ast.Constant(code), sentence], []))
            return
        sentence = message(words, self.scope.knowing(tree, holds=False))
        yield Line("if ", negated(condition), ":")
        refusal = ast.Call(ast.Name("Refusal"), [ast.Constant(code), sentence], [])
        yield Line("raise ", refusal, depth=2)

    def effects(self, effects: Sequence[Effect], depth: int) -> Iterator[Line]:
        for effect in effects:
            match effect:
                case UpdateEffect():
                    yield from self.update(effect, depth)
                case CreateEffect():
                    yield self.create(effect, depth)
                case DeleteEffect(delete=target):
                    row = present(parse(target), self.scope)
                    yield Line("", ast.Call(self.scope.of_world("delete"), [row], []), depth=depth)
                case WhenEffect():
                    yield from self.when(effect, depth, "if ")
                case EachEffect():
                    yield from self.each(effect, depth)

    def update(self, effect: UpdateEffect, depth: int) -> Iterator[Line]:
        tree = parse(effect.update)
        row = present(tree, self.scope)
        scope = self.scope
        if not isinstance(row, ast.Name):
            of = replace(scope.type_of(tree), optional=False)
            python = self.free_name(tree.attr if isinstance(tree, ast.Attribute) else of.entity, of, tree)
            yield binding(python, row, depth)
            row = ast.Name(python)
            scope = replace(scope, lookups={**scope.lookups, ast.dump(tree): python})
        values = [ast.keyword(column, materialised(parse(text), scope)) for column, text in effect.set.items()]
        yield Line("", ast.Call(scope.of_world("update"), [row], values), depth=depth)

    def create(self, effect: CreateEffect, depth: int) -> Line:
        values = {column: materialised(parse(text), self.scope) for column, text in effect.set.items()}
        row = self.scope.method("add", effect.create)
        row.keywords += [ast.keyword(column, value) for column, value in values.items()]
        if not effect.name:
            return Line("", row, depth=depth)
        python = self.free_name(effect.name, Type("row", effect.create), None, is_new=True)
        self.scope = self.scope.bind(effect.name, python, Type("row", effect.create))
        return binding(python, row, depth)

    def when(self, effect: WhenEffect, depth: int, word: str) -> Iterator[Line]:
        conditions = [parse(effect.when)]
        while len(effect.do) == 1 and isinstance(effect.do[0], WhenEffect) and not effect.otherwise:
            if effect.do[0].otherwise:
                break
            effect = effect.do[0]
            conditions.append(parse(effect.when))
        scope, written = self.scope, []
        for condition in conditions:
            written.append(translate(condition, self.scope))
            self.scope = self.scope.knowing(condition, holds=True)
        yield Line(word, conjunction(written), ":", depth)
        yield from self.block(effect.do, depth + 1)
        self.scope = self.after(scope)
        if not effect.otherwise:
            return
        self.scope = scope.knowing(conditions[0], holds=False)
        if len(effect.otherwise) == 1 and isinstance(effect.otherwise[0], WhenEffect):
            yield from self.when(effect.otherwise[0], depth, "elif ")
        else:
            yield Line("else:", None, depth=depth)
            yield from self.block(effect.otherwise, depth + 1)
        self.scope = self.after(scope)

    def block(self, effects: Sequence[Effect], depth: int) -> Iterator[Line]:
        if not effects:
            yield Line("pass", None, depth=depth)
        yield from self.effects(effects, depth)

    def after(self, scope: Scope) -> Scope:
        """Leave a block: names bound in it stay known, what its condition said does not."""
        return replace(self.scope, present=scope.present, lookups=scope.lookups)

    def each(self, effect: EachEffect, depth: int) -> Iterator[Line]:
        tree = parse(effect.over)
        item = each_type(self.blueprint, effect, self.scope.types)
        entity = self.scope.table(tree)
        over = self.scope.method("all", entity) if entity else materialised(tree, self.scope)
        source = tree.id if isinstance(tree, ast.Name) and not entity else ""
        hint = singular(self.scope.locals.get(source, source))
        python = self.free_name(effect.each, item, None, hint if hint != source and len(hint) > 1 else "")
        scope = self.scope
        self.scope = self.scope.bind(effect.each, python, item)
        yield loop(python, over, depth)
        yield from self.block(effect.do, depth + 1)
        self.scope = self.after(scope)

    def free_name(self, name: str, of: Type, tree: ast.expr | None, hint: str = "", *, is_new: bool = False) -> str:
        noun = _noun(of)
        taken = self.taken - {name} | self.python_names()
        python = local_name(name, noun, hint or _looked_up_by(tree), taken, is_new=is_new)
        self.taken.add(python)
        return python

    def python_names(self) -> set[str]:
        return set(self.scope.locals.values())

    def lasting_lookups(self) -> dict[str, str]:
        """Keep the lookups through refs that no effect of the tool changes."""
        changed = {
            f"attr='{column.removesuffix('_id')}'"
            for effect, _ in steps(self.tool.do, {})
            if isinstance(effect, UpdateEffect)
            for column in effect.set
            if column.endswith("_id")
        }
        lookups = self.scope.lookups.items()
        return {key: name for key, name in lookups if not any(mark in key for mark in changed)}


def _noun(of: Type) -> str:
    if of.kind == "row":
        return of.entity
    if of.kind == "rows":
        return plural(of.entity)
    return _SCALAR_WORDS.get(of.kind, "value")


def _looked_up_by(tree: ast.expr | None) -> str:
    """Name a row after the argument or the ref it is found by: `person[organizer_id]` is the organizer."""
    match tree:
        case ast.Subscript(slice=ast.Name(id=key)) if key.endswith("_id"):
            return key.removesuffix("_id")
        case ast.Subscript(slice=ast.Name(id=key)) if key.endswith("_ids"):
            return plural(key.removesuffix("_ids"))
        case ast.Attribute(attr=name):
            return name if len(name) > 1 else ""
        case _:
            return ""


def _loop_names(tool: ToolPart) -> set[str]:
    """Name every variable that a comprehension of the tool binds."""
    return {
        node.target.id
        for text in texts(tool)
        for node in ast.walk(parse(text))
        if isinstance(node, ast.comprehension) and isinstance(node.target, ast.Name)
    }
