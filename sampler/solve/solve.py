"""Solving: turn by turn from the words to calls and answers, in a session of its own, with no look at the truth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from envkit.calls import Json, JsonObject, Observation, ToolCall
from envkit.manifest import ReturnSpec, ToolSpec
from farm.link import Tool
from farm.session import Session
from sampler.solve.clauses import Pending, Reader
from sampler.solve.grammar import Grammar
from sampler.solve.nodes import ActClause, IfClause, Reading
from sampler.solve.resolve import Answered, Intent, Resolver, UnclearError
from sampler.solve.tables import Tables, shown_rows
from sampler.solve.words import read_words
from sampler.task import Rule
from sampler.words.discourse import Discourse

_YEAR = re.compile(r"\b(20\d\d)\b")
_MOST_TRIED = 40


@dataclass(frozen=True, slots=True)
class Unsolved:
    """A query that could not be read or done: which turn, and why."""

    turn: int
    reason: str


@dataclass(frozen=True, slots=True)
class Solved:
    """What the words came to: the calls made, those that write with their turns, the answers, and how turns ended."""

    calls: tuple[tuple[ToolCall, Observation], ...]
    writes: tuple[tuple[int, ToolCall], ...]
    answers: tuple[Answered, ...]
    outcomes: tuple[str, ...]


@dataclass
class _State:
    tables: Tables
    discourse: Discourse = field(default_factory=Discourse)
    answers: list[Answered] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    pending: Pending | None = None
    given: JsonObject = field(default_factory=dict)
    years: list[int] = field(default_factory=list)
    rules: Sequence[Rule] = ()


async def solve(
    queries: Sequence[str],
    tools: Mapping[str, Sequence[Tool]],
    grammars: Mapping[str, Grammar],
    session: Session,
    rules: Sequence[Rule] = (),
) -> Solved | Unsolved:
    """Do what the queries ask, in order; `tools` are those offered, `rules` the policies that hold,
    `session` a fresh one that is used up.

    Every way to read a query is tried on the rows that read-only calls show; if none is left, or two that differ in
    what they would do, it is unsolved.
    """
    offered = {name: frozenset(tool.name for tool in listed) for name, listed in tools.items()}
    state = _State(Tables(session, {name: each.lexicon for name, each in grammars.items()}, offered))
    state.rules = rules
    known = frozenset[str]().union(*(grammar.words for grammar in grammars.values()))
    for turn, query in enumerate(queries):
        state.tables.turn = turn
        words = read_words(query, known)
        state.years += map(int, _YEAR.findall(query))
        readings = Reader(grammars, words, state.years, state.pending).readings()
        try:
            state.outcomes.append(await _follow(state, turn, readings, offered))
        except UnclearError as error:
            if not error.asks:
                return Unsolved(turn, str(error))
            state.outcomes.append("asks")
    tables = state.tables
    return Solved(tuple(tables.calls), tuple(tables.writes), tuple(state.answers), tuple(state.outcomes))


async def _follow(state: _State, turn: int, readings: Sequence[Reading], offered: Mapping[str, frozenset[str]]) -> str:
    """Do what a query asks and tell how that ended; a row that nothing shows yet may come of what is done first."""
    try:
        intents = await _settle(state, readings)
    except UnclearError as error:
        if not error.begun:
            raise
        heads, tails = zip(*error.begun, strict=True)
        outcome = await _carry_out(state, turn, await _settle(state, heads), offered)
        return outcome if outcome != "done" else await _follow(state, turn, tails, offered)
    return await _carry_out(state, turn, intents, offered)


async def _settle(state: _State, readings: Sequence[Reading]) -> tuple[Intent, ...]:
    """Return what the readings that fit the rows agree in; UnclearError if none does, or they differ.

    Where all fail only after something was to be done, the error tells what is `begun`: each reading cut there.
    """
    if not readings:
        raise UnclearError("the words cannot be read")
    settled: dict[tuple[object, ...], tuple[tuple[Intent, ...], Discourse]] = {}
    troubles: list[UnclearError] = []
    begun: list[tuple[Reading, Reading]] = []
    rivals = state.pending.rivals if state.pending else frozenset()
    complete = [reading for reading in readings if not _lacks(reading)] or list(readings)
    for reading in complete[:_MOST_TRIED]:
        discourse = deepcopy(state.discourse)
        resolver = Resolver(state.tables, discourse, state.answers, rivals)
        try:
            intents = await resolver.intents(reading)
        except UnclearError as error:
            troubles.append(error)
            begun += _cut(reading, resolver.resolved)
            continue
        settled.setdefault(tuple(intent.key for intent in intents), (intents, discourse))
    clear = {key: each for key, each in settled.items() if not any(intent.unclear for intent in each[0])}
    settled = clear or settled
    fewest = min((len(intents) for intents, _ in settled.values()), default=0)
    settled = {key: each for key, each in settled.items() if len(each[0]) == fewest}
    if len(settled) > 1:
        raise UnclearError(f"{len(settled)} readings would do different things")
    if not settled:
        trouble = next((error for error in troubles if error.asks), troubles[0])
        trouble.begun = () if trouble.asks else tuple(begun)
        raise trouble
    intents, state.discourse = next(iter(settled.values()))
    return intents


def _cut(reading: Reading, at: int) -> Iterator[tuple[Reading, Reading]]:
    """Cut a reading before a clause, or the condition on it, if anything is to be done before."""
    at -= at > 0 and isinstance(reading[at - 1], IfClause)
    if any(isinstance(each, ActClause) for each in reading[:at]):
        yield reading[:at], reading[at:]


def _lacks(reading: Reading) -> bool:
    return any(
        isinstance(each, ActClause) and set(_required(each.tool)) - {n for n, _ in each.arguments} for each in reading
    )


def _required(tool: ToolSpec) -> Iterator[str]:
    return (argument.name for argument in tool.arguments if argument.required)


async def _carry_out(state: _State, turn: int, intents: Sequence[Intent], offered: Mapping[str, frozenset[str]]) -> str:
    before = await _asked_before(state, intents)
    last: Intent | None = None
    results: list[tuple[Intent, Json]] = []
    for intent in intents:
        if intent.kind in ("act", "give"):
            outcome, content, done = await _act(state, intent, offered)
            if outcome != "done":
                return outcome
            results.append((done, content))
            last = done
        elif intent.kind == "count":
            state.answers.append(Answered(turn, intent.name, int(intent.members[0][1])))
        elif intent.kind == "ask":
            key = intent.key
            value = before[key] if key in before else await _answer(state, intent, results)
            state.answers.append(Answered(turn, intent.name, value))
    if last is None and not any(intent.kind in ("ask", "count", "hold", "look") for intent in intents):
        raise UnclearError("nothing is asked for")
    return "done"


async def _act(state: _State, intent: Intent, offered: Mapping[str, frozenset[str]]) -> tuple[str, Json, Intent]:
    name, groups = intent.name, intent.values
    if intent.kind == "give":
        assert state.pending is not None, "what is given was missing"
        name, groups = state.pending.tool.name, ({**state.given, **intent.values[0]},)
    if name not in offered[intent.environment]:
        return "declines", None, intent
    tool = state.tables.lexicons[intent.environment].tools[name]
    missing = tuple(each for each in _required(tool) if each not in groups[0])
    if missing or intent.unclear:
        missing = (intent.unclear,) if intent.unclear else missing
        state.pending, state.given = Pending(intent.environment, tool, missing, intent.rivals), groups[0]
        return "asks", None, intent
    state.pending = None
    content: Json = None
    if any(_forbids(rule, intent.environment, name, each) for rule in state.rules for each in groups):
        return "declines", None, intent
    for arguments in groups:
        observation = await state.tables.call(intent.environment, name, arguments)
        if observation.is_refused:
            return "declines", None, intent
        content = observation.content
    return "done", content, Intent("act", intent.environment, name)


async def _asked_before(state: _State, intents: Sequence[Intent]) -> dict[tuple[object, ...], Json]:
    """Read what is asked as it was before anything is done."""
    asked = [intent for intent in intents if intent.kind == "ask" and intent.is_before]
    return {intent.key: await _answer(state, intent, []) for intent in asked}


async def _answer(state: _State, intent: Intent, results: Sequence[tuple[Intent, Json]]) -> Json:
    entity, row_id = intent.target
    done, content = results[-1] if results else (intent, None)
    if done.kind == "act" and done.environment == intent.environment:
        tool = state.tables.lexicons[done.environment].tools[done.name]
        if not entity and isinstance(content, Mapping) and intent.name in content:
            return content[intent.name]
        shown = [row for kind, row in shown_rows(content, _returned(tool)) if kind == entity]
        fitting = [row for row in shown if intent.is_context or row["id"] == row_id]
        if len(fitting) == 1:
            return fitting[0].get(intent.column)
        if len(fitting) > 1:
            raise UnclearError(f"{tool.name} returned several rows of {entity}")
    row = await state.tables.row(intent.environment, entity, row_id) if row_id else None
    if row is None:
        raise UnclearError(f"nothing shows {intent.name}")
    return row.get(intent.column)


def _returned(tool: ToolSpec) -> list[ReturnSpec]:
    return list(tool.returns)


def _forbids(rule: Rule, environment: str, tool: str, arguments: JsonObject) -> bool:
    return rule.forbids(environment, tool, arguments)  # type: ignore[arg-type]  # Json is JsonValue
