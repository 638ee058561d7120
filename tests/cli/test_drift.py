"""`envfarm drift`: what changed in the sources, and the next version made of it."""

import json
from pathlib import Path

import pytest

from generator.compile import compile, dump
from generator.outline import Outline, outline_path, outline_text, outlined, read_outline
from generator.readers import read
from tests.cli.conftest import invoke
from tests.generator.depot import changed, depot, write_depot

BLUEPRINT = Path("blueprints/compiled/depot.yaml")


@pytest.fixture
def described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand beside a description and the blueprint that was compiled from it, with its outline; return the former."""
    monkeypatch.chdir(tmp_path)
    path = write_depot(Path("depot.json"), depot())
    resource = read(str(path))
    blueprint = compile(resource).blueprint
    BLUEPRINT.parent.mkdir(parents=True)
    BLUEPRINT.write_text(dump(blueprint), "utf-8")
    outline = Outline(maker="compiled", reference="depot.json", sources=(outlined(blueprint, resource),))
    outline_path(BLUEPRINT).write_text(outline_text(outline), "utf-8")
    return path


def written(described: Path) -> None:
    """Make the blueprint one that a person wrote, of which no outline is kept."""
    outline_path(BLUEPRINT).unlink()


def test_an_unchanged_source_is_no_finding(described: Path) -> None:
    told = invoke("drift")

    assert (told.exit_code, told.stdout, told.stderr) == (0, "unchanged depot version 1\n", "")


def test_changes_are_told_with_the_elements_concerned(described: Path) -> None:
    write_depot(described, changed())

    told, as_json = invoke("drift"), invoke("drift", "depot", "--json")

    assert (told.exit_code, as_json.exit_code) == (1, 1)
    first, gone, values = told.stdout.splitlines()
    assert first == "drifted depot version 1: 2 changes"
    assert gone == "  operation deleteOrder (DELETE /orders/{orderId}) is gone: tools.delete_order"
    assert values.startswith("  values of property priority of Order: gone: high; new: urgent: entities.order.fields.")
    (said,) = json.loads(as_json.stdout)
    assert (said["status"], said["sources"], said["update"]) == ("drifted", ["depot.json"], None)
    assert said["changes"][0]["concerns"] == ["tools.delete_order"]


def test_a_source_that_is_not_at_hand_is_remarked(described: Path) -> None:
    described.unlink()

    told = invoke("drift")

    assert (told.exit_code, told.stdout) == (0, "unread depot version 1\n")
    assert told.stderr == "note: depot: https://depot.example/api depot.json: is not at hand; name it with --source\n"


def test_a_source_can_be_named(described: Path) -> None:
    later = write_depot(Path("later.json"), changed())

    assert invoke("drift", "--source", f"depot={later}").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("lorry",), "no blueprint of lorry; there are depot"),
        (("--source", "lorry=a.json"), 'expects ENV=RESOURCE, ENV being one of those compared, got "lorry=a.json"'),
        (("--source", "depot"), 'got "depot"'),
    ],
)
def test_what_is_not_known_is_a_complaint(arguments: tuple[str, ...], complaint: str, described: Path) -> None:
    told = invoke("drift", *arguments)

    assert told.exit_code == 2
    assert complaint in told.stderr


def test_an_outline_is_kept_of_what_a_person_wrote(described: Path) -> None:
    written(described)

    told = invoke("drift", "--update", "--source", f"depot={described}")

    assert told.exit_code == 0, told.output
    outline = read_outline(BLUEPRINT)
    assert outline is not None
    assert (outline.maker, len(outline.sources[0].operations)) == ("written", 10)


def test_what_a_person_wrote_is_theirs_to_change(described: Path) -> None:
    written(described)
    invoke("drift", "--update", "--source", f"depot={described}")
    before = BLUEPRINT.read_bytes()

    told = invoke("drift", "--update", "--source", f"depot={write_depot(Path('later.json'), changed())}")

    assert told.exit_code == 1
    assert "it was written, so this is yours to take over: change blueprints/compiled/depot.yaml, raise" in told.stdout
    assert BLUEPRINT.read_bytes() == before


def test_without_an_outline_the_places_pointed_at_are_compared(described: Path) -> None:
    written(described)
    write_depot(described, changed())

    told = invoke("drift", "--update", "--source", f"depot={described}")

    assert told.exit_code == 1
    assert "nothing stands at /paths/~1orders~1{orderId}/delete any more: tools.delete_order" in told.stdout
    assert "no outline was kept, and its source is not the one that it was written from" in told.stdout
    assert "only the places that it points at were compared" in told.stderr
    assert not outline_path(BLUEPRINT).exists()


def test_a_source_that_compiles_to_the_same_makes_no_version(described: Path) -> None:
    later = depot()
    later["paths"]["/lorries"] = {"get": {"operationId": "lorries", "responses": {"200": {"description": "-"}}}}
    write_depot(described, later)

    told = invoke("drift", "--update")

    assert (told.exit_code, "nothing that it uses changed" in told.stdout) == (0, True)


def test_a_source_that_does_not_compile_any_more_is_told(described: Path) -> None:
    later = depot()
    later["paths"] = {}
    write_depot(described, later)

    told = invoke("drift", "--update")

    assert told.exit_code == 1
    assert "it does not compile any more: " in told.stdout


@pytest.mark.slow  # proves two environments
def test_an_update_makes_a_version_and_the_old_one_is_still_played(described: Path) -> None:
    assert invoke("build", "--from", "depot.json").exit_code == 0
    invoke("sample", "--tasks", 3, "--out", "old")
    write_depot(described, changed())

    updated = invoke("drift", "--update")

    assert updated.exit_code == 0, updated.output
    assert "version 2 is admitted: servers/compiled/depot" in updated.stdout
    (listed,) = json.loads(invoke("list", "--json").stdout)
    assert (listed["version"], listed["tools"], listed["status"]) == (2, 9, "admitted")
    assert invoke("drift").stdout == "unchanged depot version 2\n"
    played = json.loads(invoke("play", "old", "--policy", "replay", "--json").stdout)
    assert played["policies"] == [{"policy": "replay", "episodes": 3, "reward": 1.0, "unscored": 0}]
    assert invoke("build", "--check", "blueprints", "--out", "servers").exit_code == 0
