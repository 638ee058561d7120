"""What one call does to a world at rest."""

import shutil
from pathlib import Path

import pytest

from envkit.environment import Answer, Environment
from envkit.errors import require
from envkit.hosted import load
from envkit.rows import Result
from envkit.store import Desk, ImageStore, StoreError
from envkit.world import World


class Done(Result):
    pass


@pytest.fixture
def copy(tiny_air_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_air_folder, tmp_path / "tiny_air"))


def ids(ask) -> tuple[str, str]:
    """Return a customer who can pay, and a flight that has not left."""
    customer = ask("find_customer", {})["items"][-1]["id"]
    return customer, ask("search_flights", {"sort": "departs_at"})["items"][2]["id"]


def test_a_write_changes_exactly_what_it_says(ask, tiny_air, store):
    customer, flight = ids(ask)

    booked = ask("book_flight", {"customer_id": customer, "flight_id": flight, "passengers": 2})

    diff = tiny_air.diff(tiny_air.template(0), store.image())
    assert diff.added == {"booking": {booked["booking"]["id"]: booked["booking"]}}
    assert {name: set(rows) for name, rows in diff.changed.items()} == {"customer": {customer}, "flight": {flight}}
    assert not diff.removed


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("get_flight", {"flight_id": "x"}, "not_found"),
        ("get_flight", {}, "invalid_argument"),
        ("search_flights", {"cursor": "x"}, "invalid_cursor"),
        ("update_customer", {"customer_id": "?"}, "nothing_to_update"),
        ("update_customer", {"customer_id": "?", "email": "bo.lind@example.com"}, "already_exists"),
        ("delete_customer", {"customer_id": "?"}, "in_use"),
        ("book_flight", {"customer_id": "?", "flight_id": "?", "passengers": 1}, "departed"),
    ],
)
def test_a_refused_call_leaves_the_world_byte_for_byte(ask, tiny_air, store, tool, arguments, code):
    customer = ask("find_customer", {})["items"][0]["id"]
    flight = ask("search_flights", {})["items"][0]["id"]
    known = {"customer_id": customer, "flight_id": flight}
    before = store.image()

    answer = tiny_air.call(store, tool, {k: known[k] if v == "?" else v for k, v in arguments.items()})

    assert answer.code == code
    assert store.reading().serialize() == before


def test_only_a_successful_write_moves_the_clock(ask, tiny_air, store):
    customer, flight = ids(ask)
    start = tiny_air.now(store)
    tiny_air.call(store, "book_flight", {"customer_id": customer, "flight_id": "x", "passengers": 1})
    assert tiny_air.now(store) == start == "2025-03-03T09:00:00Z"

    ask("book_flight", {"customer_id": customer, "flight_id": flight, "passengers": 1})

    assert tiny_air.now(store) == "2025-03-03T09:01:00Z"


def test_the_same_calls_on_the_same_seed_give_the_same_bytes(tiny_air, desk):
    def play(seed: int) -> tuple[Answer, bytes]:
        world = ImageStore(desk, tiny_air.template(seed))
        customer, flight = (tiny_air.state(world.image())[name][3]["id"] for name in ("customer", "flight"))
        arguments = {"customer_id": customer, "flight_id": flight, "passengers": 1}
        return tiny_air.call(world, "book_flight", arguments), world.image()

    assert play(7) == play(7)
    assert play(7)[0] != play(8)[0]


def test_a_bug_in_a_tool_reaches_neither_caller_nor_world(copy: Path, desk: Desk, caplog):
    environment = load(copy)

    @environment.tool(writes=[Done])
    def crash(world: World) -> Done:
        """Crash after writing."""
        world.tick(60)
        raise ZeroDivisionError("secret")

    store = ImageStore(desk, environment.template(0))
    before = store.image()
    answer = environment.call(store, "crash", {})

    assert answer == Answer(code="internal", sentence="The tool failed; nothing was changed.")
    assert store.reading().serialize() == before
    assert "secret" in caplog.text


def test_a_world_that_is_full_refuses_writes(tiny_air: Environment):
    small = Desk(world_bytes=len(tiny_air.template(0)) + 2048)
    store = ImageStore(small, tiny_air.template(0))
    customer = tiny_air.state(store.image())["customer"][0]["id"]

    answer = tiny_air.call(store, "update_customer", {"customer_id": customer, "name": "x" * 50_000})

    assert answer.code == "storage_full"
    assert tiny_air.call(store, "update_customer", {"customer_id": customer, "name": "ok"}).code == ""


def test_a_number_beyond_64_bits_is_an_invalid_argument(copy: Path, desk: Desk):
    environment = load(copy)

    @environment.tool()
    def probe(world: World, n: int) -> Done:
        """Ask SQLite about a number."""
        world._connection.execute("SELECT ?", (n,))
        return Done()

    answer = environment.call(ImageStore(desk, environment.template(0)), "probe", {"n": 10**20})

    assert answer.code == "invalid_argument"


def test_other_database_errors_are_bugs(copy: Path, desk: Desk):
    environment = load(copy)

    @environment.tool()
    def probe(world: World) -> Done:
        """Ask for a table that is not there."""
        world._connection.execute("SELECT * FROM nowhere")
        return Done()

    assert environment.call(ImageStore(desk, environment.template(0)), "probe", {}).code == "internal"


def test_a_failed_advance_changes_nothing(tiny_air, store):
    before = store.image()

    with pytest.raises(OverflowError):
        tiny_air.advance(store, 10**15)

    assert store.reading().serialize() == before


def test_soundness_tells_what_holds(tiny_air, store):
    sound = tiny_air.soundness(store)

    assert sound.holds == {"seats_in_range": True}
    assert sound.conserved == {"seats": 50}
    assert sound.foreign_keys == []


def test_a_seed_that_does_not_fit_names_the_folder_and_the_row(copy: Path):
    (copy / "seed.jsonl").write_text('{"entity": "customer", "row": {"id": "c1"}}\n')

    with pytest.raises(StoreError, match=r"tiny_air: seed row 1 \(customer c1\)"):
        load(copy).template(0)


def test_worlds_of_the_seeds_used_last_share_their_template(tiny_air: Environment):
    early = tiny_air.template(3)
    for seed in range(40, 60):
        assert tiny_air.template(3) is early
        assert len({early, tiny_air.template(seed)}) == 2


def test_templates_of_seeds_used_long_ago_are_let_go(tiny_air: Environment):
    early = tiny_air.template(3)
    for seed in range(40, 80):
        tiny_air.template(seed)

    assert tiny_air.template(3) == early
    assert tiny_air.template(3) is not early


def test_require_passes_what_holds():
    require(True, "x", "y")
