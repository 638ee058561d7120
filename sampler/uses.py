"""How often tools, edges and refusals came up in the tasks so far, so that rare ones are preferred."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields, replace

from sampler.edges import GraphEdge
from sampler.flows import EdgeIndex, enabled, followed
from sampler.task import Task

Goal = tuple[str, str]
"""A tool that a turn was about: (environment, tool)."""

Refusal = tuple[str, str, str]
"""A refusal that was met: (environment, tool, code)."""


@dataclass(slots=True)
class Uses:
    """Counts over tasks. It grows with the environments, not with the tasks.

    `granted`: how often a tool was called and did not refuse. `met`: how many of an environment's proven edges were
    used at all.
    """

    goals: Counter[Goal] = field(default_factory=Counter)
    granted: Counter[Goal] = field(default_factory=Counter)
    refusals: Counter[Refusal] = field(default_factory=Counter)
    environments: Counter[str] = field(default_factory=Counter)
    edges: Counter[GraphEdge] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)

    def copy(self) -> Uses:
        """Return the counts as they are now."""
        return replace(self, **{each.name: getattr(self, each.name).copy() for each in fields(self)})

    def add(self, task: Task, edges: EdgeIndex) -> None:
        """Count a task: its writing calls, the last call of each turn if it only reads, its refusals and its edges."""
        used = {*followed(edges, task.truth.trajectory), *enabled(edges, task.truth.trajectory)}
        self.met.update(edge.environment for edge in used if edge in edges.proven and not self.edges[edge])
        self.edges.update(used)
        self.environments.update(task.environments)
        self.granted.update((each.environment, each.tool) for each in task.truth.trajectory if each.code is None)
        for index in range(len(task.turns)):
            steps = task.steps_of(index)
            goals = {(step.environment, step.tool) for step in steps if step.writes}
            if steps and not steps[-1].writes and steps[-1].code is None:
                goals.add((steps[-1].environment, steps[-1].tool))
            self.goals.update(goals)
            self.refusals.update((step.environment, step.tool, step.code) for step in steps if step.code is not None)
        self.goals.update(task.hidden_tools)
