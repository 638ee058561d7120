"""The sieve: the weaker forms of one tool that no call tells from it yet, and whether a call does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from envkit.calls import JsonObject
from envkit.errors import INTERNAL, INVALID_ARGUMENT, Refusal
from generator.evaluate import Names, Value, reading
from generator.interpret import BUGS, Interpreter, Outcome
from generator.shift import Shift, Shifted
from generator.tables import Tables
from generator.weaken import Form, Weakening, weakenings

_NOWHERE = -1
"""How far a call gets that says nothing: its arguments do not fit, or the changed rows make no sense."""


class Sieve:
    """The weaker forms of one tool that are still taken for it: each call sifts out those that it tells apart.

    Expressions change nothing, so a form whose changed expression answers as the tool's own does, each time a call
    asks for it, answers that call as the tool does and need not be played. `work` counts the forms as if it were.
    """

    def __init__(self, root: Interpreter, tool: str) -> None:
        self.forms = [Form.of(each, root.blueprint) for each in weakenings(root.blueprint, tool)]
        self.work = 0
        self._by_path: dict[str, list[Form]] = {}
        self._world, self._blueprint, self._tool = root.copy(), root.blueprint, tool
        self._world.tells_ways = False
        self._stages = {code: stage for stage, code in enumerate(root.blueprint.tools[tool].require, start=1)}
        self._reached: dict[tuple[tuple[bytes, ...], str], int] = {}

    def sift(self, shift: Shift, path: str = "") -> str:
        """Make the call on the tool and its weaker forms; drop those told apart, return the place of the first.

        With a `path` the forms that differ elsewhere are tried only once one that differs there is told apart.
        """
        self.work += 1
        first = self._at(path) if path else self.forms
        if (shift.key, path) in self._reached:
            self.work += len(_met(first, self._reached[shift.key, path]))
            return ""
        outcome, differing = self._heard(shift, first)
        reached = self._reached[shift.key, path] = self._stage(outcome.code)
        told = self._told(shift, outcome, _met(first, reached), differing)
        if not told:
            return ""
        rest = [form for form in self.forms if form not in first]
        if rest:
            outcome, differing = self._heard(shift, rest)
            told += self._told(shift, outcome, _met(rest, reached), differing)
        self.forms = [form for form in self.forms if form not in told]
        self._by_path = {}
        return told[0].path

    def _at(self, path: str) -> list[Form]:
        if path not in self._by_path:
            self._by_path[path] = [form for form in self.forms if form.path == path]
        return self._by_path[path]

    def succeeds(self, arguments: JsonObject) -> bool:
        """Say whether the tool takes a call as the rows stand."""
        self.work += 1
        is_refused = self._world.attempt(self._tool, arguments) is not None
        self._world.undo()
        return not is_refused

    def _stage(self, code: str | None) -> int:
        """Tell how far a call got, as the stages of weakenings do."""
        if code in (INTERNAL, INVALID_ARGUMENT):
            return _NOWHERE
        return self._stages.get(code, 0) if code else len(self._stages) + 1

    def _heard(self, shift: Shift, forms: Sequence[Form]) -> tuple[Outcome, Collection[Form]]:
        """Make the call on the tool, and gather those of the forms that may answer it otherwise.

        Where there are none, no more is told of the outcome than what it refuses with.
        """
        differing = {form for form in forms if form.weaker is None}
        asked: dict[str, list[Form]] = {}
        for form in forms:
            if form.weaker is not None:
                asked.setdefault(form.weakening.before, []).append(form)
        hear = {text: _listener(text, about, differing) for text, about in asked.items()}
        world = self._world
        with Shifted(world.tables, shift):
            world.hear = hear
            outcome = world.attempt(self._tool, shift.arguments)
            world.hear = {}
            if outcome is None:
                outcome = world.outcome() if differing else Outcome()
            world.undo()
        return outcome, differing

    def _told(self, shift: Shift, outcome: Outcome, met: Sequence[Form], differing: Collection[Form]) -> list[Form]:
        self.work += len(met)
        suspects = [form for form in met if form in differing and _may_tell(form.weakening, outcome)]
        return [form for form in suspects if _is_told(form.weakening, outcome, self._weaker(shift, form))]

    def _weaker(self, shift: Shift, form: Form) -> Outcome:
        world = self._world
        with Shifted(world.tables, shift):
            world.blueprint = form.blueprint
            outcome = world.call(self._tool, shift.arguments)
            world.blueprint = self._blueprint
            world.undo()
        return outcome


def _listener(text: str, about: Sequence[Form], differing: set[Form]) -> Callable[[Names, Tables], None]:
    """Hear an expression asked, and note each form about it that answers otherwise."""

    def listen(names: Names, tables: Tables) -> None:
        left = [form for form in about if form not in differing]
        own = _answer(text, names, tables) if left else None
        differing.update(form for form in left if _answer(form.weaker or text, names, tables) != own)

    return listen


def _met(forms: Sequence[Form], reached: int) -> list[Form]:
    return [form for form in forms if form.stage <= reached]


def _answer(text: str, names: Names, tables: Tables) -> tuple[str, Value]:
    """Answer an expression: a code if it refuses or makes no sense, and else a value."""
    try:
        return "", reading(text)(names, tables)
    except Refusal as refusal:
        return refusal.code, None
    except BUGS:
        return INTERNAL, None


def _may_tell(weakening: Weakening, outcome: Outcome) -> bool:
    """Effects kept too early show where a guard refuses."""
    return weakening.operator != "commit_before_guards" or outcome.code is not None


def _is_told(weakening: Weakening, outcome: Outcome, weaker: Outcome) -> bool:
    """Say whether the outcome of a weaker form is another than the tool's."""
    if weakening.operator == "commit_before_guards":
        return bool(weaker.diff.to_json())
    return outcome.code != weaker.code or outcome.content != weaker.content or outcome.diff != weaker.diff
