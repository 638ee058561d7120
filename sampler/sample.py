"""Sampling: environments and a running farm in, a tasks file out; the same settings give the same bytes."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from envkit.clock import derive
from farm.farm import Farm
from registry.entry import Entry, entry
from sampler.crew import Crew, crew_of
from sampler.difficulty import Target
from sampler.draw import Commission, Drawn, Stage
from sampler.flows import EdgeIndex
from sampler.graph import joined
from sampler.journal import Journal, JournalError, Rejection
from sampler.report import SamplingReport
from sampler.shape import DEFAULT_MIX, draw_shape
from sampler.stage import stage_for
from sampler.summary import summarise
from sampler.task import Kind, Origin, Task, TaskFileError, canonical, read_tasks, seal
from sampler.uses import Uses

logger = logging.getLogger(__name__)

DRAWS_PER_TASK, SPARE_DRAWS = 8, 40
MOST_ENVIRONMENTS = 3
"""How many environments a task spans at most, if nothing else is asked for."""
_ROUND = 16
"""How many draws are made by the same counts; what is rare is told by the rounds up to the last but one."""
_ENOUGH = "there are enough tasks of level"
_MISSING = 60
"""How many tasks fewer an environment counts as having while none of its proven edges has been used."""
_SPANS = (0.78, 0.17, 0.05)
"""What share of the tasks spans one, two, three environments; more are as rare as three."""


Judge = Callable[[Task], Sequence[str]]
"""Says what is wrong with a task, a sentence each."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: how many tasks from which seed, of which kinds, over how many environments each.

    `target`: which share of the tasks should be of which difficulty; as they come if there is none.
    """

    count: int
    seed: int
    most_environments: int = MOST_ENVIRONMENTS
    mix: Mapping[Kind, float] = field(default_factory=lambda: DEFAULT_MIX)
    target: Target | None = None
    least_environments: int = 1


@dataclass(frozen=True, slots=True)
class Sampled:
    """A tasks file with the ids of its tasks, what was rejected on the way to them, and what they come to."""

    out: Path
    ids: tuple[str, ...]
    rejected: tuple[Rejection, ...]
    report: SamplingReport

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Read the tasks."""
        return read_tasks(self.out) if self.ids else ()


class SampleError(Exception):
    """A sampling that cannot begin, said in one sentence."""


async def sample(
    environments: Sequence[Path | Entry],
    farm: Farm,
    order: Order,
    out: Path,
    *,
    jobs: int = 1,
    cache: Path | None = None,
    judge: Judge = lambda task: (),
    progress: Callable[[int, int], None] = lambda done, wanted: None,
) -> Sampled:
    """Sample until the file `out` holds as many tasks as ordered; `jobs` processes make the draws.

    The farm must host the environments. Proven graphs are kept in the `cache` folder, beside the file if none is given.
    `judge` says what is wrong with a task, which is then rejected. A file begun with the same settings is continued,
    another one is refused with SampleError. `progress` is told how many tasks there are, and how many there should be.
    Fewer tasks than asked come back when DRAWS_PER_TASK draws for each, and SPARE_DRAWS more, have not sufficed.
    """
    known = {each.slug: each for each in (_entry(each) for each in environments)}
    if not order.most_environments >= order.least_environments >= 1:
        spans = f"{order.least_environments} to {order.most_environments}"
        raise SampleError(f"expected one environment a task or more, and no fewer at most than at least, not {spans}")
    settings = _settings_digest(known, order)
    try:
        journal = Journal.open(out, settings)
    except (JournalError, TaskFileError) as error:
        raise SampleError(str(error)) from error
    folders, cache = [each.folder for each in known.values()], cache or out.parent / "graphs"
    async with stage_for(folders, farm, cache) as stage:
        had, begun = len(journal.ids), time.perf_counter()
        if had < order.count:
            async with (
                crew_of(stage, folders, cache, jobs) as crew,
                aclosing(_Loop(known, order, settings, journal, stage, judge).kept(crew)) as kept,
            ):
                async for count in kept:
                    progress(count, order.count)
        report = summarise(journal, stage, seconds=time.perf_counter() - begun, made=len(journal.ids) - had)
    logger.info("sampled %d tasks, rejected %d draws", len(journal.ids), len(journal.rejected))
    return Sampled(out, tuple(journal.ids), tuple(journal.rejected), report)


