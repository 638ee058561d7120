from pathlib import Path, PurePosixPath

import yaml

from farm.compose import compose_text, server_folders, write_compose

ROOT = Path(__file__).parents[2]
TWO = [PurePosixPath("servers/travel/skyline_air"), PurePosixPath("servers/office/calendar")]


def test_the_committed_file_is_what_the_farm_writes() -> None:
    assert (ROOT / "compose.yaml").read_text("utf-8") == compose_text(server_folders(ROOT))


def test_by_default_one_service_hosts_all_environments() -> None:
    services = yaml.safe_load(compose_text(TWO))["services"]

    assert [name for name, service in services.items() if "profiles" not in service] == ["farm"]
    assert services["farm"]["command"].split()[:3] == ["/app/servers", "--http", "0.0.0.0:8080"]


def test_the_profile_each_has_a_service_an_environment_on_a_port_of_its_own() -> None:
    services = yaml.safe_load(compose_text(TWO))["services"]

    each = {name: service for name, service in services.items() if service.get("profiles") == ["each"]}
    assert list(each) == ["calendar", "skyline-air"]
    assert each["skyline-air"]["command"].split()[0] == "/app/servers/travel/skyline_air"
    assert len({service["ports"][0] for service in each.values()}) == 2


def test_every_service_is_confined_and_watched() -> None:
    for service in yaml.safe_load(compose_text(TWO))["services"].values():
        assert service["read_only"] is True
        assert service["user"] == "10001:10001"
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["tmpfs"] == ["/tmp"]
        assert service["ports"][0].startswith("${ENVFARM_BIND:-127.0.0.1}:")
        assert service["healthcheck"]["test"][:3] == ["CMD", "python", "-c"]
        compile(service["healthcheck"]["test"][3], "healthcheck", "exec")


def test_the_file_is_written_for_the_environments_a_project_has(tmp_path: Path) -> None:
    folder = tmp_path / "servers" / "travel" / "skyline_air"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", "utf-8")

    path = write_compose(tmp_path)

    assert path.read_text("utf-8") == compose_text([PurePosixPath("servers/travel/skyline_air")])
