"""One bug is told once: the first finding about a tool in the order of causes, the others after it."""

from registry.causes import ORDER, reasons
from registry.checks.mutants import NAME as MUTANTS
from registry.checks.table import CHECKS
from registry.report import Finding


def finding(check: str, tool: str = "") -> Finding:
    return Finding(check=check, tool=tool, sentence=f"{check} of {tool}")


def test_every_check_has_its_place_in_the_order() -> None:
    assert set(ORDER) == {check.name for check in CHECKS} | {MUTANTS}


def test_what_is_about_one_tool_is_one_reason_with_the_cause_first() -> None:
    found = [finding("effects", "pay"), finding("invariants", "pay"), finding("deterministic", "pay")]

    (reason,) = reasons(found)

    assert reason.finding.check == "deterministic"
    assert [each.check for each in reason.follows] == ["effects", "invariants"]


def test_tools_have_reasons_of_their_own() -> None:
    assert len(reasons([finding("effects", "pay"), finding("effects", "ship")])) == 2


def test_what_is_about_the_environment_is_one_reason_for_each_check() -> None:
    found = [finding("source"), finding("schema"), finding("schema")]

    assert [(each.finding.check, len(each.follows)) for each in reasons(found)] == [("schema", 1), ("source", 0)]


def test_no_findings_are_no_reasons() -> None:
    assert reasons([]) == ()