class _Loop:
    """Numbers the draws, decides what each is to make by the counts of earlier rounds, and keeps what they give."""

    def __init__(
        self,
        known: Mapping[str, Entry],
        order: Order,
        settings: str,
        journal: Journal,
        stage: Stage,
        judge: Judge,
    ) -> None:
        self._judge = judge
        self._known, self._order, self._settings, self._journal = known, order, settings, journal
        graph = joined(tuple(stage.graphs.values()), crossing=False)
        self._uses, self._edges = Uses(), EdgeIndex(graph)
        self._proven = Counter(edge.environment for edge in graph.proven)
        self._frozen: deque[Uses] = deque([Uses(), Uses()])
        self._levels, self._turned_away = Counter[int](), 0
        self._next = 0
        last = -1
        for last, task in journal.replay():
            self._advance(last)
            self._note(task)
        self._turned_away = sum(each.draw > last and each.reason.startswith(_ENOUGH) for each in journal.rejected)
        self._advance(journal.next_draw)

    async def kept(self, crew: Crew) -> AsyncGenerator[int, None]:
        """Make draws until there are as many tasks as ordered; yield after each how many there are."""
        async with aclosing(self._draws(crew)) as draws:
            async for drawn in draws:
                self._take(drawn)
                yield len(self._journal.ids)
                if len(self._journal.ids) >= self._order.count:
                    return

    async def _draws(self, crew: Crew) -> AsyncGenerator[Drawn, None]:
        """Yield the draws in their order, a few of which are made at the same time."""
        most = self._order.count * DRAWS_PER_TASK + SPARE_DRAWS
        waiting: deque[asyncio.Task[Drawn]] = deque()
        number = self._next
        try:
            while waiting or number < most:
                while len(waiting) < crew.ahead and number < most and number // _ROUND <= self._next // _ROUND + 1:
                    uses = self._frozen[1 if number // _ROUND > self._next // _ROUND else 0]
                    waiting.append(asyncio.create_task(crew.draw(self._commission(number, uses), uses)))
                    number += 1
                yield await waiting[0]
                waiting.popleft()
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    def _take(self, drawn: Drawn) -> None:
        """Keep what a draw gave."""
        number = drawn.commission.number
        self._advance(number)
        if drawn.task is None:
            self._journal.reject(Rejection(number, drawn.commission.environments, drawn.reason))
        else:
            slugs = drawn.task.environments
            made_in = {
                "environment_versions": {slug: self._known[slug].version for slug in slugs},
                "environment_digests": {slug: self._known[slug].digest for slug in slugs},
                "origin": Origin(settings=self._settings, draw=number),
            }
            task = seal(drawn.task.model_copy(update=made_in))
            level = task.difficulty.level if task.difficulty else 0
            if self._order.target and not self._order.target.wants(level, self._levels, self._turned_away):
                self._turned_away += 1
                self._journal.reject(Rejection(number, slugs, f"{_ENOUGH} {level}"))
            elif faults := self._judge(task):
                self._journal.reject(Rejection(number, slugs, faults[0]))
            elif self._journal.keep(task):
                self._note(task)
        self._advance(number + 1)

    def _note(self, task: Task) -> None:
        """Count a task that was kept."""
        self._uses.add(task, self._edges)
        self._turned_away = 0
        if task.difficulty:
            self._levels[task.difficulty.level] += 1

    def _advance(self, number: int) -> None:
        """Say that all draws before that number are done; a new round freezes the counts."""
        while self._next // _ROUND < number // _ROUND:
            self._frozen.append(self._uses.copy())
            self._frozen.popleft()
            self._next = (self._next // _ROUND + 1) * _ROUND
        self._next = max(self._next, number)

    def _commission(self, number: int, uses: Uses) -> Commission:
        rng = Random(derive(self._order.seed, "draw", number))
        due = {slug: uses.environments[slug] - _MISSING * self._unused(slug, uses) for slug in self._known}
        slugs = _choose_environments(due, self._order.least_environments, self._order.most_environments, rng)
        shape = draw_shape(self._order.mix, rng)
        return Commission(number, slugs, derive(self._order.seed, "world", number), shape)

    def _unused(self, slug: str, uses: Uses) -> float:
        """Return the share of an environment's proven edges that no task has used."""
        return 1 - uses.met[slug] / self._proven[slug] if self._proven[slug] else 0.0


def _entry(environment: Path | Entry) -> Entry:
    found = environment if isinstance(environment, Entry) else entry(environment)
    if not found.tools:
        raise SampleError(found.reason)
    return found


def _settings_digest(known: Mapping[str, Entry], order: Order) -> str:
    digests = {slug: each.digest for slug, each in known.items()}
    target = {str(level): share for level, share in order.target.shares.items()} if order.target else {}
    spans = [order.least_environments, order.most_environments]
    settings = [order.seed, spans, dict(order.mix), target, digests]
    return hashlib.sha256(canonical(settings)).hexdigest()[:16]


def _choose_environments(tasks: Mapping[str, float], least: int, most: int, rng: Random) -> tuple[str, ...]:
    """Choose environments for a draw: how many by chance, and those with the fewest `tasks` the likeliest."""
    counts = range(min(least, len(tasks)), min(most, len(tasks)) + 1)
    count = rng.choices(counts, [_SPANS[min(each, len(_SPANS)) - 1] for each in counts])[0]
    fewest = min(tasks.values())
    ranked = sorted(sorted(tasks), key=lambda slug: rng.random() ** (1 / (1 + tasks[slug] - fewest)))
    return tuple(sorted(ranked[:count]))
