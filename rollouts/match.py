"""Compare what an episode changed with what its task demands, whatever ids the new rows were given."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

import orjson
from pydantic import JsonValue

from envkit.clock import from_wire
from rollouts.finding import Atom
from sampler.task import DiffJson

Clocked = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Columns by environment and entity that tools fill from the world's clock."""

_WORD = re.compile(r"[A-Za-z0-9_]+")
_ITSELF = -1
"""What a row that names itself names: two rows that name themselves and each other differ only in the order."""

_Key = tuple[str, str]
_NewRows = Mapping[_Key, "_Row"]


@dataclass(frozen=True, slots=True)
class Match:
    """How two sets of diffs compare.

    `required` counts the demanded atoms; `missing` and `spurious` are those that did not happen and those that nobody
    asked for; one that happened otherwise is in both. `names` gives the episode's id for each new row of the truth, by
    (environment, id).
    """

    required: int
    missing: tuple[Atom, ...]
    spurious: tuple[Atom, ...]
    names: Mapping[_Key, str]


@dataclass(frozen=True, slots=True)
class _Row:
    environment: str
    entity: str
    id: str
    values: Mapping[str, JsonValue]
    clocked: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Side:
    """One side's diffs: its new rows by (environment, id), and the same keys by id alone."""

    diffs: Mapping[str, DiffJson]
    rows: _NewRows
    by_id: Mapping[str, tuple[_Key, ...]]

    def resolve(self, environment: str, word: str) -> _Key | None:
        """Return which new row a word names: one of its own environment first, else the only one elsewhere."""
        if (environment, word) in self.rows:
            return environment, word
        keys = self.by_id.get(word, ())
        return keys[0] if len(keys) == 1 else None


def match(
    truth: Mapping[str, DiffJson], episode: Mapping[str, DiffJson], clocked: Clocked, drift_s: Mapping[str, float]
) -> Match:
    """Compare the diffs of an episode with those of the truth, by environment.

    New rows are paired so that they agree in every column but their ids, with ids renamed alike wherever they stand
    (also inside texts and lists). Clocked columns may differ by the environment's `drift_s`; all else must be equal.
    """
    left = _side(truth, clocked)
    if _as_bytes(truth) == _as_bytes(episode):
        return Match(_atoms(truth), (), (), {key: key[1] for key in left.rows})
    right = _side(episode, clocked)
    is_same = _without_empty(truth) == _without_empty(episode)
    pairs = {key: key for key in left.rows} if is_same else _pair(left, right)
    compare = _Comparison(left, right, pairs, {pairs[key]: key for key in pairs}, drift_s)
    missing: list[Atom] = []
    spurious: list[Atom] = []
    required = 0
    for environment in sorted({*truth, *episode}):
        wanted = dict(compare.atoms(left, environment, clocked))
        found = dict(compare.atoms(right, environment, clocked))
        required += len(wanted)
        for atom, (cell, is_clocked) in wanted.items():
            if atom not in found or not compare.agree(cell, found[atom][0], is_clocked, environment):
                missing.append(atom)
        for atom, (cell, is_clocked) in found.items():
            if atom not in wanted or not compare.agree(wanted[atom][0], cell, is_clocked, environment):
                spurious.append(atom)
    names = {key: row_id for key, (_, row_id) in pairs.items()}
    return Match(required, tuple(missing), tuple(spurious), names)


_Cells = Mapping[str, JsonValue]
_Content = tuple[_Cells, frozenset[str]]
"""The cells of an atom, and which of them are clocked."""


