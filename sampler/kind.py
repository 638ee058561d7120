"""What kind of task a draft has become."""

from __future__ import annotations

from envkit.calls import ToolCall
from sampler.draft import Draft, TurnDraft
from sampler.meaning import Act, rows_of
from sampler.task import LONG_HORIZON, Kind

_PLAIN: tuple[Kind, ...] = ("long_horizon", "multi_turn", "act_and_answer", "act", "answer")


def kind_of(wanted: Kind, draft: Draft) -> Kind:
    """Return the kind a draft was grown for if it kept to it, else the first that fits."""
    if wanted not in _PLAIN:
        return wanted
    changes = any(step.observation.code is None and draft.writes(_goal(step.call)) for step in draft.trail.steps)
    asks = any(turn.asked for turn in draft.turns)
    fits = {
        "long_horizon": len(draft.trail.steps) >= LONG_HORIZON,
        "multi_turn": refers_back(draft.turns),
        "act_and_answer": changes and asks,
        "act": changes and not asks,
        "answer": asks and not changes,
    }
    return wanted if fits[wanted] else next(kind for kind in _PLAIN if fits[kind])


def refers_back(turns: list[TurnDraft]) -> bool:
    """Say whether a turn speaks of a row or a value that an earlier one was about."""
    seen: set[tuple[str, str]] = set()
    for turn in turns:
        rows = {(wish.environment, row.row_id) for wish in turn.wishes for row in rows_of(wish)}
        carries = any(
            mention.carried is not None for wish in turn.wishes if isinstance(wish, Act) for mention in wish.mentions
        )
        if carries or rows & seen:
            return True
        seen |= rows
    return False


def _goal(call: ToolCall) -> tuple[str, str]:
    return call.environment, call.tool
