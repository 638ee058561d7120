"""Boundary cases: stored values shifted to where a weaker tool would answer or change something else."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from envkit.calls import JsonObject
from envkit.clock import derive
from envkit.errors import Refusal
from generator.blueprint import FieldPart
from generator.casebook import Call, Edit
from generator.draw import draw_arguments
from generator.evaluate import Value, meaning
from generator.expression import parse
from generator.interpret import Interpreter
from generator.parameters import check_arguments
from generator.search import variations
from generator.shift import Shift
from generator.sieve import Sieve
from generator.tables import Record, rule_problem, wire
from generator.value_types import state_values
from generator.weaken import Weakening

_WORK, _MORE = 3000, 9000
"""Calls spent on one tool, those of its weaker forms included; and on those that take another way, not a number."""
_DRAWS = 60
_BASES = 8
_BACK = 12
_VARIED = 80
_SHARE = 0.4
"""How often two shifts are made together instead of one."""
_STEPS = (-1, 0, 1)
_SPANS_S = {"minutes": 60, "hours": 3600, "days": 86400}


@dataclass(frozen=True, slots=True)
class Boundary:
    """A call on a fresh world with stored values shifted, and the place in the blueprint that it is about."""

    path: str
    edits: tuple[Edit, ...]
    call: Call


class Hunt:
    """The calls on one tool that are tried, and the sieve of its weaker forms that they are tried on.

    `known`: arguments of calls on a fresh world that are cases already; they tell some forms before any other does.
    """

    def __init__(self, root: Interpreter, tool: str, known: Iterable[JsonObject]) -> None:
        self._world, self._tool = root.copy(), tool
        self._blueprint = root.blueprint
        self._chance = Random(derive(root.blueprint.name, "boundaries", tool))
        self._sieve = Sieve(root, tool)
        weaker = [form.weakening for form in self._sieve.forms]
        self._columns, self._numbers, self._spans_s = _mentioned(weaker)
        self._pairs: dict[tuple[Shift, Shift], Shift] = {}
        self.has_forms = bool(self._sieve.forms)
        self._bases = [*known]
        for arguments in self._bases if self._sieve.forms else ():
            self._sieve.sift(Shift((), arguments))

    @property
    def left(self) -> Sequence[Weakening]:
        """The weaker forms that nothing tells from the tool yet."""
        return [form.weakening for form in self._sieve.forms]

    def tells(self, boundary: Boundary) -> bool:
        """Say whether a call tells forms that none before does, and take those for told."""
        return bool(self.left and self._sieve.sift(Shift(boundary.edits, boundary.call[1])))

    def run(self) -> Iterator[Boundary]:
        """Yield calls that tell forms apart, each some that none before does. Bounded by work, the same each time."""
        sieve = self._sieve
        if not sieve.forms:
            return
        bases = [*self._bases, *self._drawn()]
        shifts = [shift for arguments in bases for shift in [Shift((), arguments), *self._shifts(arguments)]]
        about = {form.path: self._about(form.weakening) for form in sieve.forms}
        near: dict[str, Sequence[Shift]] = {}
        while shifts and sieve.forms and sieve.work < _WORK + _MORE:
            wanted = sieve.forms if sieve.work < _WORK else [each for each in sieve.forms if not each.is_of_a_number]
            if not wanted:
                break
            path = self._chance.choice(wanted).path
            if path not in near:
                near[path] = [each for each in shifts if each.columns & about[path]] or shifts
            shift = self._chance.choice(near[path])
            if self._chance.random() < _SHARE:
                shift = self._both(shift, self._chance.choice(near[path]))
            path = sieve.sift(shift, path)
            if path:
                yield Boundary(path, shift.edits, (self._tool, shift.arguments))

    def _both(self, shift: Shift, other: Shift) -> Shift:
        """Make two changes at the same time, known again when the same two come up."""
        if (shift, other) not in self._pairs:
            self._pairs[shift, other] = shift.with_edits_of(other)
        return self._pairs[shift, other]

    def _about(self, weakening: Weakening) -> frozenset[str]:
        """Name the columns and arguments that the changed place sets or looks at, through the lets it uses."""
        lets = self._blueprint.tools[self._tool].let
        found = {weakening.path.rpartition(".")[2]}
        texts = [weakening.before] if weakening.before and not weakening.before.startswith("{") else []
        while texts:
            for node in ast.walk(parse(texts.pop())):
                if isinstance(node, ast.Attribute):
                    found |= {node.attr, f"{node.attr}_id"}
                elif isinstance(node, ast.Name) and node.id not in found:
                    found.add(node.id)
                    texts += [lets[node.id]] if node.id in lets else []
        return frozenset(found)

    def _drawn(self) -> list[JsonObject]:
        """Draw calls that succeed, or get past every guard but some, as different as chance makes them."""
        found: list[JsonObject] = []
        for _ in range(_DRAWS):
            arguments = draw_arguments(self._world, self._tool, self._chance)
            if arguments is None or len(found) >= _BASES:
                break
            if self._sieve.succeeds(arguments) and arguments not in found:
                found.append(arguments)
        return found

    def _shifts(self, arguments: JsonObject) -> list[Shift]:
        lets = self._lets(arguments)
        moments = self._moments(lets)
        varied = [*variations(self._world, self._tool, arguments, self._chance)]
        shifts = [
            Shift((), each, frozenset(name for name in {*each, *arguments} if each.get(name) != arguments.get(name)))
            for each in self._chance.sample(varied, min(_VARIED, len(varied)))
        ]
        shifts += self._numbered(arguments)
        for record in _near(self._world, arguments):
            for name, field in self._blueprint.entities[record.entity].fields.items():
                if name in self._columns and not field.unique:
                    edits = [*self._edits(record, name, field, lets, moments)]
                    shifts += [Shift((edit,), arguments, frozenset([name])) for edit in edits]
        return shifts

    def _numbered(self, arguments: JsonObject) -> Iterator[Shift]:
        """Yield the arguments with a number at, below or above one that the tool speaks of."""
        for each in self._world.parameters(self._tool):
            if each.type.kind in ("int", "money"):
                for value in dict.fromkeys(number + step for number in self._numbers for step in _STEPS):
                    yield Shift((), {**arguments, each.name: value}, frozenset([each.name]))

    def _edits(
        self, record: Record, name: str, field: FieldPart, lets: Sequence[Value], moments: Sequence[Value]
    ) -> Iterator[Edit]:
        now = record.values[name]
        for value in dict.fromkeys(self._values(field, now, lets, moments)):
            if value != now and not rule_problem(field, value):
                yield Edit(record.entity, record.id, {name: wire(value)})

    def _values(self, field: FieldPart, now: Value, lets: Sequence[Value], moments: Sequence[Value]) -> list[Value]:
        nothing: list[Value] = [None] if field.optional else []
        match field.type:
            case "state" | "enum":
                return [*nothing, *(state_values(field) if field.type == "state" else field.values)]
            case "bool":
                return [*nothing, True, False]
            case "int" | "money":
                known = [*self._numbers, *(each for each in lets if _is_number(each)), *([now] if now else [])]
                return nothing + [value + step for value in known for step in _STEPS]
            case "time":
                return [*nothing, *moments]
            case "ref":
                return nothing + [row.id for row in self._world.tables.all(field.to)[:4]]
            case _:
                return nothing

    def _moments(self, lets: Sequence[Value]) -> list[Value]:
        known = [self._world.now, *(each for each in lets if isinstance(each, datetime))]
        spans = {0, *self._spans_s, *(int(each.total_seconds()) for each in lets if isinstance(each, timedelta))}
        seconds = dict.fromkeys(sign * span + step for span in sorted(spans) for sign in (-1, 1) for step in _STEPS)
        moments = (moment + timedelta(seconds=span) for moment in known for span in seconds if abs(span) < 10**9)
        return [*dict.fromkeys(moments)]

    def _lets(self, arguments: JsonObject) -> list[Value]:
        """Evaluate the tool's lets, as far as that goes, and its arguments."""
        try:
            names = dict(check_arguments(self._world.parameters(self._tool), arguments))
            for name, text in self._blueprint.tools[self._tool].let.items():
                names[name] = meaning(parse(text))(names, self._world.tables)
        except (Refusal, TypeError, ValueError, ZeroDivisionError, KeyError, AttributeError):
            return []
        rows = [row for row in names.values() if isinstance(row, Record)]
        columns = [row.values[name] for row in rows for name in sorted(self._columns) if name in row.values]
        return [*names.values(), *columns]