@dataclass(frozen=True, slots=True)
class _Comparison:
    left: _Side
    right: _Side
    pairs: Mapping[_Key, _Key]
    back: Mapping[_Key, _Key]
    drift_s: Mapping[str, float]

    def atoms(self, side: _Side, environment: str, clocked: Clocked) -> Iterator[tuple[Atom, _Content]]:
        """Yield each atom of a side with its cells; a paired new row bears its name in the truth."""
        diff = side.diffs.get(environment, {})
        for entity, rows in diff.get("added", {}).items():
            for row_id, values in rows.items():
                row = side.rows[environment, row_id]
                cells = {name: value for name, value in values.items() if name != "id"}
                yield self._added(side, environment, entity, row_id), (cells, row.clocked)
        for entity, rows in diff.get("removed", {}).items():
            for row_id in rows:
                yield Atom(environment, entity, row_id, "removed"), ({}, frozenset())
        for entity, rows in diff.get("changed", {}).items():
            columns = frozenset(clocked.get(environment, {}).get(entity, ()))
            for row_id, changes in rows.items():
                for column, change in changes.items():
                    yield Atom(environment, entity, row_id, "changed", column), ({column: _after(change)}, columns)

    def agree(self, wanted: _Cells, found: _Cells, clocked: frozenset[str], environment: str) -> bool:
        """Whether two rows hold the same, ids renamed and clocked columns within the drift."""
        if wanted.keys() != found.keys():
            return False
        return all(
            self._equal(cell, found[name], environment)
            or (name in clocked and self._near(cell, found[name], environment))
            for name, cell in wanted.items()
        )

    def _added(self, side: _Side, environment: str, entity: str, row_id: str) -> Atom:
        key = (environment, row_id) if side is self.left else self.back.get((environment, row_id))
        return Atom(environment, entity, key[1] if key else row_id, "added", is_extra=key is None)

    def _equal(self, wanted: JsonValue, found: JsonValue, environment: str) -> bool:
        if not isinstance(wanted, (str, list)):
            return _same(wanted, found)
        renamed = _rename(wanted, self.left, environment, self.pairs)
        marked = _rename(found, self.right, environment, {key: key for key in self.right.rows})
        return _same(renamed, marked)

    def _near(self, wanted: JsonValue, found: JsonValue, environment: str) -> bool:
        if not isinstance(wanted, str) or not isinstance(found, str):
            return False
        try:
            return abs(from_wire(wanted) - from_wire(found)).total_seconds() <= self.drift_s.get(environment, 0.0)
        except ValueError:
            return False


def _side(diffs: Mapping[str, DiffJson], clocked: Clocked) -> _Side:
    rows = {
        (environment, row_id): _Row(
            environment, entity, row_id, values, frozenset(clocked.get(environment, {}).get(entity, ()))
        )
        for environment, diff in diffs.items()
        for entity, added in diff.get("added", {}).items()
        for row_id, values in added.items()
    }
    by_id: dict[str, tuple[_Key, ...]] = {}
    for key in rows:
        by_id[key[1]] = (*by_id.get(key[1], ()), key)
    return _Side(diffs, rows, by_id)


def _atoms(diffs: Mapping[str, DiffJson]) -> int:
    """Count the rows added and removed and the cells changed."""
    parts = ((part, rows) for diff in diffs.values() for part, by in diff.items() for rows in by.values())
    return sum(sum(map(len, rows.values())) if part == "changed" else len(rows) for part, rows in parts)


def _as_bytes(diffs: Mapping[str, DiffJson]) -> bytes:
    """Write diffs so that equal bytes mean the same to the letter, which `==` does not: 1 is no True here."""
    return orjson.dumps(_without_empty(diffs))


def _without_empty(diffs: Mapping[str, DiffJson]) -> dict[str, DiffJson]:
    return {environment: diff for environment, diff in diffs.items() if diff}


def _pair(left: _Side, right: _Side) -> dict[_Key, _Key]:
    """Pair new rows by colour refinement (Weisfeiler and Leman 1968): rows are alike if their cells and neighbours are.

    Rows that stay alike are interchangeable; one pair of them is told apart by hand, in the order of their clocked
    columns, and colours are refined again.
    """
    pairs: dict[_Key, _Key] = {}
    if not left.rows or not right.rows:
        return pairs
    while True:
        palette: dict[Hashable, int] = {}
        colours = _refine((left, right), pairs, palette)
        groups = [_by_colour(side, shades) for side, shades in zip((left, right), colours, strict=True)]
        fresh = [(keys, groups[1][shade]) for shade, keys in groups[0].items() if shade in groups[1]]
        open_ties = [tie for tie in fresh if tie[0][0] not in pairs]
        if not open_ties:
            return pairs
        certain = [tie for tie in open_ties if len(tie[0]) == len(tie[1]) == 1]
        for keys, others in certain or open_ties[:1]:
            pairs[keys[0]] = others[0]


