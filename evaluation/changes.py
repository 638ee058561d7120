"""The changes of an episode beside those that its task demands, row by row, as a reader compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import orjson
from pydantic import JsonValue

from registry.pages.document import Cell, Code, Paragraph, Part, Status, Table
from rollouts.episode import Episode
from rollouts.finding import Atom
from rollouts.match import match
from sampler.task import DiffJson, Task

MOST_UNASKED = 30
"""How many changes that nobody asked for are shown of an episode."""

_CODES = {
    "missing_change": Status("missing", False),
    "wrong_change": Status("otherwise", False),
    "forbidden_change": Status("not asked for", False),
}
_RIGHT, _UNKNOWN = Status("as demanded", True), Status("")


@dataclass(frozen=True, slots=True)
class _Values:
    """What stood there before a change and what stands there after; None for what was not there."""

    before: JsonValue
    after: JsonValue


def changes(task: Task, episode: Episode) -> Iterator[Part]:
    """Yield a table of what had to change and what did; new rows bear the names that the truth gave them."""
    names = match(task.criteria.writes, episode.diffs, task.criteria.clocked, {}).names
    back = {(environment, row_id): truth_id for (environment, truth_id), row_id in names.items()}
    demanded = dict(_atoms(task.criteria.writes, lambda _, row_id: row_id))
    made = dict(_atoms(episode.diffs, lambda environment, row_id: back.get((environment, row_id))))
    faults = {each.atom: _CODES[each.code] for each in episode.reward.findings if each.atom is not None}
    usual = _UNKNOWN if episode.reward.total is None else _RIGHT
    unasked = [atom for atom in made if atom not in demanded]
    shown = [*demanded, *unasked[:MOST_UNASKED]]
    if not shown:
        yield Paragraph("Nothing had to change, and nothing did.")
        return
    rows = [_row(atom, demanded.get(atom), made.get(atom), faults.get(atom, usual)) for atom in shown]
    yield Table(["", "environment", "row", "column", "before", "demanded", "made"], rows)
    if len(unasked) > MOST_UNASKED:
        yield Paragraph(f"And {len(unasked) - MOST_UNASKED:,} more changes that nobody asked for.")


def _row(atom: Atom, wanted: _Values | None, found: _Values | None, verdict: Status) -> list[Cell]:
    before = next((each.before for each in (wanted, found) if each is not None), None)
    return [
        verdict,
        atom.environment,
        f"{atom.entity} {atom.row}",
        atom.column or atom.change,
        _code(before, atom),
        _made(wanted, atom),
        _made(found, atom),
    ]


def _made(values: _Values | None, atom: Atom) -> Cell:
    if values is None:
        return ""
    return "removed" if atom.change == "removed" else _code(values.after, atom)


def _code(value: JsonValue, atom: Atom) -> Cell:
    """Show a cell, or a row with a line for each of its cells."""
    if atom.change == "changed":
        return Code(orjson.dumps(value).decode())
    if not isinstance(value, Mapping):
        return ""
    return Code("\n".join(f"{name}: {orjson.dumps(cell).decode()}" for name, cell in value.items() if name != "id"))


def _atoms(diffs: Mapping[str, DiffJson], called: Callable[[str, str], str | None]) -> Iterator[tuple[Atom, _Values]]:
    """Yield each change of some diffs, named as findings name it.

    `called` says what the truth calls a new row of an environment, None if it has none like it.
    """
    for slug, diff in diffs.items():
        for entity, rows in diff.get("added", {}).items():
            for row, cells in rows.items():
                name = called(slug, row)
                yield Atom(slug, entity, name or row, "added", is_extra=name is None), _Values(None, {**cells})
        for entity, rows in diff.get("removed", {}).items():
            for row, cells in rows.items():
                yield Atom(slug, entity, row, "removed"), _Values({**cells}, None)
        for entity, rows in diff.get("changed", {}).items():
            for row, columns in rows.items():
                for column, pair in columns.items():
                    assert isinstance(pair, list), "a changed column is a pair [before, after]"
                    yield Atom(slug, entity, row, "changed", column), _Values(*pair)
