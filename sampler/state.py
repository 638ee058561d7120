"""The state of live worlds, as the control API shows it to the sampler."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json
from envkit.manifest import Manifest
from farm.session import Session

Row = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class WorldState:
    """One environment's rows by entity and id, in creation order, with its clock (wire form)."""

    manifest: Manifest
    now: str
    rows: Mapping[str, Mapping[str, Row]]

    def column(self, entity: str, name: str) -> tuple[Json, ...]:
        """Return the values of a column that are not null, in creation order."""
        return tuple(row[name] for row in self.rows.get(entity, {}).values() if row.get(name) is not None)

    def related(self, ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Return some rows, those that point at them and those that they point at, by entity."""
        found: dict[str, list[str]] = {}
        for entity in self.manifest.entities:
            refs = [field for field in entity.fields if field.type == "ref"]
            for row_id, row in self.rows[entity.name].items():
                if row_id in ids or any(row[field.name] in ids for field in refs):
                    found.setdefault(entity.name, []).append(row_id)
                for field in refs if row_id in ids else ():
                    if row[field.name]:
                        found.setdefault(field.to, []).append(str(row[field.name]))
        return found


async def read_states(session: Session, manifests: Mapping[str, Manifest]) -> dict[str, WorldState]:
    """Read the worlds of a session now, by environment."""
    return {name: parse_state(manifests[name], state) for name, state in sorted((await session.state()).items())}


def parse_state(manifest: Manifest, state: Mapping[str, Json]) -> WorldState:
    """Read one world's state from its JSON: `{"now", "entities": {entity: [rows]}}`."""
    entities = state["entities"]
    assert isinstance(entities, Mapping)
    return WorldState(manifest, str(state["now"]), {name: _by_id(rows) for name, rows in entities.items()})


def _by_id(rows: Json) -> dict[str, Row]:
    assert isinstance(rows, list)
    return {str(row["id"]): row for row in rows if isinstance(row, Mapping)}
