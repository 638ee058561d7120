"""Users: what hears a policy's answers and says what comes next; with those that need no language model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chat.messages import Reply
from rollouts.episode import Turn, by_request
from rollouts.outcome import asks_back
from rollouts.policy import Configured, Policy
from sampler.task import Persona, Task, TaskTurn

MOST_WORDS = 3
"""How often a user answers what is asked about one request; then it goes on."""

NOTHING_TO_ADD = "I have nothing to add to that."

_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
_QUESTION = re.compile(
    r"\?$|\b(please (tell|say|give|confirm|specify|provide|choose|let me know)|need to know)\b|"
    r"\blet me know (which|what|whether|who|when|how)\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"\b(any|some)thing (else|more|further)\b|\b(else|further|more) (can|may|could|shall) i\b|"
    r"\b(further|more|other|any) (help|assistance|questions?)\b|\bhelp(ed)? (you )?(with|today|further)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\byour (full |first |last )?name\b|\bwho (are you|am i speaking|is speaking)\b", re.IGNORECASE)
_EMAIL = re.compile(r"\byour e-?mail\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Talk:
    """What a user has heard and said so far: the turns of an episode, the last one just answered.

    A user is handed the whole task, and it is its own duty to know no more of it than its persona does: what it has
    said, the same in plain words, and who it is; never the truth.
    """

    task: Task
    turns: tuple[Turn, ...]
    seed: int
    trial: int

    @property
    def request(self) -> TaskTurn:
        """The request that was answered last."""
        return self.task.turns[sum(not turn.follows_up for turn in self.turns) - 1]

    @property
    def answered(self) -> Turn:
        """All that was said and done about that request."""
        return by_request(self.turns)[-1]

    @property
    def replied(self) -> int:
        """How often the user has said something about it since."""
        return next(count for count, turn in enumerate(reversed(self.turns)) if not turn.follows_up)


@dataclass(frozen=True, slots=True)
class Response:
    """What a user does when it has heard an answer: says `words` about it, leaves, or else goes on to its next request.

    `replies`: what its language model said until these words were found.
    """

    words: str = ""
    leaves: bool = False
    replies: tuple[Reply, ...] = ()


class User(Protocol):
    """Hears answers. It keeps no state of an episode: one user talks in many at once."""

    @property
    def configuration(self) -> str:
        """A digest of how it is set, empty for a user that says nothing of its own."""

    async def hear(self, talk: Talk) -> Response:
        """Choose what to do; UserError if it cannot."""


class UserError(Exception):
    """The user failed, not the policy: one sentence says how. `replies` were paid for all the same."""

    def __init__(self, sentence: str, replies: Sequence[Reply] = ()) -> None:
        super().__init__(sentence)
        self.replies = tuple(replies)


class FixedUser:
    """Makes one request after another, whatever is answered."""

    configuration = ""

    async def hear(self, talk: Talk) -> Response:
        """Go on."""
        return Response()


class ScriptedUser:
    """Answers what it is asked from the task's own words, and volunteers nothing."""

    configuration = "scripted/1"

    async def hear(self, talk: Talk) -> Response:
        """Say who it is or what it meant, if asked; see `verdict` for the rest."""
        return verdict(talk) or Response(scripted_words(talk))


def verdict(talk: Talk) -> Response | None:
    """Return what any user does whose words are not wanted, None if it is to say something.

    A request that leaves something open ends when the policy has asked for just that: what the user says then is the
    task's next request. If the policy neither does nor asks anything else, the user takes it to be done, and leaves.
    Any other request ends when nothing is asked. No request is talked about more often than MOST_WORDS.
    """
    is_open = talk.request.outcome == "asks"
    if is_open and asks_back(talk.request, talk.answered.answer):
        return Response()
    if is_question(talk.turns[-1].answer) and talk.replied < MOST_WORDS:
        return None
    return Response(leaves=is_open)


def is_question(text: str) -> bool:
    """Whether a text wants something to be said, other than out of courtesy."""
    return any(_QUESTION.search(each) and not _COURTESY.search(each) for each in _ENDS.split(text.strip()))


def scripted_words(talk: Talk) -> str:
    """Say what is asked: the persona's name or address, or what is wanted, in plain words; once each."""
    asked, persona = talk.turns[-1].answer, talk.task.persona
    told = [*_told(asked, persona), f"What I want is this: {talk.request.plain or talk.request.query}"]
    said = {turn.query for turn in talk.turns}
    return next((words for words in told if words not in said), NOTHING_TO_ADD)


def configuration_of(policy: Policy, user: User) -> str:
    """Return the digest of how policy and user are set, empty if neither has anything to set."""
    policys = policy.configuration if isinstance(policy, Configured) else ""
    if not user.configuration:
        return policys
    return hashlib.sha256(f"{policys}/{user.configuration}".encode()).hexdigest()[:16]


def _told(asked: str, persona: Persona | None) -> list[str]:
    if persona is None:
        return []
    name = [f"My name is {persona.name}."] if persona.name and _NAME.search(asked) else []
    email = [f"My e-mail address is {persona.email}."] if persona.email and _EMAIL.search(asked) else []
    return [" ".join(name + email)] if name or email else []
