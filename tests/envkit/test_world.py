"""What tools can do with a world, through tools of the hand-written environment and through rows of its own."""

from datetime import timedelta

import pytest

from envkit.environment import Environment
from envkit.errors import Refusal
from envkit.rows import Row
from envkit.store import ImageStore
from envkit.world import World


@pytest.fixture
def kinds(tiny_air: Environment) -> dict[str, type[Row]]:
    tools = tiny_air.tools.values()
    return {kind.__name__: kind for tool in tools for kind in (*tool.reads, *tool.writes)}


@pytest.fixture
def world(store: ImageStore) -> World:
    return World(store.writing(), is_writable=True)


def test_a_row_is_the_same_object_however_it_is_reached(world, kinds):
    customer = world.all(kinds["Customer"])[0]

    assert world.get(kinds["Customer"], customer.id) is customer
    assert world.all(kinds["Customer"], email=customer.email) == [customer]


def test_every_name_of_a_row_sees_an_update(world, kinds):
    first, second = (world.all(kinds["Customer"])[0] for _ in range(2))

    world.update(first, name="Zed")

    assert second.name == "Zed"
    assert World(world._connection).get(kinds["Customer"], first.id).name == "Zed"


def test_an_update_of_nothing_changes_nothing(world, kinds):
    customer = world.all(kinds["Customer"])[0]

    assert world.update(customer) is customer


def test_an_unknown_id_is_refused_with_the_tool_that_lists_ids(world, kinds):
    with pytest.raises(Refusal, match=r"No flight has the id 'x'; search_flights shows the ids there are\."):
        world.get(kinds["Flight"], "x")


def test_finding_nothing_gives_none(world, kinds):
    assert world.find(kinds["Flight"], "x") is None
    assert world.find(kinds["Flight"], None) is None


def test_many_rows_come_once_each_in_the_order_given(world, kinds):
    a, b = world.all(kinds["Customer"])[:2]

    assert world.many(kinds["Customer"], [b.id, a.id, b.id]) == [b, a]


def test_many_rows_with_one_unknown_are_refused(world, kinds):
    with pytest.raises(Refusal, match="not_found"):
        world.many(kinds["Customer"], [world.all(kinds["Customer"])[0].id, "x"])


def test_a_new_row_takes_defaults_and_an_id_of_its_own(world, kinds):
    customer, flight = world.all(kinds["Customer"])[0], world.all(kinds["Flight"])[0]
    values = {"customer_id": customer.id, "flight_id": flight.id, "passengers": 1, "price": 5}

    ids = {world.add(kinds["Booking"], **values).id for _ in range(20)}

    assert len(ids) == 20
    assert all(world.get(kinds["Booking"], row_id).status == "confirmed" for row_id in ids)


def test_minting_passes_over_an_id_that_is_taken(world, kinds):
    customer, flight = world.all(kinds["Customer"])[0], world.all(kinds["Flight"])[0]
    values = {"customer_id": customer.id, "flight_id": flight.id, "passengers": 1, "price": 5}
    first = world.add(kinds["Booking"], **values)
    world._connection.execute("DELETE FROM _world WHERE key = 'minted/booking'")

    assert world.add(kinds["Booking"], **values).id != first.id


def test_a_unique_value_that_is_taken_is_refused(world, kinds):
    a, b = world.all(kinds["Customer"])[:2]

    with pytest.raises(Refusal, match="already_exists: Another customer already has the email"):
        world.update(a, email=b.email)
    with pytest.raises(Refusal, match="already_exists"):
        world.add(kinds["Customer"], name="N", email=b.email, credit=0)


def test_a_broken_check_is_a_bug_not_a_refusal(world, kinds):
    customer = world.all(kinds["Customer"])[0]

    with pytest.raises(Exception, match="CHECK constraint failed") as caught:
        world.update(customer, credit=-1)
    assert not isinstance(caught.value, Refusal)


def test_a_move_that_is_not_allowed_is_refused_with_those_that_are(world, kinds):
    booking = world.all(kinds["Booking"])[0]
    world.update(booking, status="cancelled")

    with pytest.raises(Refusal, match="cannot go from cancelled to confirmed; from cancelled it goes to nowhere else"):
        world.update(booking, status="confirmed")


def test_staying_in_a_state_is_no_move(world, kinds):
    booking = world.all(kinds["Booking"])[0]

    assert world.update(booking, status="confirmed").status == "confirmed"


def test_a_row_in_use_cannot_be_deleted(world, kinds):
    booking = world.all(kinds["Booking"])[0]

    with pytest.raises(Refusal, match="in_use"):
        world.delete(world.get(kinds["Customer"], booking.customer_id))


def test_a_deleted_row_is_gone(world, kinds):
    booking = world.all(kinds["Booking"])[0]

    world.delete(booking)

    assert world.find(kinds["Booking"], booking.id) is None


def test_time_passes_by_tick_and_advance_once_the_call_is_over(world):
    before = world.now
    world.advance(timedelta(hours=2))
    assert world.now == before

    world.tick(60)

    assert World(world._connection).now == before + timedelta(hours=2, seconds=60)


def test_time_never_goes_back(world):
    with pytest.raises(AssertionError):
        world.advance(timedelta(seconds=-1))


def test_chance_is_the_same_for_the_same_seed_and_history(store, tiny_air, desk):
    first = World(store.reading()).chance().random()
    twin = World(ImageStore(desk, tiny_air.template(0)).reading()).chance().random()
    other = World(ImageStore(desk, tiny_air.template(1)).reading()).chance().random()

    assert first == twin != other


def test_a_tool_without_writes_cannot_write(store, kinds):
    world = World(store.reading())

    for write in (
        lambda: world.add(kinds["Customer"], name="N", email="n@x", credit=0),
        lambda: world.update(world.all(kinds["Customer"])[0], name="N"),
        lambda: world.delete(world.all(kinds["Booking"])[0]),
    ):
        with pytest.raises(AssertionError, match="declares no writes"):
            write()


def test_search_ignores_case_also_beyond_ascii(world, kinds):
    world.update(world.all(kinds["Customer"])[0], name="Øyvind Åsen")

    page = world.page(kinds["Customer"], search=("øYV", ["name", "email"]), limit=5)

    assert [row.name for row in page.items] == ["Øyvind Åsen"]


def test_pages_follow_each_other_without_gap_or_overlap(world, kinds):
    whole = [row.id for row in world.page(kinds["Flight"], sort="-fare", limit=100).items]
    seen, cursor = [], None
    while True:
        page = world.page(kinds["Flight"], sort="-fare", limit=3, cursor=cursor)
        seen += [row.id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == whole
    assert page.total == len(whole)


def test_bounds_include_both_ends(world, kinds):
    fares = sorted(row.fare for row in world.all(kinds["Flight"]))

    page = world.page(kinds["Flight"], between={"fare": (fares[2], fares[4])}, limit=100)

    assert sorted(row.fare for row in page.items) == fares[2:5]


def test_a_cascade_takes_the_rows_that_point_at_a_row(world, kinds):
    booking = world.all(kinds["Booking"])[0]
    customer = world.get(kinds["Customer"], booking.customer_id)

    world.delete(customer, cascade=[kinds["Booking"]])

    assert world.find(kinds["Customer"], customer.id) is world.find(kinds["Booking"], booking.id) is None
    assert len(world.all(kinds["Booking"])) == 2
