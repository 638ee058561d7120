"""The text of an emitted server's README.md."""

from __future__ import annotations

from collections.abc import Iterator

from envkit.manifest import Source
from generator.blueprint import Blueprint, FieldPart
from generator.emit.effects import touches
from generator.emit.module import Module
from generator.emit.parameters import values_of
from generator.emit.words import article, spoken


def readme(blueprint: Blueprint) -> str:
    """Write the README of a blueprint's server."""
    return "\n".join(_lines(blueprint)).rstrip() + "\n"


def _lines(blueprint: Blueprint) -> Iterator[str]:
    yield f"# {blueprint.title}"
    yield ""
    if blueprint.summary:
        yield from (" ".join(blueprint.summary.split()), "")
    yield (
        f"A stateful MCP server, emitted by EnvFarm from blueprint `{blueprint.domain}/{blueprint.name}` "
        f"version {blueprint.version} (sha256 `{blueprint.digest[:12]}`)."
    )
    yield "Change the blueprint, not these files."
    yield ""
    if blueprint.source:
        yield from ("## Source", "", *map(_source, blueprint.source), "")
    yield from _running()
    yield from _tools(blueprint)
    yield from _state(blueprint)
    if blueprint.policies:
        yield from ("## Policies", "", "Rules of the service that the tools do not enforce:", "")
        yield from (f"- {' '.join(policy.split())}" for policy in blueprint.policies)
        yield ""


def _source(source: Source) -> str:
    named = [source.title, source.format, f"`{source.package}`" if source.package else "", source.url]
    named += [f"`{source.path}`" if source.path else "", f"licence {source.licence}" if source.licence else ""]
    named += [f"retrieved {source.retrieved}" if source.retrieved else ""]
    return "- " + ", ".join(word for word in named if word)


def _running() -> Iterator[str]:
    yield from ("## Running", "", "```sh")
    yield "uv run server.py                         # MCP over stdio; uv installs what the header of server.py asks for"
    yield "python server.py                         # the same in an environment that has envkit"
    yield "python server.py --http 127.0.0.1:8000   # MCP over HTTP, with the control routes beside it"
    yield from ("```", "")


def _tools(blueprint: Blueprint) -> Iterator[str]:
    module = Module(blueprint)
    yield from ("## Tools", "", "| tool | what it does | arguments | writes |", "|---|---|---|---|")
    for name, tool in blueprint.tools.items():
        arguments = ", ".join(
            f"`{each.spec.name}`" + ("" if each.spec.required else "?") for each in module.parameters[name]
        )
        written = ", ".join(map(spoken, touches(blueprint, name).writes))
        yield f"| `{name}` | {_cell(tool.doc)} | {arguments} | {written} |"
    yield from ("", "Arguments with a question mark may be left out.", "")


def _state(blueprint: Blueprint) -> Iterator[str]:
    yield from ("## State", "")
    start, tick = blueprint.clock.start, blueprint.clock.tick_seconds
    yield f"A fresh world starts at {start} UTC; each writing call moves its clock by {tick} seconds."
    yield "Equal seeds and equal calls give equal worlds, ids included."
    yield ""
    for name, entity in blueprint.entities.items():
        columns = ", ".join(_column(column, field) for column, field in entity.fields.items())
        about = f" {' '.join(entity.doc.split())}" if entity.doc else ""
        yield f"- **{spoken(name)}** (`{entity.prefix}_…`).{about} Columns: {columns}."
    yield ""
    laws = [f"- `{name}`: `{' '.join(text.split())}`" for name, text in blueprint.invariants.items()]
    if laws:
        yield from ("These hold before and after every call:", "", *laws, "")
    kept = [f"- `{name}`: `{' '.join(text.split())}`" for name, text in blueprint.conserved.items()]
    if kept:
        yield from ("No call changes these values:", "", *kept, "")


def _column(name: str, field: FieldPart) -> str:
    if field.type == "ref":
        return f"`{name}` ({article(spoken(field.to))})"
    if field.moves:
        moves = "; ".join(f"{state} to {' or '.join(targets)}" for state, targets in field.moves.items() if targets)
        return f"`{name}` ({moves})"
    if values := values_of(field):
        return f"`{name}` ({' or '.join(values)})"
    return f"`{name}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
