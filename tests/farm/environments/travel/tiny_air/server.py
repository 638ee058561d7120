# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
"""Tiny Air reservations: search flights, book seats, cancel with refunds."""

from typing import Annotated, Literal

from envkit import (
    Deleted,
    Environment,
    Field,
    Money,
    Moves,
    Page,
    Result,
    Row,
    Time,
    World,
    given,
    hours,
    main,
    require,
)

env = Environment(__file__)


class Customer(Row, table="customer", prefix="cus", found_by="find_customer"):
    """A person who books flights."""

    id: Annotated[str, Field(description="Customer id, e.g. cus_4k2m9x")]
    name: Annotated[str, Field(description="Full name")]
    email: Annotated[str, Field(description="E-mail address")]
    credit: Annotated[Money, Field(ge=0, description="Travel credit, in minor units")]


class Flight(Row, table="flight", prefix="flt", found_by="search_flights"):
    """A scheduled flight."""

    id: Annotated[str, Field(description="Flight id")]
    number: Annotated[str, Field(description="Flight number")]
    origin: Annotated[Literal["OSL", "CPH", "ARN"], Field(description="Airport of departure")]
    departs_at: Annotated[Time, Field(description="Departure")]
    fare: Annotated[Money, Field(ge=1, description="Fare a seat, in minor units")]
    seats: Annotated[int, Field(ge=1, description="Seats")]
    seats_left: Annotated[int, Field(ge=0, description="Seats not booked")]


class Booking(Row, table="booking", prefix="bkg", found_by="list_bookings"):
    """A customer's seats on one flight."""

    id: Annotated[str, Field(description="Booking id")]
    customer_id: Annotated[str, Field(description="Who booked")]
    flight_id: Annotated[str, Field(description="Flight booked")]
    passengers: Annotated[int, Field(ge=1, description="Seats held")]
    price: Annotated[Money, Field(description="Paid, in minor units")]
    status: Annotated[
        Literal["confirmed", "cancelled"], Moves({"confirmed": ["cancelled"]}), Field(description="Where it stands")
    ] = "confirmed"


class BookFlightResult(Result):
    """What book_flight answers."""

    booking: Annotated[Booking, Field(description="The new booking")]
    charged: Annotated[Money, Field(description="Charged, in minor units")]


class CancelBookingResult(Result):
    """What cancel_booking answers."""

    booking: Annotated[Booking, Field(description="The cancelled booking")]
    refunded: Annotated[Money, Field(description="Returned, in minor units")]


