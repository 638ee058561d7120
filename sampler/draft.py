"""The draft of a task: the turns grown so far in a live session, and what they have said and asked."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from envkit.calls import Json, JsonObject, ToolCall
from envkit.manifest import ArgumentSpec, Manifest, ToolSpec
from envkit.snapshot import Diff
from farm.session import Session
from sampler.effects import Effects
from sampler.facts import Asked, as_text, choose, gives_away, row_facts
from sampler.graph import ToolGraph
from sampler.ground import Grounded, ground
from sampler.hints import Known
from sampler.lookup import UnreachableRowError, find
from sampler.meaning import Act, Give, Look, Mention, Wish, asked_of
from sampler.plan import Binding, Fixed, Output, Several, at
from sampler.query import write
from sampler.refer import Description
from sampler.shape import MAX_TURNS
from sampler.state import WorldState, read_states
from sampler.task import Outcome, Rule, StepRecord
from sampler.trail import Trail

MAX_CALLS, MAX_JOINED = 5, 9
"""How many calls a turn takes before look-ups become turns of their own, and how many a turn of several wishes."""


@dataclass(frozen=True, slots=True)
class TurnDraft:
    """A turn as grown: what the user wishes, how many calls it took, its goal (environment, tool), and how it ends.

    `about` as in `TaskTurn`.
    """

    wishes: tuple[Wish, ...]
    calls: int
    goal: tuple[str, str]
    outcome: Outcome = "done"
    about: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What the turn asks for."""
        return asked_of(self.wishes)

    @property
    def plain(self) -> str:
        """The turn in words that leave nothing out."""
        return write(self.wishes)


@dataclass(frozen=True, slots=True)
class Looked:
    """Arguments in the user's words, with the trail's length after the look-ups of each."""

    mentions: tuple[Mention, ...]
    ends: tuple[int, ...]


