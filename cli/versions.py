"""Which versions of environments tasks are played in: the ones they were sampled from, newest or kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cli.choose import chosen
from cli.output import FindingsError
from registry.entry import Entry, kept
from sampler.task import Task, Version

Versions = tuple[Version, ...]
"""What a task needs together."""


@dataclass(slots=True)
class Cast:
    """Tasks that can be played on one farm, and the environments it needs by slug, one version of each."""

    tasks: list[Task] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)

    def has_room_for(self, needed: dict[str, Entry]) -> bool:
        """Whether no environment is needed here in another version."""
        return all(self.entries.get(slug, one) is one for slug, one in needed.items())


def casts_of(tasks: Sequence[Task], servers: Path) -> tuple[Cast, ...]:
    """Part tasks so that each part needs one version of an environment; most often it is one part.

    Raises FindingsError for tasks whose truth was executed in a version that is not there: it need not hold in another.
    """
    entries = versions_of(tasks, servers)
    casts: list[Cast] = []
    for task in tasks:
        _cast({slug: entries[version] for slug, version in task.versions.items()}, casts).tasks.append(task)
    return tuple(casts)


def places_of(tasks: Iterable[Task], servers: Path) -> Mapping[Versions, Cast]:
    """Return for all versions that tasks need together the cast that has them; a task is not held once it was read.

    Raises FindingsError as `casts_of` does.
    """
    together: dict[Versions, None] = {}

    def heard() -> Iterator[Task]:
        for task in tasks:
            together[tuple(task.versions.values())] = None
            yield task

    entries = versions_of(heard(), servers)
    casts: list[Cast] = []
    return {each: _cast({version[0]: entries[version] for version in each}, casts) for each in together}


def versions_of(tasks: Iterable[Task], servers: Path) -> Mapping[Version, Entry]:
    """Find the environments that tasks were sampled from, each in its version; a task is not held once it was read.

    Raises FindingsError as `casts_of` does.
    """
    needed: Counter[Version] = Counter()
    named: dict[Version, str] = {}
    total = 0
    for task in tasks:
        total += 1
        for slug, version in task.versions.items():
            needed[version] += 1
            named.setdefault(version, _named(slug, task))
    newest = {each.slug: each for each in chosen(sorted({slug for slug, _ in needed}), servers)} if needed else {}
    known = {(each.slug, each.digest): each for each in (*kept(servers), *newest.values())}
    known |= {(slug, ""): each for slug, each in newest.items()}
    if missing := sorted((named[version], version) for version in needed if version not in known):
        raise FindingsError(
            "\n".join(
                f"{needed[version]} of {total} tasks were sampled from {name}, which is not here; sample them again"
                for name, version in missing
            )
        )
    return {version: known[version] for version in needed}


def rounds_of(entries: Mapping[Version, Entry]) -> tuple[Mapping[Version, Entry], ...]:
    """Part environments so that no part has two versions of one, which no farm hosts; most often it is one part."""
    rounds: list[dict[Version, Entry]] = []
    for version, entry in entries.items():
        room = next((each for each in rounds if all(slug != version[0] for slug, _ in each)), None)
        if room is None:
            rounds.append(room := {})
        room[version] = entry
    return tuple(rounds)


def _cast(needed: dict[str, Entry], casts: list[Cast]) -> Cast:
    """Find room for environments, or make some."""
    found = next((each for each in casts if each.has_room_for(needed)), None)
    if found is None:
        casts.append(found := Cast())
    found.entries |= needed
    return found


def _named(slug: str, task: Task) -> str:
    version = task.environment_versions.get(slug)
    which = f"version {version}" if version else "a version"
    return f"{which} of {slug} (digest {task.environment_digests.get(slug, '')[:12]})"
