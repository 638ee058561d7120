"""The ledger: what was verified, admitted and run, in an SQL database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from envkit.calls import Json
from envkit.manifest import Manifest
from registry.cost import Cost
from registry.mutants.verdict import MutationReport
from registry.report import Report

Clock = Callable[[], datetime]

_TABLES = MetaData()
_ENVIRONMENTS = Table(
    "environments",
    _TABLES,
    Column("slug", String(120), primary_key=True),
    Column("domain", String(120), nullable=False),
    Column("title", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("tools", Integer, nullable=False),
)
_VERSIONS = Table(
    "versions",
    _TABLES,
    Column("slug", String(120), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("blueprint_digest", String(64), nullable=False),
    Column("tier", String(20), nullable=False),
    Column("verified_at", DateTime(timezone=True), nullable=False),
)
_SOURCES = Table(
    "sources",
    _TABLES,
    Column("slug", String(120), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("format", String(60), nullable=False),
    Column("package", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("retrieved", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
)
_REPORTS = Table(
    "reports",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("slug", String(120), nullable=False, index=True),
    Column("digest", String(64), nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("body", Text, nullable=False),
)
_MUTATIONS = Table(
    "mutations",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("slug", String(120), nullable=False, index=True),
    Column("digest", String(64), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("body", Text, nullable=False),
)
_RUNS = Table(
    "runs",
    _TABLES,
    Column("id", Integer, primary_key=True),
    Column("kind", String(60), nullable=False, index=True),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("figures", JSON, nullable=False),
)

_COSTS = Table(
    "costs",
    _TABLES,
    Column("slug", String(120), primary_key=True),
    Column("request", String(64), primary_key=True),
    Column("stage", String(60), nullable=False),
    Column("round", Integer, nullable=False),
    Column("model", String(200), nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("micros", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)


class LedgerError(Exception):
    """The ledger's database cannot be used; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Verified:
    """One verification of an environment, as the ledger remembers it."""

    made_at: datetime
    report: Report


@dataclass(frozen=True, slots=True)
class Run:
    """One piece of work (`sample`, `play`, `evaluate`, ...): what it was asked and the figures it ended with."""

    kind: str
    started_at: datetime
    seconds: float
    arguments: Mapping[str, Json]
    figures: Mapping[str, Json]