class Draft:
    """Grows turn by turn; owns the trail, and knows the state its worlds are in and were in at the `start`.

    `is_asking`: whether turns that change something also ask what came of it. `known`: arguments that succeed in a
    fresh world, for tools that are hard to find some for.
    """

    def __init__(
        self,
        session: Session,
        graph: ToolGraph,
        states: Mapping[str, WorldState],
        taste: random.Random | None = None,
    ) -> None:
        self.trail = Trail(session, graph.manifests, taste)
        self.graph = graph
        self.states = self.start = states
        self.turns: list[TurnDraft] = []
        self.setup: list[StepRecord] = []
        self.hidden: set[tuple[str, str]] = set()
        self.rules: list[Rule] = []
        self.is_asking = True
        self.known: Known = {}
        self.effects = Effects()

    @property
    def open_calls(self) -> int:
        """How many calls the turn that is being grown has taken so far."""
        return len(self.trail.steps) - sum(turn.calls for turn in self.turns)

    @property
    def barred(self) -> set[tuple[str, str]]:
        """The tools, as (environment, tool), that are hidden or ruled out."""
        return self.hidden | {(rule.environment, rule.tool) for rule in self.rules}

    @property
    def spoken(self) -> str:
        """Everything the user has said."""
        return " ".join(turn.plain for turn in self.turns)

    @property
    def taken(self) -> set[str]:
        """The texts of the facts asked so far."""
        return {as_text(asked.value) for turn in self.turns for asked in turn.asked}

    def manifest(self, environment: str) -> Manifest:
        """Return an environment's manifest."""
        return self.graph.manifests[environment]

    def place(self, environment: str) -> str:
        """Return the name by which a query says where to go; empty where there is only one place."""
        return self.manifest(environment).title if len(self.graph.manifests) > 1 else ""

    def writes(self, goal: tuple[str, str]) -> bool:
        """Say whether the goal of a turn changes something."""
        environment, tool = goal
        return bool(self.manifest(environment).tool(tool).writes)

    def demanding(self) -> Iterator[TurnDraft]:
        """Yield the turns that demand something: a change or a fact."""
        return (turn for turn in self.turns if turn.asked or (turn.outcome == "done" and self.writes(turn.goal)))

    def gives_away_a_fact(self) -> bool:
        """Say whether the words of some turn hold the value that another asks for."""
        return any(gives_away(self.spoken, text) for text in self.taken)

    def withdraw_given_away(self) -> None:
        """Ask no more for what the words of some turn hold, unless a later turn speaks of having been told it."""
        spoken = self.spoken
        carried = {
            mention.carried
            for turn in self.turns
            for wish in turn.wishes
            if isinstance(wish, Act)
            for mention in wish.mentions
        }
        self.turns = [
            replace(turn, wishes=tuple(_without_given(wish, spoken, carried) for wish in turn.wishes))
            for turn in self.turns
        ]

    def cut(self, steps: int, turns: int) -> None:
        """Forget the calls and turns from there on; the calls must have been reads."""
        self.trail.cut(steps)
        del self.turns[turns:]

    def close(
        self,
        wishes: tuple[Wish, ...],
        environment: str,
        tool: ToolSpec,
        outcome: Outcome = "done",
        about: tuple[str, ...] = (),
        calls: int | None = None,
    ) -> None:
        """Close the turn that is being grown: the calls made since the last one are its own, or the first `calls`."""
        taken = self.open_calls if calls is None else calls
        self.turns.append(TurnDraft(wishes, taken, (environment, tool.name), outcome, about))

    def join(self) -> bool:
        """Make the last two turns one if both are granted and neither speaks of a turn by its number; say if so."""
        if len(self.turns) < 2:
            return False
        *_, before, last = self.turns
        wishes, calls = (*before.wishes, *last.wishes), before.calls + last.calls
        places = {wish.place for wish in wishes if not isinstance(wish, Give)}
        plain = before.outcome == last.outcome == "done" and len(places) == 1 and calls <= MAX_JOINED
        if not plain or any(map(_speaks_of_turns, wishes)):
            return False
        self.turns[-2:] = [TurnDraft(wishes, calls, last.goal)]
        return True

    async def arrange(self, calls: Sequence[ToolCall]) -> bool:
        """Make calls that set the worlds up before the task begins; say whether none was refused.

        No call may have been made, nor a turn grown. Calls made before a refused one stay made.
        """
        assert not self.trail.steps, "a setup comes first"
        for call in calls:
            seen = await self.trail.session.call(call)
            if seen.is_refused:
                return False
            parts = {"environment": call.environment, "tool": call.tool, "arguments": call.arguments}
            writes = bool(self.manifest(call.environment).tool(call.tool).writes)
            self.setup.append(StepRecord.model_validate({**parts, "content": seen.content, "writes": writes}))
        await self.refresh()
        self.start = self.states
        return True

    async def refresh(self) -> None:
        """Read the worlds again, after a change."""
        self.states = await read_states(self.trail.session, self.graph.manifests)

    async def ground(self, environment: str, tool: ToolSpec, rng: random.Random, *, tries: int) -> Grounded:
        """Find arguments that succeed now, best about rows that came up already; raises UnreachableRowError."""
        focus, state = self.trail.focus(environment), self.states[environment]
        grounded = await ground(tool, state, self.trail.session, rng, tries=tries, focus=focus)
        if grounded is None:
            raise UnreachableRowError(f"{tool.name} of {environment} could not be grounded")
        return grounded

    async def look_up(
        self,
        environment: str,
        tool: ToolSpec,
        arguments: JsonObject,
        named: Mapping[str, Description] | None = None,
    ) -> Looked:
        """Put arguments into the user's words, looking up the rows among them that are not `named` already.

        Raises UnreachableRowError; the look-ups made until then stay on the trail.
        """
        mentions: list[Mention] = []
        ends: list[int] = []
        for argument in tool.arguments:
            value = arguments.get(argument.name)
            if value is None:
                continue
            rows = []
            for row_id in _row_ids(argument, value):
                state, toward = self.states[environment], (tool.name, argument.name)
                known = (named or {}).get(row_id)
                rows.append(known or await find(self.trail, self.graph, state, argument.to, row_id, toward=toward))
            mentions.append(Mention(argument, value, tuple(rows)))
            ends.append(len(self.trail.steps))
        return Looked(tuple(mentions), tuple(ends))

    def fit(self, environment: str, looked: Looked, rng: random.Random) -> None:
        """Move leading look-ups into turns of their own until one more call fits into the turn.

        Raises UnreachableRowError if it cannot be made to fit.
        """
        for mention, end in zip(looked.mentions, looked.ends, strict=True):
            if self.open_calls < MAX_CALLS:
                break
            calls = end - sum(turn.calls for turn in self.turns)
            if 0 < calls <= MAX_CALLS and len(self.turns) < MAX_TURNS - 1:
                self.close_lookup(environment, mention.rows[-1], calls, rng)
        if self.open_calls >= MAX_CALLS or len(self.turns) >= MAX_TURNS:
            raise UnreachableRowError("too many look-ups for one turn")

    def close_lookup(self, environment: str, description: Description, calls: int, rng: random.Random) -> None:
        """Close a turn of that many calls with a question about the row they have shown."""
        look = Look(environment, description, place=self.place(environment))
        spoken = f"{self.spoken} {write([look])}"
        asked = choose(self.shown_facts(environment, description), rng, spoken, self.taken, most=2)
        tool = self.trail.steps[sum(turn.calls for turn in self.turns) + calls - 1].call.tool
        self.turns.append(TurnDraft((replace(look, asked=asked),), calls, (environment, tool)))

    def shown_facts(self, environment: str, description: Description) -> Iterator[Asked]:
        """Yield what a look-up has shown of a row and still holds, however long ago it was."""
        shown = self.trail.shown(environment, description.entity, description.row_id)
        if shown is None:
            return
        source = Output(shown.step, shown.path.removesuffix("id").removesuffix("."))
        row = at(self.trail.steps[source.step].observation.content, source.path)
        now = self.states[environment].rows[description.entity][description.row_id]
        for asked in row_facts(self.manifest(environment).entity(description.entity), row, source):
            if now.get(asked.name.partition(".")[2]) == asked.value:
                yield asked

    def news(self, offered: Iterable[Asked]) -> Iterator[Asked]:
        """Yield of what calls offer to ask for that which no call before them has shown of the same row."""
        for asked in offered:
            path, _, column = asked.source.path.rpartition(".")
            step = self.trail.steps[asked.source.step]
            row = at(step.observation.content, path)
            if not self.trail.knows(step.call.environment, row, column, before=asked.source.step):
                yield asked

    def is_known(self, environment: str, entity: str, row_id: str) -> bool:
        """Say whether the calls so far have shown all that is worth asking of a row, as it is now."""
        row, spec = self.states[environment].rows[entity][row_id], self.manifest(environment).entity(entity)
        facts = list(row_facts(spec, row, Output(0, "")))
        worth = [each for each in facts if each.is_strong] or facts
        return all(self.trail.knows(environment, row, asked.source.path) for asked in worth)

    def undoes(self, environment: str, diff: Diff) -> bool:
        """Say whether after a change nothing would be left of an earlier one that no question was asked about."""
        undone = set(self.effects.undone_by(diff, self.manifest(environment)))
        return not undone <= {asked.source.step for turn in self.turns for asked in turn.asked}

    def bind(self, environment: str, mentions: Sequence[Mention]) -> dict[str, Binding]:
        """Bind mentioned arguments to what the trail has shown, and to the user's own values."""
        return {mention.argument.name: self._bind(environment, mention) for mention in mentions}

    def _bind(self, environment: str, mention: Mention) -> Binding:
        if mention.carried is not None:
            return mention.carried.source
        if not mention.rows:
            return Fixed(mention.value)
        found = tuple(self.trail.binding(environment, row.entity, row.row_id) for row in mention.rows)
        return Several(found) if mention.argument.many else found[0]


def _without_given(wish: Wish, spoken: str, carried: Collection[Asked | None]) -> Wish:
    kept = tuple(asked for asked in wish.asked if asked in carried or not gives_away(spoken, as_text(asked.value)))
    return replace(wish, asked=kept)


def _speaks_of_turns(wish: Wish) -> bool:
    return isinstance(wish, Give) or (
        isinstance(wish, Act) and any(mention.carried is not None for mention in wish.mentions)
    )


def _row_ids(argument: ArgumentSpec, value: Json) -> list[str]:
    if argument.type != "ref":
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
