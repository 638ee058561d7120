import asyncio
import json
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from registry.ledger import Ledger
from tests.cli.conftest import Watched, clean, holders_of, in_shell, invoke, tamper

EMITTED = Path(__file__).parent.parent.parent / "servers" / "office" / "google_tasks"
EFFECT = '    world.update(row, status="completed", completed_at=world.now, updated_at=world.now)\n'


@pytest.fixture
def emitted(project: Path) -> Path:
    """Put an emitted environment beside tiny_air, as it was admitted."""
    return clean(EMITTED, project / "servers" / "office" / "google_tasks")


def test_verify_admits_and_says_what_was_checked(verification: tuple[Path, Result]) -> None:
    project, verified = verification

    assert verified.exit_code == 0, verified.output
    (report,) = json.loads(verified.stdout)
    assert (report["slug"], report["status"], report["findings"]) == ("tiny_air", "admitted", [])
    assert {check["status"] for check in report["checks"]} <= {"passed", "not_applicable"}
    assert (project / "servers" / "travel" / "tiny_air" / "certificate.json").is_file()


def test_verify_keeps_the_whole_report_in_the_ledger(verification: tuple[Path, Result]) -> None:
    project, verified = verification

    async def reports() -> int:
        async with Ledger.open(f"sqlite+aiosqlite:///{project}/runs/ledger.db", lambda: datetime.now(UTC)) as ledger:
            (only,) = await ledger.history("tiny_air")
            return len(only.report.checks)

    assert asyncio.run(reports()) == len(json.loads(verified.stdout)[0]["checks"])


def test_list_tells_slug_domain_version_tools_and_status(project: Path) -> None:
    listed = invoke("list", "--json")

    assert listed.exit_code == 0
    (row,) = json.loads(listed.stdout)
    assert row == {
        "slug": "tiny_air",
        "domain": "travel",
        "version": 1,
        "tools": 8,
        "status": "admitted",
        "reason": "",
    }


def test_list_says_that_a_tampered_server_changed_and_how(tiny_air: Path) -> None:
    tamper(tiny_air)

    listed = invoke("list", "--json")

    (row,) = json.loads(listed.stdout)
    assert row["status"] == "changed"
    assert row["reason"] == "tiny_air differs from what was admitted: server.py changed"
    assert "changed" in invoke("list").stdout


def test_list_shows_a_corrupt_environment_with_the_reason(tiny_air: Path) -> None:
    (tiny_air / "manifest.json").write_text("{", "utf-8")

    (row,) = json.loads(invoke("list", "--json").stdout)

    assert row["status"] == "unproven"
    assert "manifest.json" in row["reason"]


def test_list_of_nothing_is_empty_and_says_where_it_looked(tmp_path: Path) -> None:
    listed = invoke("list", "--json", ENVFARM_SERVERS=str(tmp_path))

    assert (listed.exit_code, json.loads(listed.stdout)) == (0, [])
    assert listed.stderr == f"note: {tmp_path}: no environments here; run `envfarm build` first\n"


def test_a_server_that_cannot_start_is_refused_with_the_reason(tiny_air: Path) -> None:
    (tiny_air / "server.py").write_text("raise SystemExit('no')", "utf-8")

    verified = invoke("verify", "tiny_air")

    assert verified.exit_code == 1
    _, row, _, reason, *_ = verified.stdout.splitlines()
    assert row.split()[:6] == ["tiny_air", "refused", "unproven", "0", "of", "1"]
    assert reason.startswith("tiny_air: executable: environment: ")
    assert not (tiny_air / "certificate.json").exists()


def test_an_effect_edited_by_hand_is_told_with_its_calls_and_the_wrong_diff(emitted: Path) -> None:
    server = emitted / "server.py"
    text = server.read_text("utf-8")
    assert text.count(EFFECT) == 1
    server.write_text(text.replace(EFFECT, EFFECT.replace("completed_at=world.now, ", "")), "utf-8")

    listed = json.loads(invoke("list", "--json").stdout)
    verified = invoke("verify", "google_tasks")

    (row,) = [each for each in listed if each["slug"] == "google_tasks"]
    assert (row["status"], row["reason"]) == (
        "changed", "google_tasks differs from what was admitted: server.py changed",
    )  # fmt: skip
    assert verified.exit_code == 1
    assert not (emitted / "certificate.json").exists()
    lines = verified.stdout.splitlines()
    (told,) = [number for number, line in enumerate(lines) if line.startswith("google_tasks: effects: ")]
    shown = lines[told : told + 6]
    assert shown[1] == "  from a fresh world of seed 0"
    assert any(line.startswith("  call ") for line in shown)
    assert any(line.startswith("  expected ") and "changed" in line for line in shown)
    assert any(line.startswith("  actual ") for line in shown)


def test_verify_without_a_word_on_what_is_a_complaint(project: Path) -> None:
    for arguments in ([], ["tiny_air", "--all"]):
        verified = invoke("verify", *arguments)

        assert verified.exit_code == 2
        assert verified.stderr == "error: name the environments to verify, or say --all\n"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "the ledger's URL cannot be used: "),
        ("sqlite:///x.db", "the ledger's URL cannot be used: "),
        ("foo://x", "the ledger's URL cannot be used: "),
        ("sqlite+aiosqlite:////proc/none/ledger.db", "the ledger sqlite+aiosqlite:////proc/none/ledger.db cannot be "),
        ("postgresql+asyncpg://127.0.0.1:1/x", "the ledger postgresql+asyncpg://127.0.0.1:1/x cannot be opened: "),
    ],
)
def test_a_ledger_of_no_use_is_a_complaint_before_the_work(url: str, sentence: str, project: Path) -> None:
    verified = invoke("verify", "tiny_air", ENVFARM_LEDGER=url)

    assert verified.exit_code == 2
    (line,) = verified.stderr.splitlines()
    assert line.startswith(f"error: {sentence}")


def test_in_a_shell_verify_shows_no_bar_and_prints_only_its_result(tiny_air: Path) -> None:
    (tiny_air / "manifest.json").write_text("{", "utf-8")

    verified = in_shell("verify", "tiny_air", "--json")

    assert (verified.returncode, verified.stderr) == (1, "")
    assert json.loads(verified.stdout)[0]["status"] == "refused"


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.slow
def test_an_interrupted_verify_says_so_and_leaves_no_process(jobs: int, tiny_air: Path, tmp_path: Path) -> None:
    clean(tiny_air, tmp_path / "servers" / "travel" / "twin_air")
    runs = str(tmp_path / "runs")

    verify = Watched("verify", "--all", "--jobs", jobs, ENVFARM_RUNS=runs)
    verify.until(b"%|")
    verify.send(signal.SIGINT)

    assert verify.end() == 130
    assert (verify.stdout, verify.sentences) == (b"", ["interrupted"])
    assert holders_of(f"ENVFARM_RUNS={runs}") == {}
