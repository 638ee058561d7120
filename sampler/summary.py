"""The summary of a sampling: its tasks and rejections read once, with what they cover of tools, edges and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from sampler.coverage import Coverage, Part
from sampler.draw import Stage
from sampler.graph import joined
from sampler.hints import UNASKED
from sampler.journal import Journal
from sampler.report import Covered, Reporter, SamplingReport
from sampler.task import stream_tasks
from sampler.uses import Refusal

Name = TypeVar("Name", tuple[str, str], Refusal)


def summarise(journal: Journal, stage: Stage, *, seconds: float, made: int) -> SamplingReport:
    """Read a sampling's files and report on them; `seconds` were taken to make the last `made` tasks."""
    reporter, coverage = Reporter(), Coverage(joined(tuple(stage.graphs.values()), crossing=False))
    for task in stream_tasks(journal.out) if journal.ids else ():
        reporter.add(task)
        coverage.add(task)
    for rejection in journal.rejected:
        reporter.add_drop(rejection.reason)
    if made:
        reporter.add_time(seconds, made)
    covered = coverage.covered()
    parts = [_part("tools", covered.tools), *(_part(f"{kind} edges", part) for kind, part in covered.edges.items())]
    return reporter.report([*parts, *_refusals(coverage.refusals, stage)])


def _refusals(met: set[Refusal], stage: Stage) -> Iterator[Covered]:
    """Yield how many refusals that a wish can come to were met: by tool, and by code alone."""
    there = {each for each in stage.hints if each[2] not in UNASKED}
    yield _counted("refusals of tools", met, there)
    yield _counted("refusal codes", _codes(met), _codes(there))


def _codes(refusals: set[Refusal]) -> set[tuple[str, str]]:
    return {(environment, code) for environment, _, code in refusals}


def _counted(what: str, used: set[Name], there: set[Name]) -> Covered:
    missing = tuple(" ".join(each) for each in sorted(there - used))
    return Covered(what=what, used=len(used & there), total=len(there), missing=missing)


def _part(what: str, part: Part) -> Covered:
    return Covered(what=what, used=part.used, total=part.total, missing=part.names)
