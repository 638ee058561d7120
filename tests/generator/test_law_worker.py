"""A worker judges the laws of the very blueprint a folder was emitted from, or of none."""

from pathlib import Path

import pytest

from generator.law_worker import judge
from generator.load import load_text
from registry.crew import Work, work_apart
from registry.mutants.verdict import LawReport
from tests.generator.emitting import emitted, write

BLUEPRINT = Path(__file__).parent.parent / "golden" / "lending" / "blueprint.yaml"


@pytest.fixture
def lending(tmp_path: Path) -> Path:
    return write(emitted("lending"), tmp_path / "lending" / "lending_desk")


@pytest.fixture
def blueprints(tmp_path: Path) -> Path:
    place = tmp_path / "blueprints" / "lending"
    place.mkdir(parents=True)
    (place / "lending_desk.yaml").write_text(BLUEPRINT.read_text("utf-8"), "utf-8")
    return place.parent


def test_the_laws_of_the_blueprint_are_judged(lending: Path, blueprints: Path) -> None:
    told: list[tuple[str, int, int]] = []

    report = judge(lending, blueprints, lambda *news: told.append(news))

    assert report.environment == "lending_desk"
    assert [law for law in report.laws if law.is_owed and law.status == "missed"] == []
    assert any(law.by == "shelf_matches_loans" for law in report.laws)
    assert len(told) == len(report.laws)


def test_another_version_of_the_blueprint_is_not_judged(lending: Path, blueprints: Path) -> None:
    path = blueprints / "lending" / "lending_desk.yaml"
    path.write_text(path.read_text("utf-8").replace("version: 1", "version: 2"), "utf-8")
    assert load_text(path.read_text("utf-8"), "", "lending").version == 2

    assert judge(lending, blueprints, lambda *_: None).laws == ()


def test_a_blueprint_that_is_not_there_or_broken_is_not_judged(lending: Path, blueprints: Path) -> None:
    (blueprints / "lending" / "lending_desk.yaml").write_text("name: x", "utf-8")

    assert judge(lending, blueprints, lambda *_: None).laws == ()
    assert judge(lending, blueprints / "none", lambda *_: None).laws == ()


async def test_it_works_apart(lending: Path, blueprints: Path) -> None:
    kept: list[LawReport] = []

    async def finished(_folder: Path, report: LawReport) -> None:
        kept.append(report)

    work = Work("generator.law_worker", (str(blueprints),), LawReport)
    (report,) = await work_apart(work, [lending], jobs=1, progress=lambda *_: None, finished=finished)

    assert kept == [report]
    assert report.laws
