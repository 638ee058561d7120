"""Telling wishes: orders with what they need, questions about rows and lists, conditions and answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from envkit.manifest import FieldSpec, ToolSpec
from sampler.facts import Asked
from sampler.meaning import Act, Browse, Condition, Give, Look, Mention, Wish
from sampler.refer import Description, Extreme, Trait
from sampler.words import frames
from sampler.words.asking import LATER, PRONOUNS, Row, ask, openings
from sampler.words.clauses import Bound
from sampler.words.discourse import UNKNOWN
from sampler.words.english import being, flagged, label, marked, verb_for
from sampler.words.lexicon import places
from sampler.words.naming import Namer
from sampler.words.ordering import frames_for, phrase_for, settled
from sampler.words.pattern import fill, possessive
from sampler.words.voice import FREE, FULL, NAMED, STIFF, Voice

_PLACED_AGAIN, _WITH_ARTICLE, _AGAIN, _IF = 0.35, 0.5, 0.97, 0.8


_NAMES_GIVEN = ("name", "full_name", "holder")
_SUBJECT = re.compile(r"(?:^|\b(?:can|would|does|has|what|that|sure) )\{(\w+)\}(?!'s)")
"""What does something in a phrase: `where can {driver_id} charge`."""


class Teller:
    """Tells the wishes of one task in one voice, in order."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self._vague: dict[str, tuple[Trait, ...]] = {}
        self._asked: list[Asked] = []
        self._place = ""
        self._is_first, self._has_begun, self._is_placed = True, False, False
        self._places = places(voice.lexicons)

    def turn(self, wishes: Sequence[Wish]) -> list[str]:
        """Write the wishes of a turn; the place may stay what it was."""
        if self.voice.level >= NAMED or self.voice.rng.random() < _PLACED_AGAIN:
            self._place = ""
        self.voice.is_courteous = self.voice.has_begun = False
        self._is_first = True
        return [self.tell(wish) for wish in wishes]

    def tell(self, wish: Wish) -> str:
        """Write one wish as one or more sentences."""
        told = self._told(wish)
        self._asked += wish.asked
        self._is_first, self._has_begun, self.voice.has_begun = False, True, True
        return told

    def _told(self, wish: Wish) -> str:
        place = getattr(wish, "place", "")
        is_new, self._place = place != self._place, place or self._place
        prefix = self._go(wish.environment) if place and is_new else ""
        self._is_placed = bool(prefix)
        match wish:
            case Act():
                return self._placed(prefix, self._act(wish))
            case Look():
                return self._placed(prefix, self._look(wish))
            case Browse():
                return self._placed(prefix, self._browse(wish))
            case Give():
                return self._give(wish)

    def _go(self, environment: str) -> str:
        frame = self.voice.rng.choice(frames.PLACES_LATER if self._has_begun else frames.PLACES)
        full, *short = self._places[environment]
        usual = short[:1] if self.voice.persona.manner != "brief" else short
        return frame.replace("{place}", self.voice.called(usual or (full,)) if self.voice.level < STIFF else full)

    def _placed(self, prefix: str, text: str) -> str:
        return prefix + (self.voice.lowered(text) if prefix.endswith(", ") else _raised(text))

    def _act(self, wish: Act) -> str:
        namer, voice = Namer(self.voice, wish.environment), self.voice
        condition = self._condition(wish.only_if, wish.environment) if wish.only_if else ""
        voice.discourse.open()
        said = [each for each in wish.mentions if _is_said(wish, each)]
        self._vague = {each.argument.name: each.rows[0].traits for each in said if each.argument.name in wish.vague}
        text, form = self._verb_phrase(namer, wish.tool, said)
        fitting = frames_for(
            voice, form, text, is_first=self._is_first, is_placed=self._is_placed, has_condition=bool(condition)
        )
        sentence = fill(voice.frame(fitting), {"do": text})
        told = condition + (voice.lowered(sentence) if condition else sentence)
        self._note(wish)
        if wish.tool.kind == "create":
            voice.discourse.mention(wish.environment, wish.tool.entity, UNKNOWN, 0)
        if not wish.asked:
            return told
        asked = sorted(wish.asked, key=lambda each: not _is_of_foremost(namer, each))
        rows = [self._row_of_act(namer, wish, each) for each in asked]
        return f"{_ended(told)} {_raised(ask(voice, namer, asked, rows, is_gone=_deletes(wish.tool)))}"

    def _note(self, wish: Act) -> None:
        """Note what a wish changes that names depend on."""
        if wish.tool.writes:
            self.voice.written.add(wish.environment)
        name = next((each.value for each in wish.mentions if each.argument.name in _NAMES_GIVEN), None)
        for row in (row for each in wish.mentions for row in each.rows if name is not None):
            self.voice.renamed[wish.environment, row.entity, row.row_id] = str(name)

    def _verb_phrase(self, namer: Namer, tool: ToolSpec, said: Sequence[Mention]) -> tuple[str, str]:
        """Write what is to be done, and tell the form of that."""
        phrase = phrase_for(namer, tool, said)
        is_said = phrase is not None and len(phrase.holes) == len(said) and self.voice.rng.random() < 0.5
        if namer.lexicon.changes(tool) and not is_said and (text := self._update(namer, tool, said)):
            return text, "order"
        by_name = {each.argument.name: each for each in said}
        if phrase is None:
            text, spoken = namer.lexicon.ordered(tool), set[str]()
        else:
            subjects = _SUBJECT.findall(phrase.text)
            texts = {name: self._value(namer, by_name[name], as_subject=name in subjects) for name in phrase.holes}
            text, spoken = fill(settled(phrase.text, texts), texts), set(phrase.holes)
        text += self._extras(namer, [each for each in said if each.argument.name not in spoken])
        return text, "order" if phrase is None else phrase.form

    def _extras(self, namer: Namer, more: Sequence[Mention]) -> str:
        """Write arguments after what is to be done: rows it is for, what it comes with, and what is so."""
        rows, flags, named = [], [], []
        for mention in more:
            argument = mention.argument
            if argument.type == "bool":
                flags.append(f", {flagged(argument.name, bool(mention.value))}")
                continue
            value = self._value(namer, mention)
            if (
                argument.type == "ref"
                and not argument.many
                and label(argument.name) in namer.lexicon.nouns(argument.to)
            ):
                rows.append(f" for {value}")
            else:
                the = "the " if self.voice.rng.random() < _WITH_ARTICLE else ""
                named.append(f"{the}{namer.label(argument.name)} {value}")
        opening = ", " if self.voice.persona.manner == "brief" else self.voice.called((", with ", ", "))
        listed = f"{opening}{self.voice.listed(named)}" if named else ""
        return "".join((*rows, listed, *flags))

    def _update(self, namer: Namer, tool: ToolSpec, said: Sequence[Mention]) -> str | None:
        """Write changes of columns: `change the name of X to Y and mark it as available`."""
        key = next((each for each in said if each.rows), None)
        flags = [each for each in said if each.argument.type == "bool"]
        values = [each for each in said if not each.rows and each not in flags]
        if key is None or not (flags or values):
            return None
        row = key.rows[0]
        parts = []
        is_many = key.group is not None
        whole = self._value(namer, key) if self._vague or is_many else ""
        if values:
            first, *more = values
            verb = self.voice.rng.choice(("change", "set", "update", "change"))
            words = namer.label(first.argument.name)
            is_owner = not whole and (namer.speaks(row) or self.voice.rng.random() < 0.5)
            owner = namer.owner(row) if is_owner else None
            named = "" if owner else whole or namer.row(row)
            owner = possessive(named) if named in PRONOUNS else owner
            opening = f"{verb} {owner} {words}" if owner else f"{verb} the {words} of {named}"
            parts = [f"{opening} to {self._value(namer, first)}"]
            parts += [f"the {namer.label(each.argument.name)} to {self._value(namer, each)}" for each in more]
        for each in flags:
            is_person = namer.lexicon.is_somebody(row.entity)
            again = "me" if namer.speaks(row) else "them" if is_person or is_many else "it"
            which = again if parts else whole or namer.row(row)
            parts.append(f"mark {which} {marked(each.argument.name, bool(each.value))}")
        return self.voice.listed(parts)

    def _value(self, namer: Namer, mention: Mention, *, as_subject: bool = False) -> str:
        """Write what an argument is given."""
        voice = self.voice
        if mention.value == []:
            return "nobody" if namer.lexicon.person(mention.argument.to or "") else "nothing"
        if mention.argument.name in self._vague:
            return namer.vaguely(mention.rows[0])
        if mention.carried is not None:
            return self._carried(namer, mention.carried)
        if mention.group is not None and mention.rows:
            many = namer.phrase(mention.rows[0].entity, mention.group, are_many=True)
            is_owned = many.partition(" ")[0].endswith(("'s", "'", "my", "their"))
            return f"all {many}" if voice.rng.random() < 0.5 else f"all of {'' if is_owned else 'the '}{many}"
        if mention.rows:
            return voice.listed([namer.row(each, as_subject=as_subject) for each in mention.rows])
        return voice.value(mention.value, mention.argument.type)

    def _carried(self, namer: Namer, asked: Asked) -> str:
        """Speak of an earlier answer: the last to such a question, or the first."""
        words = label(asked.name.partition(".")[2] or asked.name)
        alike = [each for each in self._asked if label(each.name.partition(".")[2] or each.name) == words]
        is_last = not alike or alike[-1].value == asked.value
        options = frames.CARRIED if is_last else frames.CARRIED_FIRST
        words = namer.label(asked.name.partition(".")[2] or asked.name)
        return self.voice.rng.choice(options).replace("{ask}", f"the {words}")

    def _condition(self, condition: Condition, environment: str) -> str:
        namer, field = Namer(self.voice, environment), condition.field
        self.voice.discourse.open()
        if field.type == "bool":
            holds, _, denied = being(field.name)
            text = f"{namer.row(condition.description, as_subject=True)} {holds if condition.value else denied}"
        else:
            value = self.voice.value(condition.value, field.type)
            if field.type == "state" and self.voice.level < FULL:
                text = f"{namer.row(condition.description, as_subject=True)} is {value}"
            else:
                words = namer.label(field.name)
                owner = namer.owner(condition.description)
                named = f"{owner} {words}" if owner else f"the {words} of {namer.row(condition.description)}"
                text = f"{named} {verb_for(words)} {value}"
        usual, *others = frames.CONDITIONS
        frame = usual if self.voice.rng.random() < _IF else self.voice.rng.choice(others)
        return frame.replace("{cond}", text)

    def _row_of_act(self, namer: Namer, wish: Act, asked: Asked) -> Row:
        """Name the row that an act's question is about: the one acted on, or what came of it by its noun."""
        entity = asked.name.partition(".")[0]
        noun = namer.noun(entity) if entity in namer.lexicon.entities else ""
        row = _mentioned(wish, entity, asked, namer) if asked.words.endswith(LATER) else None
        if row is not None:
            return lambda is_owner: namer.owner(row) if is_owner else namer.subject(row)

        told = [each for mention in wish.mentions for each in mention.rows if each.entity == entity]
        is_of_speaker = (bool(told) and all(map(namer.speaks, told))) or _is_of_speaker(wish, asked, namer)
        lately = self.voice.discourse.said[-1] if not wish.mentions else ()
        about = {UNKNOWN, *(row.row_id for row in told), *(row_id for _, _, row_id in lately)}

        def name(is_owner: bool) -> str | None:
            foremost = namer.foremost(entity) if noun else None
            is_it = foremost is not None and foremost[:2] == (wish.environment, entity) and foremost[2] in about
            is_person = bool(noun) and namer.lexicon.is_somebody(entity)
            if is_of_speaker and self.voice.level < FULL:
                return "my" if is_owner else "I"
            if is_it and self.voice.level == FREE and self.voice.rng.random() < _AGAIN:
                return _pronoun(is_person=is_person, is_owner=is_owner)
            return f"the {noun}'s" if is_owner else f"the {noun}"

        return name

    def _look(self, wish: Look) -> str:
        namer, voice = Namer(self.voice, wish.environment), self.voice
        voice.discourse.open()
        prefix = voice.rng.choice(frames.AFTERS) if wish.is_after else ""
        if not wish.asked:
            texts = {"row": namer.row(wish.description)}
            looks = frames.LOOKS_FOR_ME if namer.speaks(wish.description) else frames.LOOKS
            text = fill(settled(voice.rng.choice(looks), texts), texts)
            return fill(voice.frame(frames.ORDERS[voice.persona.manner]), {"do": text})
        rows = self._rows_of_look(namer, wish.description, len(wish.asked))
        text = ask(voice, namer, wish.asked, rows, is_first=self._is_first or wish.is_after)
        return prefix + (voice.lowered(text) if prefix else text)

    def _rows_of_look(self, namer: Namer, row: Description, count: int) -> list[Row]:
        """Name the row in full in the first question, and by a pronoun or its noun in those that follow."""
        is_person = namer.lexicon.is_somebody(row.entity)
        noun = namer.noun(row.entity)

        def first(is_owner: bool) -> str | None:
            return namer.owner(row) if is_owner else namer.subject(row)

        def later(is_owner: bool) -> str | None:
            if namer.speaks(row):
                return "my" if is_owner else namer.subject(row)
            if self.voice.level < FULL:
                return _pronoun(is_person=is_person, is_owner=is_owner)
            return f"that {noun}'s" if is_owner else f"that {noun}"

        return [first, *[later] * (count - 1)]

    def _browse(self, wish: Browse) -> str:
        namer, voice = Namer(self.voice, wish.environment), self.voice
        traits, bounds = _filters(namer, wish)
        entity = wish.tool.entity
        if wish.order is None:
            rows = namer.phrase(entity, traits, bounds=bounds, are_many=True)
            opening, closing = voice.rng.choice(
                frames.COUNTS[: frames.DIRECT_COUNTS] if voice.level < STIFF else frames.COUNTS[:1]
            )
            frame = voice.frame(openings(frames.DIRECTS[voice.persona.manner], self._is_first))
            return fill(frame, {"ask": f"{opening} {rows} {closing}"})
        extreme = Extreme(*wish.order)
        voice.discourse.open()

        def first(is_owner: bool) -> str | None:
            if is_owner:
                return None
            place = voice.discourse.place
            named = namer.phrase(entity, traits, extreme, bounds)
            voice.discourse.mention(wish.environment, entity, UNKNOWN, place)
            return named

        later = self._rows_of_look(namer, Description(entity, ""), len(wish.asked))[1:]
        return ask(voice, namer, wish.asked, [first, *later], is_first=self._is_first)

    def _give(self, wish: Give) -> str:
        namer = Namer(self.voice, wish.environment)
        texts = []
        for mention in wish.mentions:
            vague = self._vague.pop(mention.argument.name, ())
            if mention.argument.type == "bool":
                texts.append(_raised(f"{flagged(mention.argument.name, bool(mention.value)).removeprefix('and ')}."))
                continue
            value = namer.apart(mention.rows[0], vague) if mention.rows else self._value(namer, mention)
            options = frames.CHOICES if mention.rows else frames.GIVES
            words = namer.label(mention.argument.name)
            options = options if len(wish.mentions) == 1 else frames.GIVES[:2]
            fitting = [each for each in options if verb_for(words) == "is" or "{label} is" not in each]
            frame = self.voice.rng.choice(fitting)
            texts.append(_raised(fill(frame, {"label": words, "value": value})))
        if wish.asked:
            act = Act(wish.environment, ToolSpec(name="", kind="action", title="", description=""), ())
            rows = [self._row_of_act(namer, act, each) for each in wish.asked]
            texts.append(_raised(ask(self.voice, namer, wish.asked, rows)))
        return " ".join(texts)


