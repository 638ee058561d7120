"""What the pages say of the mutants: how many were noticed, which were not, and which branches and laws are left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from registry.mutants.coverage import ToolCoverage, sum_of
from registry.mutants.mutant import CERTAIN
from registry.mutants.verdict import LawVerdict, MutantVerdict, MutationReport, Tally, tally_of
from registry.pages.document import Cell, Code, Details, Heading, Number, Paragraph, Part, Status, Table
from registry.pages.evidence import evidence_parts


def mutation_parts(report: MutationReport) -> Iterator[Part]:
    """Show all that is known of one environment's mutants."""
    yield Heading("Mutants")
    yield Paragraph(" ".join(report.complaints) or "Every measure is met.")
    yield mutation_table([(report.environment, report)])
    yield Heading("By operator", 3)
    rows: list[list[Cell]] = [[name, *_tallied(tally)] for name, tally in report.by_operator.items()]
    yield Table(["operator", "mutants", "killed", "equivalent", "survived", "rate"], rows)
    yield from _branches(report.coverage)
    for status in ("survived", "equivalent"):
        chosen = [verdict for verdict in report.verdicts if verdict.status == status]
        if chosen:
            yield Details(f"Mutants {status}: {len(chosen)}", [*_verdicts(chosen)])
    if report.laws:
        yield from _laws(report.laws)


def mutation_table(mutated: Sequence[tuple[str, MutationReport]]) -> Table:
    """Show a row of sums for each environment, and where there are several, one for all."""
    columns = [
        "environment",
        *("mutants", "killed", "equivalent", "survived", "rate", "certain"),
        *("branches taken", "unreachable", "laws", "seconds", "peak MB"),
    ]
    rows = [_row(name, [report]) for name, report in mutated]
    if len(rows) > 1:
        rows.append(_row("all", [report for _, report in mutated]))
    return Table(columns, rows)


def _row(name: str, reports: Sequence[MutationReport]) -> list[Cell]:
    verdicts = [verdict for report in reports for verdict in report.verdicts]
    certain = tally_of(verdict for verdict in verdicts if verdict.operator in CERTAIN)
    branches = sum_of(tool for report in reports for tool in report.coverage)
    owed = [law for report in reports for law in report.owed]
    return [
        name,
        *_tallied(tally_of(verdicts)),
        Number(f"{certain.rate:.1%}"),
        Number(f"{branches.rate:.1%}"),
        branches.unreachable,
        Number(f"{sum(law.status == 'caught' for law in owed)} of {len(owed)}"),
        Number(f"{sum(report.seconds for report in reports):.1f}"),
        max(report.peak_mb for report in reports),
    ]


def _tallied(tally: Tally) -> list[Cell]:
    whole = tally.killed + tally.equivalent + tally.survived
    return [whole, tally.killed, tally.equivalent, tally.survived, Number(f"{tally.rate:.1%}")]


def _branches(coverage: Sequence[ToolCoverage]) -> Iterator[Part]:
    yield Heading("Branches of the tools", 3)
    sums = [(tool.tool, sum_of([tool])) for tool in coverage if tool.branches]
    rows: list[list[Cell]] = [[name, each.taken, each.untaken, each.unreachable] for name, each in sums]
    yield Table(["tool", "taken", "untaken", "unreachable"], rows)
    left: list[list[Cell]] = [
        [
            tool.tool,
            branch.line,
            Code(branch.source),
            "holds" if branch.holds else "does not hold",
            branch.status,
        ]
        for tool in coverage
        for branch in tool.branches
        if branch.status != "taken"
    ]
    if left:
        columns = ["tool", "line", "condition", "way", "status"]
        yield Details(f"Branches not taken: {len(left)}", [Table(columns, left)])


def _verdicts(verdicts: Sequence[MutantVerdict]) -> Iterator[Part]:
    rows: list[list[Cell]] = [[each.id, each.line, Code(each.before), Code(each.after), each.how] for each in verdicts]
    yield Table(["mutant", "line", "before", "after", ""], rows)
    for each in verdicts:
        if each.evidence is not None:
            yield Details(f"What tells {each.id} from the tool", [*evidence_parts(each.evidence)])


def _laws(laws: Sequence[LawVerdict]) -> Iterator[Part]:
    yield Heading("Mutants of the blueprint", 3)
    yield Paragraph(
        "Those that change money, a counter or an interval must be noticed by an invariant or a conserved value."
    )
    owed, free = [law for law in laws if law.is_owed], [law for law in laws if not law.is_owed]
    caught = sum(law.status == "caught" for law in owed)
    yield Details(f"{caught} of {len(owed)} that a law must notice are noticed", [_law_table(owed, is_owed=True)])
    if free:
        noticed = sum(law.status == "caught" for law in free)
        yield Details(
            f"{noticed} of {len(free)} that no law need notice are noticed", [_law_table(free, is_owed=False)]
        )


def _law_table(laws: Sequence[LawVerdict], *, is_owed: bool) -> Table:
    rows: list[list[Cell]] = [
        [
            law.path,
            law.operator,
            Code(law.before),
            Code(law.after),
            Status(law.status, None if law.status == "missed" and not is_owed else law.status == "caught"),
            law.by,
        ]
        for law in laws
    ]
    return Table(["place", "operator", "before", "after", "status", "by"], rows)
