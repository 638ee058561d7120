"""Ways to break the hand-written environment, each with the check that must notice and the tool it must name."""

from dataclasses import dataclass

Edit = tuple[str, str, str]
"""A file, the text to replace in it and the new text."""

IMPORTS = "from typing import Annotated, Literal\n"
BOOK = "    booking = world.add(Booking, customer_id=customer.id"

CRASH = """    assert booking.passengers != 2
    world.update(booking, status="cancelled")
"""
SOURCES = '  "sources": [{"title": "Flights", "url": "https://example.com"}],\n'
PEEK = """
if sys.argv[0].endswith("server.py"):

    @env.tool(reads=[Flight])
    def peek(world: World) -> Flight:
        \"\"\"Show the first flight.\"\"\"
        return world.all(Flight)[0]

"""


@dataclass(frozen=True)
class Breakage:
    name: str
    check: str
    tool: str
    edits: tuple[Edit, ...]


BREAKAGES = (
    Breakage(
        "ignored_parameter",
        "effects",
        "search_flights",
        (("server.py", '        where={"origin": origin},\n', ""),),
    ),
    Breakage(
        "no_op_write",
        "effects",
        "cancel_booking",
        (("server.py", '    world.update(booking, status="cancelled")\n', ""),),
    ),
    Breakage(
        "wrong_row",
        "effects",
        "cancel_booking",
        (
            (
                "server.py",
                "world.update(customer, credit=customer.credit + refund)",
                "world.update(world.all(Customer)[0], credit=world.all(Customer)[0].credit + refund)",
            ),
        ),
    ),
    Breakage(
        "seats_lost",
        "invariants",
        "cancel_booking",
        (("server.py", "    world.update(flight, seats_left=flight.seats_left + booking.passengers)\n", ""),),
    ),
    Breakage(
        "leaked_state",
        "isolated",
        "get_flight",
        (
            (
                "server.py",
                "env = Environment(__file__)\n",
                "env = Environment(__file__)\nSEEN: dict[str, object] = {}\n",
            ),
            (
                "server.py",
                "    return world.get(Flight, flight_id)\n",
                "    return SEEN.setdefault(flight_id, world.get(Flight, flight_id))\n",
            ),
        ),
    ),
    Breakage(
        "wall_clock",
        "deterministic",
        "book_flight",
        (
            ("server.py", IMPORTS, "import time\n" + IMPORTS),
            (
                "server.py",
                "    total = flight.fare * passengers\n",
                "    total = flight.fare * passengers + int(time.time()) % 1000\n",
            ),
        ),
    ),
    Breakage(
        "uuid",
        "deterministic",
        "update_customer",
        (
            ("server.py", IMPORTS, "import uuid\n" + IMPORTS),
            (
                "server.py",
                "    changes = given(name=name, email=email)\n",
                "    changes = given(name=name and f'{name} {uuid.uuid4()}', email=email)\n",
            ),
        ),
    ),
    Breakage(
        "guard_after_commit",
        "refusals",
        "book_flight",
        (
            (
                "server.py",
                "env = Environment(__file__)\n",
                "import envkit.store as s\ns.ImageStore.rollback = s.ImageStore.commit\nenv = Environment(__file__)\n",
            ),
            (
                "server.py",
                '    require(customer.credit >= total, "insufficient_credit", '
                'f"Credit {customer.credit} does not cover {total}.")\n\n',
                "",
            ),
            (
                "server.py",
                BOOK,
                '    require(customer.credit >= total, "insufficient_credit", "The credit does not do.")\n' + BOOK,
            ),
        ),
    ),
    Breakage(
        "guard_removed",
        "refusals",
        "cancel_booking",
        (("server.py", '    require(flight.departs_at > world.now, "departed", "The flight has departed.")\n', ""),),
    ),
    Breakage(
        "unknown_id_accepted",
        "bad_input",
        "update_customer",
        (
            (
                "server.py",
                "    customer = world.get(Customer, customer_id)\n    changes",
                "    customer = world.find(Customer, customer_id) or world.all(Customer)[0]\n    changes",
            ),
        ),
    ),
    Breakage(
        "bound_not_checked",
        "bad_input",
        "book_flight",
        (("server.py", 'Field(ge=1, le=4, description="Seats to book")', 'Field(ge=1, description="Seats to book")'),),
    ),
    Breakage(
        "wrong_annotation",
        "annotations",
        "book_flight",
        (
            (
                "server.py",
                "@env.tool(reads=[Customer, Flight], writes=[Booking, Customer, Flight])",
                "@env.tool(reads=[Customer, Flight], writes=[Booking, Customer, Flight], idempotent=True)",
            ),
            (
                "manifest.json",
                """        "booking",
        "customer",
        "flight"
      ],
      "refusals": [
        {
          "code": "not_found",
          "message": ""
        },
        {
          "code": "departed",""",
                """        "booking",
        "customer",
        "flight"
      ],
      "idempotent": true,
      "refusals": [
        {
          "code": "not_found",
          "message": ""
        },
        {
          "code": "departed",""",
            ),
        ),
    ),
    Breakage(
        "missing_output_field",
        "schema",
        "cancel_booking",
        (
            ("server.py", '    refunded: Annotated[Money, Field(description="Returned, in minor units")]\n', ""),
            (
                "server.py",
                "CancelBookingResult(booking=booking, refunded=refund)",
                "CancelBookingResult(booking=booking)",
            ),
        ),
    ),
    Breakage(
        "orphans_possible",
        "schema",
        "",
        (("schema.sql", ' REFERENCES "customer"("id") ON DELETE RESTRICT', ""),),
    ),
    Breakage(
        "tool_missing",
        "executable",
        "",
        (("server.py", "@env.tool(reads=[Flight])\ndef get_flight", "def get_flight"),),
    ),
    Breakage(
        "stale_answer",
        "round_trip",
        "update_customer",
        (
            (
                "server.py",
                "    return world.update(customer, **changes)\n",
                "    before = customer.model_copy()\n    world.update(customer, **changes)\n    return before\n",
            ),
        ),
    ),
    Breakage(
        "dead_guard",
        "reachable",
        "book_flight",
        (("manifest.json", """          "code": "sold_out",""", """          "code": "overbooked","""),),
    ),
    Breakage(
        "false_edge",
        "edges",
        "get_flight",
        (("manifest.json", '"path": "items[].flight_id"', '"path": "items[].customer_id"'),),
    ),
    Breakage(
        "shifted_value_crashes",
        "boundaries",
        "cancel_booking",
        (("server.py", '    world.update(booking, status="cancelled")\n', CRASH),),
    ),
    Breakage(
        "another_server_over_stdio",
        "protocol",
        "",
        (
            ("server.py", IMPORTS, "import sys\n" + IMPORTS),
            ("server.py", '\nif __name__ == "__main__":', PEEK + '\nif __name__ == "__main__":'),
        ),
    ),
    Breakage(
        "source_without_digest",
        "source",
        "",
        (("manifest.json", '  "blueprint_digest": "', SOURCES + '  "blueprint_digest": "'),),
    ),
)
