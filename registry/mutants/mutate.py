"""Mutation of environment folders: seed bugs, replay the suite, hunt what survives, report."""

from __future__ import annotations

import ast
import re
import resource
import time
from collections.abc import Sequence
from pathlib import Path

from envkit.manifest import read_manifest
from registry.case import CaseError, read_cases
from registry.crew import Finished, Progress, Work, work_apart
from registry.folder import file_digests, folder_digest
from registry.mutants.bench import Bench, OverdueError, content_of, deadline, silenced
from registry.mutants.calls import tools_in
from registry.mutants.cover import covered
from registry.mutants.coverage import ToolCoverage
from registry.mutants.hunt import Hunt, Probe
from registry.mutants.mutant import Mutant
from registry.mutants.seeding import certainly_found, mutants
from registry.mutants.suite import Kill, Suite
from registry.mutants.verdict import MutantVerdict, MutationReport, Status
from registry.report import Evidence, ReplayCall

OVERDUE_S = 10.0
"""How long one mutant may take at the suite; many times what the slowest needs."""


async def mutate_all(
    folders: Sequence[Path], *, jobs: int, progress: Progress, finished: Finished[MutationReport]
) -> tuple[MutationReport, ...]:
    """Judge the mutants of folders, each in a process apart, `jobs` at a time; reports come in the folders' order.

    `finished` is awaited as soon as a folder has its report; `progress` counts tools. Raises WorkerError if a process
    is lost, as it is by what `mutate` raises.
    """
    work = Work("registry.mutants.worker", (), MutationReport)
    return await work_apart(work, folders, jobs=jobs, progress=progress, finished=finished)


def mutate(
    folder: Path, *, hunt: bool = True, overdue_s: float = OVERDUE_S, progress: Progress = lambda *_: None
) -> MutationReport:
    """Judge every mutant of an environment's tools, in this process; without `hunt` survivors are not looked into.

    To be called from the main thread: a mutant that does not end is stopped by a signal. Raises LoadError if the
    server cannot be loaded, CaseError if the folder has no cases that can be read.
    """
    begun = time.monotonic()
    manifest = read_manifest(folder)
    cases = read_cases(folder, manifest)
    if cases is None:
        raise CaseError(f"{folder}: has no cases.jsonl, so there is no oracle to kill mutants by")
    tree = ast.parse((folder / "server.py").read_text("utf-8"))
    verdicts: list[MutantVerdict] = []
    coverage: list[ToolCoverage] = []
    with silenced():
        bench = Bench(folder)
        suite = Suite(bench, manifest, cases)
        functions = list(tools_in(tree))
        for done, function in enumerate(functions, start=1):
            hunter = Hunt(bench, manifest, suite, function) if hunt else None
            coverage.append(covered(bench, suite, hunter, function))
            for mutant in mutants(function, tree, manifest):
                verdicts.append(_judged(bench, suite, hunter, mutant, overdue_s))
            progress(manifest.slug, done, len(functions))
    return MutationReport(
        environment=manifest.slug,
        version=manifest.version,
        digest=folder_digest(file_digests(folder)),
        verdicts=tuple(verdicts),
        coverage=tuple(coverage),
        diverging=tuple(suite.diverging),
        seconds=round(time.monotonic() - begun, 3),
        peak_mb=_peak_mb(),
    )


def _peak_mb() -> int:
    """Return the most memory this process has held. Where /proc is missing, what its parent held counts too."""
    status = Path("/proc/self/status")
    found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text() if status.is_file() else "", re.MULTILINE)
    return int(found[1]) // 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _judged(bench: Bench, suite: Suite, hunt: Hunt | None, mutant: Mutant, overdue_s: float) -> MutantVerdict:
    with bench.swapped(mutant.function):
        kill = _killed(suite, mutant, overdue_s)
    if kill is not None:
        return _verdict(mutant, "killed", by=kill.by, how=kill.how)
    if hunt is None:
        return _verdict(mutant, "survived", how="not looked into")
    if certainly_found(mutant, bench.environment.manifest):
        return _verdict(mutant, "equivalent", how="a foreign key makes sure of the row")
    probes = hunt.probes(mutant.line)
    with bench.swapped(mutant.function):
        probe = _told_apart(hunt, probes, mutant, overdue_s)
    if probe is None:
        return _verdict(mutant, "equivalent")
    how = "the edits are made before the last call" if probe.edits and probe.base.place else ""
    return _verdict(mutant, "survived", how=how, evidence=_evidence(probe))


def _killed(suite: Suite, mutant: Mutant, overdue_s: float) -> Kill | None:
    try:
        with deadline(overdue_s):
            return suite.kill(mutant.tool)
    except OverdueError:
        return Kill("overdue", f"not done after {overdue_s} s")


def _told_apart(hunt: Hunt, probes: Sequence[Probe], mutant: Mutant, overdue_s: float) -> Probe | None:
    at = [0]
    try:
        with deadline(overdue_s):
            return hunt.tell_apart(mutant, probes, at)
    except OverdueError:
        return probes[at[0]]


def _verdict(
    mutant: Mutant, status: Status, *, by: str = "", how: str = "", evidence: Evidence | None = None
) -> MutantVerdict:
    return MutantVerdict(
        id=mutant.id,
        operator=mutant.operator,
        tool=mutant.tool,
        line=mutant.line,
        before=mutant.before,
        after=mutant.after,
        status=status,
        by=by,
        how=how,
        evidence=evidence,
    )


def _evidence(probe: Probe) -> Evidence:
    steps = probe.base.case.steps[: probe.base.place]
    calls = [ReplayCall(tool=step.tool, arguments=step.arguments) for step in steps]
    last = ReplayCall(tool=probe.base.step.tool, arguments=probe.arguments)
    expected = probe.answer.code or content_of(probe.answer)
    return Evidence(
        seed=probe.base.case.seed,
        edits=(*probe.base.case.edits, *probe.edits),
        calls=(*calls, last),
        expected=expected,
    )
