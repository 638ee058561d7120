"""The options that say how a language model plays, how the user does, and what an episode may take."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import Literal

import click

from chat.budget import Prices
from chat.client import Chat
from cli.models import ModelWish, asking, model_options
from cli.output import ComplaintError
from cli.settings import Settings
from rollouts.chat_policy import ChatPolicy, ChatSettings
from rollouts.chat_user import ChatUser, UserSettings
from rollouts.engines.engine import Limits
from rollouts.lineup import CHAT, NAMES
from rollouts.policy import Policy
from rollouts.user import FixedUser, ScriptedUser, User

UserKind = Literal["fixed", "scripted", "model"]

POLICY, USER = "policy", "user"
"""The roles that a language model can play."""

MODEL_DEADLINE_S = 3600.0
_DEFAULTS, _LIMITS = ChatSettings(""), Limits()
temperature_option = click.option(
    "--temperature", type=click.FloatRange(0), metavar="X", help="Of the model; its own by default."
)
max_tokens_option = click.option(
    "--max-tokens", type=click.IntRange(1), default=_DEFAULTS.max_tokens, show_default=True, help="Of a reply."
)
window_option = click.option(
    "--window", type=click.IntRange(1), metavar="N", help="Tokens that the model's context holds."
)
_OPTIONS = (
    temperature_option,
    max_tokens_option,
    window_option,
    click.option("--episode-tokens", type=click.IntRange(1), metavar="N", help="Tokens that an episode may take."),
    click.option(
        "--observation",
        type=click.IntRange(1),
        default=_DEFAULTS.most_chars,
        show_default=True,
        help="Characters of an observation that the model is shown.",
    ),
    click.option("--return-reasoning", is_flag=True, help="Send the model its thoughts of this turn again."),
    click.option("--logprobs", is_flag=True, help="Ask for the logprobs of tokens, and keep them."),
    click.option("--token-ids", is_flag=True, help="Ask for the ids of tokens, as vLLM does, and keep them."),
    click.option("--requests", type=click.IntRange(1), default=8, show_default=True, help="To a model at once."),
    click.option("--tokens-a-minute", type=click.IntRange(1), metavar="N", help="Ask a model for no more."),
    click.option(
        "--user",
        type=click.Choice(("fixed", "scripted", "model")),
        default="fixed",
        show_default=True,
        help="Who hears the answers: nobody, the task's own words, or a model.",
    ),
    click.option("--user-model", metavar="NAME", help="The model that plays the user; that of --model."),
    click.option("--user-url", metavar="URL", help="Its endpoint; that of --base-url."),
    click.option("--user-price", type=(float, float), metavar="IN OUT", help="Its prices; those of --price."),
    click.option("--calls", type=click.IntRange(1), default=_LIMITS.budget, show_default=True, help="Of an episode."),
    click.option(
        "--deadline",
        type=click.FloatRange(0, min_open=True),
        metavar="S",
        help=f"Seconds that an episode may take; {_LIMITS.timeout_s:g}, or {MODEL_DEADLINE_S:g} if a model plays.",
    ),
)


@dataclass(frozen=True, slots=True)
class Players:
    """How the model plays (None: none does), who the user is, which model plays it, and what an episode may take."""

    wish: ModelWish | None = None
    chat: ChatSettings = _DEFAULTS
    user: UserKind = "fixed"
    user_wish: ModelWish | None = None
    limits: Limits = _LIMITS

    def name(self, policy: str) -> str:
        """Return what a policy is called in episodes, by its name in a lineup."""
        return f"{CHAT}:{self.chat.model}" if policy == CHAT else policy


ALONE = Players()
"""No language model plays, and the user says what the task says."""


def player_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options; the command takes them as one `players`, beside its `names` of policies."""

    @wraps(command)
    def gathered(
        *arguments: object,
        names: tuple[str, ...],
        wish: ModelWish | None,
        temperature: float | None,
        max_tokens: int,
        window: int | None,
        episode_tokens: int | None,
        observation: int,
        return_reasoning: bool,
        logprobs: bool,
        token_ids: bool,
        requests: int,
        tokens_a_minute: int | None,
        user: UserKind,
        user_model: str | None,
        user_url: str | None,
        user_price: tuple[float, float] | None,
        calls: int,
        deadline: float | None,
        **others: object,
    ) -> None:
        if wish is not None and wish.name in NAMES:
            names, wish = tuple(dict.fromkeys((*names, wish.name))), None
        if wish is not None:
            wish = replace(wish, requests=requests, tokens_a_minute=tokens_a_minute)
        _require_sense(names, wish, user, user_model)
        if wish is not None and user != "model":
            names = names or (CHAT,)
        chat = ChatSettings(
            wish.name if wish else "",
            temperature,
            max_tokens,
            observation,
            window,
            episode_tokens,
            return_reasoning,
            logprobs,
            token_ids,
        )
        user_wish = _user_wish(wish, user_model, user_url, user_price) if wish and user == "model" else None
        timeout_s = deadline or (MODEL_DEADLINE_S if wish else _LIMITS.timeout_s)
        players = Players(wish, chat, user, user_wish, Limits(calls, timeout_s))
        command(*arguments, names=names, players=players, **others)

    decorated: Callable[..., None] = gathered
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return model_options(f"The language model that plays as --policy chat; or {', '.join(NAMES)}, as --policy.")(
        decorated
    )


