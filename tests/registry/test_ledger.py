"""The ledger keeps whole reports and runs, and tells them newest first."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from envkit.manifest import Manifest, read_manifest
from registry.ledger import Ledger, LedgerError, Run
from registry.mutants.verdict import MutantVerdict, MutationReport
from registry.report import CheckResult, Finding, Report

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def url_in(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder}/new/ledger.db"


def report(digest: str) -> Report:
    finding = Finding(check="effects", tool="book_flight", sentence="It books nothing.")
    check = CheckResult(name="effects", number=5, title="effects", status="failed", findings=(finding,))
    return Report(environment="tiny_air", version=1, digest=digest, tier="unproven", checks=(check,))


@pytest.fixture
def manifest(tiny_air_folder: Path) -> Manifest:
    return read_manifest(tiny_air_folder)


async def test_reports_come_back_whole_and_newest_first(manifest: Manifest, tmp_path: Path) -> None:
    async with Ledger.open(url_in(tmp_path), clock=lambda: NOON) as ledger:
        await ledger.record_report(manifest, report("a" * 64))
        await ledger.record_report(manifest, report("b" * 64))

        history = await ledger.history("tiny_air")

    assert [each.report for each in history] == [report("b" * 64), report("a" * 64)]
    assert {each.made_at for each in history} == {NOON}


async def test_the_ledger_outlives_its_process(manifest: Manifest, tmp_path: Path) -> None:
    async with Ledger.open(url_in(tmp_path), clock=lambda: NOON) as ledger:
        await ledger.record_report(manifest, report("a" * 64))

    async with Ledger.open(url_in(tmp_path), clock=lambda: NOON) as ledger:
        assert len(await ledger.history("tiny_air")) == 1


async def test_the_same_version_may_be_verified_again(manifest: Manifest, tmp_path: Path) -> None:
    async with Ledger.open(url_in(tmp_path), clock=lambda: NOON) as ledger:
        await ledger.record_report(manifest, report("a" * 64))
        await ledger.record_report(manifest, report("a" * 64))

        assert len(await ledger.history("tiny_air")) == 2


async def test_the_newest_word_on_the_mutants_of_the_same_files_comes_back_whole(tmp_path: Path) -> None:
    verdict = MutantVerdict(
        id="book/constant/1", operator="constant", tool="book", line=3, before="1", after="2", status="killed"
    )
    first = MutationReport(environment="tiny_air", version=1, digest="a" * 64, verdicts=())
    second = first.model_copy(update={"verdicts": (verdict,)})
    other = first.model_copy(update={"digest": "b" * 64})

    async with Ledger.open(url_in(tmp_path), clock=lambda: NOON) as ledger:
        for each in (first, second, other):
            await ledger.record_mutation(each)

        assert await ledger.latest_mutation("tiny_air", "a" * 64) == second
        assert await ledger.latest_mutation("tiny_air", "c" * 64) is None
        assert await ledger.latest_mutation("other_air", "a" * 64) is None


async def test_sources_are_those_of_the_newest_manifest(manifest: Manifest, tmp_path: Path) -> None:
    source = {"title": "Flights", "url": "https://example.com/flights.json", "sha256": "f" * 64}
    traced = Manifest.model_validate({**manifest.model_dump(), "sources": [source]})

    async with Ledger.open(url_in(tmp_path), clock=lambda: NOON) as ledger:
        await ledger.record_report(traced, report("a" * 64))
        await ledger.record_report(traced, report("b" * 64))

        (found,) = await ledger.sources("tiny_air")

    assert source.items() <= found.items()


async def test_runs_are_kept_by_kind(tmp_path: Path) -> None:
    first = Run("sample", NOON, 1.5, {"tasks": 10}, {"sampled": 9})
    second = Run("sample", NOON, 2.5, {"tasks": 20}, {"sampled": 18})

    async with Ledger.open(url_in(tmp_path), clock=lambda: NOON) as ledger:
        await ledger.record_run(first)
        await ledger.record_run(second)

        assert await ledger.runs("sample") == (second, first)
        assert await ledger.runs("play") == ()


@pytest.mark.parametrize("url", ["nonsense", "sqlite+aiosqlite:////dev/null/ledger.db", "postgresql+nodriver://x/y"])
async def test_a_database_that_cannot_be_used_is_one_sentence(url: str) -> None:
    with pytest.raises(LedgerError, match="the ledger"):
        async with Ledger.open(url, clock=lambda: NOON):
            pass
