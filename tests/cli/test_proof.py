"""What the command line tells of a verification: a row an environment, and evidence one can follow."""

from cli.proof import EVIDENCE_CHARACTERS, summary, told
from registry.admit import Verified
from registry.mutants.verdict import MutationReport
from registry.report import CheckResult, Evidence, Finding, ReplayCall, Report


def verified(*findings: Finding, mutation: MutationReport | None = None, is_recalled: bool = False) -> Verified:
    status = "failed" if findings else "passed"
    check = CheckResult(name="effects", number=5, title="x", status=status, findings=findings, observed=4, calls=9)
    tier = "unproven" if findings else "proven"
    report = Report(environment="shop", version=1, digest="d", tier=tier, checks=(check,), seconds=1.25)
    return Verified(report, mutation, is_recalled=is_recalled)


def test_a_proven_environment_is_a_row() -> None:
    head, row = told([verified()])

    assert head.split() == ["environment", "verdict", "tier", "checks", "calls", "seconds"]
    assert row.split() == ["shop", "admitted", "proven", "1", "of", "1", "9", "1.2"]


def test_a_recalled_environment_says_so() -> None:
    assert list(told([verified(is_recalled=True)]))[1].endswith("earlier")


def test_a_finding_is_told_with_its_calls_and_what_they_should_have_given() -> None:
    evidence = Evidence.model_validate(
        {
            "seed": 2,
            "edits": [{"entity": "order", "id": "ord_1", "set": {"total": 5}}],
            "calls": (ReplayCall(tool="pay", arguments={"order_id": "ord_1"}),),
            "expected": {"changed": {"order": {"ord_1": {"paid": [0, 5]}}}},
            "actual": {},
        }
    )
    finding = Finding(check="effects", tool="pay", sentence="pay changes nothing.", evidence=evidence)
    also = Finding(check="invariants", tool="pay", sentence="The sum moves.")

    assert list(told([verified(finding, also)]))[2:] == [
        "",
        "shop: effects: pay: pay changes nothing.",
        "  from a fresh world of seed 2",
        '  edit order ord_1: {"total":5}',
        '  call pay {"order_id":"ord_1"}',
        '  expected {"changed":{"order":{"ord_1":{"paid":[0,5]}}}}',
        "  actual   {}",
        "  it shows as well in invariants",
    ]


def test_a_finding_without_calls_is_one_line() -> None:
    lines = list(told([verified(Finding(check="source", sentence="No digest."))]))

    assert lines[2:] == ["", "shop: source: environment: No digest."]


def test_long_evidence_is_cut_on_the_terminal_only() -> None:
    text = "x" * (2 * EVIDENCE_CHARACTERS)
    calls = (ReplayCall(tool="pay", arguments={"note": text}),)
    found = verified(Finding(check="effects", tool="pay", sentence="No.", evidence=Evidence(calls=calls)))

    assert max(map(len, told([found]))) < EVIDENCE_CHARACTERS + 50
    assert text in str(summary(found))


def test_mutants_add_their_sums() -> None:
    mutation = MutationReport(environment="shop", version=1, digest="d", verdicts=(), seconds=4.0, peak_mb=120)

    head, row = told([verified(mutation=mutation)])

    assert head.split()[6:] == [
        "killed", "equivalent", "survived", "rate", "certain", "branches", "laws", "mutants", "s",
    ]  # fmt: skip
    assert row.split()[-6:] == ["100.0%", "100.0%", "0", "of", "0", "4.0"]
    told_as_json = summary(verified(mutation=mutation))["mutants"]
    assert isinstance(told_as_json, dict)
    assert (told_as_json["rate"], told_as_json["peak_mb"]) == (1.0, 120)
