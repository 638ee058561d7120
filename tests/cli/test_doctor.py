import json
from pathlib import Path

from tests.cli.conftest import invoke


def test_doctor_finds_what_is_needed_and_how_many_environments_stand(project: Path) -> None:
    examined = invoke("doctor", "--json")

    assert examined.exit_code == 0, examined.output
    symptoms = {symptom["name"]: symptom for symptom in json.loads(examined.stdout)}
    assert all(symptom["ok"] for symptom in symptoms.values() if symptom["needed"])
    assert {"python", "sqlite", "mcp", "pydantic", "docker", "uv"} <= symptoms.keys()
    assert symptoms["environments"]["found"] == "1 in servers, 1 admitted"


def test_what_is_missing_but_not_needed_comes_with_its_remedy_and_0(tmp_path: Path) -> None:
    examined = invoke("doctor", ENVFARM_SERVERS=str(tmp_path), PATH="")

    assert examined.exit_code == 0
    assert f"none  environments: 0 in {tmp_path}, 0 admitted; run `envfarm build`" in examined.stdout
    assert "none  docker: not found; optional" in examined.stdout
