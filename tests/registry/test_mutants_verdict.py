"""A mutation report adds its verdicts up and says what falls short of its measures."""

from typing import Literal

import pytest

from registry.mutants.coverage import Branch, Branches, ToolCoverage
from registry.mutants.coverage import Status as BranchStatus
from registry.mutants.mutant import Operator
from registry.mutants.verdict import LawVerdict, MutantVerdict, MutationReport, Status, Tally


def verdict(operator: Operator, status: Status) -> MutantVerdict:
    return MutantVerdict(
        id=f"book/{operator}/1", operator=operator, tool="book", line=1, before="1", after="2", status=status
    )


def law(status: Literal["caught", "missed"], *, is_owed: bool) -> LawVerdict:
    return LawVerdict(
        tool="book", operator="effect_delete", path=f"tools.book.do[{status}]", before="1", after="", status=status,
        is_owed=is_owed,
    )  # fmt: skip


def coverage(*statuses: BranchStatus) -> tuple[ToolCoverage, ...]:
    branches = tuple(Branch(line=1, source="seats > 0", holds=True, status=status) for status in statuses)
    return (ToolCoverage(tool="book", branches=branches),)


def report(
    *verdicts: MutantVerdict,
    coverage: tuple[ToolCoverage, ...] = (),
    laws: tuple[LawVerdict, ...] = (),
    diverging: tuple[str, ...] = (),
) -> MutationReport:
    return MutationReport(
        environment="air", version=1, digest="a", verdicts=verdicts, coverage=coverage, laws=laws, diverging=diverging
    )


def test_equivalent_mutants_count_apart():
    found = report(verdict("constant", "killed"), verdict("constant", "survived"), verdict("sort", "equivalent"))

    assert found.tally == Tally(killed=1, survived=1, equivalent=1)
    assert found.tally.rate == 0.5
    assert [*found.by_operator.items()] == [
        ("constant", Tally(killed=1, survived=1)), ("sort", Tally(equivalent=1)),
    ]  # fmt: skip
    assert [each.operator for each in found.survivors] == ["constant"]


def test_nothing_to_kill_or_to_take_is_no_shortfall():
    assert (Tally().rate, Branches().rate) == (1.0, 1.0)
    assert report().passed


def test_unreachable_branches_are_counted_and_not_asked_for():
    found = report(coverage=coverage("taken", "unreachable", "untaken"))

    assert found.branches == Branches(taken=1, untaken=1, unreachable=1)
    assert found.branches.rate == 0.5


def test_laws_are_owed_unless_nothing_could_notice():
    found = report(laws=(law("caught", is_owed=True), law("missed", is_owed=False)))

    assert [each.status for each in found.owed] == ["caught"]
    assert found.passed


@pytest.mark.parametrize(
    ("short", "says"),
    [
        (report(*[verdict("constant", "killed")] * 18, verdict("constant", "survived")), "94.7% of the mutants"),
        (report(*[verdict("constant", "killed")] * 19, verdict("guard_remove", "survived")), "1 mutants of guards"),
        (report(coverage=coverage("taken", "untaken")), "1 branches of the tools"),
        (report(laws=(law("caught", is_owed=True), law("missed", is_owed=True))), "the first at tools.book.do[missed]"),
        (report(diverging=("book/ok", "book/sold_out")), "2 of its own cases, the first book/ok"),
    ],
)
def test_each_measure_that_is_not_met_is_one_sentence(short: MutationReport, says: str):
    (sentence,) = short.complaints

    assert says in sentence
    assert not short.passed
