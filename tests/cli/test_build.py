import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import LENDING, in_shell, invoke

MISTAKES = (
    ("name: lending_desk", "name: Lending"),
    ("seed: person", "seed: persn"),
    ("kind: get", "kind: gte"),
    ("filter: [label]", "filter: [lable]"),
    ("free: i.free - copies", "free: i.fre - copies"),
)
"""Five places of the lending blueprint, right and wrong: a name, a pool, a kind, a column and an expression."""


@pytest.fixture
def blueprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small blueprint that is right, alone in a folder to stand in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lending").mkdir()
    return Path(shutil.copy(LENDING, tmp_path / "lending" / "lending_desk.yaml"))


@pytest.fixture
def mistaken(blueprint: Path) -> Path:
    """The same blueprint with five mistakes."""
    text = blueprint.read_text("utf-8")
    for right, wrong in MISTAKES:
        assert text.count(right) >= 1, right
        text = text.replace(right, wrong, 1)
    blueprint.write_text(text, "utf-8")
    return blueprint


def test_build_emits_then_finds_nothing_to_do(blueprint: Path, tmp_path: Path) -> None:
    first, second = (invoke("build", blueprint, "--json") for _ in range(2))

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    (built,), (unchanged,) = json.loads(first.stdout), json.loads(second.stdout)
    assert (built["written"], unchanged["written"]) == (True, False)
    assert (tmp_path / built["folder"] / "server.py").is_file()
    assert built["folder"] == "servers/lending/lending_desk"


def test_check_names_each_difference_and_writes_nothing(blueprint: Path, tmp_path: Path) -> None:
    invoke("build", blueprint, "--out", "out")
    server = tmp_path / "out" / "lending" / "lending_desk" / "server.py"
    server.write_text("changed", "utf-8")

    checked = invoke("build", blueprint, "--out", "out", "--check")

    assert checked.exit_code == 1
    assert checked.stdout == ""
    assert "server.py: differs from what its blueprint emits; run `envfarm build" in checked.stderr
    assert server.read_text("utf-8") == "changed"


def test_five_mistakes_are_five_findings_in_one_run(mistaken: Path, tmp_path: Path) -> None:
    built = invoke("build", mistaken, "--out", tmp_path / "out")

    assert built.exit_code == 1
    assert built.stdout == ""
    assert len(built.stderr.splitlines()) == 5, built.stderr
    assert all(line.startswith("error: ") and "lending_desk.yaml" in line for line in built.stderr.splitlines())
    assert not (tmp_path / "out").exists()


def test_findings_as_json_are_on_stdout_by_blueprint(mistaken: Path, tmp_path: Path) -> None:
    built = invoke("build", mistaken, "--out", tmp_path / "out", "--json")

    assert built.exit_code == 1
    (only,) = json.loads(built.stdout)
    assert len(only["findings"]) == 5
    assert only["folder"] is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"\xff\xfe\x00", "not UTF-8 text; a blueprint is YAML"), (b"a: [", "line 1"), (b"", "blueprint")],
)
def test_a_blueprint_that_cannot_be_read_is_one_finding(content: bytes, sentence: str, tmp_path: Path) -> None:
    blueprint = tmp_path / "broken.yaml"
    blueprint.write_bytes(content)

    built = invoke("build", blueprint, "--out", tmp_path / "out")

    assert built.exit_code == 1
    (line,) = built.stderr.splitlines()
    assert sentence in line


