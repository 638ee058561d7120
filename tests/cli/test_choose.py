import json
from pathlib import Path

import pytest

from cli.choose import admitted, chosen
from cli.output import ComplaintError, FindingsError
from tests.cli.conftest import clean, tamper


@pytest.fixture
def servers(project: Path) -> Path:
    return project / "servers"


@pytest.fixture
def unproven(servers: Path, tiny_air: Path) -> Path:
    """A second environment, which has no certificate."""
    twin = clean(tiny_air, servers / "travel" / "twin_air")
    (twin / "certificate.json").unlink()
    manifest = json.loads((twin / "manifest.json").read_text("utf-8"))
    (twin / "manifest.json").write_text(json.dumps({**manifest, "slug": "twin_air"}), "utf-8")
    return twin


def test_no_name_means_all_that_stand(servers: Path, unproven: Path) -> None:
    assert [each.slug for each in chosen([], servers)] == ["tiny_air", "twin_air"]


def test_an_environment_is_named_by_slug_or_by_folder(servers: Path, tiny_air: Path, tmp_path: Path) -> None:
    elsewhere = clean(tiny_air, tmp_path / "elsewhere")

    by_slug, by_folder = chosen(["tiny_air", str(elsewhere)], servers)

    assert (by_slug.folder, by_folder.folder) == (tiny_air, elsewhere)


def test_a_name_almost_right_is_met_with_the_right_one(servers: Path) -> None:
    with pytest.raises(ComplaintError, match="unknown environment 'tini_air'; did you mean tiny_air"):
        chosen(["tini_air"], servers)


def test_a_name_like_no_other_is_met_with_where_to_look(servers: Path) -> None:
    with pytest.raises(ComplaintError, match="unknown environment 'xyz'; `envfarm list` shows those in"):
        chosen(["xyz"], servers)


def test_a_folder_without_environments_is_a_complaint(tmp_path: Path) -> None:
    with pytest.raises(ComplaintError, match="no environments here; run `envfarm build` first"):
        chosen([], tmp_path)


def test_only_admitted_ones_are_taken_and_a_remark_tells_of_the_others(
    servers: Path, unproven: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = admitted([], servers)

    assert [each.slug for each in found] == ["tiny_air"]
    assert capsys.readouterr().err.startswith("note: left out twin_air: twin_air has no certificate")


def test_each_one_named_that_is_not_admitted_is_a_finding(servers: Path, tiny_air: Path, unproven: Path) -> None:
    tamper(tiny_air)

    with pytest.raises(FindingsError) as caught:
        admitted(["tiny_air", "twin_air"], servers)

    changed, missing = caught.value.message.splitlines()
    assert changed == "tiny_air is not admitted: tiny_air differs from what was admitted: server.py changed"
    assert missing.startswith("twin_air is not admitted: twin_air has no certificate")


def test_none_admitted_at_all_is_a_finding(servers: Path, tiny_air: Path) -> None:
    tamper(tiny_air)

    with pytest.raises(FindingsError, match="no environment is admitted; run `envfarm verify --all` first"):
        admitted([], servers)
