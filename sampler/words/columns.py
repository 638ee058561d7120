"""Columns as people ask for them where a label would be stiff: `how much was paid for it`, not `its amount paid`."""

from __future__ import annotations

import re
from collections.abc import Mapping

Way = tuple[str, str]
"""A question as a part of `tell me ...`, and put directly; {row} stands for the row."""


def _alike(*texts: str) -> tuple[Way, ...]:
    """Return questions that have the same order of words told and direct."""
    return tuple((text, text) for text in texts)


def _does(asked: str, verb: str, rest: str = "") -> tuple[Way, ...]:
    """Return `how much {row} owes` with `how much does {row} owe`."""
    tail = f" {rest}" if rest else ""
    third = "has" if verb == "have" else f"{verb}es" if verb.endswith("o") else f"{verb}s"
    return ((f"{asked} {{row}} {third}{tail}", f"{asked} does {{row}} {verb}{tail}"),)


def _is(asked: str, rest: str = "", verb: str = "is") -> tuple[Way, ...]:
    """Return `how late {row} is` with `how late is {row}`."""
    tail = f" {rest}" if rest else ""
    return ((f"{asked} {{row}} {verb}{tail}", f"{asked} {verb} {{row}}{tail}"),)


ROWS: Mapping[str, tuple[Way, ...]] = {
    "manuscript.round": _is("which round", "in"),
    "age": _is("how old"), "owed": _does("how much", "owe"),
    "account_entry.owed": (), "account_entry.credit": (), "credit": _does("how much credit", "have"),
    "store_credit": _does("how much store credit", "have"), "max_loans": _is("how many loans", "allowed"),
    "max_credits": _is("how many credits", "allowed"), "max_open": _is("how many open tickets", "allowed"),
    "load": _is("how many credits", "taking"), "team": _is("which team", "in"),
    "queue": _is("which queue", "in"), "programme": _is("which programme", "in"), "city": _is("which city", "in"),
    "company.plan": _is("which plan", "on"), "driver.plan": _is("which plan", "on"),
    "driver.plug": _does("what plug", "use"), "loans_out": _does("how many loans", "have", "out"),
    "event_attendee.response_status": _does("what", "answer"), "additional_guests": _does("how many guests", "bring"),
    "passenger.seat_row": _is("which row", "in"), "open_reviews": _does("how many open reviews", "have"),
    "renews_at": _is("when", "up for renewal"),
    "paid:money": _alike("how much was paid for {row}", "how much has been paid for {row}"),
    "paid:int": _alike("how many payments were made on {row}"),
    "refunded": _alike("how much was refunded for {row}", "how much of {row} was refunded"),
    "captured": _alike("how much of {row} was captured"), "held": _alike("how much is held on {row}"),
    "waived": _alike("how much of {row} was waived"), "claimed": _alike("how much was claimed for {row}"),
    "spent": _alike("how much was spent on {row}"), "due": _is("how much", "owed"),
    "deposit_entry.amount": _is("how much", "for"), "account_entry.amount": _is("how much", "for"),
    "amount": _is("how much", "for"), "refund": _alike("how much is refunded for {row}"),
    "total": _does("how much", "come", "to"), "damage.charged": _alike("how much was charged for {row}"),
    "damage_paid": _alike("how much was paid for damage on {row}"),
    "commission": _alike("how much commission was paid on {row}"),
    "waiting": _alike("how many people are waiting for {row}"), "booked": _alike("how many people have booked {row}"),
    "invited": _alike("how many people are invited to {row}"),
    "accepted": _alike("how many people accepted {row}"), "reminders": _alike("how many reminders went out for {row}"),
    "renewals": _is("how often", "renewed", "was"), "uses": _is("how often", "used", "was"),
    "reopened": _is("how often", "reopened", "was"),
    "scene_step.turns": (("what {row} does to the device", "what does {row} do to the device"),),
    "automation.runs": (("how often {row} has run", "how often has {row} run"),),
    "on_shelf": _alike("how many copies of {row} are on the shelf"),
    "on_hand": _alike("how many units of {row} are in stock"),
    "reserved:int": _alike("how many units of {row} are reserved"),
    "reserved:money": _alike("how much is reserved on {row}"),
    "filled": _alike("how many shares of {row} were filled"), "left": _alike("how many shares of {row} are left"),
    "bundle_left": _alike("how much of the bundle is left on {row}"),
    "paid_out": (("how much {row} has paid out", "how much has {row} paid out"),),
    "returned": _alike("how many units of {row} were returned"),
    "km_driven": _alike("how many kilometres were driven on {row}"),
    "minutes_spent": _alike("how many minutes were spent on {row}"),
    "nights": _is("how many nights", "for"), "adults": _is("how many adults", "for"),
    "passenger_count": _is("how many passengers", "for"), "bill.days": _does("how many days", "cover"),
    "sleeps": _does("how many people", "sleep"), "cars_here": _alike("how many cars are at {row}"),
    "picks": _alike("how many dishes are in {row}"), "min_age": _alike("how old you have to be for {row}"),
    "valid_days": _is("how many days", "valid"), "length_days": _does("how many days", "last"),
    "delay_minutes": _is("how many minutes late"), "late_hours": _is("how many hours late", verb="was"),
    "days_late": _is("how many days late", verb="was"), "extra_days": (
        ("how many extra days {row} got", "how many extra days did {row} get"),
    ),
    "checkin_hour": _alike("from what hour you can check in at {row}"),
    "fare.brand": _is("what kind of fare"), "bags_included": _alike("how many bags are included in {row}"),
    "flight.origin": (("where {row} leaves from", "where does {row} leave from"),),
    "flight.destination": (("where {row} goes", "where does {row} go"),),
    "exchange": _is("which exchange", "on"), "room.floor": _is("which floor", "on"),
    "lesson.room": _is("which room", "in"), "teacher": _alike("who teaches {row}"), "author": _alike("who wrote {row}"),
    "carrier": _is("which carrier", "with"), "payment_method": _is("how", "paid", "was"),
    "method": _is("how", "paid", "was"), "watts": _does("how many watts", "draw"),
    "load_watts": _does("how many watts", "draw"), "switched": (
        ("how many devices {row} switched", "how many devices did {row} switch"),
    ),
    "session.energy_wh": _alike("how much energy went into {row} in Wh"),
    "device.energy_wh": (("how much energy {row} used in Wh", "how much energy did {row} use in Wh"),),
    "used_wh": (("how much energy {row} used in Wh", "how much energy did {row} use in Wh"),),
    "stars": (("how many stars {row} got", "how many stars did {row} get"),),
    "valid_until": _is("until when", "valid"), "delivers_at": _is("when", "delivered"),
    "next_run_at": _does("when", "run", "next"), "pages": _does("how many pages", "have"),
    "to_sign": _alike("how many signatures are missing on {row}"),
    "signed": _alike("how many people signed {row}"), "acl_rule.scope_value": _is("who", "for"),
    "recipient.role": _does("what role", "have"), "live_lines": _does("how many active lines", "have"),
}  # fmt: skip
"""By column, or by entity and column, or by column and type."""