class Ledger:
    """An open ledger. `clock` tells the wall time that new entries are stamped with."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, clock: Clock) -> AsyncIterator[Ledger]:
        """Open the ledger at an SQLAlchemy URL (`sqlite+aiosqlite:///runs/ledger.db`), making its tables on first use.

        Raises LedgerError if the database cannot be reached.
        """
        try:
            engine = create_async_engine(url)
        except (SQLAlchemyError, ModuleNotFoundError) as error:
            raise LedgerError(f"the ledger's URL cannot be used: {error}") from error
        try:
            try:
                _make_folder(engine)
                async with engine.begin() as connection:
                    await connection.run_sync(_TABLES.create_all)
            except (SQLAlchemyError, OSError) as error:
                shown = engine.url.render_as_string(hide_password=True)
                raise LedgerError(f"the ledger {shown} cannot be opened: {_first_line(error)}") from error
            yield cls(engine, clock)
        finally:
            await engine.dispose()

    async def record_report(self, manifest: Manifest, report: Report) -> None:
        """Keep a whole report, and make its environment, version and sources those of the manifest; or LedgerError."""
        now = self._clock()
        async with self._writing() as connection:
            await _record_environment(connection, manifest)
            await _record_version(connection, manifest, report, now)
            body = report.model_dump_json()
            row = {
                "slug": manifest.slug,
                "digest": report.digest,
                "passed": report.passed,
                "made_at": now,
                "body": body,
            }
            await connection.execute(insert(_REPORTS).values(row))

    async def record_mutation(self, report: MutationReport) -> None:
        """Keep what became of an environment's mutants; or LedgerError."""
        row = {
            "slug": report.environment,
            "digest": report.digest,
            "made_at": self._clock(),
            "body": report.model_dump_json(),
        }
        async with self._writing() as connection:
            await connection.execute(insert(_MUTATIONS).values(row))

    async def record_run(self, run: Run) -> None:
        """Keep what a piece of work was asked and what came of it; or LedgerError."""
        row = {
            "kind": run.kind,
            "started_at": run.started_at,
            "seconds": run.seconds,
            "arguments": dict(run.arguments),
            "figures": dict(run.figures),
        }
        async with self._writing() as connection:
            await connection.execute(insert(_RUNS).values(row))

    async def record_cost(self, cost: Cost) -> None:
        """Keep what an answer cost, unless that is known: an answer heard again is not paid again; or LedgerError."""
        same = (_COSTS.c.slug == cost.slug) & (_COSTS.c.request == cost.request)
        async with self._writing() as connection:
            if (await connection.execute(select(_COSTS.c.slug).where(same))).first() is None:
                await connection.execute(insert(_COSTS).values(**asdict(cost), made_at=self._clock()))

    async def costs(self, slug: str) -> tuple[Cost, ...]:
        """Return what the answers for an environment cost, in the order they came."""
        query = select(_COSTS).where(_COSTS.c.slug == slug).order_by(_COSTS.c.made_at, _COSTS.c.round)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple(Cost(**{name: row[name] for name in row if name != "made_at"}) for row in rows)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            shown = self._engine.url.render_as_string(hide_password=True)
            raise LedgerError(f"the ledger {shown} cannot be written: {_first_line(error)}") from error

    async def history(self, slug: str) -> tuple[Verified, ...]:
        """Return every verification of an environment, the newest first."""
        query = (
            select(_REPORTS.c.made_at, _REPORTS.c.body).where(_REPORTS.c.slug == slug).order_by(_REPORTS.c.id.desc())
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(Verified(_aware(made_at), Report.model_validate_json(body)) for made_at, body in rows)

    async def latest(self, slug: str, digest: str) -> Report | None:
        """Return the newest report about an environment with exactly this digest, if there is one."""
        body = await self._newest(_REPORTS, slug, digest)
        return None if body is None else Report.model_validate_json(body)

    async def latest_mutation(self, slug: str, digest: str) -> MutationReport | None:
        """Return the newest word on the mutants of an environment with exactly this digest, if there is one."""
        body = await self._newest(_MUTATIONS, slug, digest)
        return None if body is None else MutationReport.model_validate_json(body)

    async def _newest(self, table: Table, slug: str, digest: str) -> str | None:
        same = (table.c.slug == slug) & (table.c.digest == digest)
        query = select(table.c.body).where(same).order_by(table.c.id.desc()).limit(1)
        async with self._engine.connect() as connection:
            body: str | None = (await connection.execute(query)).scalar_one_or_none()
        return body

    async def runs(self, kind: str) -> tuple[Run, ...]:
        """Return every run of a kind, the newest first."""
        query = select(_RUNS).where(_RUNS.c.kind == kind).order_by(_RUNS.c.id.desc())
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(Run(row.kind, _aware(row.started_at), row.seconds, row.arguments, row.figures) for row in rows)

    async def sources(self, slug: str) -> tuple[Mapping[str, str], ...]:
        """Return where an environment's shape was taken from, as its newest manifest says."""
        query = select(_SOURCES).where(_SOURCES.c.slug == slug).order_by(_SOURCES.c.place)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return tuple({name: row[name] for name in row if name not in ("slug", "place")} for row in rows)


async def _record_environment(connection: AsyncConnection, manifest: Manifest) -> None:
    await connection.execute(delete(_ENVIRONMENTS).where(_ENVIRONMENTS.c.slug == manifest.slug))
    row = {
        "slug": manifest.slug,
        "domain": manifest.domain,
        "title": manifest.title,
        "version": manifest.version,
        "tools": len(manifest.tools),
    }
    await connection.execute(insert(_ENVIRONMENTS).values(row))
    await connection.execute(delete(_SOURCES).where(_SOURCES.c.slug == manifest.slug))
    sources = [
        {"slug": manifest.slug, "place": place, **source.model_dump()} for place, source in enumerate(manifest.sources)
    ]
    if sources:
        await connection.execute(insert(_SOURCES), sources)


async def _record_version(connection: AsyncConnection, manifest: Manifest, report: Report, now: datetime) -> None:
    same = (_VERSIONS.c.slug == manifest.slug) & (_VERSIONS.c.digest == report.digest)
    await connection.execute(delete(_VERSIONS).where(same))
    row = {
        "slug": manifest.slug,
        "digest": report.digest,
        "version": manifest.version,
        "blueprint_digest": manifest.blueprint_digest,
        "tier": report.tier,
        "verified_at": now,
    }
    await connection.execute(insert(_VERSIONS).values(row))


def _make_folder(engine: AsyncEngine) -> None:
    database = make_url(engine.url).database
    if engine.dialect.name == "sqlite" and database and not database.startswith((":memory:", "file:")):
        Path(database).parent.mkdir(parents=True, exist_ok=True)


def _aware(moment: datetime) -> datetime:
    # SQLite keeps no time zone; every entry is written in UTC.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
