from dataclasses import replace

import pytest

from envkit.calls import Json, Observation, Step, ToolCall
from envkit.manifest import Manifest
from sampler.draft import Draft, TurnDraft
from sampler.facts import Asked
from sampler.kind import kind_of, refers_back
from sampler.meaning import Act, Browse, Give, Look, Mention, Wish
from sampler.plan import Output
from sampler.refer import Description
from sampler.task import LONG_HORIZON, Kind

ASKED = Asked("ticket.title", "str", Output(0, "items[0].title"), "Roof", "the title", True)
TICKET, OTHER = Description("ticket", "tic_1"), Description("ticket", "tic_2")


def _turn(*wishes: Wish) -> TurnDraft:
    return TurnDraft(wishes, 1, ("tiny_desk", "list_tickets"))


def _look(row: Description, *asked: Asked) -> Look:
    return Look("tiny_desk", row, asked)


def _close(manifest: Manifest, row: Description, **parts: object) -> Act:
    tool = manifest.tool("close_ticket")
    return replace(Act("tiny_desk", tool, (Mention(tool.arguments[0], row.row_id, (row,)),)), **parts)  # type: ignore[arg-type]  # any field of it


def _call(draft: Draft, tool: str, times: int = 1, code: str | None = None, content: Json = None) -> None:
    draft.trail.steps.extend([Step(ToolCall("tiny_desk", tool, {}), Observation("", content, code))] * times)


def _grown(draft: Draft, *, writes: bool, asks: bool, calls: int = 2) -> Draft:
    _call(draft, "list_tickets", calls - 1)
    _call(draft, "close_ticket" if writes else "list_tickets")
    draft.turns.append(_turn(_look(TICKET, *([ASKED] if asks else []))))
    return draft


@pytest.mark.parametrize(
    ("writes", "asks", "kind"),
    [(True, True, "act_and_answer"), (True, False, "act"), (False, True, "answer")],
)
def test_a_draft_that_did_not_become_what_it_should_is_what_fits(
    desk_draft: Draft, writes: bool, asks: bool, kind: Kind
) -> None:
    assert kind_of("multi_turn", _grown(desk_draft, writes=writes, asks=asks)) == kind


def test_a_refused_write_is_no_change(desk_draft: Draft) -> None:
    _call(desk_draft, "close_ticket", code="not_open")
    desk_draft.turns.append(_turn(_look(TICKET, ASKED)))

    assert kind_of("act", desk_draft) == "answer"


def test_a_draft_that_kept_to_its_kind_has_it_even_where_another_comes_first(desk_draft: Draft) -> None:
    draft = _grown(desk_draft, writes=True, asks=True, calls=LONG_HORIZON)

    assert kind_of("act_and_answer", draft) == "act_and_answer"
    assert kind_of("act", draft) == "long_horizon"


def test_special_kinds_are_what_they_were_grown_for(desk_draft: Draft) -> None:
    assert kind_of("infeasible", _grown(desk_draft, writes=True, asks=True)) == "infeasible"


def test_a_row_that_comes_up_again_refers_back(desk_draft: Draft) -> None:
    manifest = desk_draft.manifest("tiny_desk")

    assert refers_back([_turn(_look(TICKET)), _turn(_close(manifest, TICKET))])
    assert not refers_back([_turn(_look(TICKET)), _turn(_close(manifest, OTHER))])


def test_a_question_that_is_answered_back_about_its_row_refers_back(desk_draft: Draft) -> None:
    manifest = desk_draft.manifest("tiny_desk")
    wish = _close(manifest, TICKET)

    assert refers_back([_turn(wish), _turn(Give("tiny_desk", 0, wish.mentions))])


def test_a_value_that_is_carried_refers_back(desk_draft: Draft) -> None:
    tool = desk_draft.manifest("tiny_desk").tool("open_ticket")
    carried = Mention(tool.arguments[1], "Roof", carried=ASKED)
    browse = Browse("tiny_desk", desk_draft.manifest("tiny_desk").tool("list_tickets"), (), (ASKED,))

    assert refers_back([_turn(browse), _turn(Act("tiny_desk", tool, (carried,)))])
    assert kind_of("multi_turn", _two_turns(desk_draft)) == "multi_turn"


def _two_turns(draft: Draft) -> Draft:
    draft.turns.extend([_turn(_look(TICKET, ASKED)), _turn(_look(TICKET, ASKED))])
    return draft
