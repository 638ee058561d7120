"""Effects: what the writing calls of a draft have changed, so that no later call makes one of them pointless."""

from __future__ import annotations

from collections.abc import Iterator

from envkit.manifest import Manifest
from envkit.snapshot import Diff
from sampler.values import is_stamp

_Effect = tuple[str, str, str, str]
"""Environment, entity, row and column; the column is empty where the row was added or removed."""

_REPLACED = ("str", "text", "bool", "enum", "time", "ref")
"""The types of columns whose old value a new one takes the place of; numbers may add up, and states lead on."""


class Effects:
    """What each writing call has changed and no later one has replaced."""

    def __init__(self) -> None:
        self._standing: dict[int, set[_Effect]] = {}

    def note(self, step: int, diff: Diff, manifest: Manifest) -> None:
        """Take note of what the call of that step changed."""
        for effects in self._standing.values():
            effects -= {each for each in effects if _is_replaced(each, diff, manifest)}
        self._standing[step] = set(_effects(diff, manifest))

    def undone_by(self, diff: Diff, manifest: Manifest) -> Iterator[int]:
        """Yield the steps of which nothing would be left after such a change."""
        for step, effects in self._standing.items():
            if effects and all(_is_replaced(each, diff, manifest) for each in effects):
                yield step


def _effects(diff: Diff, manifest: Manifest) -> Iterator[_Effect]:
    for rows in (diff.added, diff.removed):
        yield from ((manifest.slug, entity, row_id, "") for entity, ids in rows.items() for row_id in ids)
    for entity, changed in diff.changed.items():
        stamps = {field.name for field in manifest.entity(entity).fields if is_stamp(field)}
        yield from (
            (manifest.slug, entity, row_id, column)
            for row_id, columns in changed.items()
            for column in columns
            if column not in stamps
        )


def _is_replaced(effect: _Effect, diff: Diff, manifest: Manifest) -> bool:
    environment, entity, row_id, column = effect
    if environment != manifest.slug:
        return False
    if row_id in diff.removed.get(entity, {}):
        return True
    kinds = {field.name: field.type for field in manifest.entity(entity).fields}
    return kinds.get(column) in _REPLACED and column in diff.changed.get(entity, {}).get(row_id, {})
