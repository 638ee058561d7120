"""Telling wishes: orders with what they need, questions about rows and lists, conditions and answers."""

from __future__ import annotations

from collections.abc import Sequence

from envkit.manifest import FieldSpec, ToolSpec
from sampler.facts import Asked
from sampler.meaning import Act, Browse, Condition, Give, Look, Mention, Wish
from sampler.refer import Description, Extreme, Trait
from sampler.words import frames
from sampler.words.asking import Row, ask
from sampler.words.english import being, label, marked
from sampler.words.lexicon import Phrase
from sampler.words.naming import Bound, Namer
from sampler.words.pattern import fill
from sampler.words.tokens import tokenise
from sampler.words.voice import FREE, FULL, STIFF, Voice

_SHORT_OWNER = 3
_COMMON = {"The", "Could", "Can", "Please", "May", "Would", "Go", "Just", "Do", "What", "Who", "Which", "Tell", "Give"}
_GROUPS = {
    "order": frames.ORDERS,
    "statement": frames.STATEMENTS,
    "question": frames.QUESTIONS,
    "thing": frames.THINGS,
}
_EXTRAS = (", with {label} {value}", ", {label}: {value}", ", with the {label} {value}", ", {label} {value}")


class Teller:
    """Tells the wishes of one task in one voice, in order."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    def tell(self, wish: Wish) -> str:
        """Write one wish as one or more sentences."""
        place = getattr(wish, "place", "")
        prefix = self.voice.rng.choice(frames.PLACES).replace("{place}", place) if place else ""
        match wish:
            case Act():
                return _placed(prefix, self._act(wish))
            case Look():
                return _placed(prefix, self._look(wish))
            case Browse():
                return _placed(prefix, self._browse(wish))
            case Give():
                return self._give(wish)

    def _act(self, wish: Act) -> str:
        namer, voice = Namer(self.voice, wish.environment), self.voice
        condition = self._condition(wish.only_if, wish.environment) if wish.only_if else ""
        voice.discourse.open()
        said = [each for each in wish.mentions if each.argument.name not in wish.withheld]
        text, form = self._verb_phrase(namer, wish.tool, said)
        group = _GROUPS[form]
        frame = voice.rng.choice(group["plain" if voice.level >= STIFF else voice.persona.manner])
        sentence = fill(frame, {"do": text})
        told = condition + (_lowered(sentence) if condition else _raised(sentence))
        if not wish.asked:
            return told
        rows = [self._row_of_act(namer, wish, each) for each in wish.asked]
        return f"{_ended(told)} {_raised(ask(voice, namer, wish.asked, rows, is_gone=_deletes(wish.tool)))}"

    def _verb_phrase(self, namer: Namer, tool: ToolSpec, said: Sequence[Mention]) -> tuple[str, str]:
        """Write what is to be done, and tell the form of that."""
        phrase = self._choose_phrase(namer, tool, said)
        is_said = phrase is not None and len(phrase.holes) == len(said) and self.voice.rng.random() < 0.5
        if tool.kind == "update" and not is_said and (text := self._update(namer, tool, said)):
            return text, "order"
        by_name = {each.argument.name: each for each in said}
        if phrase is None:
            text, spoken = _lowered(tool.title), set()
        else:
            texts = {name: self._value(namer, by_name[name]) for name in phrase.holes}
            text, spoken = fill(phrase.text, texts), set(phrase.holes)
        for mention in said:
            if mention.argument.name not in spoken:
                extra = _EXTRAS[1] if mention.argument.type == "bool" else self.voice.rng.choice(_EXTRAS)
                words = {"label": label(mention.argument.name), "value": self._value(namer, mention)}
                text += fill(extra, words)
        return text, "order" if phrase is None else phrase.form

    def _choose_phrase(self, namer: Namer, tool: ToolSpec, said: Sequence[Mention]) -> Phrase | None:
        names = {each.argument.name for each in said}
        fitting = [each for each in namer.lexicon.phrases if each.tool.name == tool.name and set(each.holes) <= names]
        speaking = {each.argument.name for each in said if any(map(namer.speaks, each.rows))}
        graceful = [
            each
            for each in fitting
            if not (speaking & set(each.holes) and (each.form != "order" or _opens_with(each, speaking)))
        ]
        if not graceful:
            return self.voice.rng.choice(fitting) if fitting and not speaking else None
        most = max(len(each.holes) for each in graceful)
        return self.voice.rng.choice([each for each in graceful if len(each.holes) == most])

    def _update(self, namer: Namer, tool: ToolSpec, said: Sequence[Mention]) -> str | None:
        """Write changes of columns: `change the name of X to Y and mark it as available`."""
        row = next((each.rows[0] for each in said if each.rows), None)
        flags = [each for each in said if each.argument.type == "bool"]
        values = [each for each in said if not each.rows and each not in flags]
        if row is None or not (flags or values):
            return None
        parts = []
        if values:
            first, *more = values
            verb = self.voice.rng.choice(("change", "set", "update", "change"))
            words = label(first.argument.name)
            owner = namer.owner(row) if namer.speaks(row) or self.voice.rng.random() < 0.5 else None
            opening = f"{verb} {owner} {words}" if owner else f"{verb} the {words} of {namer.row(row)}"
            parts = [f"{opening} to {self._value(namer, first)}"]
            parts += [f"the {label(each.argument.name)} to {self._value(namer, each)}" for each in more]
        for each in flags:
            is_person = namer.lexicon.person(row.entity) is not None
            which = ("them" if is_person else "it") if parts else namer.row(row)
            parts.append(f"mark {which} {marked(each.argument.name, bool(each.value))}")
        return self.voice.listed(parts)

    def _value(self, namer: Namer, mention: Mention) -> str:
        """Write what an argument is given."""
        voice = self.voice
        if mention.carried is not None:
            name = label(mention.carried.name.partition(".")[2] or mention.carried.name)
            return voice.rng.choice(frames.CARRIED).replace("{ask}", f"the {name}")
        if mention.group is not None and mention.rows:
            many = namer.phrase(mention.rows[0].entity, mention.group, are_many=True)
            return f"all {many}" if voice.rng.random() < 0.5 else f"all of {many}"
        if mention.rows:
            return voice.listed([namer.row(each) for each in mention.rows])
        return voice.value(mention.value, mention.argument.type)

    def _condition(self, condition: Condition, environment: str) -> str:
        namer, field = Namer(self.voice, environment), condition.field
        self.voice.discourse.open()
        if field.type == "bool":
            holds, _, denied = being(field.name)
            text = f"{namer.row(condition.description, as_subject=True)} {holds if condition.value else denied}"
        else:
            value = self.voice.value(condition.value, field.type)
            if field.type in ("enum", "state") and self.voice.level < FULL:
                text = f"{namer.row(condition.description, as_subject=True)} is {value}"
            else:
                text = f"{namer.owner(condition.description)} {label(field.name)} is {value}"
        return _raised(self.voice.rng.choice(frames.CONDITIONS).replace("{cond}", text))

    def _row_of_act(self, namer: Namer, wish: Act, asked: Asked) -> Row:
        """Name the row that an act's question is about: the one acted on, or what came of it by its noun."""
        entity = asked.name.partition(".")[0]
        noun = namer.lexicon.nouns(entity)[0] if entity in namer.lexicon.entities else ""

        def name(is_owner: bool) -> str | None:
            foremost = self.voice.discourse.foremost()
            is_it = foremost is not None and foremost[:2] == (wish.environment, entity)
            is_person = namer.lexicon.person(entity) is not None if noun else False
            if is_it and self.voice.level == FREE and (is_owner or not is_person) and self.voice.rng.random() < 0.6:
                return ("their" if is_person else "its") if is_owner else "it"
            return f"the {noun}'s" if is_owner else f"the {noun}"

        return name

    def _look(self, wish: Look) -> str:
        namer, voice = Namer(self.voice, wish.environment), self.voice
        voice.discourse.open()
        prefix = voice.rng.choice(frames.AFTERS) if wish.is_after else ""
        if not wish.asked:
            text = fill(voice.rng.choice(frames.LOOKS), {"row": namer.row(wish.description)})
            return _raised(fill(voice.rng.choice(frames.ORDERS[voice.persona.manner]), {"do": text}))
        rows = self._rows_of_look(namer, wish.description, len(wish.asked))
        text = ask(voice, namer, wish.asked, rows, is_first=not wish.is_after)
        return prefix + (_lowered(text) if prefix else _raised(text))

    def _rows_of_look(self, namer: Namer, row: Description, count: int) -> list[Row]:
        """Name the row in full in the first question, and by a pronoun or its noun in those that follow."""
        is_person = namer.lexicon.person(row.entity) is not None
        noun = namer.lexicon.nouns(row.entity)[0]

        def first(is_owner: bool) -> str | None:
            if not is_owner:
                return namer.row(row, as_subject=True)
            mark = len(self.voice.discourse.said[-1])
            owner = namer.owner(row)
            if len(owner.split()) <= _SHORT_OWNER:
                return owner
            del self.voice.discourse.said[-1][mark:]
            return None

        def later(is_owner: bool) -> str | None:
            if self.voice.level < FULL and (is_owner or not is_person):
                return ("their" if is_person else "its") if is_owner else "it"
            return f"that {noun}'s" if is_owner else f"that {noun}"

        return [first, *[later] * (count - 1)]

    def _browse(self, wish: Browse) -> str:
        namer, voice = Namer(self.voice, wish.environment), self.voice
        traits, bounds = _filters(namer, wish)
        entity = wish.tool.entity
        if wish.order is None:
            rows = namer.phrase(entity, traits, bounds=bounds, are_many=True)
            opening, closing = voice.rng.choice(frames.COUNTS[:3] if voice.level < STIFF else frames.COUNTS[:1])
            frame = voice.rng.choice(frames.DIRECTS[voice.persona.manner])
            return _raised(fill(frame, {"ask": f"{opening} {rows} {closing}"}))
        extreme = Extreme(*wish.order)
        voice.discourse.open()

        def first(is_owner: bool) -> str | None:
            return None if is_owner else namer.phrase(entity, traits, extreme, bounds)

        later = self._rows_of_look(namer, Description(entity, ""), len(wish.asked))[1:]
        return _raised(ask(voice, namer, wish.asked, [first, *later], is_first=True))

    def _give(self, wish: Give) -> str:
        namer = Namer(self.voice, wish.environment)
        texts = []
        for mention in wish.mentions:
            value = namer.anew(mention.rows[0]) if mention.rows else self._value(namer, mention)
            frame = self.voice.rng.choice(frames.GIVES if len(wish.mentions) == 1 else frames.GIVES[1:3])
            texts.append(_raised(fill(frame, {"label": label(mention.argument.name), "value": value})))
        if wish.asked:
            act = Act(wish.environment, ToolSpec(name="", kind="action", title="", description=""), ())
            rows = [self._row_of_act(namer, act, each) for each in wish.asked]
            texts.append(_raised(ask(self.voice, namer, wish.asked, rows)))
        return " ".join(texts)


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


def _placed(prefix: str, text: str) -> str:
    """Put a text after a place, in lower case if its first word is surely no name."""
    return prefix + (_lowered(text) if prefix.endswith(", ") and text.split()[0] in _COMMON else text)


def _deletes(tool: ToolSpec) -> bool:
    return tool.kind == "delete" or tool.title.split()[0] in ("Remove", "Delete", "Take", "Drop")


def _opens_with(phrase: Phrase, names: set[str]) -> bool:
    head = tokenise(phrase.text)[0]
    return head.kind == "hole" and head.text[1:-1] in names


def _raised(text: str) -> str:
    if "@" in text.split(" ", 1)[0]:
        return text
    return text[:1].upper() + text[1:]


def _lowered(text: str) -> str:
    head = text.split()[0] if text else ""
    return text if head == "I" or head.startswith(("I'", '"')) or head[1:2].isupper() else text[:1].lower() + text[1:]


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
