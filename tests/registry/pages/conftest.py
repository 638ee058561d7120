"""Reports as they may come: small, and with words that would be markup if they were let."""

import pytest

from registry.admit import Verified
from registry.mutants.coverage import Branch, ToolCoverage
from registry.mutants.verdict import LawVerdict, MutantVerdict, MutationReport
from registry.report import CheckResult, Evidence, Finding, Overlap, ReplayCall, Report

HOSTILE = '<script>alert("x")</script> | `code` *bold* [a](b)'


def finding() -> Finding:
    calls = (ReplayCall(tool="pay", arguments={"order_id": "ord_1", "note": HOSTILE}),)
    evidence = Evidence.model_validate(
        {
            "seed": 3,
            "edits": [{"entity": "order", "id": "ord_1", "set": {"total": 5}}],
            "calls": calls,
            "expected": {"changed": {"order": {"ord_1": {"paid": [0, 5]}}}},
            "actual": {},
        }
    )
    return Finding(check="effects", tool="pay", sentence=f"pay changes nothing. {HOSTILE}", evidence=evidence)


def check(number: int, name: str, status: str, **more: object) -> CheckResult:
    told = {"name": name, "number": number, "title": f"{name} is proven", "status": status, **more}
    return CheckResult.model_validate(told)


@pytest.fixture
def refused() -> Verified:
    also = Finding(check="invariants", tool="pay", sentence="pay moves the conserved value cash.")
    checks = (
        check(1, "executable", "passed", observed=3, calls=10, seconds=0.5),
        check(5, "effects", "failed", observed=9, calls=9, findings=(finding(),)),
        check(12, "round_trip", "not_applicable", reason="nothing can be listed"),
        check(13, "invariants", "failed", findings=(also,)),
    )
    overlaps = (Overlap(tool="pay", benchmark="BFCL", function="Bank.pay", is_same_signature=False),)
    report = Report(
        environment="shop", version=2, digest="ab" * 32, tier="unproven", checks=checks, overlaps=overlaps, seconds=2.5
    )
    return Verified(report)


@pytest.fixture
def mutated() -> Verified:
    verdicts = tuple(
        MutantVerdict.model_validate(
            {
                "id": f"pay/{operator}/1",
                "operator": operator,
                "tool": "pay",
                "line": 7,
                "before": "a < b",
                "after": "a <= b",
                "status": status,
                "evidence": Evidence(calls=(ReplayCall(tool="pay", arguments={}),)) if status == "survived" else None,
            }
        )
        for operator, status in (("guard_remove", "killed"), ("relational", "survived"), ("constant", "equivalent"))
    )
    branches = (
        Branch(line=7, source="a < b", holds=True, status="taken"),
        Branch(line=7, source="a < b", holds=False, status="unreachable"),
    )
    law = LawVerdict(
        tool="pay", operator="arithmetic", path="tools.pay.do[0]", before="a + b", after="a - b", status="caught",
        is_owed=True, by="cash",
    )  # fmt: skip
    free = law.model_copy(update={"path": "tools.pay.do[1]", "status": "missed", "is_owed": False, "by": ""})
    mutation = MutationReport(
        environment="bank",
        version=1,
        digest="cd" * 32,
        verdicts=verdicts,
        coverage=(ToolCoverage(tool="pay", branches=branches),),
        laws=(law, free),
        seconds=4.0,
        peak_mb=120,
    )
    checks = (check(1, "executable", "passed", observed=3, calls=10, seconds=0.5),)
    report = Report(environment="bank", version=1, digest="cd" * 32, tier="proven", checks=checks, seconds=1.0)
    return Verified(report, mutation)


@pytest.fixture
def foreign() -> Verified:
    checks = (check(1, "executable", "passed", observed=1, calls=1),)
    return Verified(Report(environment="npx -y /a/b", version=0, digest="", tier="foreign", checks=checks))
