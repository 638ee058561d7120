"""Every golden failure is rejected for its own reason and for no other.

`tests/golden/failures/<name>/break.yaml` says what is replaced in tiny_air, `finding.yaml` what verification must say;
`tests/golden/refused_blueprints/` holds the same for the lending desk's blueprint, or in `complaints.txt` what keeps it
from being emitted.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.build import Built, build
from registry.causes import reasons
from registry.report import Report
from registry.verify import verify
from tests.registry.conftest import copy_of, silent, with_oracle

GOLDEN = Path(__file__).parent.parent / "golden"
FAILURES = sorted(path.name for path in (GOLDEN / "failures").iterdir())
BLUEPRINTS = sorted(path.parent.name for path in (GOLDEN / "refused_blueprints").glob("*/complaints.txt"))
LAWLESS = sorted(path.parent.name for path in (GOLDEN / "refused_blueprints").glob("*/finding.yaml"))

Reports = Mapping[str, Report]

pytestmark = pytest.mark.slow


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def replaced(text: str, edit: Mapping[str, str], name: str) -> str:
    assert text.count(edit["find"]) == 1, f"{name}: {edit['find']!r} is there {text.count(edit['find'])} times"
    return text.replace(edit["find"], edit["put"])


def broken_server(name: str, folder: Path, parent: Path) -> Path:
    golden = read(GOLDEN / "failures" / name / "break.yaml")
    place = (with_oracle if golden.get("oracle", True) else copy_of)(folder, parent / name)
    for edit in golden["edits"]:
        path = place / edit["file"]
        path.write_text(replaced(path.read_text("utf-8"), edit, name), "utf-8")
    return place


def built_blueprint(name: str, parent: Path) -> Built:
    text = (GOLDEN / "lending" / "blueprint.yaml").read_text("utf-8")
    for edit in read(GOLDEN / "refused_blueprints" / name / "break.yaml")["edits"]:
        text = replaced(text, edit, name)
    path = parent / name / "blueprints" / "golden" / "lending.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    (built,) = build([path], parent / name / "servers")
    return built


@pytest.fixture(scope="session")
def reports(tiny_air_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """The reports of all golden failures by their names, and of the sound environment as `sound` and `by_hand`."""
    parent = tmp_path_factory.mktemp("failures")
    folders = {name: broken_server(name, tiny_air_folder, parent) for name in FAILURES}
    for name in LAWLESS:
        built = built_blueprint(name, parent)
        assert built.folder is not None, f"{name}: {built.findings}"
        folders[name] = built.folder
    folders["sound"] = with_oracle(tiny_air_folder, parent / "sound")
    folders["by_hand"] = copy_of(tiny_air_folder, parent / "by_hand")
    found = asyncio.run(verify(list(folders.values()), jobs=3, progress=silent))
    return dict(zip(folders, found, strict=True))


def test_there_are_failures_for_every_check_that_admits() -> None:
    told = {read(path)["check"] for path in GOLDEN.glob("*/*/finding.yaml")}

    assert len(FAILURES) + len(BLUEPRINTS) + len(LAWLESS) >= 25
    assert told == {
        "executable", "schema", "deterministic", "isolated", "effects", "refusals", "bad_input", "boundaries", "edges",
        "annotations", "round_trip", "invariants", "protocol", "source", "tasks",
    }  # fmt: skip


@pytest.mark.parametrize("name", [*FAILURES, *LAWLESS])
def test_a_failure_is_rejected_for_its_own_reason_and_no_other(name: str, reports: Reports) -> None:
    (path,) = GOLDEN.glob(f"*/{name}/finding.yaml")
    expected = read(path)

    (reason,) = reasons(reports[name].findings)

    assert reports[name].tier == "unproven"
    assert (reason.finding.check, reason.finding.tool) == (expected["check"], expected["tool"])
    assert expected["says"] in reason.finding.sentence
    assert {each.check for each in reason.follows} <= set(expected.get("also_in", ()))


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_a_broken_blueprint_is_refused_with_all_that_is_wrong(name: str, tmp_path: Path) -> None:
    built = built_blueprint(name, tmp_path)

    expected = (GOLDEN / "refused_blueprints" / name / "complaints.txt").read_text("utf-8")
    assert "\n".join(str(finding) for finding in built.findings) + "\n" == expected


def test_a_sound_environment_with_an_oracle_is_proven(reports: Reports) -> None:
    report = reports["sound"]

    assert (report.tier, report.findings) == ("proven", ())


def test_every_check_put_something_to_the_test(reports: Reports) -> None:
    idle = {check.name for check in reports["sound"].checks if not (check.observed and check.calls)}

    assert idle == {"source"}  # written by hand, and nothing to call


def test_without_an_oracle_the_tier_is_lower_and_the_report_says_why(reports: Reports) -> None:
    report = reports["by_hand"]

    reasons_given = {check.name: check.reason for check in report.checks if check.status == "not_applicable"}
    assert report.tier == "partial"
    assert set(reasons_given) == {"effects", "refusals", "source"}
    assert "cases.jsonl" in reasons_given["effects"]
    assert "cases.jsonl" in reasons_given["refusals"]
