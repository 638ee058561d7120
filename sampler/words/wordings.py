"""Wordings: other ways to say what the phrases of tools say; what would be another tool's phrase is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_VERBS: Mapping[str, tuple[str, ...]] = {
    "accept": ("take on",), "activate": ("switch on", "enable"), "agree": ("arrange", "fix"),
    "appeal": ("contest", "challenge"), "authorise": ("approve", "clear"), "bar": ("lock",),
    "begin": ("start", "kick off"), "bill": ("invoice",), "block": ("lock", "shut down"), "break": ("end", "drop"),
    "buy": ("purchase", "get"), "cancel": ("call off", "scrap", "drop"), "capture": ("collect", "take in"),
    "charge": ("bill", "debit"), "chase": ("follow up on",), "claim": ("request", "ask for"),
    "close": ("shut", "wind up"), "complete": ("finish", "finalise"), "create": ("set up", "make"),
    "declare": ("record", "note"), "decline": ("refuse", "say no"), "delete": ("erase", "get rid of"),
    "dispute": ("contest", "challenge"), "draft": ("prepare", "draw up"), "drop": ("give up",),
    "end": ("stop", "terminate", "finish"), "enrol": ("sign up", "register"), "escalate": ("push up", "pass on"),
    "estimate": ("work out",), "forgive": ("waive",), "freeze": ("suspend",), "hold": ("set aside", "block"),
    "invite": ("ask",), "issue": ("hand out",), "lend": ("loan", "hand out"), "let": ("have",),
    "link": ("tie", "attach", "connect"), "load": ("put",), "log": ("record", "write down"), "merge": ("combine",),
    "move": ("shift", "transfer", "switch"), "offer": ("give",), "pair": ("connect",), "pause": ("suspend", "stop"),
    "place": ("submit", "send off"), "plan": ("set up", "line up"), "publish": ("print", "release"),
    "pull": ("withdraw", "cancel"), "raise": ("lift", "increase"), "rate": ("score",), "recall": ("call back",
    "call in"),
    "recognise": ("credit", "accept"), "reconnect": ("bring back",), "redeem": ("cash in", "use up"),
    "refund": ("reimburse", "pay back"), "release": ("free", "let go", "free up"), "remind": ("nudge", "prod"),
    "remove": ("delete", "take away"), "rename": ("retitle",), "renew": ("extend", "prolong"),
    "reopen": ("bring back",), "reserve": ("hold", "block", "set aside"), "resolve": ("solve", "settle"),
    "restock": ("refill", "stock up"), "restore": ("bring back", "reinstate"),
    "resubmit": ("hand in again", "send in again"), "resume": ("restart", "reactivate"),
    "retire": ("discard", "decommission"), "return": ("send back", "give back"), "revoke": ("take back", "cancel"),
    "run": ("start", "launch"), "schedule": ("plan", "set up"), "settle": ("clear",), "ship": ("dispatch", "send out"),
    "skip": ("leave out",), "start": ("begin",), "stop": ("halt",), "supply": ("serve",), "swap": ("exchange", "trade"),
    "unbar": ("unlock",), "unblock": ("unlock", "free"), "unlink": ("detach", "untie"), "void": ("cancel",),
    "wait": ("hold on",), "wipe": ("clear", "empty"),
}  # fmt: skip
"""Verbs that may stand for the verb that opens a phrase, unless another tool of the environment is done by them."""

_RUNS: Mapping[str, tuple[str, ...]] = {
    "a purchase and": ("per purchase and", "for each purchase and"),
    "a technician": ("an engineer", "somebody"),
    "and everything on it": ("with all its tasks", "tasks and all"),
    "as a subtask of": ("below", "underneath"),
    "as goodwill": ("as a courtesy", "out of goodwill"),
    "as missed": ("as a no-show", "as not used"),
    "as soon as it is back": ("once it is back", "when it comes back"),
    "asks for its money": ("wants its money", "wants to be paid"),
    "at the desk": ("in the lobby", "here now"),
    "at the next renewal": ("from the next renewal", "when it next renews"),
    "because:": ("reason:", "the reason being:"),
    "belongs to": ("is owned by", "should go to"),
    "cannot find": ("has mislaid", "cannot locate"),
    "cannot take place": ("has to be called off", "must fall through"),
    "clear away what is done on": ("tidy up the finished tasks on", "sweep the done tasks off"),
    "comes by post": ("is in the post", "is on its way"),
    "does not answer": ("gives no sign", "stays silent"),
    "does not want to wait any longer": ("is tired of waiting", "no longer wants to wait"),
    "everything on": ("all there is on", "the details of"),
    "for good": ("permanently", "for ever"),
    "for the trouble": ("for the inconvenience", "to make up for it"),
    "from now on": ("as of now", "from here on", "from today"),
    "from the next cycle on": ("from next cycle", "starting next cycle"),
    "from the payees": ("from the payee list", "off the payees"),
    "from the saved travellers": ("from the travellers on file", "off the traveller list"),
    "get the money back": ("refund it", "ask for the money"),
    "gives it up": ("lets it go", "drops it"),
    "goes to the diner": ("is on its way to the diner", "leaves for the diner"),
    "got the mark": ("was graded", "earned the mark"),
    "hands in the key": ("is leaving", "returns the key"),
    "has a new phone number": ("can be reached on a new number", "changed phone numbers"),
    "has arrived": ("is here", "has come in"),
    "has moved to": ("now lives at", "moved to"),
    "has plugged in at": ("is plugged in at", "stands at"),
    "has refuelled": ("has filled up", "took fuel"),
    "has run out": ("is over", "has lapsed"),
    "has to be left late": ("must be dropped after the deadline", "has to go, late as it is"),
    "has to pay": ("must pay", "should pay for"),
    "has to start at": ("should start at", "must begin at", "needs to start at"),
    "has transferred": ("has sent", "wired"),
    "in all": ("altogether", "overall", "in total"),
    "in line for": ("in the queue for", "on the list for"),
    "in seat": ("on seat",),
    "into the wallet of": ("in the wallet of",),
    "is away for": ("is out for", "will be gone for"),
    "is back": ("has returned", "has come back"),
    "is broken": ("does not work",),
    "is called off": ("is cancelled", "will not happen"),
    "is cooked": ("is ready", "is done cooking"),
    "is done": ("is finished", "is complete"),
    "is full again": ("has a full tank again", "is refuelled"),
    "is gone": ("has vanished", "went missing"),
    "is lost": ("has gone missing", "cannot be found"),
    "is needed longer": ("is needed for longer", "should run longer"),
    "is no longer needed": ("can go", "is not needed now"),
    "is not done after all": ("still has to be done", "turned out undone"),
    "is not needed any more": ("is no longer needed", "can go", "is no use any more", "is not required now"),
    "is not wanted any more": ("is no longer wanted", "can be left out", "is unwanted now"),
    "is now {": ("has become {", "is from now on {"),
    "is now called": ("now goes by", "has changed names to", "is called"),
    "is over": ("has ended", "is finished"),
    "is overdue": ("is late", "is past due", "should have come by now"),
    "is ready to appear": ("can appear", "is fit to print"),
    "is ready to be checked in": ("wants to check in", "is here for check-in"),
    "is solved": ("is fixed", "is sorted out"),
    "is the same as": ("is a duplicate of", "repeats"),
    "is thrown away": ("went into the bin", "is scrapped"),
    "is to be packed": ("can be packed", "must be packed now"),
    "is to stay where it is": ("stays put", "should not move"),
    "is used up": ("is empty", "is spent"),
    "is wanted after all": ("should come after all", "is back on"),
    "is wanted by somebody else": ("is asked for by another reader", "is needed by someone else"),
    "may go": ("is allowed to go", "can go"),
    "may use": ("can use", "is allowed"),
    "must go back": ("should go back", "are to be returned"),
    "must not review each other": ("should not review each other", "are no reviewers for each other"),
    "needs more data": ("is out of data", "ran short of data"),
    "needs {": ("could use {", "is in need of {"),
    "needs a": ("could use a", "is in want of a"),
    "nobody came for": ("nobody showed up for", "no one turned up for"),
    "nobody collected": ("no one picked up", "nobody fetched"),
    "nobody objected to": ("no one complained about", "there was no objection to"),
    "nobody reacts to": ("no one answers", "there is silence on"),
    "note that": ("write down that", "put down that", "please know that"),
    "off the account": ("from the account",),
    "off the guest list": ("off the invitation", "from the guests"),
    "off the list": ("from the list", "off it"),
    "off the waitlist": ("off the waiting list", "out of the queue"),
    "on file": ("in the books", "in the register"),
    "on the hold shelf": ("on the pickup shelf", "behind the desk"),
    "on the waitlist of": ("on the waiting list of", "in the queue for"),
    "out again": ("back out",),
    "out of the basket": ("from the basket",),
    "out of the box": ("from the box",),
    "paid by": ("paying by", "payment by"),
    "passport valid until": ("passport good until", "passport running until"),
    "send a reminder": ("send a nudge", "remind them"),
    "should have": ("ought to have", "is to have"),
    "should join": ("ought to join", "needs to be at"),
    "should not get it": ("should not receive it", "is the wrong person"),
    "stays another year": ("is here for another year", "remains for a year"),
    "stays for another cycle": ("goes on for a cycle", "wants one more cycle"),
    "submits": ("hands in", "sends in"),
    "take place at": ("happen at",),
    "that is on it": ("it holds", "in it"),
    "the free seat": ("the open seat", "the seat that is free"),
    "the money back": ("a refund",),
    "the whole file of": ("all there is on", "the full file of"),
    "the whole record of": ("the full record of", "everything on record for"),
    "through the workshop": ("to the workshop", "in for repairs"),
    "to the bindery": ("off to the bindery", "to be rebound"),
    "was found again": ("has turned up", "came back"),
    "was not taken in time": ("ran out", "was missed"),
    "was stolen": ("got stolen", "has been stolen"),
    "what is in": ("what's inside", "what belongs to"),
    "which vouchers does": ("what vouchers does",),
    "will not sign": ("refuses to sign", "does not want to sign"),
    "with all that is on it": ("with everything on it", "events and all"),
    "would like a spot in": ("wants a spot in", "hopes for a spot in", "wants to join"),
    "would like to wait": ("is happy to wait", "wants to wait"),
    "would like {": ("wants {", "is after {"),
    "would like a box": ("wants a box", "is after a box"),
    "wants to wait for": ("would like to wait for", "will wait for"),
    "wants {": ("would like {", "asks for {", "is after {"),
    "wants to take": ("would like to take", "is to take"),
}  # fmt: skip
"""Runs of words within a phrase, and what may stand for them."""

_SHAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"^have (\{\w+\}) repaired$", (r"get \1 fixed", r"have \1 fixed", r"get \1 repaired", r"see to the repair of \1")),
    (r"^have (\{\w+\}) replaced$", (r"get \1 replaced", r"see that \1 is replaced")),
    (r"^top (\{\w+\}) up by (\{\w+\})$", (r"top up \1 by \2", r"give \1 \2 more", r"boost \1 by \2")),
    (r"^(\w+) (\{\w+\}) (on|off)$", (r"\1 \3 \2",)),
    (r"^mark (\{\w+\}) as (\w+)$", (r"flag \1 as \2", r"put \1 down as \2")),
    (r"^give (\{\w+\}) to (\{\w+\})$", (r"assign \1 to \2", r"hand \1 over to \2", r"pass \1 to \2")),
    (r"^remind the (\w+) of (\{\w+\})$", (r"send the \1 of \2 a reminder", r"nudge the \1 of \2")),
    (r"^call (\{\w+\}) off$", (r"call off \1", r"cancel \1")),
    (r"^check in (\{\w+\})$", (r"check \1 in",)),
    (r"^check out (\{\w+\})$", (r"check \1 out",)),
    (r"^pay (\{amount\}) out to (\{\w+\})$", (r"pay \2 \1 out", r"pay out \1 to \2")),
    (r"^put (\{amount\}) on (.*)$", (r"add \1 to \2", r"book \1 to \2")),
    (r"^put (\{amount\}) into (.*)$", (r"add \1 to \2", r"pay \1 into \2")),
    (
        r"^make (\{\w+\}) more portions of (\{\w+\})$",
        (r"cook \1 more portions of \2", r"prepare \1 extra portions of \2"),
    ),
    (
        r"^who does (\{\w+\}) usually travel with$",
        (r"who usually travels with \1", r"who are the travel companions of \1"),
    ),
    (r"^withdraw (\{\w+\})$", (r"pull \1", r"take \1 back")),
    (r"^when is (\{\w+\})$", (r"what time is \1", r"at what time is \1", r"when does \1 take place")),
    (r"^where does (\{\w+\}) take place$", (r"where is \1", r"where will \1 be", r"in which place is \1")),
    (r"^show me (.*)$", (r"let me see \1", r"bring up \1")),
    (r"^change the (.*) of (\{\w+\}) to (.*)$", (r"set the \1 of \2 to \3", r"switch the \1 of \2 to \3")),
    (r"^send (\{\w+\}) (\{amount\}) (.*)$", (r"wire \1 \2 \3", r"transfer \2 to \1 \3")),
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
