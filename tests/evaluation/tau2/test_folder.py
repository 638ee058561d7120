import json
from pathlib import Path

import pytest

from evaluation.tau2.folder import OccupiedError, write_domains
from sampler.task import Task, read_tasks


@pytest.fixture
def folders(environments: Path) -> dict[str, Path]:
    return {folder.name: folder for folder in environments.iterdir()}


def test_a_folder_has_domains_servers_and_the_modules_that_run_them(
    booking: Task, reading: Task, folders: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"

    groups = write_domains([(booking, folders), (reading, folders)], out)

    assert [group.domain.name for group in groups] == sorted(path.name for path in (out / "domains").iterdir())
    domain = out / "domains" / "tiny_air+twin_air"
    assert json.loads((domain / "split_tasks.json").read_text()) == {"base": [booking.id]}
    assert [task["id"] for task in json.loads((domain / "tasks.json").read_text())] == [booking.id]
    assert read_tasks(domain / "truths.jsonl") == (booking,)
    assert (out / "servers" / "twin_air" / "server.py").is_file()
    assert not list(out.rglob("cases.jsonl"))
    assert "from" in (out / "lib" / "envkit" / "__init__.py").read_text()
    assert (out / "lib" / "rollouts" / "reward.py").is_file()
    assert not [path for path in (out / "lib").iterdir() if path.name in ("farm", "generator", "cli")]
    assert "| tiny_air+twin_air | 1 |" in (out / "README.md").read_text()


def test_an_earlier_export_is_replaced(booking: Task, reading: Task, folders: dict[str, Path], tmp_path: Path) -> None:
    write_domains([(booking, folders)], tmp_path)
    (tmp_path / "results.json").write_text("{}")

    write_domains([(reading, folders)], tmp_path)

    assert [path.name for path in (tmp_path / "domains").iterdir()] == ["tiny_air"]
    assert (tmp_path / "results.json").is_file()


def test_a_folder_with_anything_else_is_left_alone(booking: Task, folders: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()

    with pytest.raises(OccupiedError, match="expected no such folder, an empty one or an earlier export"):
        write_domains([(booking, folders)], tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["lib"]