FIGURES: Mapping[str, tuple[Way, ...]] = {
    "charged": (*_alike("how much was charged"), ("how much that came to", "how much did that come to")),
    "paid_back": _alike("how much was paid back"),
    "refunded": _alike("how much was refunded", "how much money came back"),
    "given_back": _alike("how much was given back"),
    "written_off": _alike("how much was written off"), "due": _alike("how much is due"),
    "ahead": _alike("how many people are ahead"), "waiting": _alike("how many people are waiting"),
    "owed": _alike("how much is still owed"), "lapsed": _alike("how many credits lapsed"),
    "credits_left": _alike("how many credits are left"), "credits_back": _alike("how many credits were given back"),
    "events_deleted": _alike("how many events were deleted"), "tasks_deleted": _alike("how many tasks were deleted"),
    "cleared": _alike("how many tasks were cleared"), "returned": _alike("how much was returned"),
    "leave_left": _alike("how much leave is left"), "days_back": _alike("how many days were given back"),
    "from_bundle": _alike("how much came from the bundle"), "from_credit": _alike("how much came from the credit"),
    "paid_now": _alike("how much was paid"), "taken_wh": _alike("how much energy was taken in Wh"),
    "used_last_day": _alike("how much energy was used on the last day in Wh"),
    "available": _alike("how much is available"), "credit_left": _alike("how much credit is left"),
    "credit": _alike("how much credit is left"),
    "free": _alike("how much is still free", "how much is left to spend"),
    "minutes_left": _alike("how many minutes are left"),
    "billed": _alike("how many minutes were billed"), "held": _alike("how much is held"),
    "fee": (("how much the fee is", "how much is the fee"),),
    "bonus": (("how much the bonus is", "how much is the bonus"),),
    "exit_fee": (("how much the exit fee is", "how much is the exit fee"),),
    "free_shares": _alike("how many shares are free"),
}  # fmt: skip
"""By what a tool returns beside rows."""

_OBJECT = re.compile(r"\b(?:of|for|on|to|at|in|with|by|from|into|booked|accepted|signed|teaches|wrote) \{row\}")
_THIRD = re.compile(r"(\{row\}) (?!was\b)(\w+?)(?:(?<=o)es|s)\b")


def ways_of(entity: str, column: str, kind: str) -> tuple[Way, ...]:
    """Return the ways to ask for a column of a row that need no label."""
    for key in (f"{entity}.{column}", f"{column}:{kind}", column):
        if key in ROWS:
            return ROWS[key]
    *rest, last = column.split("_")
    if rest and last == "left" and kind in ("int", "money"):
        many = "many" if rest[-1].endswith("s") else "much"
        return _does(f"how {many} {' '.join(rest)}", "have", "left")
    return ()


def place_of(subject: str, pattern: str) -> str:
    """Return what `I` and `they` are in a question about a row: `me` and `them` where that is no subject."""
    return {"I": "me", "they": "them"}[subject] if _OBJECT.search(pattern) else subject


def agreeing(pattern: str, subject: str) -> str:
    """Put a question about a row into the form it has about `I` or `they`: `how much do {row} owe`."""
    if _OBJECT.search(pattern):
        return pattern
    are, were = ("am", "was") if subject == "I" else ("are", "were")
    for verb, own in (("does", "do"), ("has", "have"), ("is", are), ("was", were)):
        pattern = pattern.replace(f"{verb} {{row}}", f"{own} {{row}}").replace(f"{{row}} {verb}", f"{{row}} {own}")
    return _THIRD.sub(r"\1 \2", pattern)
