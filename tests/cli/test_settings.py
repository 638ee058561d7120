from pathlib import Path

import pytest

from cli.settings import SettingsError, blueprint_folder, emission_folder, read_settings

SHIPPED = Path(__file__).parents[2] / "servers"


def test_without_variables_everything_but_the_servers_is_below_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    settings = read_settings({})

    assert settings.servers == SHIPPED
    assert settings.blueprints == SHIPPED.parent / "generator" / "blueprints"
    assert (settings.runs, settings.worlds) == (Path("runs"), Path("runs/worlds"))
    assert settings.ledger == "sqlite+aiosqlite:///runs/ledger.db"
    assert (settings.farm, settings.token) == ("", "")
    assert settings.jobs >= 1


def test_servers_in_the_working_directory_come_before_those_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "servers").mkdir()

    assert read_settings({}).servers == Path("servers")


def test_servers_of_ones_own_blueprints_never_go_among_those_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert emission_folder(read_settings({})) == Path("servers")
    assert emission_folder(read_settings({"ENVFARM_SERVERS": "mine"})) == Path("mine")


def test_blueprints_of_ones_own_are_found_where_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert blueprint_folder(read_settings({})) == Path("blueprints")
    (tmp_path / "blueprints").mkdir()

    assert read_settings({}).blueprints == Path("blueprints")
    assert blueprint_folder(read_settings({"ENVFARM_BLUEPRINTS": "mine"})) == Path("mine")


def test_worlds_and_ledger_follow_the_runs() -> None:
    settings = read_settings({"ENVFARM_RUNS": "/r"})

    assert settings.worlds == Path("/r/worlds")
    assert settings.ledger == "sqlite+aiosqlite:////r/ledger.db"


def test_each_variable_sets_what_it_names() -> None:
    variables = {
        "ENVFARM_SERVERS": "s",
        "ENVFARM_BLUEPRINTS": "b",
        "ENVFARM_RUNS": "r",
        "ENVFARM_WORLDS": "w",
        "ENVFARM_LEDGER": "l",
        "ENVFARM_FARM": "http://f",
        "ENVFARM_TOKEN": "t",
        "ENVFARM_JOBS": "3",
    }

    settings = read_settings(variables)

    paths = [settings.servers, settings.blueprints, settings.runs, settings.worlds]
    assert [str(path) for path in paths] == ["s", "b", "r", "w"]
    assert (settings.ledger, settings.farm, settings.token, settings.jobs) == ("l", "http://f", "t", 3)


@pytest.mark.parametrize("given", ["abc", "0", "-1", "1.5", ""])
def test_a_number_of_jobs_of_no_use_is_named_with_its_variable(given: str) -> None:
    with pytest.raises(SettingsError, match=f"ENVFARM_JOBS expects a number from 1 on, got '{given}'"):
        read_settings({"ENVFARM_JOBS": given})


def test_a_farm_that_is_no_url_is_named_with_its_variable() -> None:
    with pytest.raises(SettingsError, match=r"ENVFARM_FARM expects a URL such as .*, got 'localhost'"):
        read_settings({"ENVFARM_FARM": "localhost"})
