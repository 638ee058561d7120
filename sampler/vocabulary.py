"""Frozen words from which new values are made up when a user must supply one."""

from __future__ import annotations

FIRST_NAMES = (
    "Alma", "Bruno", "Clara", "Dario", "Edith", "Felix", "Greta", "Hugo", "Irene", "Jonas", "Klara", "Louis", "Marta",
    "Nils", "Olive", "Pablo", "Rosa", "Simon", "Thea", "Viktor",
)  # fmt: skip

LAST_NAMES = (
    "Ashworth", "Bergstrom", "Castell", "Dunmore", "Eriksen", "Fontaine", "Grabowski", "Hartwell", "Ivanova", "Jansen",
    "Kowalski", "Lindqvist", "Moretti", "Novak", "Okafor", "Petersen", "Quintero", "Rossi", "Sorensen", "Thornton",
)  # fmt: skip

SUBJECTS = (
    "Quarterly", "Harbour", "Winter", "Northern", "Client", "Budget", "Launch", "Supplier", "Training", "Annual",
    "Regional", "Product", "Security", "Travel", "Warehouse", "Contract",
)  # fmt: skip

MATTERS = (
    "review", "workshop", "planning", "summary", "checklist", "briefing", "agreement", "survey", "handover", "estimate",
    "rehearsal", "inspection", "walkthrough", "forecast", "retrospective", "kickoff",
)  # fmt: skip

SENTENCES = (
    "Please keep this one for the auditors.", "Agreed by phone this morning.", "The customer asked for a quiet place.",
    "Compare with last year before signing.", "Deliver to the side entrance.", "Handle with care.",
    "A colleague will follow up next week.", "This replaces the earlier version.", "Confirmed with the team lead.",
    "Mind the narrow staircase.",
)  # fmt: skip

WORDS = ("amber", "birch", "coral", "delta", "ember", "fjord", "grove", "heron", "indigo", "juniper", "kelp", "lunar")
