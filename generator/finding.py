"""Findings: what is wrong with a blueprint, where, and what to do, gathered rather than raised one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generator.blueprint import Blueprint
from generator.expression import ExpressionError, closest, parse, parse_message
from generator.infer import infer
from generator.value_types import Type, mismatch


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: the blueprint (`where`), the place in it (`path`, as `tools.book.do[1]`), and a sentence."""

    path: str
    message: str
    where: str = ""

    def __str__(self) -> str:
        """Write it as one line: where, path and message."""
        return ": ".join(part for part in (self.where, self.path, self.message) if part)


class Findings:
    """Gathers the problems of one blueprint."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._found: list[Finding] = []
        self._misread: tuple[str, ...] = ()

    def add(self, path: str, message: str) -> None:
        """Note one problem, unless it lies in a part that could not be read."""
        if not any(path == part or path.startswith((f"{part}.", f"{part}[")) for part in self._misread):
            self._found.append(Finding(path, message, self._where))

    def forgo_misread(self) -> None:
        """From here on note nothing in a part whose kind or type is wrong: it would only follow from that."""
        self._misread = tuple(
            part for part, _, key in (each.path.rpartition(".") for each in self._found) if key in ("kind", "type")
        )

    def all(self) -> tuple[Finding, ...]:
        """List what was found, each problem once, in the order it was met."""
        return tuple(dict.fromkeys(self._found))

    def unknown(self, path: str, noun: str, word: str, known: Iterable[str]) -> bool:
        """Note that `word` is not among the known ones, if so, and say whether it was not."""
        names = [*known]
        if word in names:
            return False
        self.add(path, f'no {noun} "{word}"{closest(word, names)}' + ("" if names else f"; there is no {noun} here"))
        return True

    def expression(self, path: str, text: str, known: Mapping[str, Type], blueprint: Blueprint) -> Type | None:
        """Type an expression over the known names; note what is wrong with it and give None."""
        try:
            return infer(parse(text), known, blueprint)
        except ExpressionError as error:
            self.add(path, str(error))
            return None

    def condition(self, path: str, text: str, known: Mapping[str, Type], blueprint: Blueprint) -> None:
        """Note what is wrong with an expression that must be true or false."""
        got = self.expression(path, text, known, blueprint)
        if got and got.kind != "bool":
            self.add(path, f"a condition is wanted here, not {got}; compare it with something")

    def stored(self, path: str, text: str, want: Type, known: Mapping[str, Type], blueprint: Blueprint) -> Type | None:
        """Note what is wrong with an expression whose value is stored as a `want`, and give its type."""
        if want.values and text in want.values and text not in known:
            self.add(path, f'"{text}" is a name here; write the value as "\'{text}\'"')
            return None
        got = self.expression(path, text, known, blueprint)
        problem = mismatch(want, got) if got else ""
        if problem:
            self.add(path, problem)
        return got

    def sentence(self, path: str, text: str, known: Mapping[str, Type], blueprint: Blueprint) -> None:
        """Note what is wrong with a refusal's sentence and its {holes}."""
        if not text.strip():
            self.add(path, "a sentence is missing; say what would be valid")
        try:
            parts = parse_message(text)
        except ExpressionError as error:
            self.add(path, str(error))
            return
        for part in parts:
            if isinstance(part, str):
                continue
            try:
                got = infer(part, known, blueprint)
            except ExpressionError as error:
                self.add(path, str(error))
                continue
            if got.kind in ("row", "rows", "gen", "list", "none"):
                self.add(path, f"a hole shows one value, not {got}")
