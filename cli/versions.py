"""Which versions of environments tasks are played in: the ones they were sampled from, newest or kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cli.choose import chosen
from cli.output import FindingsError
from registry.entry import Entry, kept
from sampler.task import Task


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
    slugs = sorted({slug for task in tasks for slug in task.environments})
    newest = {each.slug: each for each in chosen(slugs, servers)}
    known = {(each.slug, each.digest): each for each in (*kept(servers), *newest.values())}
    missing: Counter[str] = Counter()
    casts: list[Cast] = []
    for task in tasks:
        digests = task.environment_digests
        needed = {slug: known.get((slug, digests.get(slug, newest[slug].digest))) for slug in task.environments}
        missing.update(_named(slug, task) for slug, one in needed.items() if one is None)
        _cast(task, {slug: one for slug, one in needed.items() if one is not None}, casts)
    if missing:
        raise FindingsError(
            "\n".join(
                f"{number} of {len(tasks)} tasks were sampled from {name}, which is not here; sample them again"
                for name, number in sorted(missing.items())
            )
        )
    return tuple(casts)


def _cast(task: Task, needed: dict[str, Entry], casts: list[Cast]) -> None:
    found = next((each for each in casts if each.has_room_for(needed)), None)
    if found is None:
        casts.append(found := Cast())
    found.tasks.append(task)
    found.entries |= needed


def _named(slug: str, task: Task) -> str:
    version = task.environment_versions.get(slug)
    which = f"version {version}" if version else "a version"
    return f"{which} of {slug} (digest {task.environment_digests[slug][:12]})"