@pytest.mark.parametrize("there", [False, True])
def test_a_path_without_blueprints_is_a_complaint(there: bool, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    if there:
        folder.mkdir()

    built = invoke("build", folder)

    assert built.exit_code == 2
    (line,) = built.stderr.splitlines()
    assert line.startswith(f"error: {folder}: no ")


def test_draft_writes_a_blueprint_that_builds(tmp_path: Path) -> None:
    path = tmp_path / "office" / "google_tasks.yaml"

    drafted = invoke("draft", "google:tasks.v1", "--out", path, "--json")

    assert drafted.exit_code == 0, drafted.output
    said = json.loads(drafted.stdout)
    assert said["slug"] == "google_tasks"
    assert said["blueprint"] == str(path)
    assert said["tools"] == len(yaml.safe_load(path.read_text("utf-8"))["tools"])
    assert all(each["reason"] for each in said["dropped"])


def test_draft_without_a_file_prints_the_blueprint_and_nothing_else() -> None:
    drafted = invoke("draft", "google:tasks.v1")

    assert drafted.exit_code == 0
    assert yaml.safe_load(drafted.stdout)["name"] == "google_tasks"
    assert all(line.startswith("left out: ") for line in drafted.stderr.splitlines())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b'{"kind":', "not JSON, or cut short"), (b"\xff\x00", "UTF-16 or binary"), (None, "no such file")],
)
def test_a_resource_that_cannot_be_read_is_a_complaint(content: bytes | None, sentence: str, tmp_path: Path) -> None:
    resource = tmp_path / "api.json"
    if content is not None:
        resource.write_bytes(content)

    drafted = invoke("draft", resource)

    assert drafted.exit_code == 2
    (line,) = drafted.stderr.splitlines()
    assert line.startswith(f"error: {resource}: {sentence}")


def test_an_api_almost_right_is_met_with_one_there_is() -> None:
    drafted = invoke("draft", "google:task.v1")

    assert drafted.exit_code == 2
    assert 'did you mean "google:tasks.v1"?' in drafted.stderr


def test_an_overlay_that_is_no_text_is_one_finding(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_bytes(b"\xff\xfe")

    drafted = invoke("draft", "google:tasks.v1", "--overlay", overlay)

    assert drafted.exit_code == 1
    assert drafted.stderr == "error: overlay.yaml: not UTF-8 text; an overlay is YAML\n"


def test_an_overlay_and_none_at_once_is_a_complaint(tmp_path: Path) -> None:
    drafted = invoke("draft", "google:tasks.v1", "--plain", "--overlay", tmp_path / "o.yaml")

    assert drafted.exit_code == 2
    assert drafted.stderr == "error: --overlay and --plain exclude each other; give one\n"


def test_in_a_shell_findings_are_on_stderr_without_a_bar(mistaken: Path, tmp_path: Path) -> None:
    built = in_shell("build", mistaken, "--out", tmp_path / "out")

    assert (built.returncode, built.stdout) == (1, "")
    assert [line.split(":")[0] for line in built.stderr.splitlines()] == ["error"] * 5


def test_a_description_becomes_an_admitted_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    built = invoke("build", "--from", "google:bigqueryreservation.v1", "--domain", "data", "--json")

    assert built.exit_code == 0, built.output
    told = json.loads(built.stdout)
    (one,), (proof,) = told["built"], told["verified"]
    assert (tmp_path / one["folder"] / "certificate.json").is_file()
    assert one["blueprint"] == "blueprints/data/google_bigqueryreservation.yaml"
    assert (proof["status"], proof["tier"], proof["findings"]) == ("admitted", "proven", [])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--from", "google:tasks.v1", "--check"), "--from stands alone"),
        (("--from", "google:tasks.v1", "--domain", "My Things"), "--domain expects a name in snake_case"),
        (("--from", "gone.json"), "gone.json: no such file"),
    ],
)
def test_a_description_that_cannot_be_built_is_one_sentence(
    arguments: tuple[str, ...], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    refused = invoke("build", *arguments)

    assert refused.exit_code == 2
    assert complaint in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_licence_is_given_to_a_description_that_states_none(tmp_path: Path) -> None:
    order = {"type": "object", "properties": {"title": {"type": "string"}, "size": {"type": "integer"}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}
    key = {"name": "orderId", "in": "path", "required": True, "schema": {"type": "string"}}
    answer = {"responses": {"200": {"description": "One.", **body}}}
    paths = {
        "/orders": {"post": {"operationId": "createOrder", "requestBody": body, **answer}},
        "/orders/{orderId}": {"parameters": [key], "get": {"operationId": "getOrder", **answer}},
    }
    head = {"openapi": "3.0.3", "info": {"title": "Shop", "version": "1"}}
    path = tmp_path / "shop.json"
    path.write_text(json.dumps({**head, "paths": paths, "components": {"schemas": {"Order": order}}}), "utf-8")

    drafted = invoke("draft", path, "--licence", "MIT")

    assert drafted.exit_code == 0, drafted.output
    blueprint = yaml.safe_load(drafted.stdout)
    assert blueprint["source"][0]["licence"] == "MIT"
    assert {"create_order", "get_order"} <= {*blueprint["tools"]}
