"""The pilot catalogue: what each environment that a person wrote must have, and that no domain is short of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from generator.blueprint import Blueprint, ToolPart
from generator.emit.effects import touches
from generator.expression import names, parse
from generator.infer import reads, tool_types
from generator.load import load
from generator.outline import read_outline

ROOT = Path(__file__).parents[2]
BLUEPRINTS = ROOT / "generator" / "blueprints"
PAGE = ROOT / "docs" / "catalogue.md"


def _written() -> list[Path]:
    outlines = {path: read_outline(path) for path in sorted(BLUEPRINTS.rglob("*.yaml"))}
    return [path for path, outline in outlines.items() if outline is None or outline.maker == "written"]


WRITTEN = _written()
every_one = pytest.mark.parametrize("path", WRITTEN, ids=lambda path: f"{path.parent.name}/{path.stem}")


@lru_cache
def blueprint_of(path: Path) -> Blueprint:
    return load(path)


@every_one
def test_it_has_the_size_of_a_service_and_is_mostly_about_doing(path: Path) -> None:
    blueprint = blueprint_of(path)

    writing = [name for name in blueprint.tools if touches(blueprint, name).writes]
    assert 12 <= len(blueprint.tools) <= 25
    assert len(writing) >= 0.4 * len(blueprint.tools)


@every_one
def test_its_actions_are_guarded_over_joined_rows_and_over_time(path: Path) -> None:
    blueprint = blueprint_of(path)

    guarded = [tool for tool in blueprint.tools.values() if tool.require]
    guards = [guard for tool in guarded for guard in _guards(blueprint, tool)]
    assert len(guarded) >= 6
    assert any(len(rows) >= 2 for rows, _ in guards)
    assert any("now" in words for _, words in guards)
    assert any(tool.advance for tool in blueprint.tools.values()) or blueprint.clock.tick_seconds > 0


@every_one
def test_something_is_conserved_or_counted_and_held_by_a_law(path: Path) -> None:
    blueprint = blueprint_of(path)

    counters = [column for one in blueprint.entities.values() for column, field in one.fields.items() if field.counter]
    laws = " ".join(blueprint.invariants.values())
    assert blueprint.conserved or any(f".{column}" in laws for column in counters)


@every_one
def test_everything_a_caller_reads_is_described(path: Path) -> None:
    blueprint = blueprint_of(path)

    entities, tools = blueprint.entities.values(), blueprint.tools.values()
    docs = [each.doc for each in (*entities, *tools)]
    docs += [field.doc for entity in entities for field in entity.fields.values()]
    docs += [argument.doc for tool in tools for argument in tool.args.values()]
    assert all(docs)
    assert all(tool.title and tool.phrases for tool in tools)
    assert blueprint.policies
    assert blueprint.personas


@every_one
def test_it_is_modelled_on_a_service_that_is_named_and_can_be_compared_again(path: Path) -> None:
    blueprint, outline = blueprint_of(path), read_outline(path)

    assert outline is not None
    assert [source.sha256 for source in blueprint.source] == [source.sha256 for source in outline.sources]
    assert all(source.title and source.licence for source in blueprint.source)
    assert any(tool.origin.startswith("/") for tool in blueprint.tools.values())


def test_each_domain_has_three() -> None:
    domains = Counter(path.parent.name for path in WRITTEN)

    assert {*domains} == {"academia", "commerce", "finance", "lifestyle", "office", "travel", "utilities"}
    assert min(domains.values()) >= 3


def test_the_page_of_the_catalogue_lists_every_environment() -> None:
    """The page is written with GOLDEN=write."""
    rows = [_row(path) for path in sorted(BLUEPRINTS.rglob("*.yaml"))]
    before, head, after = PAGE.read_text("utf-8").partition("|---|---|---|---|---|---|---|\n")
    rest = [line for line in after.splitlines() if not line.startswith("|")]
    wanted = "\n".join([before + head.rstrip(), *rows, *rest]) + "\n"

    if os.environ.get("GOLDEN") == "write":
        PAGE.write_text(wanted, "utf-8")
    assert PAGE.read_text("utf-8") == wanted


def test_no_two_environments_share_a_name() -> None:
    shared = [name for name, number in Counter(path.stem for path in BLUEPRINTS.rglob("*.yaml")).items() if number > 1]

    assert shared == []


def _row(path: Path) -> str:
    blueprint = blueprint_of(path)
    writing = sum(bool(touches(blueprint, name).writes) for name in blueprint.tools)
    guards = sum(len(tool.require) for tool in blueprint.tools.values())
    laws = len(blueprint.invariants) + len(blueprint.conserved)
    cells = (
        blueprint.domain,
        f"[{blueprint.name}](../servers/{blueprint.domain}/{blueprint.name}/README.md)",
        blueprint.summary.rstrip("."),
        blueprint.source[0].title,
        f"{len(blueprint.tools)} ({writing})",
        f"{guards}",
        f"{laws}",
    )
    return f"| {' | '.join(cells)} |"


def _guards(blueprint: Blueprint, tool: ToolPart) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Yield for each guard the entities it looks at and the names it takes, through the lets it uses."""
    known = tool_types(blueprint, tool)
    lets: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for condition in (*tool.let.items(), *((code, guard) for code, (guard, _) in tool.require.items())):
        name, text = condition
        tree = parse(text)
        rows, words = reads(tree, known, blueprint), names(tree)
        for word in words & lets.keys():
            rows, words = rows | lets[word][0], words | lets[word][1]
        if name in tool.let:
            lets[name] = (rows, words)
        else:
            yield rows, words
