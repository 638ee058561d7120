from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from registry.cost import Cost, Spent, total
from registry.ledger import Ledger

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
FIRST = Cost("tasks", "a" * 64, "tools", 0, "m", 10, 5, 7, 0.5)
REPAIR = replace(FIRST, request="b" * 64, round=1)


def test_costs_add_up_and_count_repairs() -> None:
    assert total([FIRST, REPAIR]) == Spent(2, 1, 20, 10, 14, 1.0)
    assert total([]) == Spent()


async def test_an_answer_heard_twice_is_kept_once_for_each_environment(tmp_path: Path) -> None:
    async with Ledger.open(f"sqlite+aiosqlite:///{tmp_path / 'ledger.db'}", clock=lambda: NOON) as ledger:
        for cost in (FIRST, REPAIR, FIRST, replace(FIRST, slug="other")):
            await ledger.record_cost(cost)

        assert await ledger.costs("tasks") == (FIRST, REPAIR)
        assert await ledger.costs("other") == (replace(FIRST, slug="other"),)
        assert await ledger.costs("none") == ()
