"""The suite as mutants meet it: the oracle's cases and derived bad input, replayed in process up to the first no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envkit.calls import Json, JsonObject
from envkit.clock import from_wire
from envkit.environment import Answer
from envkit.errors import INTERNAL, INVALID_ARGUMENT
from envkit.manifest import Manifest
from registry.case import CURSOR, Case, CaseStep, ExpectedDiff
from registry.checks.answers import without_cursors
from registry.checks.faults import faults, limits
from registry.checks.refusals import declared_guards, says
from registry.mutants.bench import Bench, content_of


@dataclass(frozen=True, slots=True)
class Stage:
    """A call of a recorded case: the world before and after it, and what the original answered."""

    case: Case
    place: int
    before: bytes
    after: bytes
    answer: Answer
    cursor: Json
    arguments: JsonObject
    now: str

    @property
    def step(self) -> CaseStep:
        """The oracle's word on the call."""
        return self.case.steps[self.place]


@dataclass(frozen=True, slots=True)
class Kill:
    """How a mutant was found out: by which part of the suite, at what, in one word or two."""

    by: str
    how: str


@dataclass(frozen=True, slots=True)
class _Bad:
    """Arguments that a tool must refuse with `code`, or (no code) must not call invalid."""

    before: bytes
    arguments: JsonObject
    code: str
    what: str


class Suite:
    """The cases of an environment as its own code plays them, and the bad input derived from its manifest.

    `diverging`: the cases that the environment itself does not follow; they can kill nothing.
    """

    def __init__(self, bench: Bench, manifest: Manifest, cases: Sequence[Case]) -> None:
        self._bench, self._manifest = bench, manifest
        self._tick_s = manifest.clock.tick_s
        self._bad: dict[str, Sequence[_Bad]] = {}
        self.diverging: list[str] = []
        self.stages: list[tuple[Stage, ...]] = []
        for case in cases:
            stages: list[Stage] = []
            for stage in self._played(case):
                stages.append(stage)
                if self._judge(stage, stage.answer, stage.before, stage.after) is not None:
                    self.diverging.append(case.name)
                    break
            else:
                self.stages.append(tuple(stages))

    def _played(self, case: Case) -> Iterator[Stage]:
        bench = self._bench
        before = bench.start(case.seed, case.edits)
        bench.lay(before)
        cursor: Json = None
        for place, step in enumerate(case.steps):
            arguments = _with_cursor(step.arguments, cursor)
            now = bench.now()
            answer = bench.call(step.tool, arguments)
            after = bench.image()
            after = before if after == before else after
            yield Stage(case, place, before, after, answer, cursor, arguments, now)
            before, cursor = after, _next_cursor(answer)

    def kill(self, tool: str) -> Kill | None:
        """Play everything that calls a tool, the cases about it first; return how the first of it differs."""
        about = [stages for stages in self.stages if any(stage.step.tool == tool for stage in stages)]
        for stages in sorted(about, key=lambda each: (each[0].case.tool != tool, len(each))):
            how = self._replay(tool, stages)
            if how is not None:
                return Kill(stages[0].case.name, how)
        return self._refusing(tool)

    def _replay(self, tool: str, stages: Sequence[Stage]) -> str | None:
        first = next(place for place, stage in enumerate(stages) if stage.step.tool == tool)
        before, cursor = stages[first].before, stages[first].cursor
        self._bench.lay(before)
        for stage in stages[first:]:
            answer = self._bench.call(stage.step.tool, _with_cursor(stage.step.arguments, cursor))
            after = self._bench.image()
            is_same = after == stage.after and answer == stage.answer
            how = None if is_same else self._judge(stage, answer, before, after)
            if how is not None:
                return how
            before, cursor = after, _next_cursor(answer)
        return None

    def _judge(self, stage: Stage, answer: Answer, before: bytes, after: bytes) -> str | None:
        step = stage.step
        if answer.code != (step.expect.code or ""):
            return "code"
        if answer.code:
            if before != after:
                return "atomicity"
            return None if says(f"{answer.code}: {answer.sentence}", answer.code, self._template(step)) else "sentence"
        if without_cursors(content_of(answer)) != step.expect.content:
            return "content"
        if ExpectedDiff.model_validate(self._bench.diff(before, after).to_json()) != step.diff:
            return "diff"
        return self._clock(stage)

    def _clock(self, stage: Stage) -> str | None:
        """Judge the world's time by the manifest: a read does not move it, a write moves it by a tick or more."""
        lapse_s = (from_wire(self._bench.now()) - from_wire(stage.now)).total_seconds()
        is_right = lapse_s == 0 if self._manifest.tool(stage.step.tool).read_only else lapse_s >= self._tick_s
        return None if is_right else "clock"

    def _template(self, step: CaseStep) -> str:
        declared = declared_guards(self._manifest.tool(step.tool))
        return next((each.message for each in declared if each.code == step.expect.code), "")

    def _refusing(self, tool: str) -> Kill | None:
        for bad in self._bad_input(tool):
            answer = self._answered(tool, bad)
            if not _stands(bad, answer) or (answer.code and self._bench.image() != bad.before):
                return Kill("bad_input", bad.what)
        return None

    def _bad_input(self, tool: str) -> Sequence[_Bad]:
        """Derive bad input of a tool on a world in which it succeeds without; what the original fails is no test."""
        if tool not in self._bad:
            stage = self.success(tool)
            derived = [] if stage is None else [*self._derived(tool, stage)]
            self._bad[tool] = [bad for bad in derived if _stands(bad, self._answered(tool, bad))]
        return self._bad[tool]

    def _derived(self, tool: str, stage: Stage) -> Iterator[_Bad]:
        spec, schema = self._manifest.tool(tool), self._bench.original(tool).input_schema
        for fault in faults(spec, schema, self._manifest, stage.arguments):
            yield _Bad(stage.before, fault.arguments, fault.code, fault.what)
        for limit in limits(spec, schema, stage.arguments):
            yield _Bad(stage.before, limit.arguments, "", limit.what)

    def _answered(self, tool: str, bad: _Bad) -> Answer:
        self._bench.lay(bad.before)
        return self._bench.call(tool, bad.arguments)

    def call_all(self, tool: str) -> None:
        """Make every call of a tool again that the suite makes, for somebody who watches."""
        for stages in self.stages:
            for stage in stages:
                if stage.step.tool == tool:
                    self._bench.lay(stage.before)
                    self._bench.call(tool, stage.arguments)
        for bad in self._bad_input(tool):
            self._answered(tool, bad)

    def success(self, tool: str) -> Stage | None:
        """Return a recorded success of a tool."""
        every = (stage for stages in self.stages for stage in stages)
        return next((each for each in every if each.step.tool == tool and not each.answer.code), None)


def _stands(bad: _Bad, answer: Answer) -> bool:
    return answer.code == bad.code if bad.code else answer.code not in (INVALID_ARGUMENT, INTERNAL)


def _with_cursor(arguments: JsonObject, cursor: Json) -> JsonObject:
    return {name: cursor if value == CURSOR else value for name, value in arguments.items()}


def _next_cursor(answer: Answer) -> Json:
    content = {} if answer.code else content_of(answer)
    return content.get("next_cursor") if isinstance(content, dict) else None