def _is_said(wish: Act, mention: Mention) -> bool:
    """Say whether the user speaks of an argument; an empty list that need not be given goes without saying."""
    is_needless = mention.value == [] and not mention.argument.required
    return mention.argument.name not in wish.withheld and not is_needless


def _mentioned(wish: Act, entity: str, asked: Asked, namer: Namer) -> Description | None:
    """Find the row that an act was told of, and that a fact was about before it."""
    column, rows = asked.name.partition(".")[2], namer.state.rows.get(entity, {})
    told = [row for mention in wish.mentions for row in _within(mention.rows) if row.entity == entity]
    return next((row for row in told if rows.get(row.row_id, {}).get(column) == asked.value), None)


def _is_of_speaker(wish: Act, asked: Asked, namer: Namer) -> bool:
    """Say whether a fact is one of the user, by whom a row was told that an act is about: `cancel my enrolment`."""
    entity, _, column = asked.name.partition(".")
    rows = [row for mention in wish.mentions for row in _within(mention.rows) if row.entity == entity]
    own = next((namer.state.rows[entity].get(row.row_id, {}) for row in rows if namer.speaks(row)), {})
    return own.get(column) == asked.value


def _pronoun(*, is_person: bool, is_owner: bool) -> str:
    if is_person:
        return "their" if is_owner else "they"
    return "its" if is_owner else "it"