def _near(world: Interpreter, arguments: JsonObject) -> list[Record]:
    """List the rows that the arguments name, all that those lead to, and a few that lead to any of these."""
    texts = {text for value in arguments.values() for text in (value if isinstance(value, list) else [value])}
    every = {row.id: row for entity in world.blueprint.entities for row in world.tables.all(entity)}
    found: dict[str, Record] = {}
    wave = [row_id for row_id in every if row_id in texts]
    while wave:
        found |= {row_id: every[row_id] for row_id in wave}
        led_to = [text for row_id in wave for text in _texts(every[row_id])]
        wave = [row_id for row_id in dict.fromkeys(led_to) if row_id in every and row_id not in found]
    back = [row for row in every.values() if row.id not in found and found.keys() & _texts(row).keys()]
    return [*found.values(), *back[:_BACK]]


def _texts(row: Record) -> dict[str, None]:
    return {value: None for value in row.values.values() if isinstance(value, str)}


def _is_number(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _mentioned(forms: Sequence[Weakening]) -> tuple[Collection[str], Sequence[int], Sequence[int]]:
    """Return the columns, the numbers and the spans (in seconds) that expressions which can be weaker speak of."""
    columns = {each.path.rpartition(".set.")[2] for each in forms if ".set." in each.path}
    numbers: dict[int, None] = {0: None, 1: None}
    spans_s: dict[int, None] = {}
    for text in dict.fromkeys(each.before for each in forms if each.before and not each.before.startswith("{")):
        for node in ast.walk(parse(text)):
            if isinstance(node, ast.Attribute):
                columns |= {node.attr, f"{node.attr}_id"}
            elif isinstance(node, ast.Constant) and _is_number(node.value):
                assert isinstance(node.value, int)
                numbers[node.value] = None
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SPANS_S:
                number = node.args[0]
                if isinstance(number, ast.Constant) and isinstance(number.value, int):
                    spans_s[number.value * _SPANS_S[node.func.id]] = None
    return columns, [*numbers], [*spans_s]
