"""Ordering: the phrase in which a tool is asked for, the frame around it, and the order of words within."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from envkit.manifest import ToolSpec
from sampler.meaning import Mention
from sampler.refer import Description
from sampler.words import frames
from sampler.words.asking import openings
from sampler.words.clauses import owns
from sampler.words.naming import Namer
from sampler.words.phrasing import Phrase, moved_particle
from sampler.words.sayings.unsaid import UNSAID
from sampler.words.voice import STIFF, Voice

_LONG_ORDER, _LONG_REFERENCE = 8, 3
_ENDS_PLAINLY = re.compile(r"(?:,? (?:please|pls|thanks|thx))?[.?!]?$")
_OWN_NEED = re.compile(r"\bI(?:'d| would|'m)? (?:\w+ )+to \{do\}|^(?:also )?(?:need|want|have) to")
_NO_NOUN = r"(?:to|for|at|by|on|in|with|as|from|until|so|and|up|out|off|back|over|down)\b"
_OWNED = re.compile(rf"\{{(\w+)\}}'s ([\w-]+(?: (?!{_NO_NOUN})[\w-]+)?)|\bthe ((?:[\w-]+ )?[\w-]+) of \{{(\w+_id)\}}")
_UPON_CONDITION = re.compile(
    r"(?:please |pls |just )?\{do\}|(?:can|could|would) you |I(?:'d| would) (?:like|appre|be)", re.IGNORECASE
)
"""Frames that go well after `if it is open`."""
_LEADS_IN = re.compile(r"[^{]*[,:]|(?:Next|Now|So|Ok|And|Oh|Also) ")
_GROUPS = {
    "order": frames.ORDERS,
    "statement": frames.STATEMENTS,
    "question": frames.QUESTIONS,
    "thing": frames.THINGS,
}
_SIDE_BY_SIDE = re.compile(r"\{(\w+)\} (?:an? |the |\{)")
"""What stands right before another value: `give {a} {b}`."""
_CARRIED_WELL = r"\{{{}\}}(?:$|,| (?:from|to|into|onto|on|for|at|by|with|towards|in|out|and)\b)"
"""Where a value that was told before may stand: not before what it is so many of."""


def frames_for(
    voice: Voice, form: str, text: str, *, is_first: bool = False, is_placed: bool = False, has_condition: bool = False
) -> Sequence[str]:
    """Return the frames that fit around what is to be done.

    `is_first`: nothing was said in the message before. `is_placed`: it is just said where; `has_condition`: and when.
    """
    has_lead = is_placed or has_condition
    goes_on = form == "order" and not is_first and not has_lead and voice.level < STIFF
    group = frames.ONWARD if goes_on else _GROUPS[form]
    options = group["plain" if voice.level >= STIFF else voice.persona.manner]
    is_long, says_me = len(text.split()) > _LONG_ORDER, bool(set(text.split()) & {"me", "me,"})
    fitting = [
        each
        for each in openings(options, is_first)
        if not (has_condition and form == "order" and not _UPON_CONDITION.match(each))
        and not (has_lead and _LEADS_IN.match(each))
        and not (is_long and not _ENDS_PLAINLY.fullmatch(each.partition("{do}")[2]))
        and not (says_me and _OWN_NEED.search(each))
    ]
    return fitting or ("{do}.",)


def phrase_for(namer: Namer, tool: ToolSpec, said: Sequence[Mention]) -> Phrase | None:
    """Choose a phrase of a tool of all that say the most of what is to be said; none where each would be odd."""
    voice, names = namer.voice, {each.argument.name for each in said}
    fitting = [
        each
        for each in namer.lexicon.phrases
        if each.tool.name == tool.name and set(each.holes) <= names and (each.is_own or voice.level < STIFF)
    ]
    fitting = [each for each in fitting if each.form != "statement"] or fitting
    fitting = [each for each in fitting if each.text not in UNSAID] or fitting
    long = {each.argument.name for each in said if any(map(_takes_many_words, each.rows))}
    fitting = [each for each in fitting if not long & set(_SIDE_BY_SIDE.findall(each.text))] or fitting
    carried = [_CARRIED_WELL.format(each.argument.name) for each in said if each.carried is not None]
    fitting = [each for each in fitting if all(re.search(place, each.text) for place in carried)] or fitting
    speaking = {each.argument.name for each in said if any(map(namer.speaks, each.rows))}
    graceful = [
        each
        for each in fitting
        if not (speaking & set(each.holes) and (each.form != "order" or _is_odd_of_me(namer, each, speaking)))
    ]
    if not graceful:
        return voice.rng.choice(fitting) if fitting and not speaking else None
    most = max(len(each.holes) for each in graceful)
    return voice.rng.choice([each for each in graceful if len(each.holes) == most])


def _takes_many_words(row: Description) -> bool:
    """Say whether a row is told by more than a name, or by a number that runs into another."""
    is_simple = len(row.traits) == 1 and row.via is None and row.extreme is None
    return not is_simple or row.traits[0].referent is not None or any(map(str.isdigit, str(row.traits[0].value)))


def settled(text: str, texts: Mapping[str, str]) -> str:
    """Return a phrase as it goes best with what fills its holes: `my pause`, `call it off`."""
    return _unwound(_particled(text, texts), texts)


def _unwound(text: str, texts: Mapping[str, str]) -> str:
    """Write `my pause` for the pause of me, and `the pause of {a}` where the name of its owner takes many words."""

    def unwound(match: re.Match[str]) -> str:
        name, thing = match.group(1) or match.group(4), match.group(2) or match.group(3)
        owner = texts[name]
        is_own = owner in ("me", "it", "them")
        is_short = is_own or (match.group(1) and owns(owner))
        return f"{{{name}}}'s {thing}" if is_short else f"the {thing} of {{{name}}}"

    return _OWNED.sub(unwound, text, count=1)


def _particled(text: str, texts: Mapping[str, str]) -> str:
    """Keep a verb and its particle together where what it is about takes many words, else put them apart."""
    moved = moved_particle(text)
    if moved is None:
        return text
    apart, together = (moved, text) if text.split()[1][0] != "{" else (text, moved)
    said = texts[together.partition("{")[2].partition("}")[0]]
    return apart if len(said.split()) <= _LONG_REFERENCE and not said.startswith('"') else together


def _is_odd_of_me(namer: Namer, phrase: Phrase, names: set[str]) -> bool:
    """Say whether a phrase would open with `me`, or say `from me` of what is on the user's account."""
    said = "|".join(sorted(names))
    opening = "^(?:(?:ask|have|pause|freeze|suspend|renew|unfreeze|activate) )?"
    odd = rf"(?:{opening}|\b(?:from|into|on|off|out of|of|against) )\{{(?:{said})\}}(?!'s)"
    kinds = {each.to for each in phrase.tool.arguments if each.name in names}
    if not any(map(namer.lexicon.is_somebody, kinds)):
        odd = rf"(?<!\bfor )\{{(?:{said})\}}(?!'s)"
    return bool(re.search(odd, phrase.text))
