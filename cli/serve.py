"""Commands that put environments to use elsewhere: `envfarm up`, `envfarm eject`, `envfarm compose`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from cli.choose import admitted, chosen
from cli.farms import until_interrupted
from cli.output import ComplaintError, FindingsError, json_option, remark, show
from cli.settings import Settings
from farm.client_config import client_config
from farm.compose import compose_text, server_folders, write_compose
from farm.eject import eject
from farm.farm import Farm


@click.command("up")
@click.argument("names", nargs=-1, metavar="[ENV]...")
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, help="0 takes a free one.")
@click.option("--ephemeral", is_flag=True, help="Keep the default worlds in memory; else they are files.")
@click.option("--unproven", is_flag=True, help="Also serve environments that are not admitted.")
@json_option
@click.pass_obj
def up_command(
    settings: Settings, names: tuple[str, ...], port: int, ephemeral: bool, unproven: bool, as_json: bool
) -> None:
    """Serve environments on this machine until interrupted, all in one process.

    Prints the client configuration to paste into an MCP client. A token in ENVFARM_TOKEN guards the control plane.
    """
    found = chosen(names, settings.servers) if unproven else admitted(names, settings.servers)
    worlds = None if ephemeral else settings.worlds
    farm = Farm.launch([each.folder for each in found], token=settings.token or None, worlds=worlds, port=port)
    asyncio.run(serve(farm, settings.token or None, as_json=as_json))


async def serve(farm: Farm, token: str | None, *, as_json: bool) -> None:
    """Launch a farm, print what to paste into a client, and keep it up until it is interrupted."""
    async with farm:
        urls = {slug: f"{farm.url}/{slug}/mcp" for slug in farm.environments}
        config = client_config(urls, token=token)
        lines = [f"farm: {farm.url} ({len(urls)} environments); Ctrl-C stops it", *config.splitlines()]
        show({"url": farm.url, "environments": urls}, lines, as_json=as_json)
        await until_interrupted(farm)


@click.command("eject")
@click.argument("name", metavar="ENV")
@click.argument("target", type=click.Path(path_type=Path), metavar="DIR")
@json_option
@click.pass_obj
def eject_command(settings: Settings, name: str, target: Path, as_json: bool) -> None:
    """Copy an environment (a slug or a folder) to DIR with all it takes to run there alone."""
    (entry,) = chosen([name], settings.servers)
    if entry.status != "admitted":
        remark(entry.reason)
    files = eject(entry.folder, target)
    said = [f"ejected {entry.slug} to {target}: {len(files)} files; run it with `uv run {target / 'server.py'}`"]
    show({"slug": entry.slug, "folder": str(target), "files": [str(file) for file in files]}, said, as_json=as_json)


@click.command("compose")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if compose.yaml is not up to date.")
@json_option
@click.pass_obj
def compose_command(settings: Settings, check: bool, as_json: bool) -> None:
    """Write compose.yaml beside the servers: one host for all, and one container each by profile."""
    root = _project(settings.servers.resolve())
    path = root / "compose.yaml"
    if check:
        is_same = path.is_file() and path.read_text("utf-8") == compose_text(server_folders(root))
        if not is_same:
            raise FindingsError(f"{path} is not what the servers call for; run `envfarm compose`")
    else:
        write_compose(root)
    said = f"{path} is up to date" if check else f"wrote {path}"
    show({"path": str(path)}, [said], as_json=as_json)


def _project(servers: Path) -> Path:
    """Return the folder that a container image is built from: it holds servers/ and the Dockerfile."""
    root = servers.parent
    if servers.name != "servers" or not (root / "Dockerfile").is_file():
        raise ComplaintError(f"{root}: expected a folder with servers/ and a Dockerfile; go to the project's folder")
    return root