def _by_colour(side: _Side, shades: Mapping[_Key, int]) -> dict[int, list[_Key]]:
    groups: dict[int, list[_Key]] = {}
    for key in sorted(side.rows, key=lambda each: (_stamps(side.rows[each]), each)):
        groups.setdefault(shades[key], []).append(key)
    return groups


def _stamps(row: _Row) -> tuple[str, ...]:
    return tuple(str(row.values.get(name)) for name in sorted(row.clocked))


def _refine(
    sides: tuple[_Side, _Side], pairs: Mapping[_Key, _Key], palette: dict[Hashable, int]
) -> tuple[dict[_Key, int], dict[_Key, int]]:
    """Colour the new rows of both sides until the number of colours stands still; equal colours mean alike."""
    numbers = ({key: n for n, key in enumerate(pairs)}, {key: n for n, key in enumerate(pairs.values())})
    shades = tuple(
        {key: _shade(palette, ("row", row.environment, row.entity, known.get(key))) for key, row in side.rows.items()}
        for side, known in zip(sides, numbers, strict=True)
    )
    colours = 0
    while (spread := len({*shades[0].values(), *shades[1].values()})) > colours:
        colours = spread
        shades = tuple(_repaint(side, shade, palette) for side, shade in zip(sides, shades, strict=True))
    return shades[0], shades[1]


def _repaint(side: _Side, shades: dict[_Key, int], palette: dict[Hashable, int]) -> dict[_Key, int]:
    mentions: dict[_Key, list[Hashable]] = {key: [] for key in side.rows}
    cells: dict[_Key, list[Hashable]] = {key: [] for key in side.rows}
    for key, row in side.rows.items():
        for name, value in row.values.items():
            if name == "id":
                continue
            shown = value if name not in row.clocked else value is None
            names = ChainMap({key: _ITSELF}, shades)
            cells[key].append((name, _frozen(_rename(shown, side, row.environment, names))))
            for place, target in _targets(value, side, row.environment):
                mentions[target].append((name, place, shades[key]))
    for column, environment, value in _changes(side.diffs):
        for place, target in _targets(value, side, environment):
            mentions[target].append((column, place, -1))
    return {
        key: _shade(palette, (shades[key], tuple(sorted(cells[key], key=repr)), tuple(sorted(mentions[key], key=repr))))
        for key in side.rows
    }


def _changes(diffs: Mapping[str, DiffJson]) -> Iterator[tuple[str, str, JsonValue]]:
    for environment, diff in diffs.items():
        for entity, rows in diff.get("changed", {}).items():
            for row_id, changes in rows.items():
                for column, change in changes.items():
                    yield f"{environment} {entity} {row_id} {column}", environment, _after(change)


def _shade(palette: dict[Hashable, int], look: Hashable) -> int:
    return palette.setdefault(look, len(palette))


def _targets(value: JsonValue, side: _Side, environment: str) -> Iterator[tuple[tuple[int, ...], _Key]]:
    """Yield the new rows that a value names, each with its place: the how manieth word, or member of a list."""
    if isinstance(value, str):
        words = [word for word in _WORD.findall(value) if word in side.by_id]
        yield from (((at,), key) for at, word in enumerate(words) if (key := side.resolve(environment, word)))
    for at, member in enumerate(value if isinstance(value, list) else ()):
        yield from (((at, *place), key) for place, key in _targets(member, side, environment))


def _rename(value: JsonValue, side: _Side, environment: str, names: Mapping[_Key, object]) -> JsonValue:
    """Return the value with every new row's id in it replaced by what `names` has for it; others stay."""
    if isinstance(value, list):
        return [_rename(member, side, environment, names) for member in value]
    if not isinstance(value, str) or side.by_id.keys().isdisjoint(_WORD.findall(value)):
        return value

    def named(word: re.Match[str]) -> str:
        key = side.resolve(environment, word[0])
        return f"<{names[key]}>" if key is not None and key in names else word[0]

    return _WORD.sub(named, value)


def _frozen(value: JsonValue) -> Hashable:
    return repr(value)


def _same(one: JsonValue, other: JsonValue) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _after(change: JsonValue) -> JsonValue:
    assert isinstance(change, list), "a changed column is a pair [before, after]"
    return change[1]
