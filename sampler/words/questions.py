"""Questions: the ways to ask for a column of a row, and for a figure that a tool returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envkit.manifest import FieldSpec
from sampler.words.columns import FIGURES, Way, agreeing, ways_of
from sampler.words.english import being, clause_of, participle_of, verb_for, verb_of

_SCALARS_TOLD = ("the {label}", "what the {label} {is}")
_SCALARS_DIRECT = ("what {is} the {label}", "what {'s} the {label}")


@dataclass(frozen=True, slots=True)
class Question:
    """How to ask for a column: as a part of `tell me ...`, and directly.

    {row} and {own} stand for the row, {label} and {is} for one of the labels and whether it is one thing or many.
    `told_freely` and `direct_freely` say no label, and are what people say where there are any.
    """

    told: tuple[str, ...]
    direct: tuple[str, ...]
    labels: tuple[str, ...] = ()
    told_freely: tuple[str, ...] = ()
    direct_freely: tuple[str, ...] = ()

    def spelt(self) -> Iterator[str]:
        """Yield every way to ask, with the labels put in."""
        for pattern in (*self.told, *self.direct):
            yield from dict.fromkeys(labelled(pattern, words) for words in self.labels or ("",))
        for pattern in dict.fromkeys((*self.told_freely, *self.direct_freely, *self.told, *self.direct)):
            if "{label}" not in pattern and "{own}" not in pattern:
                yield from dict.fromkeys((pattern, agreeing(pattern, "I"), agreeing(pattern, "they")))


def labelled(pattern: str, words: str) -> str:
    """Put a label into a pattern of a question."""
    verb = verb_for(words)
    return pattern.replace("{label}", words).replace("{is}", verb).replace("{'s}", "'s" if verb == "is" else "are")


def figure(name: str, labels: tuple[str, ...]) -> Question:
    """Return the ways to ask for a figure that a tool returns beside rows."""
    return Question(_SCALARS_TOLD, _SCALARS_DIRECT, labels, *_apart(FIGURES.get(name, ())))


def question_of(entity: str, field: FieldSpec, labels: tuple[str, ...]) -> Question:
    """Return the ways to ask for a column of an entity that is called by these labels."""
    words = labels[0]
    told = ["{own} {label}", "the {label} of {row}", "the {label} for {row}", "what {own} {label} {is}"]
    direct = [
        "what {is} {own} {label}", "what {is} the {label} of {row}", "what {'s} {own} {label}",
        "what {'s} the {label} of {row}", "what {is} the {label} for {row}", "what {'s} the {label} for {row}",
    ]  # fmt: skip
    if field.type == "bool":
        holds, asked, _ = being(field.name)
        told, direct = [f"whether {{row}} {holds}"], [asked.replace("#", "{row}")]
    elif field.type == "time":
        happens, participle, clause = verb_of(field.name), participle_of(field.name), clause_of(field.name)
        if clause:
            thing, verb, base = clause
            told[:0] = [f"when {{own}} {thing} {verb}", f"when the {thing} of {{row}} {verb}"]
            direct[:0] = [f"when does {{own}} {thing} {base}", f"when does the {thing} of {{row}} {base}"]
        elif happens:
            told[:0], direct[:0] = [f"when {{row}} {happens[0]}"], [f"when does {{row}} {happens[1]}"]
        elif participle:
            told = [f"when {{row}} was {participle}"]
            direct = [f"when was {{row}} {participle}"]
        elif field.name == "due_at":
            told, direct = ["when {row} is due", *told], ["when is {row} due", *direct]
    elif field.name in ("price", "cost"):
        told[:0], direct[:0] = ["what {row} costs", "how much {row} costs"], ["how much does {row} cost"]
    elif field.type == "money":
        told.append("how much {own} {label} {is}")
        direct += ["how much {is} {own} {label}", "how much {is} the {label} of {row}"]
    elif field.name in ("name", "title", "full_name", "subject", "label", "nickname", "summary", "display_name"):
        told.append("what {row} is called")
        direct.append("what is {row} called")
    elif field.name in ("duration_minutes", "length_minutes"):
        told.append("how long {row} is in minutes")
        direct.append("how long is {row} in minutes")
    elif field.type == "int" and words.endswith("s") and " in " not in words and " of " not in words:
        told.append(f"how many {words} {{row}} has")
        direct += [f"how many {words} does {{row}} have"] * 2
    return Question(tuple(told), tuple(direct), labels, *_apart(ways_of(entity, field.name, field.type)))


def _apart(ways: Sequence[Way]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return ways to ask as told, and as put directly."""
    return tuple(told for told, _ in ways), tuple(direct for _, direct in ways)
