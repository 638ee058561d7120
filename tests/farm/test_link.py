"""A link keeps apart what is a message and what a server only prints."""

import logging
import sys
from pathlib import Path

import pytest

from farm.link import connect_stdio

TALKING = "import runpy, sys; print('ready', flush=True); runpy.run_path(sys.argv[1], run_name='__main__')"


async def test_what_a_server_prints_is_kept_with_its_link(
    foreign_server: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with connect_stdio(sys.executable, ["-c", TALKING, str(foreign_server)]) as talking:
        assert await talking.tools()
    async with connect_stdio(sys.executable, [str(foreign_server)]) as quiet:
        assert await quiet.tools()

    assert talking.strays == ["ready"]
    assert quiet.strays == []
    assert not [record for record in caplog.records if record.name == "mcp.client.stdio"]


def test_other_words_of_the_client_stay_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("mcp.client.stdio").warning("the process will not end")

    assert [record.message for record in caplog.records] == ["the process will not end"]
