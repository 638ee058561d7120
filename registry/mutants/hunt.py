"""The hunt: calls, on worlds with a stored value or two shifted, that tell a surviving mutant from the original."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from envkit.calls import JsonObject
from envkit.clock import derive
from envkit.environment import Answer
from envkit.errors import INVALID_ARGUMENT
from envkit.manifest import Manifest
from envkit.snapshot import edited
from envkit.store import StoreError
from envkit.tables import TakenError
from registry.case import Edit
from registry.mutants.bench import Bench
from registry.mutants.calls import guard, statements
from registry.mutants.mutant import Mutant
from registry.mutants.shifts import Ground, changed_arguments, edits, ground_under
from registry.mutants.slices import names_about
from registry.mutants.suite import Stage, Suite
from registry.mutants.watch import Watch, watched

BASES = 8
"""Recorded calls of a tool from which a hunt sets out, as different as there are."""
SINGLE, DOUBLE = 400, 250
"""Probes of one shift, and of two, that are drawn for a statement."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A call on a world: the recorded calls that lead to it, the values shifted then, and what the original does."""

    base: Stage
    edits: tuple[Edit, ...]
    image: bytes
    arguments: JsonObject
    answer: Answer
    after: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A probe that nobody has played yet."""

    edits: tuple[Edit, ...]
    arguments: JsonObject


class Hunt:
    """The probes of one tool, drawn for each of its statements, played on the original and then on survivors."""

    def __init__(self, bench: Bench, manifest: Manifest, suite: Suite, function: ast.FunctionDef) -> None:
        self._bench, self._manifest, self._function = bench, manifest, function
        self._guards = _guard_lines(function)
        self._bases = _different(suite, function.name)
        self._grounds: list[Ground] = []
        self._drawn: Sequence[Probe] = ()
        self._drawn_for: frozenset[str] | None = None

    def probes(self, line: int) -> Sequence[Probe]:
        """Return the probes for the statement at a line; the tool is to stand on the bench as its author wrote it."""
        names = names_about(self._function, line)
        if self._drawn_for != names:
            self._grounds = self._grounds or [self._ground(base) for base in self._bases]
            self._drawn, self._drawn_for = (), names  # images are large: those of the last statement go first
            self._drawn = tuple(self._played_on_original(names, line))
        return self._drawn

    def tell_apart(self, mutant: Mutant, probes: Sequence[Probe], at: list[int]) -> Probe | None:
        """Return the first probe on which the mutant, now on the bench, answers or changes something else.

        `at[0]` always is the place of the probe being played.
        """
        for at[0], probe in enumerate(probes):
            if self._guards.get(probe.answer.code, mutant.line) < mutant.line:
                continue  # a guard before the change refuses
            self._bench.lay(probe.image)
            answer = self._bench.call(mutant.tool, probe.arguments)
            if answer != probe.answer or self._bench.image() != probe.after:
                return probe
        return None

    def _played_on_original(self, names: frozenset[str], line: int) -> Iterator[Probe]:
        """Play what is drawn; what its arguments' types refuse, or no world can hold, is left out."""
        reaching = [
            (base, ground)
            for base, ground in zip(self._bases, self._grounds, strict=True)
            if self._guards.get(base.answer.code, line) >= line
        ]
        for base, ground in reaching:
            rng = random.Random(derive(0, "hunt", base.case.name, base.place, line))
            for draft in _drafts(ground, self._function.name, names, len(reaching), rng):
                probe = self._played(base, draft)
                if probe is not None and probe.answer.code != INVALID_ARGUMENT:
                    yield probe

    def _ground(self, base: Stage) -> Ground:
        """See which numbers and moments the tool compares in a recorded call, and which rows it bears on."""
        watch = Watch()
        with self._bench.swapped(watched(self._function), {"_compared": watch.compared}):
            self._bench.lay(base.before)
            self._bench.call(self._function.name, base.arguments)
        rows = self._bench.environment.state(base.before)
        return ground_under(self._manifest, rows, base.now, base.arguments, watch.gaps)

    def _played(self, base: Stage, draft: Draft) -> Probe | None:
        try:
            image = edited(base.before, [edit.model_dump() for edit in draft.edits]) if draft.edits else base.before
        except (StoreError, TakenError):
            return None
        self._bench.lay(image)
        answer = self._bench.call(self._function.name, draft.arguments)
        return Probe(base, draft.edits, image, draft.arguments, answer, self._bench.image())


def _drafts(ground: Ground, tool: str, names: frozenset[str], share: int, rng: random.Random) -> list[Draft]:
    shifts = [Draft((edit,), ground.arguments) for edit in edits(ground, names)]
    others = [Draft((), each) for each in changed_arguments(ground, tool)]
    single = rng.sample(shifts, min(SINGLE // share, len(shifts)))
    asked = rng.sample(others, min(SINGLE // share // 2, len(others)))
    pairs: list[Draft] = []
    for _ in range(DOUBLE // share if shifts else 0):
        one, other = rng.choice(shifts), rng.choice(others if others and rng.random() < 0.3 else shifts)
        pairs.append(Draft(one.edits + other.edits, other.arguments))
    return [Draft((), ground.arguments), *single, *asked, *pairs]


def _different(suite: Suite, tool: str) -> Sequence[Stage]:
    """Choose recorded calls of a tool: by turns one of each answer's code, those with the most arguments first."""
    by_code: dict[str, list[Stage]] = {}
    for stages in suite.stages:
        for stage in stages:
            if stage.step.tool == tool and stage.answer.code != INVALID_ARGUMENT:
                by_code.setdefault(stage.answer.code, []).append(stage)
    for code, found in by_code.items():
        by_code[code] = sorted(found, key=lambda each: (each.case.about == "edge", -len(each.arguments)))
    successes = by_code.pop("", [])
    first = successes[: BASES // 2]
    rounds = (found[turn] for turn in range(BASES) for found in by_code.values() if turn < len(found))
    return [*first, *islice(rounds, BASES - len(first))]


def _guard_lines(function: ast.FunctionDef) -> Mapping[str, int]:
    """Return the last line of each guard by its code."""
    lines: dict[str, int] = {}
    for node in statements(function):
        call = guard(node)
        if call is not None and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
            lines[str(call.args[1].value)] = node.end_lineno or node.lineno
    return lines
