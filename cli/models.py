"""The options by which a verb is given a language model, and the client they open."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import wraps

import click

from chat.budget import Budget, Prices
from chat.cache import Cache
from chat.client import ChatClient, Endpoint, only_model
from cli.output import ComplaintError
from cli.settings import Settings

OPENAI = "https://api.openai.com/v1"
_URLS = ("http://", "https://")

_OPTIONS = (
    click.option("--base-url", default=OPENAI, show_default=True, metavar="URL", help="The model's endpoint."),
    click.option("--price", type=(float, float), default=(0.0, 0.0), metavar="IN OUT", help="Of a million tokens."),
    click.option("--budget-tokens", type=click.IntRange(1), metavar="N", help="Stop before spending more tokens."),
    click.option(
        "--budget-money", type=click.FloatRange(0), metavar="X", help="Stop before spending more, by --price."
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(0, min_open=True),
        default=300,
        show_default=True,
        help="Seconds that an answer of the model may take.",
    ),
)


@dataclass(frozen=True, slots=True)
class ModelWish:
    """Which model is to be asked, and what that may cost; see the options. At most `requests` are made at once."""

    name: str
    url: str
    prices: Prices
    tokens: int | None
    money: float | None
    timeout_s: float
    requests: int = 8
    tokens_a_minute: int | None = None


def model_options(told: str, *, required: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add `--model`, which `told` explains, and the options around it; the verb takes them as one `wish`.

    Without the option there is none, unless it is `required`.
    """

    def decorate(verb: Callable[..., None]) -> Callable[..., None]:
        @wraps(verb)
        def wrapped(
            *arguments: object,
            model: str | None,
            base_url: str,
            price: tuple[float, float],
            budget_tokens: int | None,
            budget_money: float | None,
            timeout: float,
            **others: object,
        ) -> None:
            wish = None
            if model is not None and model.startswith(_URLS):
                model, base_url = _served_at(model, base_url), model
            if model is not None:
                wish = ModelWish(model, base_url, Prices(*price), budget_tokens, budget_money, timeout)
            verb(*arguments, wish=wish, **others)

        decorated: Callable[..., None] = wrapped
        told_too = f"{told} A URL: the one model that is served there."
        named = click.option("--model", metavar="NAME|URL", required=required, help=told_too)
        for option in reversed((named, *_OPTIONS)):
            decorated = option(decorated)
        return decorated

    return decorate


def _served_at(url: str, base_url: str) -> str:
    if base_url != OPENAI:
        raise ComplaintError(f"--model {url} says where, and so does --base-url {base_url}; leave one of them out")
    settings = click.get_current_context().find_object(Settings)
    return only_model(url, settings.model_key if settings else "")


@asynccontextmanager
async def asking(
    settings: Settings, wish: ModelWish, subject: str, *, key: str | None = None
) -> AsyncIterator[ChatClient]:
    """Open a client that keeps to the wish; what was answered before is not paid for again. `key`: another one."""
    endpoint = Endpoint(
        wish.url,
        settings.model_key if key is None else key,
        timeout_s=wish.timeout_s,
        concurrency=wish.requests,
        tokens_a_minute=wish.tokens_a_minute,
    )
    budget = Budget(wish.prices, tokens=wish.tokens, money=wish.money)
    cache = Cache(settings.runs / "chat")
    async with ChatClient.open(endpoint, budget=budget, cache=cache, chance=random.Random(subject)) as chat:
        yield chat
