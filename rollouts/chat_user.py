"""The user that a language model plays: it words what a user says when asked, held to what the task lets it know."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from chat.client import Chat
from chat.errors import ChatError
from chat.messages import ChatRequest, Message, Reply
from chat.prompt import Prompt
from rollouts.episode import by_request
from rollouts.facts import states
from rollouts.user import Response, Talk, UserError, verdict
from sampler.spoken import Moment, Spoken, read
from sampler.task import Persona

PROMPT = Path(__file__).resolve().parent / "prompts" / "user.md"
TRIES = 3
"""How often the model is asked for words that it may say, before the user counts as failed."""

_QUOTED = re.compile(r"[\"“«]([^\"”»]{2,})[\"”»]")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MANNERS = {
    "plain": "You speak plainly.",
    "brief": "You say no more words than it takes.",
    "polite": "You are polite.",
    "chatty": "You like to chat.",
}


@dataclass(frozen=True, slots=True)
class UserSettings:
    """How a language model plays the user."""

    model: str
    temperature: float | None = None
    max_tokens: int = 1024


class ChatUser:
    """Lets a model find the words where a user is asked something; when to speak, go on or leave is `verdict`'s.

    The model is told what the user wants and who it is, and neither the truth nor what later requests give. What it
    says is checked; if it cannot be said, the model is told why and asked again.
    """

    def __init__(self, chat: Chat, settings: UserSettings, place: str) -> None:
        """Talk over `chat`; `place` says where the model is: elsewhere it is another one."""
        self._chat, self._settings, self._place = chat, settings, place
        self._prompt = Prompt.load(PROMPT)
        told = {**asdict(settings), "place": place, "prompt": self._prompt.text, "tries": TRIES}
        self.configuration = hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    async def hear(self, talk: Talk) -> Response:
        """Go on or leave, or let the model answer; UserError if its endpoint fails or it cannot be held to the task."""
        return verdict(talk) or await self._words(talk)

    async def _words(self, talk: Talk) -> Response:
        messages = [Message(role="user", text=self._asked(talk))]
        replies: list[Reply] = []
        faults: tuple[str, ...] = ()
        for _ in range(TRIES):
            try:
                reply = await self._chat.ask(self._request(talk, messages))
            except ChatError as error:
                raise UserError(f"the user's model gave no answer: {error}", replies) from error
            replies.append(reply)
            words = reply.text.strip()
            faults = faults_of(words, talk) if reply.finish == "stop" else (f"is no whole answer: {reply.finish}",)
            if not faults:
                return Response(words, replies=tuple(replies))
            corrected = f"You cannot say that: it {'; it '.join(faults)}. Say something else, as the user."
            messages += [Message(role="assistant", text=reply.text), Message(role="user", text=corrected)]
        raise UserError(f"the user's model was asked {TRIES} times, and what it said last {'; '.join(faults)}", replies)

    def _request(self, talk: Talk, messages: list[Message]) -> ChatRequest:
        return ChatRequest(
            model=self._settings.model,
            messages=tuple(messages),
            max_tokens=self._settings.max_tokens,
            temperature=self._settings.temperature,
            draw=f"user/{self._place}/{talk.task.id}/{talk.seed}/{talk.trial}",
        )

    def _asked(self, talk: Talk) -> str:
        said = "\n".join(f"User: {turn.query}\nAssistant: {turn.answer}" for turn in talk.turns)
        wish = talk.request.plain or talk.request.query
        return self._prompt.render({"person": person(talk.task.persona), "wish": wish, "talk": said})


def faults_of(words: str, talk: Talk) -> tuple[str, ...]:
    """Return what keeps words from being said by the user: nothing said, a fact given away, something out of nowhere.

    Known is what the user has said or meant so far, who it is, and what the policy has told it. Numbers and times are
    looked for as such; a fact is looked for if it is a word or an id, since anybody may say "yes" or "one".
    """
    if not words:
        return ("says nothing",)
    said, known = read(words), read(_known(talk))
    worded = [fact for fact in talk.task.criteria.facts if fact.type in ("str", "id") and len(fact.text) > 2]
    facts = [fact for fact in worded if states(said, fact) and not states(known, fact)]
    invented = dict.fromkeys(_invented(words, said, known))
    return (
        *(f"gives away the {fact.name} that the policy is to find" for fact in facts),
        *(f"tells {each}, which the user cannot know" for each in invented),
    )


def _known(talk: Talk) -> str:
    persona = talk.task.persona
    meant = [request.plain for request in talk.task.turns[: len(by_request(talk.turns))]]
    heard = [text for turn in talk.turns for text in (turn.query, turn.answer)]
    return "\n".join([*meant, *heard, *([persona.name, persona.email] if persona else [])])


def _invented(words: str, said: Spoken, known: Spoken) -> Iterator[str]:
    """Yield ids, addresses, quotations, numbers in digits and times of a text that another does not hold."""
    yield from (each for each in said.ids if each not in known.ids)
    yield from (each for each in _ADDRESS.findall(words) if not known.has_words(each))
    yield from (f'"{each}"' for each in _QUOTED.findall(words) if not known.has_words(each.strip(" .,!?")))
    numbers = {amount.value for amount in known.amounts}
    for amount in said.amounts:
        digits = f"{amount.value.copy_abs():f}"
        if amount.value not in numbers and re.search(rf"(?<!\d){re.escape(digits)}(?!\d)", words.replace(",", "")):
            yield digits
    times = [moment for moments in known.moments for moment in moments]
    for moments in said.moments:
        if not any(_agree(moment, other) for moment in moments for other in times):
            yield "a date or time"


def _agree(said: Moment, known: Moment) -> bool:
    """Whether a moment is one that is known, or its day."""
    is_year = None in (said.year, known.year) or said.year == known.year
    is_day = is_year and (said.month, said.day) == (known.month, known.day)
    return is_day and (said.hour is None or (said.hour, said.minute) == (known.hour, known.minute))


def person(persona: Persona | None) -> str:
    """Say in the second person who a user is and how it speaks."""
    if persona is None:
        return "Somebody who wants something done."
    name = f"Your name is {persona.name}." if persona.name else "You have not told your name."
    email = f"Your e-mail address is {persona.email}." if persona.email else ""
    return " ".join(part for part in (name, email, _MANNERS.get(persona.manner, "")) if part)
