"""A stranger's server gets an honest report, and never an admission."""

import sys
from functools import partial
from pathlib import Path

import pytest

from farm.link import connect_stdio, connect_url
from registry.foreign.verify import UNKNOWABLE, verify_foreign
from registry.report import Report
from tests.registry.conftest import silent

MEMORY = Path(__file__).parent / "memory_server.py"
FOREIGN = Path(__file__).parents[2] / "farm" / "servers" / "foreign.py"


async def report_on(server: Path, cwd: Path, call_s: float) -> Report:
    connect = partial(connect_stdio, sys.executable, [str(server)], cwd=cwd)
    return await verify_foreign(connect, name=server.stem, restarts=True, progress=silent, call_s=call_s)


def said(report: Report, check: str) -> list[str]:
    return [finding.sentence for finding in report.findings if finding.check == check]


@pytest.mark.slow
async def test_state_kept_over_restarts_and_between_clients_is_found(tmp_path: Path) -> None:
    report = await report_on(MEMORY, tmp_path, call_s=20)

    assert said(report, "deterministic") == ["remember answers differently after a restart."]
    assert said(report, "isolated") == ["remember answers differently to a second client."]
    assert said(report, "annotations") == []


@pytest.mark.slow
async def test_tools_that_hang_or_die_are_named_and_the_others_still_judged(tmp_path: Path) -> None:
    report = await report_on(FOREIGN, tmp_path, call_s=2)

    assert {finding.tool for finding in report.findings if finding.check == "executable"} == {"hang", "die"}
    assert any("add does not describe a, b" in sentence for sentence in said(report, "schema"))
    assert said(report, "deterministic") == []


async def test_what_cannot_be_known_is_said_with_a_reason_and_nothing_is_admitted(tmp_path: Path) -> None:
    report = await report_on(MEMORY, tmp_path, call_s=20)

    reasons = {check.name: check.reason for check in report.checks if check.status == "not_applicable"}
    assert reasons == UNKNOWABLE
    assert (report.tier, report.passed) == ("foreign", False)


async def test_a_server_nobody_runs_is_one_finding() -> None:
    connect = partial(connect_url, "http://127.0.0.1:9/mcp", timeout_s=10)

    report = await verify_foreign(connect, name="nobody", restarts=False, progress=silent)

    (finding,) = report.findings
    assert finding.sentence.startswith("The server cannot be spoken to: ")
    assert report.tier == "unproven"
