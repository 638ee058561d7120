"""Naming rows: from what holds of a row to the words by which a person would refer to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

from envkit.manifest import FieldSpec
from sampler.facts import spaced
from sampler.query import plural
from sampler.refer import Description, Extreme, Trait, Via
from sampler.words.clauses import Bound, joined_clauses, owns, reads_as_one, scale, with_article
from sampler.words.english import AMOUNTS, BOUNDS, DIRECTIONS, being, happenings, label, verb_for
from sampler.words.lexicon import PLACED
from sampler.words.pattern import possessive
from sampler.words.values import is_bare
from sampler.words.voice import FREE, FULL, NAMED, STIFF, Voice

_PRONOUN_CHANCE, _NAME_ALONE, _POSSESSIVE, _BY_NAME, _IT = 1.0, 0.8, 0.9, 0.85, 0.97
_CODE_FIRST = 0.3
_LONGEST_PLACED, _OWNED, _PLACED = 6, 0.6, 0.5
_PLACING = ("on", "in", "at")
_MOST_BEFORE = 2
_FAR_PERSON, _FAR_THING, _STEM = 2, 1, 5
_FIRST_NAME = 0.5


class Namer:
    """Names rows of one environment in one voice."""

    def __init__(self, voice: Voice, environment: str) -> None:
        self.voice = voice
        self.environment = environment
        self.lexicon = voice.lexicons[environment]
        self.state = voice.states[environment]

    def label(self, name: str) -> str:
        """Name a column or parameter, if possible without its unit."""
        labels = self.lexicon.labels(name)
        free = tuple(each for each in labels if " in " not in each) if self.voice.level < STIFF else ()
        return self.voice.kept(free or labels)

    def noun(self, entity: str) -> str:
        """Call a row by its kind, not by the name that code has for it where there is another."""
        usual, *others = self.lexicon.called(entity)
        return self.voice.kept((usual, *(each for each in others if each != spaced(entity))))

    def row(self, row: Description, *, as_subject: bool = False) -> str:
        """Name a row where it stands on its own."""
        if self.speaks(row) and not as_subject:
            self._mention(row)
            return "me"
        return self._again(row, as_subject=as_subject) or self.anew(row)

    def subject(self, row: Description) -> str:
        """Name a row as what a question is about: the user as `I`, who was just spoken of as `they`."""
        is_them = self.lexicon.is_somebody(row.entity) and self._is_pronominal(row)
        if self.voice.level < FULL and self.speaks(row):
            self._mention(row)
            return "I"
        if is_them:
            self._mention(row)
            return "they"
        return self.row(row, as_subject=True)

    def owner(self, row: Description) -> str | None:
        """Name a row as the owner of what follows: `my`, `its`, `Mei Tan's`; None where that would be clumsy."""
        if self.speaks(row):
            self._mention(row)
            return "my"
        if self._is_pronominal(row):
            self._mention(row)
            return "their" if self.lexicon.is_somebody(row.entity) else "its"
        mark, years = self.voice.discourse.place, set(self.voice.years)
        named = self._again(row) or self.anew(row)
        if owns(named):
            return possessive(named)
        self.voice.years = years
        if self.voice.discourse.said:
            del self.voice.discourse.said[-1][mark:]
        return None

    def anew(self, row: Description) -> str:
        """Name a row by what holds of it, and note that it is spoken of."""
        place = self.voice.discourse.place
        named = self._named(row)
        self.voice.discourse.mention(self.environment, row.entity, row.row_id, place)
        return named

    def _named(self, row: Description) -> str:
        if row.via is not None:
            role = label(row.via.field.name)
            called = self.noun(row.entity) if role in self.lexicon.nouns(row.entity) else role
            return self._held(called, row.via)
        if not row.traits and row.extreme is None:
            return f"{self.noun(row.entity)} {row.row_id}"
        traits = row.traits if self.voice.level >= FULL else self._fewest(row)
        return self.phrase(row.entity, traits, row.extreme)

    def _held(self, called: str, via: Via) -> str:
        """Name a row by one that points at it: `that stay's guest`, `the room that the stay is in`."""
        voice, usual = self.voice, self.lexicon.prepositions(via.field)[0]
        is_free = voice.level < FULL
        likes = self.speaks(via.holder) or self._is_pronominal(via.holder) or voice.rng.random() < _OWNED
        if is_free and likes and (owner := self.owner(via.holder)) is not None:
            return f"{owner} {called}"
        holder = self.row(via.holder, as_subject=True)
        is_short = len(holder.split()) <= _LONGEST_PLACED
        if is_free and usual in _PLACING and is_short and voice.rng.random() < _PLACED:
            return f"the {called} that {holder} is {usual}"
        return f"the {called} {'for' if is_free and ' of ' in holder else 'of'} {holder}"

    def vaguely(self, row: Description) -> str:
        """Name a row by what others have in common with it; it is not clear which is spoken of."""
        return self.phrase(row.entity, row.traits)

    def apart(self, row: Description, vague: Sequence[Trait]) -> str:
        """Name a row among those that are told alike by the `vague` traits: by what tells it from them."""
        said = {trait.field.name for trait in vague}
        telling = [trait for trait in row.traits if trait.field.name not in said]
        place = self.voice.discourse.place
        named = self._told_apart(row, telling)
        self.voice.discourse.mention(self.environment, row.entity, row.row_id, place)
        return named

    def _told_apart(self, row: Description, telling: Sequence[Trait]) -> str:
        if self.voice.level >= FULL or not telling:
            return self.phrase(row.entity, row.traits)
        if telling[0].field in self.lexicon.names(row.entity) and self.voice.rng.random() < _BY_NAME:
            return self._name(row.entity, telling[0])
        before, after = self._split(row.entity, telling)
        return " ".join(["the", *before, "one", *after])

    def phrase(
        self,
        entity: str,
        traits: Sequence[Trait],
        extreme: Extreme | None = None,
        bounds: Sequence[Bound] = (),
        *,
        are_many: bool = False,
    ) -> str:
        """Write a noun with what holds of its rows before and after it."""
        rest = list(traits)
        name = next((trait for trait in rest if trait.field in self.lexicon.names(entity)), None)
        if name is not None:
            rest.remove(name)
            if not rest and extreme is None and not bounds and not are_many and (alone := self._alone(entity, name)):
                return alone
        noun = plural(self.noun(entity)) if are_many else self.noun(entity)
        opening, called = "" if are_many else "the ", ""
        owners = [each for each in rest if each.field.to != entity and self._can_own(each.referent)]
        owner = min(owners, key=lambda each: self.lexicon.person(each.field.to) is None, default=None)
        if owner is not None and owner.referent is not None and self.voice.level < STIFF and self._likes_owner(owner):
            is_role = self.lexicon.role_of(entity) == owner.field and not self.speaks(owner.referent)
            possessor = None if is_role else self.owner(owner.referent)
            if is_role:
                rest.remove(owner)
                called = f" {self.row(owner.referent)}"
            elif possessor is not None:
                rest.remove(owner)
                opening = f"{possessor} "
        before, after = self._split(entity, rest)
        if extreme is not None:
            word = self._superlative(entity, extreme)
            if word:
                before.insert(0, word)
            else:
                after.append(self._most(extreme))
                if bounds and bounds[0].field == extreme.field and self.voice.level < FULL:
                    bound, *bounds = bounds
                    after[-1] += self._within(after[-1], bound)
        if name is not None:
            noun = f"{noun} {self._name(entity, name)}"
        noun += called
        after += [self._bound(each) for each in bounds]
        if are_many:
            after = [f"that are {text[8:]}" if text.startswith("that is ") else text for text in after]
        return " ".join([*f"{opening}{' '.join(before)}".split(), noun, *joined_clauses(after)])

    def _mention(self, row: Description) -> None:
        self.voice.discourse.mention(self.environment, row.entity, row.row_id)

    def speaks(self, row: Description) -> bool:
        """Say whether a row is the user."""
        return self.voice.discourse.speaker == (self.environment, row.entity, row.row_id)

    def _can_own(self, row: Description | None) -> bool:
        """Say whether a row can be the owner of what points at it: a person, or what `its` stands for."""
        return row is not None and (self.lexicon.person(row.entity) is not None or self._is_pronominal(row))

    def _is_pronominal(self, row: Description) -> bool:
        return self.voice.level == FREE and self._is_foremost(row) and self._is_clear(row) and not self.speaks(row)

    def _is_foremost(self, row: Description) -> bool:
        return self.foremost(row.entity) == (self.environment, row.entity, row.row_id)

    def foremost(self, entity: str) -> tuple[str, str, str] | None:
        """Return the row that the pronoun for rows of an entity means."""
        return self.voice.discourse.foremost(self._sort_of(entity))

    def _sort_of(self, entity: str) -> Callable[[str, str], bool]:
        """Return what tells whether rows are people as those of an entity, or things as they."""
        is_person, lexicons = self.lexicon.is_somebody(entity), self.voice.lexicons
        return lambda environment, name: lexicons[environment].is_somebody(name) == is_person

    def _again(self, row: Description, *, as_subject: bool = False) -> str | None:
        """Return `it` or `that booking` where only this row can be meant."""
        voice = self.voice
        latest = voice.discourse.latest(self.environment, row.entity)
        is_apt = voice.level < NAMED and row.row_id and latest == row.row_id and not self.speaks(row)
        if not is_apt or voice.rng.random() > _PRONOUN_CHANCE:
            return None
        may_be_it = self._is_foremost(row) and self._is_clear(row)
        self._mention(row)
        is_person = self.lexicon.is_somebody(row.entity)
        if may_be_it and not (is_person and as_subject) and voice.rng.random() < _IT:
            return "them" if is_person else "it"
        noun = self.noun(row.entity)
        return f"that {noun}"

    def _is_clear(self, row: Description) -> bool:
        """Say whether a pronoun can mean nothing but a row: none of its sort was spoken of with it of late."""
        own, discourse = (self.environment, row.entity, row.row_id), self.voice.discourse
        far = _FAR_PERSON if self.lexicon.is_somebody(row.entity) else _FAR_THING
        return discourse.rivals(self._sort_of(row.entity), far) - {discourse.speaker} == {own}

    def _fewest(self, row: Description) -> tuple[Trait, ...]:
        """Return the fewest traits that fit one row of the state, with a person's name for the address if it does.

        Once something was changed, only a name does without the rest, for the state is that of the start.
        """
        rows = self.state.rows[row.entity]
        own = rows.get(row.row_id)
        if own is None or row.extreme is not None:
            return row.traits
        person, renamed = self.lexicon.person(row.entity), self.voice.renamed
        traits, key = row.traits, (self.environment, row.entity, row.row_id)
        if key in renamed or (person is not None and own.get(person.name) in renamed.values()):
            return row.traits
        was_written, names = self.environment in self.voice.written, self.lexicon.names(row.entity)
        if person is not None:
            named = Trait(person, own.get(person.name))
            traits = tuple(named if trait.field.name == "email" else trait for trait in traits)
        for options in (traits, row.traits):
            for size in range(1, len(options) + 1):
                for some in combinations(options, size):
                    fitting = [r for r in rows.values() if all(r.get(t.field.name) == t.value for t in some)]
                    is_bold = was_written and size < len(options) and any(each.field not in names for each in some)
                    if len(fitting) == 1 and not is_bold and all(own.get(t.field.name) == t.value for t in some):
                        return some
        return row.traits

    def _alone(self, entity: str, name: Trait) -> str | None:
        """Return a name without its noun, where that is enough: a person, an address, or now and then a title."""
        text = str(name.value)
        is_held = self.lexicon.person(entity) is not None and not self.lexicon.is_somebody(entity)
        if is_held and self.voice.level < STIFF:
            named = self._name(entity, name)
            return f"the {self.noun(entity)} {named}" if "@" in text else f"{possessive(named)} {self.noun(entity)}"
        if self.lexicon.person(entity) or "@" in text:
            return self._name(entity, name)
        if " " in text and self.voice.level < STIFF and self.voice.rng.random() < _NAME_ALONE:
            return self._name(entity, name)
        if is_bare(text) and self.voice.level < FULL and text[0].isalpha() and self.voice.rng.random() < _CODE_FIRST:
            return f"the {self._name(entity, name)} {self.noun(entity)}"
        return f"the {self.noun(entity)} {self._name(entity, name)}" if self.voice.rng.random() < 0.5 else None

    def _name(self, entity: str, name: Trait) -> str:
        text = str(name.value)
        if self._is_known_by_first(entity, name):
            text = text.split()[0]
        is_title = name.field.name in ("title", "subject", "summary", "label")
        return self.voice.told_text(text) if is_title else self.voice.value(text, "str")

    def _is_known_by_first(self, entity: str, name: Trait) -> bool:
        """Say whether a person is called by the first name alone, which nobody else of the kind has."""
        voice, text = self.voice, str(name.value)
        is_person = self.lexicon.person(entity) == name.field
        if not is_person or " " not in text or voice.level > FREE or voice.rng.random() > _FIRST_NAME:
            return False
        first, rows = text.split()[0], self.state.rows.get(entity, {}).values()
        alike = {row.get(name.field.name) for row in rows if str(row.get(name.field.name)).split()[:1] == [first]}
        return alike == {name.value}

    def _likes_owner(self, owner: Trait) -> bool:
        referent = owner.referent
        if referent is None or self.speaks(referent) or self._is_pronominal(referent):
            return referent is not None
        return len(referent.traits) == 1 and self.voice.rng.random() < _POSSESSIVE

    def _split(self, entity: str, traits: Sequence[Trait]) -> tuple[list[str], list[str]]:
        """Say traits as words before the noun where they can be, and as phrases after it."""
        before: list[str] = []
        after: list[str] = []
        for trait in sorted(traits, key=lambda each: each.field.type == "enum"):
            word = self._word_before(trait) if len(before) < _MOST_BEFORE else None
            if word and not any(
                part.startswith(word[:_STEM]) for part in " ".join(self.lexicon.called(entity)).split()
            ):
                self.voice.facts.update(word.split())
                before.append(word)
            else:
                after.append(self._post(trait))
        return before, after

    def _word_before(self, trait: Trait) -> str | None:
        """Return a trait as a word before the noun: `cancelled`, `double`, an amount."""
        if self.voice.level >= STIFF:
            return None
        is_amount = trait.field.name in AMOUNTS and trait.field.type == "money"
        if is_amount and isinstance(trait.value, int) and trait.value >= 0 and self.voice.level < FULL:
            return self.voice.value(trait.value, "money")
        return self.lexicon.before_noun(trait.field, trait.value)

    def _post(self, trait: Trait) -> str:
        field, voice = trait.field, self.voice
        if trait.referent is not None:
            if voice.level >= STIFF or self.lexicon.is_relation(field):
                return f"whose {self.label(field.name)} is {self.row(trait.referent)}"
            named = self.row(trait.referent)
            word = self._preposition(field)
            return f"{'for' if word == 'of' and ' of ' in named else word} {named}"
        if field.type == "bool":
            holds, _, denied = being(field.name)
            return f"that {holds if trait.value else denied}"
        text = voice.value(trait.value, field.type)
        if field.name in PLACED and voice.level < STIFF:
            return f"{PLACED[field.name]} {text}"
        if field.type == "time" and voice.level < STIFF and (openings := happenings(field.name)):
            opening = voice.called(openings)
            return f"from {text}" if opening == "from" else f"{opening} {'at' if ' on ' in text else 'on'} {text}"
        if field.type in ("enum", "state") and " " in text:
            return f"whose {self.label(field.name)} is {voice.told_text(text)}"
        if field.type == "state" and voice.level < STIFF:
            return f"that is {text}"
        words = self.label(field.name)
        if field.type in ("int", "money"):
            counted = f"with {text} {words}" if verb_for(words) == "are" and text != "1" else ""
            if counted and voice.level < STIFF and field.type == "int" and " in " not in words:
                return counted
            is_one = reads_as_one(words) and voice.level < STIFF
            return f"with {with_article(words)} of {text}" if is_one else f"whose {words} {verb_for(words)} {text}"
        form = voice.rng.choice(("with the {} {}", "whose {} is {}"))
        return form.format(words, text) if voice.level < STIFF else f"whose {words} is {text}"

    def _preposition(self, field: FieldSpec) -> str:
        """Return the word that ties a row to what a column points at."""
        return self.lexicon.prepositions(field)[0]

    def _most(self, extreme: Extreme) -> str:
        """Say after the noun that a row is first or last by a column."""
        voice = self.voice
        if extreme.field.type == "time" and voice.level < FULL and (openings := happenings(extreme.field.name)):
            opening = voice.called([each for each in openings if each != "from"])
            return f"{opening} {'last' if extreme.is_highest else 'first'}"
        words = self.label(extreme.field.name)
        options = DIRECTIONS[scale(extreme.field.type, words), extreme.is_highest]
        direction = voice.called(options)
        return f"with the {direction} {words}"

    def _within(self, most: str, bound: Bound) -> str:
        """Say after what is first or last that it is so of those within a bound: ` of at most 45`, ` but not after`."""
        kind = "time" if bound.field.type == "time" else "number"
        joiner = "of" if most.startswith("with ") and kind == "number" else "but"
        relation = self.voice.called(BOUNDS[kind, bound.relation])
        return f" {joiner} {relation} {self.voice.value(bound.value, bound.field.type)}"

    def _bound(self, bound: Bound) -> str:
        words = self.label(bound.field.name)
        text = self.voice.value(bound.value, bound.field.type)
        is_from = bound.relation == "from"
        if bound.field.type == "time":
            relation = self.voice.called(BOUNDS["time", bound.relation])
            openings = happenings(bound.field.name)
            if not openings or self.voice.level >= STIFF:
                return f"whose {words} is not {'before' if is_from else 'after'} {text}"
            return f"{self.voice.called([each for each in openings if each != 'from'])} {relation} {text}"
        relation = self.voice.called(BOUNDS["number", bound.relation])
        if verb_for(words) == "is" and reads_as_one(words) and self.voice.rng.random() < 0.5:
            return f"with {with_article(words)} of {relation} {text}"
        return f"whose {words} {verb_for(words)} {relation} {text}"

    def _superlative(self, entity: str, extreme: Extreme) -> str | None:
        words = [
            word
            for word, field, is_highest in self.lexicon.superlatives(entity)
            if (field.name, is_highest) == (extreme.field.name, extreme.is_highest)
        ]
        return self.voice.rng.choice(words) if words and self.voice.level < FULL else None
