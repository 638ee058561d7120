"""Wordings: other ways to say a phrase of a tool that has no sayings, or a question; none that is another tool's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_VERBS: Mapping[str, tuple[str, ...]] = {
    "accept": ("take",), "activate": ("switch on", "enable"), "appeal": ("contest",), "authorise": ("approve",),
    "begin": ("start",), "bill": ("invoice",), "block": ("lock",), "buy": ("get",), "cancel": ("call off",),
    "capture": ("collect",), "charge": ("bill",), "claim": ("ask for",), "close": ("shut", "close out"),
    "complete": ("finish",), "create": ("set up", "make"), "decline": ("refuse", "turn down"), "delete": ("remove",),
    "dispute": ("contest",), "draft": ("prepare",), "end": ("stop",), "enrol": ("sign up",), "estimate": ("work out",),
    "forgive": ("waive",), "freeze": ("suspend",), "invite": ("ask",), "issue": ("make out",), "link": ("connect",),
    "log": ("record",), "merge": ("combine",), "move": ("switch",), "pair": ("connect",), "pause": ("suspend",),
    "place": ("submit",), "plan": ("set up",), "publish": ("release",), "raise": ("increase",), "refund": ("pay back",),
    "remind": ("nudge",), "remove": ("delete",), "renew": ("extend",), "reopen": ("open up",), "reserve": ("book",),
    "resolve": ("solve",), "restore": ("bring back",), "resume": ("restart",), "schedule": ("set up",),
    "settle": ("clear",), "ship": ("send out",), "start": ("begin",), "stop": ("end",), "swap": ("exchange",),
    "unblock": ("unlock",), "void": ("cancel",),
}  # fmt: skip
"""Verbs that may stand for the verb that opens a phrase, unless another tool of the environment is done by them."""

_RUNS: Mapping[str, tuple[str, ...]] = {
    "has a new phone number": ("changed phone numbers",), "has moved to": ("moved to",),
    "is now called": ("is called",), "the whole record of": ("the full record of",), "what is in": ("what's in",),
    "which vouchers does": ("what vouchers does",),
}  # fmt: skip
"""Runs of words within a phrase, and what may stand for them."""

_SHAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"^who does (\{\w+\}) usually travel with$", (r"who usually travels with \1",)),
    (r"^when is (\{\w+\})$", (r"what time is \1", r"when does \1 take place")),
    (r"^where does (\{\w+\}) take place$", (r"where is \1", r"where will \1 be")),
    (r"^show me (.*)$", (r"let me see \1", r"bring up \1")),
    (r"^change the (.*) of (\{\w+\}) to (.*)$", (r"set the \1 of \2 to \3", r"switch the \1 of \2 to \3")),
)
"""Whole phrases as patterns, and what may stand for them."""

_MOST = 12
"""So many wordings of one phrase are kept."""


def wordings(text: str, used: frozenset[str]) -> tuple[str, ...]:
    """Return a phrase with its other wordings; no verb becomes one of the words that phrases open with (`used`)."""
    found = dict.fromkeys([text, *_reshaped(text), *_with_other_verbs(text, used)])
    for run, others in _RUNS.items():
        if run not in text:
            continue
        pattern = re.compile(rf"(?<![\w-]){re.escape(run)}" + ("" if run.endswith("{") else r"(?![\w-])"))
        found |= dict.fromkeys(pattern.sub(other, each, count=1) for each in tuple(found) for other in others)
    return tuple(found)[:_MOST]


def _reshaped(text: str) -> Iterator[str]:
    for pattern, others in _SHAPES:
        if match := re.match(pattern, text):
            yield from (match.expand(other) for other in others)


def _with_other_verbs(text: str, used: frozenset[str]) -> Iterator[str]:
    verb, gap, rest = text.partition(" ")
    for other in _VERBS.get(verb, ()) if gap else ():
        if other.split()[0] not in used:
            yield f"{other} {rest}"