def roles(players: Players) -> tuple[str, ...]:
    """Name what language models play: the policy, the user, both or neither."""
    wishes = {POLICY: players.wish, USER: players.user_wish}
    return tuple(role for role, wish in wishes.items() if wish is not None)


@asynccontextmanager
async def chats(players: Players, settings: Settings) -> AsyncIterator[Mapping[str, Chat]]:
    """Open a client for each role that a language model plays."""
    opened: dict[str, Chat] = {}
    async with AsyncExitStack() as stack:
        if players.wish is not None:
            opened[POLICY] = await stack.enter_async_context(asking(settings, players.wish, POLICY))
        if players.user_wish is not None:
            assert players.wish is not None, "the user's model is said beside the policy's"
            # A key goes to no other place than its own.
            key = settings.model_key if players.user_wish.url == players.wish.url else settings.user_key
            opened[USER] = await stack.enter_async_context(asking(settings, players.user_wish, USER, key=key))
        yield opened


def seats(players: Players, opened: Mapping[str, Chat]) -> tuple[Policy | None, User]:
    """Return the policy that is a language model, if one plays, and the user, given what asks the models."""
    chat: Policy | None = None
    if players.wish is not None:
        chat = ChatPolicy(opened[POLICY], players.chat, players.wish.url)
    if players.user_wish is not None:
        return chat, ChatUser(opened[USER], UserSettings(players.user_wish.name), players.user_wish.url)
    return chat, ScriptedUser() if players.user == "scripted" else FixedUser()


def _user_wish(wish: ModelWish, name: str | None, url: str | None, price: tuple[float, float] | None) -> ModelWish:
    prices = Prices(*price) if price else wish.prices
    return replace(wish, name=name or wish.name, url=url or wish.url, prices=prices)


def _require_sense(names: Sequence[str], wish: ModelWish | None, user: UserKind, user_model: str | None) -> None:
    if CHAT in names and wish is None:
        raise ComplaintError("--policy chat expects the name of a model; add --model NAME")
    if user == "model" and wish is None:
        raise ComplaintError("--user model expects the name of a model; add --model NAME")
    if wish is not None and names and CHAT not in names and user != "model":
        raise ComplaintError(f"--model {wish.name} plays as --policy chat, which is not among the policies; add it")
    if user_model is not None and user != "model":
        raise ComplaintError(f"--user-model {user_model} plays the user only with --user model; add it")
