"""Whole server processes: standard input, HTTP, a sudden end, and complaints."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import mcp
import pytest
from mcp.client.stdio import StdioServerParameters

from envkit.serve import ServeError, find_folders

Process = subprocess.Popen[str]


@contextmanager
def serving(*arguments: str, cwd: Path, program: tuple[str, ...] = ("-m", "envkit")) -> Iterator[tuple[str, Process]]:
    """Run a server process until the block ends; give the URL it announced, and the process."""
    command = [sys.executable, *program, *arguments]
    with subprocess.Popen(command, cwd=cwd, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert line.startswith("serving "), line + process.stderr.read()
            yield line.split()[-1], process
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(10)


def complaint(*arguments: str, cwd: Path, program: tuple[str, ...] = ("-m", "envkit")) -> str:
    """Run a server that cannot start; return its one sentence."""
    done = subprocess.run([sys.executable, *program, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("mode", ["2026-07-28", "legacy"])
async def test_a_server_speaks_over_standard_input(tiny_air_folder: Path, tmp_path: Path, mode: str):
    server = StdioServerParameters(
        command=sys.executable, args=[str(tiny_air_folder / "server.py")], cwd=str(tmp_path), env=dict(os.environ)
    )
    async with mcp.Client(server, mode=mode) as client:
        customer = (await client.call_tool("find_customer", {})).structured_content["items"][0]["id"]
        await client.call_tool("update_customer", {"customer_id": customer, "name": "Zed"})
        found = await client.call_tool("find_customer", {})

    assert found.structured_content["items"][0]["name"] == "Zed"


@pytest.mark.parametrize("mode", ["2026-07-28", "legacy", "auto"])
async def test_a_server_alone_speaks_http_to_clients_of_any_revision(tiny_air_folder: Path, tmp_path: Path, mode: str):
    program = (str(tiny_air_folder / "server.py"),)
    with serving("--http", "127.0.0.1:0", "--ephemeral", cwd=tmp_path, program=program) as (url, _):
        async with mcp.Client(f"{url}/tiny_air/mcp", mode=mode) as client:
            listed = await client.list_tools()
            answer = await client.call_tool("search_flights", {"limit": 1})

    assert [tool.name for tool in listed.tools][:2] == ["search_flights", "get_flight"]
    assert answer.structured_content["total"] == 10


def test_over_standard_input_the_world_leaves_no_file(tiny_air_folder: Path, tmp_path: Path):
    subprocess.run(
        [sys.executable, str(tiny_air_folder / "server.py")],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )

    assert not list(tmp_path.iterdir())


def test_acknowledged_writes_survive_a_kill(tiny_air_folder: Path, tmp_path: Path):
    arguments = (str(tiny_air_folder), "--http", "127.0.0.1:0", "--worlds", str(tmp_path / "w"))
    with serving(*arguments, cwd=tmp_path) as (url, process), httpx2.Client(base_url=url) as http:
        customer = http.get("/tiny_air/episodes/default/state").json()["entities"]["customer"][0]["id"]
        acknowledged = ""
        for number in range(200):
            name = f"Name {number}"
            _call(http, "update_customer", {"customer_id": customer, "name": name})
            acknowledged = name
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)

    with serving(*arguments, cwd=tmp_path) as (url, _), httpx2.Client(base_url=url) as http:
        found = http.get("/tiny_air/episodes/default/state").json()["entities"]["customer"][0]["name"]

    assert found == acknowledged


def _call(http: httpx2.Client, tool: str, arguments: dict[str, object]) -> None:
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
    params = {"name": tool, "arguments": arguments, "_meta": meta}
    headers = {
        "accept": "application/json",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": tool,
    }
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answer = http.post("/tiny_air/mcp", json=message, headers=headers)
    assert answer.json()["result"]["isError"] is False


def test_a_host_ends_with_its_parent(tiny_air_folder: Path, tmp_path: Path):
    with serving(str(tiny_air_folder), "--http", "127.0.0.1:0", "--ephemeral", "--until-eof", cwd=tmp_path) as (
        _,
        host,
    ):
        assert host.stdin is not None
        host.stdin.write("still here")
        host.stdin.close()

        assert host.wait(10) == 0


def test_an_interrupt_over_standard_input_ends_with_130(tiny_air_folder: Path, tmp_path: Path):
    command = [sys.executable, str(tiny_air_folder / "server.py")]
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": _HELLO}
    with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        assert process.stdout.readline()

        process.send_signal(signal.SIGINT)
        process.stdin.close()

        assert process.wait(10) == 130


_HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}


def test_a_port_in_use_is_one_sentence(tiny_air_folder: Path, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        said = complaint(str(tiny_air_folder), "--http", f"127.0.0.1:{port}", "--ephemeral", cwd=tmp_path)

    assert said.startswith(f"error: cannot listen on 127.0.0.1:{port}: Address already in use")


@pytest.mark.parametrize("address", ["8080", "127.0.0.1:", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_one_sentence(tiny_air_folder: Path, tmp_path: Path, address: str):
    said = complaint(str(tiny_air_folder), "--http", address, "--ephemeral", cwd=tmp_path)

    assert "--http expects HOST:PORT, e.g. 127.0.0.1:8080" in said


def test_a_folder_without_environments_is_one_sentence(tmp_path: Path):
    assert "no environment (a folder with manifest.json) in" in complaint(str(tmp_path), cwd=tmp_path)


def test_a_manifest_that_cannot_be_read_is_one_sentence(tmp_path: Path):
    (tmp_path / "manifest.json").write_text(json.dumps({"manifest": 1}))

    assert f"{tmp_path}/manifest.json" in complaint(str(tmp_path), "--ephemeral", cwd=tmp_path)


def test_a_manifest_that_is_no_file_is_one_sentence(tmp_path: Path):
    (tmp_path / "manifest.json").mkdir()

    assert "manifest.json: cannot be read: Is a directory" in complaint(str(tmp_path), "--ephemeral", cwd=tmp_path)


def test_two_environments_of_one_name_are_refused(tmp_path: Path):
    for domain in ("a", "b"):
        (tmp_path / domain / "same").mkdir(parents=True)
        (tmp_path / domain / "same" / "manifest.json").touch()

    with pytest.raises(ServeError, match="have the same name"):
        find_folders([tmp_path])


def test_folders_are_found_at_and_below_a_root(tiny_air_folder: Path):
    assert find_folders([tiny_air_folder]) == find_folders([tiny_air_folder.parent]) == [tiny_air_folder]


def test_an_older_version_is_served_only_where_it_is_named(tiny_air_folder: Path, tmp_path: Path) -> None:
    newest = shutil.copytree(tiny_air_folder, tmp_path / "tiny_air")
    kept = shutil.copytree(tiny_air_folder, tmp_path / "tiny_air@1")

    assert find_folders([tmp_path]) == [newest]
    assert find_folders([kept]) == [kept]
    with pytest.raises(ServeError, match="have the same name; serve one of them"):
        find_folders([newest, kept])
