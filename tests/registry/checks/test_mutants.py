"""Check 14 is passed if every measure is met, and else names each that is not, and each survivor."""

from registry.checks.mutants import judged
from registry.mutants.mutant import Operator
from registry.mutants.verdict import LawVerdict, MutantVerdict, MutationReport, Status
from registry.report import Evidence, ReplayCall

EVIDENCE = Evidence(calls=(ReplayCall(tool="book", arguments={"seats": 2}),), expected="sold_out")


def verdict(number: int, status: Status, operator: Operator = "constant") -> MutantVerdict:
    return MutantVerdict(
        id=f"book/{operator}/{number}", operator=operator, tool="book", line=number, before="1", after="",
        status=status, evidence=EVIDENCE if status == "survived" else None,
    )  # fmt: skip


def report(*verdicts: MutantVerdict, laws: tuple[LawVerdict, ...] = ()) -> MutationReport:
    return MutationReport(environment="air", version=1, digest="a", verdicts=verdicts, laws=laws, seconds=2.5)


def test_mutants_and_laws_are_counted_as_observed():
    law = LawVerdict(
        tool="book", operator="constant", path="p", before="1", after="2", status="missed", is_owed=False
    )  # fmt: skip

    result = judged(report(verdict(1, "killed"), verdict(2, "equivalent"), laws=(law,)))

    assert (result.number, result.name, result.status) == (14, "mutants", "passed")
    assert (result.observed, result.calls, result.seconds, result.findings) == (3, 0, 2.5, ())


def test_a_survivor_among_many_kills_is_no_finding():
    result = judged(report(*(verdict(number, "killed") for number in range(19)), verdict(19, "survived")))

    assert (result.status, result.findings) == ("passed", ())


def test_what_falls_short_is_a_finding_and_so_is_each_survivor_with_its_evidence():
    result = judged(report(verdict(1, "killed"), verdict(2, "survived")))

    measure, survivor = result.findings
    assert result.status == "failed"
    assert (measure.tool, measure.sentence[:5]) == ("", "50.0%")
    assert (survivor.tool, survivor.evidence) == ("book", EVIDENCE)
    assert survivor.sentence == "No case tells book/constant/2 from the tool (line 2, 1 -> nothing)."


def test_a_survivor_that_was_not_looked_into_has_no_evidence():
    unseen = verdict(1, "survived").model_copy(update={"evidence": None, "before": "", "after": "2"})

    *_, survivor = judged(report(unseen)).findings

    assert survivor.evidence == Evidence()
    assert "nothing -> 2" in survivor.sentence
