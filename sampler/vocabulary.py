"""Frozen words from which new values are made up when a user must supply one."""

from __future__ import annotations

import random

FIRST_NAMES = (
    "Alma", "Bruno", "Clara", "Dario", "Edith", "Felix", "Greta", "Hugo", "Irene", "Jonas", "Klara", "Louis", "Marta",
    "Nils", "Olive", "Pablo", "Rosa", "Simon", "Thea", "Viktor", "Agnes", "Benno", "Celia", "Dmitra", "Elio", "Freya",
    "Gideon", "Hilde", "Ivo", "Juno", "Kasper", "Leonie", "Mirko", "Noemi", "Oskar", "Paola", "Quentin", "Ronja",
    "Sander", "Tilda", "Ulric", "Vera", "Wanda", "Xenia", "Yannis", "Zelda", "Amin", "Bettina", "Cosmo", "Delia",
)  # fmt: skip

LAST_NAMES = (
    "Ashworth", "Bergstrom", "Castell", "Dunmore", "Eriksen", "Fontaine", "Grabowski", "Hartwell", "Ivanova", "Jansen",
    "Kowalski", "Lindqvist", "Moretti", "Novak", "Okafor", "Petersen", "Quintero", "Rossi", "Sorensen", "Thornton",
    "Ulrich", "Vasquez", "Whitfield", "Yilmaz", "Zeller", "Abernathy", "Bianco", "Carlsen", "Delgado", "Engel",
    "Ferrara", "Gallagher", "Halloran", "Iversen", "Jimenez", "Kessler", "Laurent", "Meyer", "Nakamura", "Osborne",
    "Pellegrin", "Radcliffe", "Santoro", "Tanaka", "Underwood", "Visser", "Wallin", "Xavier", "Yates", "Zimmer",
)  # fmt: skip

SUBJECTS = (
    "Quarterly", "Harbour", "Winter", "Northern", "Client", "Budget", "Launch", "Supplier", "Training", "Annual",
    "Regional", "Product", "Security", "Travel", "Warehouse", "Contract", "Spring", "Coastal", "Payroll", "Museum",
    "Garden", "Autumn", "Network", "Kitchen", "Research", "Volunteer", "Pricing", "Archive", "Summer", "Delivery",
    "Marketing", "Southern", "Library", "Partner", "Fundraising", "Design", "Energy", "Festival", "Member", "Campus",
)  # fmt: skip

MATTERS = (
    "review", "workshop", "planning", "summary", "checklist", "briefing", "agreement", "survey", "handover", "estimate",
    "rehearsal", "inspection", "walkthrough", "forecast", "retrospective", "kickoff", "roadmap", "inventory", "audit",
    "proposal", "schedule", "report", "meetup", "renewal", "campaign", "draft", "timeline", "study", "catalogue",
    "interview", "migration", "refresh", "tour", "overview", "exchange", "round table", "guide", "update", "sketch",
    "collection",
)  # fmt: skip

PLACES = (
    "for Lisbon", "for the east wing", "with the new team", "in May", "for next season", "on site", "for beginners",
    "with partners", "for the board", "in two parts", "for Tampere", "by the lake", "for the west office", "phase two",
    "at the old mill", "for night owls", "with Graz", "in plain words", "for the ground floor", "after the holidays",
    "without slides", "for first-timers", "in the courtyard", "for Ghent", "with a guest speaker", "before the move",
    "for the choir", "on paper", "at half price", "for all regions", "with the landlord", "in small groups",
    "for the print shop", "under the arches", "for returning members", "part three", "with Oslo and Turku", "in June",
    "for the annex", "at short notice", "for the tasting room", "between terms", "with the auditors", "for visitors",
)  # fmt: skip

_WHO = (
    "The customer", "A colleague", "The team lead", "Our accountant", "The neighbour", "My manager", "The courier",
    "The front desk", "Somebody from sales", "The auditor", "My sister", "The caretaker", "A regular", "The organiser",
    "The landlord", "Our new intern", "The committee", "The night shift", "Her assistant", "The supplier", "My cousin",
    "The photographer", "A volunteer", "His daughter", "The electrician", "Our lawyer", "The head teacher", "A visitor",
    "The translator", "Their driver", "The treasurer", "An old friend", "The decorator", "My deputy", "The housekeeper",
)  # fmt: skip

_DID = (
    "asked about", "wants to see", "is waiting for", "found a mistake in", "has checked", "prefers", "sent over",
    "promised to bring", "noticed", "needs a copy of", "returned", "left behind", "signed for", "picked up", "mislaid",
    "has a question about", "was happy with", "paid for", "would rather keep", "dropped off", "wrote down", "mentioned",
    "photographed", "counted", "will collect", "forgot about", "recommended", "is looking for", "borrowed", "replaced",
)  # fmt: skip

_WHICH = (
    "second", "printed", "old", "missing", "revised", "small", "blue", "spare", "original", "shorter", "German",
    "heavy", "other", "framed", "cheaper", "unopened", "corrected", "yellow", "folded", "borrowed", "first", "green",
    "wooden", "stamped", "thick", "laminated", "handwritten", "foreign", "numbered", "wrapped",
)  # fmt: skip

_WHAT = (
    "invoice", "key", "folder", "badge", "list", "form", "parcel", "letter", "poster", "map", "catalogue", "receipt",
    "envelope", "notebook", "leaflet", "umbrella", "box", "sample", "label", "ticket", "programme", "chart", "sign",
    "photograph", "jacket", "lamp", "certificate", "manual", "basket", "calendar", "drawing", "menu", "card", "lock",
    "cable", "brochure", "plan", "diary", "voucher", "suitcase",
)  # fmt: skip

_WHEN = (
    "this morning", "yesterday evening", "before lunch", "last week", "on Monday", "after the meeting", "at the desk",
    "by e-mail", "in passing", "twice already", "on the phone", "without any hurry", "for the records", "in person",
    "at short notice", "late last night", "during the visit", "as agreed", "once more", "over coffee", "in the lobby",
    "on the way out", "at the weekend", "from the third floor", "with some delay", "near the lifts", "after hours",
    "in two places", "just in time", "behind the counter", "while it rained", "for the second time", "near the gate",
    "at the station", "with a smile", "since Thursday", "between two calls", "in the car park", "at noon", "in a rush",
)  # fmt: skip

_PLACED = 0.4
"""How often the name of a thing says where, when or for whom it is."""

TIME_ZONES = (
    "Europe/Lisbon", "Europe/Oslo", "Europe/Rome", "America/New_York", "America/Chicago", "Asia/Tokyo", "Asia/Kolkata",
)  # fmt: skip

WORDS = (
    "amber", "birch", "coral", "delta", "ember", "fjord", "grove", "heron", "indigo", "juniper", "kelp", "lunar",
    "maple", "north", "ocean", "pearl", "quartz", "river", "saffron", "tulip", "umber", "violet", "willow", "zephyr",
)  # fmt: skip


def full_name(rng: random.Random) -> str:
    """Make up a person's name."""
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"


def title(rng: random.Random) -> str:
    """Make up the name of a thing."""
    named = f"{rng.choice(SUBJECTS)} {rng.choice(MATTERS)}"
    return f"{named} {rng.choice(PLACES)}" if rng.random() < _PLACED else named


def sentence(rng: random.Random) -> str:
    """Make up a remark."""
    return f"{rng.choice(_WHO)} {rng.choice(_DID)} the {rng.choice(_WHICH)} {rng.choice(_WHAT)} {rng.choice(_WHEN)}."
