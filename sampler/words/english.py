"""English as far as columns and rows need it: verbs, labels, plurals, and the words for being most or least."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_BASES = {
    "starts": "start", "ends": "end", "departs": "depart", "arrives": "arrive", "expires": "expire", "opens": "open",
    "closes": "close", "renews": "renew", "moves": "move", "begins": "begin",
}  # fmt: skip
_PARTICIPLES = {"made", "sent", "lent", "paid", "read", "run", "set", "taken", "written", "begun", "given", "put"}
_NOT_PARTICIPLES = {"need", "feed", "speed"}
_AFTER_HEAD = re.compile(
    r" (?:of|in|on|from|to|for|at|that|who|still|so|per|between|left|bought|spent|worked|paused|billed|charged|invited|"
    r"booked|waiting|reserved|received|returned|ahead|available|used|off|out|allowed|driven|cast|given|taken|picked|"
    r"purchased|each|back|late|overdue|bookable|carried|parked|there|when|with|idle|run|filled|deleted)\b"
)
_UNITS = {
    "minutes": "minutes", "hours": "hours", "days": "days", "km": "kilometres", "wh": "Wh", "kwh": "kWh", "kw": "kW",
    "mb": "MB", "percent": "percent",
}  # fmt: skip
_MEASURES = {
    "duration", "length", "cooking", "period", "term", "power", "range", "budget", "odometer", "energy", "base", "lead",
    "delay", "late", "idle", "data",
}  # fmt: skip
_STEMS = {"cooking": "cooking time", "idle": "idle time", "base": "base reading", "lead": "lead time", "power": "power"}
_WHOLE = {
    "email": "e-mail address", "phone": "phone number", "gan": "card number", "sku": "SKU", "iccid": "ICCID",
    "credits": "credits", "km_driven": "kilometres driven", "discount_percent": "discount in percent",
    "price_per_kwh": "price per kWh", "to_sign": "missing signatures", "is_default": "default",
    "spent": "amount spent", "held": "amount held", "owed": "amount owed", "paid": "amount paid", "due": "amount due",
    "captured": "amount captured", "refunded": "amount refunded", "charged": "amount charged",
    "waived": "amount waived",
    "booked": "number of bookings", "waiting": "number of people waiting", "invited": "number of people invited",
    "accepted": "number of people who accepted", "signed": "number of signatures", "load": "credit load",
    "reserved": "amount reserved", "received": "number received", "returned": "amount returned",
    "paid_out": "amount paid out", "fee_paid": "fee paid", "damage_paid": "amount paid for damage",
    "number": "number", "capacity": "capacity", "on_hand": "stock on hand", "on_shelf": "copies on the shelf",
    "minutes_spent": "minutes spent", "loans_out": "loans out", "max_credits": "credit limit",
    "max_balance": "balance limit", "min_load": "minimum load", "max_loans": "loan limit",
    "max_open": "limit of open tickets", "min_nights": "minimum stay in nights", "min_age": "minimum age",
    "cars_here": "number of cars there", "ships_to": "delivery address", "address": "address",
    "cutoff_at": "cut-off time", "due_at": "due date", "respond_due": "response deadline",
    "resolve_due": "resolution deadline", "passport_expires_at": "passport expiry date", "age_group": "age group",
    "card_ends_at": "card end date", "licence_expires_at": "licence expiry date",
    "agreement_ends_at": "agreement end date", "collect_by": "collection deadline",
    "add_until": "joining deadline", "withdraw_until": "withdrawal deadline", "valid_until": "end of validity",
    "valid_from": "start of validity", "valid_days": "validity in days", "every_days": "interval in days",
    "every_hours": "interval in hours", "next_run_at": "next run time", "last_kwh": "last reading in kWh",
    "max_uses": "number of uses allowed", "most_uses": "number of uses allowed", "live_lines": "number of live lines",
    "arrives_on": "arrival date", "departs_on": "departure date", "closes_at": "closing time",
    "opens_at": "opening time", "moves_at": "move date", "renews_at": "renewal date",
    "delivers_at": "delivery time", "settles_at": "settlement time", "next_at": "next date",
    "next_due_at": "next due date", "first_at": "first date", "bundle_ends_at": "bundle end",
    "period_ends_at": "period end", "offer_ends_at": "offer deadline", "bundle_from": "bundle start",
    "period_from": "period start", "paused_until": "pause end", "frozen_until": "freeze end",
    "hold_until": "hold expiry", "reserved_until": "reservation expiry", "billed_until": "end of billing",
    "covers_until": "last day covered", "tied_until": "commitment end", "pairing_until": "end of pairing",
    "waiting_since": "start of the wait", "handed_over_at": "handover time", "checked_in_at": "check-in time",
    "paid_out_at": "payout time", "dividend_at": "dividend date", "color_id": "colour",
    "made_at": "date", "overdraft_set_at": "last overdraft change",
    "unsettled": "unsettled amount", "card": "amount on the card", "from_kwh": "opening reading in kWh",
    "to_kwh": "closing reading in kWh", "limit_kwh": "limit in kWh", "used_wh": "energy used in Wh",
    "wh": "energy in Wh", "load_watts": "power draw in watts", "fuse_watts": "fuse rating in watts",
    "km_price": "price per kilometre", "full_range": "range on a full charge",
    "free_cancel_hours": "free cancellation window in hours", "book_ahead_days": "booking window in days",
    "checkin_hour": "check-in hour", "late_hours": "hours of delay", "bonus_percent": "bonus in percent",
    "time_price": "time charge", "sleeps": "number of beds", "reopened": "number of times reopened",
    "filled": "number filled", "ahead": "number ahead", "free": "free amount", "written_off": "amount written off",
    "given_back": "amount given back", "paid_back": "amount paid back", "paid_now": "amount paid now",
    "from_bundle": "part from the bundle", "from_credit": "part from the credit", "billed": "number billed",
    "cleared": "number cleared", "left": "number left", "claimed": "amount claimed", "available": "amount available",
    "lapsed": "number lapsed", "taken_wh": "energy taken in Wh", "used_last_day": "use of the last day in Wh",
    "organizer_email": "organizer address", "scope_type": "kind of sharing", "scope_value": "sharing target",
    "summary_override": "own name", "data_owner": "owner", "event_type": "kind of event", "base_km": "base mileage",
    "odometer_km": "mileage", "kwh": "reading in kWh", "km": "distance in kilometres", "one_way_fee": "one-way fee",
    "revision_due_at": "revision deadline", "next_payment_at": "next payment date",
    "percent": "percentage", "opening": "opening quantity", "previous_id": "task before it",
    "parent_id": "parent task",
    "period_days": "loan period in days", "extra_days": "extra days",
}  # fmt: skip

_CLAUSES = {
    "licence_expires_at": ("licence", "expires", "expire"), "agreement_ends_at": ("agreement", "ends", "end"),
    "card_ends_at": ("card", "expires", "expire"), "passport_expires_at": ("passport", "expires", "expire"),
    "bundle_ends_at": ("bundle", "ends", "end"), "period_ends_at": ("period", "ends", "end"),
    "offer_ends_at": ("offer", "ends", "end"), "paused_until": ("pause", "ends", "end"),
    "frozen_until": ("freeze", "ends", "end"), "hold_until": ("hold", "ends", "end"),
    "reserved_until": ("reservation", "ends", "end"), "tied_until": ("commitment", "ends", "end"),
    "pairing_until": ("pairing", "ends", "end"),
}  # fmt: skip

_EVENTS = {
    "starts": "start", "ends": "end", "departs": "departure", "arrives": "arrival", "expires": "expiry",
    "started": "start", "ended": "end", "booked": "booking", "created": "creation", "made": "entry",
    "placed": "placement", "sent": "sending", "issued": "issue", "opened": "opening", "closed": "closing",
    "lent": "lending", "taken": "reading", "charged": "charging", "submitted": "submission", "logged": "logging",
}  # fmt: skip
_CHEAP = {
    "price", "cost", "fee", "hourly_price", "hourly_rate", "daily_price", "price_per_kwh", "nightly_price",
    "unit_price", "tuition", "monthly_price", "monthly_fee",
}  # fmt: skip
DIRECTIONS: Mapping[tuple[str, bool], tuple[str, ...]] = {
    ("number", True): ("highest", "largest", "biggest"),
    ("number", False): ("lowest", "smallest"),
    ("many", True): ("most",),
    ("many", False): ("fewest",),
    ("time", True): ("latest",),
    ("time", False): ("earliest",),
}
"""The words for being first or last by a number, by how many there are, and by time; the usual word first."""
BOUNDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("number", "from"): ("at least", "no less than", "not less than"),
    ("number", "to"): ("at most", "no more than", "up to"),
    ("time", "from"): ("no earlier than", "not before", "on or after"),
    ("time", "to"): ("no later than", "not after", "on or before"),
}
"""The words for a value that is the least (`from`) or the most (`to`) allowed."""
AMOUNTS = ("amount", "total")
"""The columns of money that can stand before a noun: `the 49.75 purchase`."""
_NEW = {
    "made_at", "created_at", "placed_at", "opened_at", "taken_at", "issued_at", "lent_at", "sent_at", "invited_at",
    "asked_at", "joined_at", "requested_at", "reported_at", "logged_at", "booked_at", "submitted_at", "written_at",
    "measured_at", "charged_at", "enrolled_at",
}  # fmt: skip
_LONG = {"duration_minutes", "length_minutes"}


def is_role(name: str) -> bool:
    """Say whether a reference is named by what the other row is: a parent task, not what a ticket is merged into."""
    return not label(name).endswith(" into")


@lru_cache(maxsize=1 << 12)
def label(name: str) -> str:
    """Name a column or parameter as a person does: `duration_minutes` as `duration in minutes`."""
    if name in _WHOLE:
        return _WHOLE[name]
    stem = name.removesuffix("_ids").removesuffix("_id")
    stem = stem.removeprefix("is_").removeprefix("has_")
    *rest, last = stem.split("_")
    if rest and last == "left":
        return f"remaining {' '.join(rest)}"
    if rest and last in _UNITS and " ".join(rest) in _MEASURES:
        measure = " ".join(rest)
        return f"{_STEMS.get(measure, measure)} in {_UNITS[last]}"
    if rest and last == "at":
        return f"{_EVENTS.get(' '.join(rest), ' '.join(rest))} time"
    return " ".join(
        _UNITS.get(each, each) if each in ("km", "kwh", "kw", "mb", "wh") else each for each in (*rest, last)
    )


def verb_for(words: str) -> str:
    """Return `are` for a label of many things, else `is`."""
    head = _AFTER_HEAD.split(words, maxsplit=1)[0]
    return "are" if head.endswith("s") and not head.endswith(("ss", "us")) else "is"


def verb_of(name: str) -> tuple[str, str] | None:
    """Return the verb in the name of a time column, as it stands with `it` and with `does it`: `departs`, `depart`."""
    stem = name.removesuffix("_at").removesuffix("_on")
    return (stem, _BASES[stem]) if stem in _BASES and stem != name else None


def clause_of(name: str) -> tuple[str, str, str] | None:
    """Return what of a row a time column is about, with its verb as in `does it`: `licence`, `expires`, `expire`."""
    return _CLAUSES.get(name)


def participle_of(name: str) -> str | None:
    """Return the participle in the name of a time column: `booked` of `booked_at`."""
    stem = name.removesuffix("_at").removesuffix("_on").replace("_", " ")
    if stem == name or " " in stem or stem in _NOT_PARTICIPLES:
        return None
    return stem if stem.endswith("ed") or stem in _PARTICIPLES else None


def happenings(name: str) -> tuple[str, ...]:
    """Return what stands after a noun and before the time of a column: `that starts`, `starting`, `booked`."""
    verb, participle, clause = verb_of(name), participle_of(name), clause_of(name)
    if clause:
        return (f"whose {clause[0]} {clause[1]}",)
    if verb:
        return (f"that {verb[0]}", f"{verb[1].removesuffix('e')}ing")
    if participle:
        since = ("from",) if name == "made_at" else ()
        return (participle, f"that was {participle}", *since)
    return ("due", "that is due") if name == "due_at" else ()


def being(name: str) -> tuple[str, str, str]:
    """Return what a column of true and false says of a row: as it is, asked with `does` or `is`, and denied."""
    head, _, tail = name.replace("_", " ").partition(" ")
    if head == "is":
        return f"is {tail}", f"is # {tail}", f"is not {tail}"
    if head == "guests":
        does = tail.removeprefix("can ")
        return f"lets guests {does}", f"does # let guests {does}", f"does not let guests {does}"
    if head == "has":
        thing = tail if tail in ("parking", "opted out") else f"a {tail}"
        if tail == "opted out":
            return "has opted out", "has # opted out", "has not opted out"
        denied = "has no " + tail
        return f"has {thing}", f"does # have {thing}", denied
    if head.endswith("s") and head not in ("guests",):
        rest = f" {tail}".rstrip()
        return f"{head}{rest}", f"does # {head[:-1]}{rest}", f"does not {head[:-1]}{rest}"
    words = name.replace("_", " ")
    return f"is {words}", f"is # {words}", f"is not {words}"


_FLAGS = {
    "is_stolen": ("it was stolen", "it was not stolen"),
    "is_damaged": ("it is damaged", "it is not damaged"),
    "agrees": ("and say yes", "and say no"),
    "is_optional": ("as an optional guest", "as a required guest"),
    "is_question": ("as a question", "just so they know"),
    "is_billable": ("billable", "not billable"),
    "is_resellable": ("it can be sold again", "it cannot be sold again"),
    "needs_presence": ("only when somebody is home", "even when nobody is home"),
    "one_way": ("as a one-way trip", "as a round trip"),
}  # fmt: skip


def flagged(name: str, value: bool) -> str:
    """Say a parameter of true and false after an order: `it was not stolen`."""
    if name in _FLAGS:
        return _FLAGS[name][0 if value else 1]
    holds, _, denied = being(name)
    return f"it {holds if value else denied}"


_OPPOSITES = {
    "is_available": "is unavailable", "is_locked": "is unlocked", "is_restricted": "is unrestricted",
    "is_blocked": "is unblocked", "is_flagged": "is unflagged", "is_verified": "is unverified",
}  # fmt: skip


def marked(name: str, value: bool) -> str:
    """Say what `mark it` is followed by: `as not available`."""
    holds, _, denied = being(name)
    if name == "has_hold":
        return "as on hold" if value else "as not on hold"
    text = holds if value else _OPPOSITES.get(name, denied)
    return f"as {text.removeprefix('is ')}" if text.startswith("is ") else f"so that it {text}"


def enum_words(value: str) -> str:
    """Write a value of a list as words: `no_show` as `no show`, `needsAction` as `needs action`."""
    if value.isupper() or not re.search(r"[a-z]", value):
        return value
    spread = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", value).replace("_", " ")
    return spread.lower() if spread != value or value.islower() else value


def folded(value: str) -> str:
    """Reduce a value of a list to what stays the same however it is spelt."""
    return re.sub(r"[\W_]", "", value).lower()


def superlatives(name: str, kind: str, is_highest: bool) -> tuple[str, ...]:
    """Return the words before a noun for being first or last by a column: `cheapest`, `latest`."""
    if name in _CHEAP:
        return ("most expensive",) if is_highest else ("cheapest",)
    if name in _LONG:
        return ("longest",) if is_highest else ("shortest",)
    if name in ("amount", "total", "capacity"):
        return ("largest", "biggest") if is_highest else ("smallest",)
    if name in _NEW and kind == "time":
        return ("most recent", "newest") if is_highest else ("oldest",)
    if name in ("starts_at", "opens_at") and kind == "time":
        return ("latest", "last") if is_highest else ("earliest", "first")
    return ()
