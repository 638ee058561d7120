"""A shift is put in place for one call, and leaves nothing behind."""

from generator.casebook import Edit
from generator.shift import Shift, Shifted
from tests.generator.emitting import lending_world

WORLD = lending_world().copy()
FIRST, SECOND = WORLD.tables.all("item")[:2]


def of(row_id: str, deposit: int) -> Shift:
    return Shift((Edit("item", row_id, {"deposit": deposit}),), {"item_id": row_id})


def test_values_are_shifted_for_a_while() -> None:
    before = WORLD.state()
    both = of(FIRST.id, 5).with_edits_of(of(FIRST.id, 6)).with_edits_of(of(SECOND.id, 7))

    with Shifted(WORLD.tables, both):
        assert [FIRST.values["deposit"], SECOND.values["deposit"]] == [6, 7]

    assert WORLD.state() == before


def test_what_is_known_of_the_rows_is_known_again_after_it() -> None:
    places = [("item", "deposit"), ("item", "label")]
    before, found = WORLD.tables.stamps(places), WORLD.tables.index("item", ("deposit",))

    with Shifted(WORLD.tables, of(FIRST.id, 5)):
        assert WORLD.tables.stamps(places) != before
        assert WORLD.tables.index("item", ("deposit",)) == {5: [FIRST]} | {
            value: rows for value, rows in (found or {}).items() if rows != [FIRST]
        }

    assert WORLD.tables.stamps(places) == before
    assert WORLD.tables.index("item", ("deposit",)) is found


def test_the_same_changes_have_the_same_key_however_they_came_together() -> None:
    one, other = of(FIRST.id, 5), of(SECOND.id, 7)

    assert one.with_edits_of(other).key == Shift(one.edits + other.edits, one.arguments).key
    assert one.with_edits_of(other).key != other.with_edits_of(one).key
