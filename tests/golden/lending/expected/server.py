# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Lending desk: Lend out tools, take them back, and retire them.

Emitted from blueprint lending/lending_desk version 1 (sha256 96c49d811d58). Source: Written for the emitter's golden
test, authored.
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
    Refusal,
    Result,
    Row,
    Time,
    World,
    days,
    given,
    main,
    require,
)

env = Environment(__file__)

ItemId = Annotated[str, Field(description="Item id, e.g. itm_4k2m9x")]
LoanId = Annotated[str, Field(description="Loan id, e.g. lon_4k2m9x")]
LoanStatus = Literal["out", "returned", "lost"]


class Item(Row, table="item", prefix="itm", found_by="list_items"):
    """A tool that can be lent."""

    id: ItemId
    label: Annotated[str, Field(description="What is written on it")]
    deposit: Annotated[Money, Field(ge=0, le=20000, description="Deposit, in minor units")]
    copies: Annotated[int, Field(ge=1, description="Copies owned")]
    free: Annotated[int, Field(ge=0, description="Copies on the shelf")]
    notes: Annotated[str | None, Field(description="Notes; null if there is none")] = None


class Loan(Row, table="loan", prefix="lon", found_by="list_loans"):
    """Copies of an item in somebody's hands."""

    id: LoanId
    item_id: ItemId
    borrower: Annotated[str, Field(description="Who has the copies")]
    copies: Annotated[int, Field(ge=1, le=2, description="Copies")] = 1
    due_at: Annotated[Time, Field(description="Due at (UTC)")]
    status: Annotated[LoanStatus, Moves({"out": ["returned", "lost"]}), Field(description="Status")] = "out"
    replaces_id: Annotated[str | None, Field(description="Replaces: a loan id; null if there is none")] = None


@env.tool(reads=[Item])
def list_items(
    world: World,
    label: Annotated[str | None, Field(description="Only items with this label")] = None,
    deposit_from: Annotated[Money | None, Field(description="Lowest deposit, inclusive")] = None,
    deposit_to: Annotated[Money | None, Field(description="Highest deposit, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in label or notes, in any case")] = None,
    sort: Annotated[
        Literal["label", "-label", "deposit", "-deposit"],
        Field(description="Order of the items; a leading minus descends"),
    ] = "label",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Item]:
    """Find items."""
    return world.page(
        Item,
        where={"label": label},
        between={"deposit": (deposit_from, deposit_to)},
        search=(query, ["label", "notes"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Item])
def get_item(world: World, item_id: ItemId) -> Item:
    """Get one item."""
    return world.get(Item, item_id)


@env.tool(reads=[Loan])
def list_loans(
    world: World,
    item_id: Annotated[str | None, Field(description="Only loans of this item")] = None,
    status: Annotated[LoanStatus | None, Field(description="Only loans with this status")] = None,
    due_at_from: Annotated[Time | None, Field(description="Earliest due_at, inclusive")] = None,
    due_at_to: Annotated[Time | None, Field(description="Latest due_at, inclusive")] = None,
    sort: Annotated[
        Literal["due_at", "-due_at", "id", "-id"],
        Field(description="Order of the loans; a leading minus descends"),
    ] = "due_at",
    limit: Annotated[int, Field(ge=1, le=50, description="Rows a page, at most 50")] = 2,
    cursor: Cursor = None,
) -> Page[Loan]:
    """List loans."""
    return world.page(
        Loan,
        where={"item_id": item_id, "status": status},
        between={"due_at": (due_at_from, due_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Item], writes=[Item], idempotent=True)
def add_item(
    world: World,
    item_id: ItemId,
    label: Annotated[str | None, Field(description="What is written on it")] = None,
    notes: Annotated[str | None, Field(description="Notes; null if there is none")] = None,
) -> Item:
    """Correct an item's label or notes."""
    item = world.get(Item, item_id)
    values = given(label=label, notes=notes)

    require(values, "nothing_to_update", "Give at least one of label, notes.")

    return world.update(item, **values)


class LendResult(Result):
    """What lend answers."""

    loan: Loan


@env.tool(reads=[Item, Loan], writes=[Item, Loan])
def lend(
    world: World,
    item_id: ItemId,
    borrower: Annotated[str, Field(description="Who takes the copies")],
    copies: Annotated[int, Field(ge=1, le=2, description="Copies")] = 1,
) -> LendResult:
    """Lend copies of an item; a second loan of the same item to the same borrower is noted as replacing the first."""
    item = world.get(Item, item_id)
    earlier = world.all(Loan, item_id=item.id, borrower=borrower, status="out")

    require(item.free >= copies, "none_left", f"Only {item.free} of {item.label} on the shelf.")
    require(len(earlier) < 2, "too_many", f"{borrower} already has {item.label} twice.")

    world.update(item, free=item.free - copies)
    loan = world.add(Loan, item_id=item.id, borrower=borrower, copies=copies, due_at=world.now + days(3))
    for other_loan in earlier:
        world.update(loan, replaces_id=other_loan.id)
    return LendResult(loan=loan)


class BringBackResult(Result):
    """What bring_back answers."""

    loan: Loan
    item: Item
    late: Annotated[bool, Field(description="Late")]


@env.tool(reads=[Item, Loan], writes=[Item, Loan])
def bring_back(
    world: World,
    loan_id: LoanId,
    lost: Annotated[bool, Field(description="Lost")] = False,
) -> BringBackResult:
    """Take copies back, or write them off as lost."""
    loan = world.get(Loan, loan_id)
    item = world.get(Item, loan.item_id)
    late = loan.due_at < world.now

    require(loan.status == "out", "not_out", f"The loan due {loan.due_at:%Y-%m-%dT%H:%M:%SZ} is {loan.status}.")
    if loan.replaces_id is not None and world.get(Loan, loan.replaces_id).status == "out":
        raise Refusal("replaced", f"First bring back what {world.get(Loan, loan.replaces_id).borrower} had before.")

    world.update(loan, status="lost" if lost else "returned")
    if lost and item.copies > loan.copies:
        world.update(item, copies=item.copies - loan.copies)
    else:
        world.update(item, free=item.free + loan.copies)
    return BringBackResult(loan=loan, item=item, late=late)


class ForgetLoansResult(Result):
    """What forget_loans answers."""

    left: list[Loan]


@env.tool(reads=[Item, Loan], writes=[Loan], destructive=True)
def forget_loans(world: World, item_id: ItemId) -> ForgetLoansResult:
    """Remove the finished loans of an item that nothing refers to."""
    item = world.get(Item, item_id)

    for loan in [
        o
        for o in world.all(Loan, item_id=item.id)
        if o.status != "out" and not any(later.replaces_id == o.id for later in world.all(Loan))
    ]:
        world.delete(loan)
    return ForgetLoansResult(left=world.all(Loan, item_id=item.id))


class WaitResult(Result):
    """What wait answers."""

    time: Annotated[Time, Field(description="Time")]


@env.tool(advances=True)
def wait(world: World) -> WaitResult:
    """Let a day pass."""
    world.advance(days(1))
    return WaitResult(time=world.now + days(1))


@env.invariant
def shelf_in_range(world: World) -> bool:
    """Shelf in range."""
    return all(0 <= i.free <= i.copies for i in world.all(Item))


@env.invariant
def shelf_matches_loans(world: World) -> bool:
    """Shelf matches loans."""
    return all(
        i.free == i.copies - sum(o.copies for o in world.all(Loan, item_id=i.id, status="out")) for i in world.all(Item)
    )


if __name__ == "__main__":
    main(env)
