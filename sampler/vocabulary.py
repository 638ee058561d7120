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
)  # fmt: skip

_WHO = (
    "The customer", "A colleague", "The team lead", "Our accountant", "The neighbour", "My manager", "The courier",
    "The front desk", "Somebody from sales", "The auditor", "My sister", "The caretaker", "A regular", "The organiser",
    "The landlord", "Our new intern", "The committee", "The night shift", "Her assistant", "The supplier",
)  # fmt: skip

_DID = (
    "asked for a quiet place", "wants to compare it with last year", "agreed to this by phone", "will follow up",
    "needs it in writing", "found a mistake in the first version", "prefers the side entrance", "checked the figures",
    "would rather wait", "promised to call back", "noticed the narrow staircase", "wants a copy of everything",
    "has been waiting for an answer", "changed the plan", "asked to be told first", "signed the paper version",
    "left the keys with us", "moved to another office", "will bring the missing part", "was very happy with it",
    "said it can stay as it is", "has a question about the date", "thinks this is the right one", "paid in advance",
)  # fmt: skip

_WHEN = (
    "this morning", "yesterday evening", "before lunch", "last week", "on Monday", "after the meeting", "at the desk",
    "by e-mail", "in passing", "twice already", "on the phone", "without any hurry", "for the records", "in person",
    "at short notice", "late last night", "during the visit", "as agreed", "once more", "over coffee",
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
    return f"{named} {rng.choice(PLACES)}" if rng.random() < 0.3 else named


def sentence(rng: random.Random) -> str:
    """Make up a remark."""
    return f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHEN)}."
