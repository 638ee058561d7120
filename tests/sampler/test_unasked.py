import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from envkit.calls import Json, ToolCall
from envkit.manifest import ArgumentSpec, ToolSpec
from sampler.draft import Draft
from sampler.facts import as_text
from sampler.lookup import UnreachableRowError
from sampler.meaning import Act, Give
from sampler.plan import Output
from sampler.state import Row
from sampler.unasked import blur, withhold

Grow = Callable[..., Any]


def _tool(draft: Draft, name: str) -> ToolSpec:
    (manifest,) = draft.graph.manifests.values()
    return manifest.tool(name)


async def _withheld(draft: Draft, name: str, seed: int = 1) -> tuple[Act, Give]:
    (slug,) = draft.graph.manifests
    await withhold(draft, slug, _tool(draft, name), random.Random(seed))
    return _wishes(draft)


async def _blurred(draft: Draft, name: str, seed: int = 1) -> tuple[Act, Give]:
    (slug,) = draft.graph.manifests
    await blur(draft, slug, _tool(draft, name), random.Random(seed))
    return _wishes(draft)


def _wishes(draft: Draft) -> tuple[Act, Give]:
    *_, asking, granting = draft.turns
    (act,), (give,) = asking.wishes, granting.wishes
    assert isinstance(act, Act)
    assert isinstance(give, Give)
    return act, give


async def test_what_is_withheld_is_asked_for_without_a_call_and_granted_in_the_next_turn(desk_draft: Draft) -> None:
    act, give = await _withheld(desk_draft, "add_note")

    asking, granting = desk_draft.turns
    assert (asking.outcome, asking.calls, granting.outcome) == ("asks", 0, "done")
    assert granting.calls == len(desk_draft.trail.steps)
    (left_out,) = act.withheld
    assert [mention.argument.name for mention in give.mentions] == [left_out]
    assert give.turn == 0
    assert desk_draft.trail.steps[-1].call.arguments[left_out] == give.mentions[0].value
    assert not (await desk_draft.trail.session.diff())["tiny_desk"].is_empty


async def test_what_is_withheld_is_said_in_the_second_turn_only(desk_draft: Draft) -> None:
    for seed in range(4):
        _, give = await _withheld(desk_draft, "open_ticket", seed)

        words = as_text(give.mentions[0].value)
        *_, asking, granting = desk_draft.turns
        assert f"{give.mentions[0].argument.name.replace('_', ' ')}: " not in asking.plain
        assert words in granting.plain


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("title", {"title"}),
        ("is_urgent", {"is urgent", "urgent"}),
        ("due_at", {"due at", "due", "when", "date"}),
        ("minutes", {"minutes", "how many", "how long"}),
        ("body", {"body", "text", "message"}),
        ("kind", {"kind", "call", "visit"}),
        ("amount", {"amount", "how much"}),
    ],
)
async def test_a_question_is_known_by_the_argument_and_its_sort(
    desk_draft: Draft, argument: str, words: set[str]
) -> None:
    tool = next(each for each in desk_draft.manifest("tiny_desk").tools if argument in _required_values(each))
    only = tool.model_copy(update={"arguments": tuple(_only(each, argument) for each in tool.arguments)})

    await withhold(desk_draft, "tiny_desk", only, random.Random(1))

    assert words <= set(desk_draft.turns[0].about)


def _required_values(tool: ToolSpec) -> list[str]:
    return [each.name for each in tool.arguments if tool.writes and each.role == "value" and each.required]


def _only(argument: ArgumentSpec, name: str) -> ArgumentSpec:
    """Make all other arguments keys, so that they cannot be left out."""
    return argument if argument.name == name else argument.model_copy(update={"role": "key"})


@pytest.mark.parametrize(
    ("grow", "tool", "reason"),
    [
        (withhold, "close_ticket", "has no argument to leave out"),
        (withhold, "remove_note", "has no argument to leave out"),
        (blur, "set_watchers", "no row that could be several"),
    ],
)
async def test_a_tool_that_leaves_nothing_open_leaves_the_draft_as_it_was(
    desk_draft: Draft, grow: Grow, tool: str, reason: str
) -> None:
    state = desk_draft.states["tiny_desk"]
    (first, *_) = state.rows["ticket"].items()
    desk_draft.states = {"tiny_desk": replace(state, rows={**state.rows, "ticket": dict([first])})}

    with pytest.raises(UnreachableRowError, match=reason):
        await grow(desk_draft, "tiny_desk", _tool(desk_draft, tool), random.Random(1))

    assert (desk_draft.turns, desk_draft.trail.steps) == ([], [])


