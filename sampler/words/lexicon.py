"""The lexicon: what an environment's public names mean in English, for those who write and those who read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import takewhile
from typing import TypeVar

from envkit.calls import Json
from envkit.manifest import EntitySpec, FieldSpec, Manifest, ToolSpec
from sampler.facts import spaced
from sampler.query import plural
from sampler.words.callings import NOUNS
from sampler.words.english import being, enum_words, is_role, label, superlatives
from sampler.words.pattern import Part, parts
from sampler.words.phrasing import Phrase, phrases_of
from sampler.words.questions import Question, figure, question_of
from sampler.words.synonyms import LABELS
from sampler.words.tokens import words_of

NAMES = (
    "title", "name", "full_name", "holder", "display_name", "subject", "summary", "label", "code", "number", "sku",
    "symbol", "serial", "plate", "barcode", "gan", "iccid", "nickname", "reference", "scope_value", "email",
)  # fmt: skip
"""The columns by which a row can be called, the most natural first."""

_NOUNS = {
    "food_order": "order", "stock_order": "order", "acl_rule": "sharing rule", "lesson": "class", "wait_entry":
    "waitlist entry", "event_attendee": "guest", "return_request": "return", "item": "copy", "passed_course":
    "passed course", "calendar_list_entry": "calendar list entry", "menu_week": "week", "sim": "SIM",
    "instrument": "stock", "diner": "customer",
    "attendance": "invitation", "credit_move": "credit entry", "cash_move": "cash entry",
    "folio_entry": "hotel charge",
}  # fmt: skip
_PREPOSITIONS = {
    "by": ("author_id", "reviewer_id", "organizer_id", "agent_id", "sender_id"),
    "at": ("hotel_id", "merchant_id", "shop_id", "kitchen_id", "station_id", "home_id", "institution_id", "meter_id"),
    "in": ("room_id", "lesson_id", "section_id", "week_id", "box_id", "instrument_id", "scene_id", "programme_id"),
    "on": ("account_id", "flight_id", "fare_id", "calendar_id", "task_list_id", "plan_id", "ticket_id", "tariff_id",
           "card_id", "rate_id", "connector_id", "line_id", "sim_id", "contract_id"),
    "from": ("pickup_id", "company_id", "team_id", "kitchen_id"),
    "to": ("payee_id", "return_id"),
    "with": ("car_id", "coach_id", "dish_id", "product_id", "other_id"),
}  # fmt: skip
_NEVER_BEFORE = {"none", "other", "any", "all", "done", "off", "out", "self", "owner", "away", "customer", "paper"}
_SHORT_WORD = 2
_QUALITIES = (
    "priority",
    "severity",
    "status",
    "side",
    "method",
    "lifetime",
    "service",
    "reason",
    "purpose",
    "topic",
    "programme",
    "issue",
    "standard",
)
"""Columns of a few values that tell what a row is like: an urgent ticket, a buy order."""
_STANDING_BEFORE = ("category", "kind", "type", "tier", "brand", "diet", "discipline", "plan", "queue")


_THINGS = {"record", "profile", "overview", "details", "file", "plan", "overdraft", "limits", "damage", "fault"}
_MAKING = {
    "begin", "open", "start", "draft", "preview", "quote", "create", "place", "book", "issue", "schedule", "report",
}  # fmt: skip


PLACED = {"city": "in", "country": "in", "exchange": "on", "address": "at", "teacher": "with", "author": "by"}
"""Columns that tell where or with whom a row is, each with the word that ties it."""
_ROLES = {"recipient": "person_id", "passenger": "traveller_id"}
"""Rows that are a person in a role, with who it is: `the recipient Mei Tan`."""

T = TypeVar("T")
Heads = Mapping[Part, tuple[tuple[tuple[Part, ...], T], ...]]
"""Patterns by their first word, each with what it means."""


class Lexicon:
    """One environment's nouns, columns, values and phrases; built from what its manifest publishes."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.entities: Mapping[str, EntitySpec] = {each.name: each for each in manifest.entities}
        self.tools: Mapping[str, ToolSpec] = {each.name: each for each in manifest.tools}
        self._questions: dict[tuple[str, str], Question] = {}

    def nouns(self, entity: str) -> tuple[str, ...]:
        """Return the nouns of an entity, the usual one first."""
        return self._nouns[entity]

    @cached_property
    def _nouns(self) -> Mapping[str, tuple[str, ...]]:
        usual = {entity: _NOUNS.get(entity, spaced(entity)) for entity in self.entities}
        meant = Counter(usual.values())
        return {
            entity: tuple(dict.fromkeys((own if meant[own] == 1 else spaced(entity), spaced(entity))))
            for entity, own in usual.items()
        }

    def called(self, entity: str) -> tuple[str, ...]:
        """Return all that a row of an entity may be called, the usual word first; each word means one kind of row."""
        return self._callings[entity]

    @cached_property
    def _callings(self) -> Mapping[str, tuple[str, ...]]:
        usual = {entity: self.nouns(entity) for entity in self.entities}
        labels = {label(each.name) for entity in self.entities.values() for each in entity.fields}
        taken = labels.union(*usual.values(), *(map(plural, nouns) for nouns in usual.values()))
        meant = Counter(word for nouns in usual.values() for word in NOUNS.get(nouns[0], ()))
        return {
            entity: (*nouns, *(each for each in NOUNS.get(nouns[0], ()) if meant[each] == 1 and each not in taken))
            for entity, nouns in usual.items()
        }

    def ordered(self, tool: ToolSpec) -> str:
        """Return a tool's title as an order: `preview an order`, `get the student record`."""
        return self._orders[tool.name]

    @cached_property
    def _orders(self) -> Mapping[str, str]:
        return {tool.name: self._order(tool) for tool in self.manifest.tools}

    def _order(self, tool: ToolSpec) -> str:
        verb, _, thing = (tool.title[:1].lower() + tool.title[1:]).partition(" ")
        heads = {noun.split()[-1].lower() for entity in self.entities for noun in self.nouns(entity)} | _THINGS
        if thing.split()[-1:] and thing.split()[-1].lower() in heads:
            is_new = tool.kind == "create" or verb in _MAKING
            return f"{verb} {('an' if thing[0].lower() in 'aeiou' else 'a') if is_new else 'the'} {thing}"
        return f"{verb} {thing}".rstrip()

    def changes(self, tool: ToolSpec) -> bool:
        """Say whether a tool does no more than set columns of a row, and may be asked for as that."""
        rows = [each for each in tool.arguments if each.type == "ref"]
        is_named_so = tool.title.startswith("Update ") and len(rows) == 1 and rows[0].role == "key"
        return tool.kind == "update" or is_named_so

    def plurals(self, entity: str) -> tuple[str, ...]:
        """Return the plurals of all that its rows may be called."""
        return tuple(map(plural, self.called(entity)))

    def names(self, entity: str) -> tuple[FieldSpec, ...]:
        """Return the columns by which its rows are called."""
        fields = {field.name: field for field in self.entities[entity].fields if field.type == "str"}
        return tuple(fields[name] for name in NAMES if name in fields)

    def person(self, entity: str) -> FieldSpec | None:
        """Return the column with the person's name, if rows of the entity are people with an address."""
        fields = {field.name: field for field in self.entities[entity].fields}
        if "email" not in fields:
            return None
        return next((fields[name] for name in ("name", "full_name", "holder") if name in fields), None)

    def role_of(self, entity: str) -> FieldSpec | None:
        """Return the column with who it is, if rows of the entity are people in a role."""
        return next((each for each in self.entities[entity].fields if each.name == _ROLES.get(entity)), None)

    def is_somebody(self, entity: str) -> bool:
        """Say whether its rows are spoken of as people: `them`, not `it`; an account has a holder, but is none."""
        return self.person(entity) is not None and entity != "account"

    @cached_property
    def order_words(self) -> frozenset[str]:
        """The words of its tools' titles and phrases."""
        return words_of([*(tool.title for tool in self.tools.values()), *(phrase.text for phrase in self.phrases)])

    @cached_property
    def people(self) -> tuple[str, ...]:
        """The entities whose rows are people with an address."""
        return tuple(name for name in self.entities if self.person(name))

    def prepositions(self, field: FieldSpec) -> tuple[str, ...]:
        """Return the words that may tie a row to the row a column points at."""
        own = tuple(word for word, names in _PREPOSITIONS.items() if field.name in names)
        return (*own, "of", "for")

    def is_relation(self, field: FieldSpec) -> bool:
        """Say whether a row is told by what another is to it: its prerequisite, which `of` would lose."""
        role = label(field.name)
        is_kind = any(noun.endswith(role) for noun in self.nouns(field.to))
        return self.prepositions(field) == ("of", "for") and not is_kind and is_role(field.name)

    def before_noun(self, field: FieldSpec, value: object) -> str | None:
        """Return a value as a word that stands before the noun, if it can: `cancelled`, `double`, `prepaid`."""
        if field.type == "bool":
            holds = being(field.name)[0]
            word = holds.removeprefix("is ")
            return word if value is True and holds.startswith("is ") and " " not in word else None
        if field.type not in ("enum", "state"):
            return None
        words = enum_words(str(value))
        is_plain = words.isalpha() and words.islower() and words not in _NEVER_BEFORE and len(words) > _SHORT_WORD
        is_quality = field.type == "state" or words.endswith(("ed", "ing")) or field.name in _QUALITIES
        is_apt = is_plain and is_quality
        return words if is_apt or (" " not in words and field.name.split("_")[-1] in _STANDING_BEFORE) else None

    def superlatives(self, entity: str) -> tuple[tuple[str, FieldSpec, bool], ...]:
        """Return the words for being first or last, each with the column and whether it is the highest."""
        fields = [field for field in self.entities[entity].fields if field.type in ("int", "money", "time")]
        found: dict[str, tuple[str, FieldSpec, bool]] = {}
        for field in fields:
            for is_highest in (False, True):
                for word in superlatives(field.name, field.type, is_highest):
                    found.setdefault(word, (word, field, is_highest))
        return tuple(found.values())

    @cached_property
    def nouns_by_word(self) -> Mapping[str, Heads[None]]:
        """What rows of an entity may be called, and `one` and `ones`, as patterns by their first word."""
        return {
            entity: _by_word((noun, None) for noun in (*self.called(entity), *self.plurals(entity), "one", "ones"))
            for entity in self.entities
        }

    @cached_property
    def adjectives_by_word(self) -> Mapping[str, Heads[tuple[str, Json]]]:
        """The words that may stand before the noun, as patterns by their first word, each with column and value."""
        return {
            name: _by_word(
                (word, (field.name, value))
                for field in entity.fields
                for value in ((True,) if field.type == "bool" else field.values)
                if (word := self.before_noun(field, value))
            )
            for name, entity in self.entities.items()
        }

    @cached_property
    def superlatives_by_word(self) -> Mapping[str, Heads[tuple[str, bool]]]:
        """The words for being first or last, as patterns by their first word, each with column and direction."""
        return {
            entity: _by_word((word, (field.name, is_highest)) for word, field, is_highest in self.superlatives(entity))
            for entity in self.entities
        }

    def question(self, entity: str, field: FieldSpec) -> Question:
        """Return the ways to ask for a column of a row."""
        key = (entity, field.name)
        if key not in self._questions:
            self._questions[key] = question_of(entity, field, self.labels(field.name))
        return self._questions[key]

    def scalar_question(self, name: str) -> Question:
        """Return the ways to ask for a figure that a tool returns beside rows."""
        return figure(name, self.labels(name))

    def labels(self, name: str) -> tuple[str, ...]:
        """Return what a column or parameter is called, the usual words first."""
        usual = label(name)
        return (usual, *(self._synonyms.get(usual, ()) if not name.endswith(("_id", "_ids")) else ()))

    @cached_property
    def _synonyms(self) -> Mapping[str, tuple[str, ...]]:
        """Other words for each label: those that mean no other label and no noun here."""
        usual = {label(each.name) for entity in self.entities.values() for each in entity.fields}
        for tool in self.tools.values():
            usual |= {label(name) for name in named(tool)}
        taken = {noun for each in self.entities for noun in (*self.called(each), *self.plurals(each))} | usual
        meant = Counter(word for words in usual for word in LABELS.get(words, ()))
        return {
            words: tuple(word for word in LABELS.get(words, ()) if meant[word] == 1 and word not in taken)
            for words in sorted(usual)
        }

    @cached_property
    def labels_by_word(self) -> Heads[str]:
        """All labels as patterns by their first word, each with the usual label of what it means."""
        return _by_word((each, usual) for usual, others in self._synonyms.items() for each in (usual, *others))

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """The phrases of all tools that a sentence can be made of."""
        return phrases_of(self.manifest.tools, self._nouns)


