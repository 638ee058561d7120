import pytest

from envkit.still import StillWorld
from envkit.store import Store
from envkit.world import World


@pytest.fixture
def both(tiny_air, store: Store):
    return World(store.reading()), StillWorld(store.reading())


def kinds(tiny_air):
    return {row for tool in tiny_air.tools.values() for row in (*tool.reads, *tool.writes)}


def test_it_answers_as_a_world_does(tiny_air, both):
    world, still = both

    for kind in kinds(tiny_air):
        assert still.all(kind) == world.all(kind)
        for row in world.all(kind):
            assert still.get(kind, row.id) == row
            for column in kind.model_fields:
                assert still.all(kind, **{column: getattr(row, column)}) == world.all(
                    kind, **{column: getattr(row, column)}
                )
            pair = {name: getattr(row, name) for name in list(kind.model_fields)[1:3]}
            assert still.all(kind, **pair) == world.all(kind, **pair)


def test_it_knows_no_row_that_is_not_there(tiny_air, both):
    _, still = both

    for kind in kinds(tiny_air):
        assert still.find(kind, "none_000000") is None
        assert still.find(kind, None) is None
        assert still.all(kind, id="none_000000") == []


def test_a_table_is_read_once(tiny_air, store: Store):
    connection = store.reading()
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    still = StillWorld(connection)

    for kind in kinds(tiny_air):
        for row in still.all(kind):
            still.all(kind, id=row.id)

    connection.set_trace_callback(None)
    assert len(statements) == len(kinds(tiny_air))