def _within(rows: Sequence[Description]) -> Iterator[Description]:
    """Yield some descriptions with those that they are made of."""
    for row in rows:
        yield row
        yield from _within([trait.referent for trait in row.traits if trait.referent])
        yield from _within([row.via.holder] if row.via else [])


def _filters(namer: Namer, wish: Browse) -> tuple[list[Trait], list[Bound]]:
    """Return what a list's filters say of its rows."""
    fields: dict[str, FieldSpec] = {each.name: each for each in namer.lexicon.entities[wish.tool.entity].fields}
    traits, bounds = [], []
    for mention in wish.mentions:
        field = fields[mention.argument.field.partition(".")[2]]
        if mention.argument.role in ("from", "to"):
            bounds.append(Bound(field, mention.argument.role, mention.value))
        else:
            traits.append(Trait(field, mention.value, mention.rows[0] if mention.rows else None))
    return traits, bounds


def _is_of_foremost(namer: Namer, asked: Asked) -> bool:
    """Say whether a fact is one of a row that a pronoun can stand for, and so goes well right after the order."""
    entity, _, column = asked.name.partition(".")
    return bool(column) and (namer.foremost(entity) or ("", ""))[:2] == (namer.environment, entity)


def _deletes(tool: ToolSpec) -> bool:
    return tool.kind == "delete" or tool.title.split()[0] in ("Remove", "Delete", "Take", "Drop")


def _raised(text: str) -> str:
    if "@" in text.split(" ", 1)[0]:
        return text
    return text[:1].upper() + text[1:]


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
