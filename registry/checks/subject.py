"""The subject of a verification: one environment folder, served twice, and what was seen of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from envkit.manifest import Manifest
from farm.link import Tool
from registry.case import Case
from registry.checks.host import Host
from registry.checks.recording import Played, Seen, Walk
from registry.checks.retelling import Retold


@dataclass(frozen=True, slots=True)
class Subject:
    """What the checks read. `cases` is None for a server that came without an oracle; chance is drawn from `seed`.

    `walks` and `plays` were recorded on `host` while it was fresh; `retold` plays them again on another process.
    """

    folder: Path
    manifest: Manifest
    seed: int
    host: Host
    retold: Retold
    tools: Mapping[str, Tool]
    cases: tuple[Case, ...] | None
    walks: tuple[Walk, ...]
    plays: tuple[Played, ...]

    @property
    def seen(self) -> tuple[Seen, ...]:
        """Every recorded call, walks first."""
        return (
            *(seen for walk in self.walks for seen in walk.seen),
            *(seen for played in self.plays for seen in played.seen),
        )

    def success(self, tool: str) -> Seen | None:
        """Return the recorded success of a tool that took the fewest calls to reach, from the seed if there is one."""
        return next(iter(self.successes(tool)), None)

    def successes(self, tool: str) -> tuple[Seen, ...]:
        """Return every recorded success of a tool, those from the seed first, then by the calls it took."""
        found = [seen for seen in self.seen if seen.call.tool == tool and not seen.observation.is_refused]
        return tuple(sorted(found, key=lambda seen: (bool(seen.trail.edits), len(seen.trail.calls))))