def _by_word(texts: Iterable[tuple[str, T]]) -> Heads[T]:
    found: dict[Part, list[tuple[tuple[Part, ...], T]]] = {}
    for text, meant in texts:
        pattern = parts(text)
        found.setdefault(pattern[0], []).append((pattern, meant))
    return {word: tuple(each) for word, each in found.items()}


def named(tool: ToolSpec) -> Iterator[str]:
    """Yield the names of a tool's arguments and of what it returns."""
    yield from (each.name for each in tool.arguments)
    yield from (each.name for each in tool.returns if each.name)


def places(lexicons: Mapping[str, Lexicon]) -> Mapping[str, tuple[str, ...]]:
    """Return what each of some environments is called as a place, in full first: `Alder Bank payment accounts`.

    Short forms are the capitals it opens with and its first word, if no other title opens so.
    """
    titles = {name: lexicon.manifest.title for name, lexicon in lexicons.items()}
    found = {}
    for name, title in titles.items():
        first, *rest = title.split()
        shorter = (" ".join((first, *takewhile(str.istitle, rest))), first)
        others = [other for each, other in titles.items() if each != name]
        clear = [text for text in shorter if not any(other.startswith(text) for other in others)]
        found[name] = tuple(dict.fromkeys((title, *clear)))
    return found
