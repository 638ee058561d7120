"""Stacks that let a policy speak once only, at the end: there it answers all earlier requests by a tool."""

from __future__ import annotations

from envfarm_gym.client import Rollout
from envfarm_gym.forms import Json, Outcome

TALK: Json = {
    "name": "say_to_user",
    "description": "Answer the user, and hear what the user wants next. Give your last answer as plain text instead.",
    "parameters": {
        "type": "object",
        "properties": {"text": {"type": "string", "description": "What you say."}},
        "required": ["text"],
    },
}
"""The tool by which a policy answers all but the last request of a task that has several."""

GONE = "[The user has left.]"


def talk(rollout: Rollout, given: Json) -> str:
    """Answer the user with the text given, and return what the user says next."""
    return rollout.answer(str(given.get("text", ""))) or GONE


def finish(rollout: Rollout, answer: str | None) -> Outcome:
    """Give the last answer, None if the policy was cut off before it, and return how it ended."""
    if answer is not None:
        rollout.answer(answer)
    return rollout.outcome or rollout.stop("tokens")
