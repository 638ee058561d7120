"""`envfarm draft` makes a blueprint from a resource: compiled, or drafted with a language model."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from chat.budget import Budget, Prices
from chat.cache import Cache
from chat.client import ChatClient, Endpoint
from chat.messages import Reply
from cli.build import built_with_bar
from cli.costs import figures
from cli.output import ComplaintError, FindingsError, json_option, progress, show, write
from cli.proof import summary
from cli.settings import Settings, emission_folder
from cli.verify import verified
from generator.blueprint import Blueprint
from generator.compile import Compiled, compile, dump, read_overlay, shipped_overlay
from generator.draft import TOPIC, Drafted, Material, Order, Subject, draft, material_of, prove, topic, written
from generator.finding import Finding
from generator.readers import read
from registry.admit import Asked
from registry.cost import Cost, Spent, total
from registry.ledger import Ledger

OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class _Wish:
    """How a draft with a model is wanted; see the options."""

    model: str
    url: str
    prices: Prices
    tokens: int | None
    money: float | None
    rounds: int
    timeout_s: float


@click.command("draft")
@click.argument("reference", metavar="RESOURCE")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it here, not to stdout."
)
@click.option("--overlay", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Reviewed additions.")
@click.option("--plain", is_flag=True, help="Only what the document says, without the overlay that came for it.")
@click.option("--licence", default="", metavar="NAME", help="Of RESOURCE, where the document states none.")
@click.option("--model", metavar="NAME", help="Draft with this language model.")
@click.option("--base-url", default=OPENAI, show_default=True, metavar="URL", help="The model's endpoint.")
@click.option("--price", type=(float, float), default=(0.0, 0.0), metavar="IN OUT", help="Of a million tokens.")
@click.option("--budget-tokens", type=click.IntRange(1), metavar="N", help="Stop before spending more tokens.")
@click.option("--budget-money", type=click.FloatRange(0), metavar="X", help="Stop before spending more, by --price.")
@click.option("--rounds", type=click.IntRange(0), default=3, show_default=True, help="Repairs of a stage, and of all.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=300, show_default=True, help="Seconds.")
@json_option
@click.pass_obj
def draft_command(
    settings: Settings,
    reference: str,
    out: Path | None,
    overlay: Path | None,
    plain: bool,
    licence: str,
    model: str | None,
    base_url: str,
    price: tuple[float, float],
    budget_tokens: int | None,
    budget_money: float | None,
    rounds: int,
    timeout: float,
    as_json: bool,
) -> None:
    """Draft a blueprint from an API description: compile it, or have a language model write it.

    RESOURCE is a file (OpenAPI 3, Swagger 2, Google Discovery, botocore, Smithy 2, MCP tools, or a page of
    documentation), `google:tasks.v1`, `botocore:sqs`, `mcp:URL` or `"mcp:COMMAND ..."`; with a model also
    `topic:WORDS`. Without --model, what could not be taken over is listed with the reason. With it, the blueprint is repaired until its server
    passes every check, and the server is admitted; exit 1 if that was not reached.
    """
    if overlay is not None and plain:
        raise ComplaintError("--overlay and --plain exclude each other; give one")
    if model is None:
        additions = None if plain else read_overlay(overlay) if overlay is not None else shipped_overlay(reference)
        _compile(compile(read(reference, licence), additions), out, as_json)
        return
    if out is None:
        raise ComplaintError("--model needs --out DOMAIN/SLUG.yaml; folder and file give the environment its name")
    wish = _Wish(model, base_url, Prices(*price), budget_tokens, budget_money, rounds, timeout)
    is_topic = reference.startswith(TOPIC)
    material = topic(reference.removeprefix(TOPIC)) if is_topic else material_of(read(reference, licence))
    _draft(settings, material, out, wish, as_json)


def _compile(compiled: Compiled, out: Path | None, as_json: bool) -> None:
    text = dump(compiled.blueprint)
    if out is not None:
        write(out, text)
    content = {
        "slug": compiled.blueprint.name,
        "tools": len(compiled.blueprint.tools),
        "digest": compiled.blueprint.digest,
        "blueprint": text if out is None else str(out),
        "dropped": [{"what": each.what, "reason": each.reason} for each in compiled.dropped],
    }
    show(content, [text.rstrip("\n") if out is None else _told_of_draft(compiled, out)], as_json=as_json)
    if not as_json:
        for each in compiled.dropped:
            click.echo(f"left out: {each.what}: {each.reason}", err=True)


def _told_of_draft(compiled: Compiled, out: Path) -> str:
    blueprint = compiled.blueprint
    return f"drafted {blueprint.name}: {len(blueprint.entities)} entities, {len(blueprint.tools)} tools: {out}"


def _draft(settings: Settings, material: Material, out: Path, wish: _Wish, as_json: bool) -> None:
    subject = Subject(out.stem, out.resolve().parent.name, material.source)
    order = Order(subject, material, wish.model, wish.rounds)
    drafted, spent = asyncio.run(_drafted(settings, order, wish))
    text = written(drafted, wish.model)
    costs = figures(spent)
    if not drafted.attempt.is_proven:
        kept = out.with_suffix(".attempt")
        write(kept, text)
        content = {"slug": drafted.subject.slug, "status": "unfinished", "kept": str(kept), "stopped": drafted.stopped}
        show({**content, "findings": [str(each) for each in drafted.attempt.findings], **costs}, [], as_json=as_json)
        raise FindingsError(_told_of_end(drafted, kept))
    write(out, text)
    (built,) = built_with_bar([out], emission_folder(settings), 1)
    assert built.folder is not None, "what passed the gate can be emitted"
    (found,) = asyncio.run(verified([built.folder], settings.ledger, 1, Asked(again=True)))
    said = summary(found)
    show(
        {"slug": said["slug"], "status": said["status"], "blueprint": str(out), "folder": str(built.folder), **costs},
        [
            f"{said['status']} {said['slug']}: {spent.answers} answers, {spent.rounds} of them repairs, "
            f"{spent.prompt_tokens + spent.completion_tokens} tokens, {costs['money']} in money: {built.folder}"
        ],
        as_json=as_json,
    )
    if not found.report.passed:
        raise SystemExit(1)


async def _drafted(settings: Settings, order: Order, wish: _Wish) -> tuple[Drafted, Spent]:
    subject = order.subject
    budget = Budget(wish.prices, tokens=wish.tokens, money=wish.money)
    endpoint = Endpoint(wish.url, settings.model_key, timeout_s=wish.timeout_s)
    cache = Cache(settings.runs / "chat")
    with progress("draft") as advance:
        async with (
            Ledger.open(settings.ledger, lambda: datetime.now(UTC)) as ledger,
            ChatClient.open(endpoint, budget=budget, cache=cache, chance=random.Random(subject.slug)) as chat,
        ):

            async def heard(stage: str, round: int, reply: Reply) -> None:
                await ledger.record_cost(_cost(subject.slug, stage, round, reply))
                click.echo(f"{stage}: {'answered' if not round else f'repaired ({round})'}", err=True)

            async def gate(blueprint: Blueprint) -> tuple[Finding, ...]:
                return await prove(blueprint, lambda _slug, done, of: advance(done, of))

            drafted = await draft(order, chat, gate, heard)
            return drafted, total(await ledger.costs(subject.slug))


def _cost(slug: str, stage: str, round: int, reply: Reply) -> Cost:
    return Cost(
        slug=slug,
        request=reply.request,
        stage=stage,
        round=round,
        model=reply.model,
        prompt_tokens=reply.usage.prompt_tokens,
        completion_tokens=reply.usage.completion_tokens,
        micros=reply.micros,
        seconds=reply.seconds,
    )


def _told_of_end(drafted: Drafted, kept: Path) -> str:
    findings = drafted.attempt.findings
    how = "answers so far are kept: run the command again to go on" if drafted.stopped else "allow more --rounds"
    reason = drafted.stopped or "the rounds are over"
    last = f"{reason}; the best attempt, with {len(findings)} findings, is {kept}; {how}"
    return "\n".join([*(f"{drafted.subject.slug}: {finding}" for finding in findings), last])