@pytest.mark.parametrize(("grow", "tool"), [(withhold, "add_note"), (blur, "close_ticket")])
async def test_a_tool_that_never_succeeds_leaves_the_draft_as_it_was(desk_draft: Draft, grow: Grow, tool: str) -> None:
    state = desk_draft.states["tiny_desk"]
    ghosts: dict[str, Row] = {"tic_ghost0": {"id": "tic_ghost0"}}
    desk_draft.states = {"tiny_desk": replace(state, rows={"ticket": ghosts})}

    with pytest.raises(UnreachableRowError, match="could not be grounded"):
        await grow(desk_draft, "tiny_desk", _tool(desk_draft, tool), random.Random(1))


async def test_rows_without_a_name_are_nothing_to_withhold_about(desk_draft: Draft) -> None:
    state = desk_draft.states["tiny_desk"]
    twin = next(iter(state.rows["ticket"].values()))
    twins = {row_id: {**twin, "id": row_id} for row_id in state.rows["ticket"]}
    desk_draft.states = {"tiny_desk": replace(state, rows={**state.rows, "ticket": twins})}

    with pytest.raises(UnreachableRowError):
        await withhold(desk_draft, "tiny_desk", _tool(desk_draft, "add_note"), random.Random(1))

    assert (desk_draft.turns, desk_draft.trail.steps) == ([], [])


def _fitting(draft: Draft, act: Act) -> dict[str, Row]:
    """Return the rows, as the task begins, that all of what the user says fits."""
    (mention,) = [each for each in act.mentions if each.argument.name in act.vague]
    (said,) = mention.rows
    return {
        row_id: row
        for row_id, row in draft.start[act.environment].rows[said.entity].items()
        if all(row[trait.field.name] == trait.value for trait in said.traits)
    }


@pytest.mark.parametrize("tool", ["close_ticket", "add_note"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_blurred_fits_several_rows_each_of_which_would_do(
    desk_draft: Draft, tool: str, seed: int
) -> None:
    act, _ = await _blurred(desk_draft, tool, seed)

    rows = _fitting(desk_draft, act)
    assert 2 <= len(rows) <= 4
    done = dict(desk_draft.trail.steps[-1].call.arguments)
    assert done[act.vague[0]] in rows
    assert desk_draft.turns[-1].outcome == "done"
    for row_id in rows:
        await desk_draft.trail.session.reset()
        call = ToolCall("tiny_desk", tool, {**done, act.vague[0]: row_id})
        assert not (await desk_draft.trail.session.call(call)).is_refused


@pytest.mark.parametrize("tool", ["close_ticket", "add_note"])
async def test_the_words_of_the_question_and_of_its_answer_tell_the_rows_apart(desk_draft: Draft, tool: str) -> None:
    act, give = await _blurred(desk_draft, tool)

    rows = _fitting(desk_draft, act)
    asking, granting = desk_draft.turns[-2:]
    assert asking.outcome == "asks"
    assert len(set(asking.about)) == len(asking.about) == len(rows)
    (clear,) = give.mentions
    (said,) = clear.rows
    telling = said.traits[-1]
    values: list[Json] = [row[telling.field.name] for row in rows.values()]
    assert [as_text(value) for value in values] == list(asking.about)
    assert values.count(telling.value) == 1
    assert as_text(telling.value) in granting.plain
    assert as_text(telling.value) not in asking.plain


async def test_the_rows_that_fit_are_shown_before_the_question(desk_draft: Draft) -> None:
    act, _ = await _blurred(desk_draft, "close_ticket")

    asking = desk_draft.turns[0]
    shown = [str(desk_draft.trail.steps[index].observation.content) for index in range(asking.calls)]
    assert asking.calls
    assert all(any(row_id in text for text in shown) for row_id in _fitting(desk_draft, act))
    assert isinstance(desk_draft.trail.choices[-1].arguments["ticket_id"], Output)
