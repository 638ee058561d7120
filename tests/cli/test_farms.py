import json
import os
from pathlib import Path

import pytest

from cli.farms import farm_for
from cli.output import ComplaintError
from cli.settings import read_settings
from farm.launch import HostProcess
from registry.entry import entry


async def test_without_a_farm_in_the_settings_one_is_launched_and_ended(tiny_air: Path) -> None:
    async with farm_for([entry(tiny_air)], read_settings({})) as farm:
        pid, slugs = farm.pid, farm.environments

    assert slugs == ("tiny_air",)
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_farm_in_the_settings_is_used_and_left_up(tiny_air: Path, host: HostProcess) -> None:
    async with farm_for([entry(tiny_air)], read_settings({"ENVFARM_FARM": host.url})) as farm:
        pid = farm.pid

    assert pid is None
    assert host.is_running


async def test_a_farm_that_hosts_another_version_is_a_complaint(tiny_air: Path, host: HostProcess) -> None:
    manifest = json.loads((tiny_air / "manifest.json").read_text("utf-8"))
    (tiny_air / "manifest.json").write_text(json.dumps({**manifest, "version": 2}), "utf-8")

    with pytest.raises(ComplaintError, match="does not host tiny_air version 2; it hosts tiny_air version 1"):
        async with farm_for([entry(tiny_air)], read_settings({"ENVFARM_FARM": host.url})):
            pass