@env.tool(reads=[Flight])
def search_flights(
    world: World,
    origin: Annotated[Literal["OSL", "CPH", "ARN"] | None, Field(description="Only flights from here")] = None,
    departs_at_from: Annotated[Time | None, Field(description="Departs at or after")] = None,
    departs_at_to: Annotated[Time | None, Field(description="Departs at or before")] = None,
    sort: Annotated[Literal["departs_at", "-departs_at", "fare", "-fare"], Field(description="Order")] = "departs_at",
    limit: Annotated[int, Field(ge=1, le=100, description="Rows a page")] = 20,
    cursor: Annotated[str | None, Field(description="next_cursor of the page before")] = None,
) -> Page[Flight]:
    """Search flights by airport and departure."""
    return world.page(
        Flight,
        where={"origin": origin},
        between={"departs_at": (departs_at_from, departs_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Flight])
def get_flight(world: World, flight_id: Annotated[str, Field(description="Flight to get")]) -> Flight:
    """Get one flight."""
    return world.get(Flight, flight_id)


@env.tool(reads=[Customer])
def find_customer(
    world: World,
    email: Annotated[str | None, Field(description="Exact e-mail address")] = None,
    limit: Annotated[int, Field(ge=1, le=100, description="Rows a page")] = 20,
    cursor: Annotated[str | None, Field(description="next_cursor of the page before")] = None,
) -> Page[Customer]:
    """Find customers by e-mail."""
    return world.page(Customer, where={"email": email}, limit=limit, cursor=cursor)


@env.tool(reads=[Customer], writes=[Customer], idempotent=True)
def update_customer(
    world: World,
    customer_id: Annotated[str, Field(description="Customer to change")],
    name: Annotated[str | None, Field(description="New name")] = None,
    email: Annotated[str | None, Field(description="New e-mail address")] = None,
) -> Customer:
    """Correct a customer's name or e-mail."""
    customer = world.get(Customer, customer_id)
    changes = given(name=name, email=email)
    require(changes, "nothing_to_update", "Give at least one of name, email.")
    return world.update(customer, **changes)


@env.tool(reads=[Booking])
def list_bookings(
    world: World,
    customer_id: Annotated[str | None, Field(description="Only bookings of this customer")] = None,
    limit: Annotated[int, Field(ge=1, le=100, description="Rows a page")] = 20,
    cursor: Annotated[str | None, Field(description="next_cursor of the page before")] = None,
) -> Page[Booking]:
    """List bookings."""
    return world.page(Booking, where={"customer_id": customer_id}, limit=limit, cursor=cursor)


@env.tool(reads=[Customer, Flight], writes=[Booking, Customer, Flight])
def book_flight(
    world: World,
    customer_id: Annotated[str, Field(description="Who books")],
    flight_id: Annotated[str, Field(description="Flight to book")],
    passengers: Annotated[int, Field(ge=1, le=4, description="Seats to book")],
) -> BookFlightResult:
    """Book seats and charge the customer's travel credit."""
    customer = world.get(Customer, customer_id)
    flight = world.get(Flight, flight_id)
    total = flight.fare * passengers

    require(flight.departs_at > world.now, "departed", f"Flight {flight.number} has departed.")
    require(flight.seats_left >= passengers, "sold_out", f"Only {flight.seats_left} seats left.")
    require(customer.credit >= total, "insufficient_credit", f"Credit {customer.credit} does not cover {total}.")

    world.update(flight, seats_left=flight.seats_left - passengers)
    world.update(customer, credit=customer.credit - total)
    booking = world.add(Booking, customer_id=customer.id, flight_id=flight.id, passengers=passengers, price=total)
    return BookFlightResult(booking=booking, charged=total)


@env.tool(reads=[Booking, Customer, Flight], writes=[Booking, Customer, Flight], destructive=True)
def cancel_booking(
    world: World, booking_id: Annotated[str, Field(description="Booking to cancel")]
) -> CancelBookingResult:
    """Cancel a booking before departure; refunds all of it from 48 hours out, otherwise half."""
    booking = world.get(Booking, booking_id)
    flight = world.get(Flight, booking.flight_id)
    customer = world.get(Customer, booking.customer_id)
    refund = booking.price if flight.departs_at - world.now >= hours(48) else booking.price // 2

    require(booking.status == "confirmed", "not_confirmed", f"Booking {booking.id} is already {booking.status}.")
    require(flight.departs_at > world.now, "departed", "The flight has departed.")

    world.update(booking, status="cancelled")
    world.update(flight, seats_left=flight.seats_left + booking.passengers)
    world.update(customer, credit=customer.credit + refund)
    return CancelBookingResult(booking=booking, refunded=refund)


@env.tool(reads=[Customer], writes=[Customer], destructive=True)
def delete_customer(world: World, customer_id: Annotated[str, Field(description="Customer to delete")]) -> Deleted:
    """Delete a customer who has no bookings."""
    customer = world.get(Customer, customer_id)
    world.delete(customer)
    return Deleted(id=customer.id)


@env.invariant
def seats_in_range(world: World) -> bool:
    """No flight has more seats left than seats, or fewer than none."""
    return all(0 <= flight.seats_left <= flight.seats for flight in world.all(Flight))


@env.conserved
def seats(world: World) -> int:
    """Seats left and seats booked together never change."""
    booked = sum(booking.passengers for booking in world.all(Booking, status="confirmed"))
    return booked + sum(flight.seats_left for flight in world.all(Flight))


if __name__ == "__main__":
    main(env)
