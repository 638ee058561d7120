import json
import shutil
from pathlib import Path

import pytest

from cli.output import FindingsError
from cli.versions import casts_of, rounds_of, versions_of
from sampler.task import Task, append_task, read_tasks, seal
from tests.cli.conftest import invoke, tamper


@pytest.fixture
def renewed(tiny_air: Path) -> Path:
    """Make the environment a second version, with the first kept beside it; return the kept folder."""
    kept = Path(shutil.copytree(tiny_air, tiny_air.with_name("tiny_air@1")))
    tamper(tiny_air)
    manifest = json.loads((tiny_air / "manifest.json").read_text("utf-8"))
    (tiny_air / "manifest.json").write_text(json.dumps({**manifest, "version": 2}), "utf-8")
    return kept


def test_tasks_are_played_in_the_version_they_were_sampled_from(tasks: Path, renewed: Path) -> None:
    played = invoke("play", tasks, "--policy", "replay", "--out", "p", "--json")

    assert played.exit_code == 0, played.output
    assert json.loads(played.stdout)["policies"] == [
        {"policy": "replay", "episodes": 3, "reward": 1.0, "unscored": 0},
    ]


def test_a_task_that_names_no_version_is_played_in_the_newest(tasks: Path, renewed: Path, tiny_air: Path) -> None:
    old, *_ = read_tasks(tasks / "tasks.jsonl")
    free = old.model_copy(update={"environment_digests": {}, "environment_versions": {}})

    casts = casts_of([old, free], Path("servers"))

    assert [cast.entries["tiny_air"].folder for cast in casts] == [Path("servers/travel/tiny_air@1"), _below(tiny_air)]
    assert [cast.tasks for cast in casts] == [[old], [free]]


def test_tasks_of_two_versions_are_played_in_one_run(tasks: Path, renewed: Path) -> None:
    old, *_ = read_tasks(tasks / "tasks.jsonl")
    newer = seal(old.model_copy(update={"environment_digests": {}, "environment_versions": {"tiny_air": 2}}))
    append_task(tasks / "tasks.jsonl", newer)

    played = invoke("play", tasks, "--policy", "replay", "--out", "p", "--json")

    assert json.loads(played.stdout)["policies"][0]["episodes"] == 4
    assert len(Path("p/episodes.jsonl").read_text("utf-8").splitlines()) == 4


def test_tasks_of_one_version_need_one_farm(tasks: Path, project: Path) -> None:
    found: tuple[Task, ...] = read_tasks(tasks / "tasks.jsonl")

    (cast,) = casts_of(found, Path("servers"))

    assert cast.tasks == [*found]


def test_a_version_that_is_not_there_is_named(tasks: Path, project: Path) -> None:
    old, *_ = read_tasks(tasks / "tasks.jsonl")
    lost = old.model_copy(update={"environment_digests": {"tiny_air": "0" * 64}, "environment_versions": {}})

    with pytest.raises(FindingsError, match=r"1 of 1 tasks were sampled from a version of tiny_air \(digest 0{12}\)"):
        casts_of([lost], Path("servers"))


def test_a_kept_version_is_no_environment_of_its_own_but_can_be_named(renewed: Path) -> None:
    listed = json.loads(invoke("list", "--json").stdout)
    named = json.loads(invoke("verify", "tiny_air@1", "--json").stdout)

    assert [(each["slug"], each["version"]) for each in listed] == [("tiny_air", 2)]
    assert [(each["slug"], each["version"], each["status"]) for each in named] == [("tiny_air", 1, "admitted")]


def _below(folder: Path) -> Path:
    return Path(*folder.parts[-3:])


def test_two_versions_of_an_environment_are_asked_on_two_farms(tasks: Path, renewed: Path) -> None:
    old, *_ = read_tasks(tasks / "tasks.jsonl")
    free = old.model_copy(update={"environment_digests": {}, "environment_versions": {}})

    found = versions_of(iter([old, free, old]), Path("servers"))

    assert [*found] == [("tiny_air", old.environment_digests["tiny_air"]), ("tiny_air", "")]
    assert [[each.version for each in entries.values()] for entries in rounds_of(found)] == [[1], [2]]


def test_no_tasks_need_no_environment() -> None:
    assert versions_of(iter(()), Path("servers")) == {}
