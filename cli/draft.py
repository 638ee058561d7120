"""`envfarm draft` makes a blueprint from a resource: compiled, or drafted with a language model."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from chat.messages import Reply
from cli.build import built_with_bar
from cli.compiled import Source, compiled, write_compiled, write_outline
from cli.costs import cost_of, figures
from cli.models import ModelWish, asking, model_options
from cli.output import ComplaintError, FindingsError, json_option, progress, show, write
from cli.proof import summary
from cli.settings import Settings, emission_folder
from cli.verify import verified
from generator.blueprint import Blueprint
from generator.compile import Compiled, dump
from generator.draft import TOPIC, Drafted, Material, Order, Subject, draft, material_of, prove, topic, written
from generator.finding import Finding
from generator.load import load
from generator.outline import SHIPPED, Outline, outlined
from generator.readers import read
from registry.admit import Asked
from registry.cost import Spent, total
from registry.ledger import Ledger


@click.command("draft")
@click.argument("reference", metavar="RESOURCE")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it here, not to stdout."
)
@click.option("--overlay", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Reviewed additions.")
@click.option("--plain", is_flag=True, help="Only what the document says, without the overlay that came for it.")
@click.option("--licence", default="", metavar="NAME", help="Of RESOURCE, where the document states none.")
@model_options("Draft with this language model.")
@click.option("--rounds", type=click.IntRange(0), default=3, show_default=True, help="Repairs of a stage, and of all.")
@json_option
@click.pass_obj
def draft_command(
    settings: Settings,
    reference: str,
    out: Path | None,
    overlay: Path | None,
    plain: bool,
    licence: str,
    wish: ModelWish | None,
    rounds: int,
    as_json: bool,
) -> None:
    """Draft a blueprint from an API description: compile it, or have a language model write it.

    RESOURCE is a file (OpenAPI 3, Swagger 2, Google Discovery, botocore, Smithy 2, MCP tools, or a page of
    documentation), `google:tasks.v1`, `botocore:sqs`, `mcp:URL` or `"mcp:COMMAND ..."`; with a model also
    `topic:WORDS`. Without --model, what could not be taken over is listed with the reason. With it, the blueprint is
    repaired until its server passes every check, and the server is admitted; exit 1 if that was not reached.
    """
    if overlay is not None and plain:
        raise ComplaintError("--overlay and --plain exclude each other; give one")
    if wish is None:
        _compile(compiled(reference, licence, str(overlay) if overlay else "" if plain else SHIPPED), out, as_json)
        return
    if out is None:
        raise ComplaintError("--model needs --out DOMAIN/SLUG.yaml; folder and file give the environment its name")
    resource = None if reference.startswith(TOPIC) else read(reference, licence)
    material = topic(reference.removeprefix(TOPIC)) if resource is None else material_of(resource)
    blueprint = _draft(settings, material, out, wish, rounds, as_json)
    if resource is not None:
        sources = (outlined(blueprint, resource),)
        outline = Outline(maker="drafted", reference=reference, licence=licence, sources=sources)
        write_outline(out, outline)


def _compile(source: Source, out: Path | None, as_json: bool) -> None:
    made = source.compiled
    if out is not None:
        write_compiled(out, source)
    text = dump(made.blueprint)
    content = {
        "slug": made.blueprint.name,
        "tools": len(made.blueprint.tools),
        "digest": made.blueprint.digest,
        "blueprint": text if out is None else str(out),
        "dropped": [{"what": each.what, "reason": each.reason} for each in made.dropped],
    }
    show(content, [text.rstrip("\n") if out is None else _told_of_draft(made, out)], as_json=as_json)
    if not as_json:
        for each in made.dropped:
            click.echo(f"left out: {each.what}: {each.reason}", err=True)


def _told_of_draft(compiled: Compiled, out: Path) -> str:
    blueprint = compiled.blueprint
    return f"drafted {blueprint.name}: {len(blueprint.entities)} entities, {len(blueprint.tools)} tools: {out}"


def _draft(settings: Settings, material: Material, out: Path, wish: ModelWish, rounds: int, as_json: bool) -> Blueprint:
    subject = Subject(out.stem, out.resolve().parent.name, material.source)
    order = Order(subject, material, wish.name, rounds)
    drafted, spent = asyncio.run(_drafted(settings, order, wish))
    text = written(drafted, wish.name)
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
    return load(out)


async def _drafted(settings: Settings, order: Order, wish: ModelWish) -> tuple[Drafted, Spent]:
    subject = order.subject
    with progress("draft") as advance:
        async with (
            Ledger.open(settings.ledger, lambda: datetime.now(UTC)) as ledger,
            asking(settings, wish, subject.slug) as chat,
        ):

            async def heard(stage: str, round: int, reply: Reply) -> None:
                await ledger.record_cost(cost_of(subject.slug, stage, round, reply))
                click.echo(f"{stage}: {'answered' if not round else f'repaired ({round})'}", err=True)

            async def gate(blueprint: Blueprint) -> tuple[Finding, ...]:
                return await prove(blueprint, lambda _slug, done, of: advance(done, of))

            drafted = await draft(order, chat, gate, heard)
            return drafted, total(await ledger.costs(subject.slug))


def _told_of_end(drafted: Drafted, kept: Path) -> str:
    findings = drafted.attempt.findings
    how = "answers so far are kept: run the command again to go on" if drafted.stopped else "allow more --rounds"
    reason = drafted.stopped or "the rounds are over"
    last = f"{reason}; the best attempt, with {len(findings)} findings, is {kept}; {how}"
    return "\n".join([*(f"{drafted.subject.slug}: {finding}" for finding in findings), last])
