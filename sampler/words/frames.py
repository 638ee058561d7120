"""Frames: what people say around their wishes, by manner; for a reader, words without a meaning of their own.

`[a|b]` stands for either. Where frames are by manner, the first of a manner is its barest, which is used the most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

MANNERS: Mapping[str, float] = {"plain": 0.25, "brief": 0.5, "polite": 0.15, "chatty": 0.1}
"""How many of those who write do so in each manner: to a machine, most people are brief."""

BARE: Mapping[str, float] = {"plain": 0.85, "brief": 0.85, "polite": 0.8, "chatty": 0.75}
"""How often who speaks in a manner takes the barest frame."""

_CHOICE = re.compile(r"\[([^]]*)\]")


def _spread(text: str) -> Iterator[str]:
    """Yield the texts that a text with choices stands for."""
    fixed = _CHOICE.split(text)
    for chosen in product(*(part.split("|") for part in fixed[1::2])):
        yield "".join(part for pair in zip(fixed[::2], (*chosen, ""), strict=True) for part in pair)


def _all(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for text in texts for each in _spread(text)))


ORDERS: Mapping[str, tuple[str, ...]] = {
    "plain": _all(
        "{do}.", "Please {do}.", "[Can|Could|Would] you {do}?", "{do}, please.", "Go ahead and {do}.",
        "I need you to {do}.", "I'd like you to {do}.", "I [need|want] to {do}.", "I'd like to {do}.", "Let's {do}.",
        "Can you help me {do}?", "Please go ahead and {do}.",
    ),
    "brief": _all(
        "{do}", "pls {do}", "{do} [pls|please]", "[can|could] you {do}", "need to {do}", "need you to {do}",
        "just {do}", "{do}, [thx|thanks]", "want to {do}", "let's {do}", "can you {do} pls",
    ),
    "polite": _all(
        "Please {do}.", "[Could|Would|Can] you please {do}?", "[Could|Can] you {do}, please?",
        "[I would|I'd] like to {do}, please.", "[I'd|I would] be grateful if you could {do}.",
        "[I'd|I would] appreciate it if you could {do}.", "Would you be able to {do}?",
        "Would it be possible to {do}?", "When you have a moment, please {do}.",
        "[May|Could] I ask you to {do}?", "I was wondering if you could {do}.", "If possible, please {do}.",
        "Would you be so kind as to {do}?", "Please {do} [when you get a chance|for me].", "I need to {do}, please.",
        "It would be great if you could {do}.", "Would you mind helping me {do}?", "Could you [kindly|also] {do}?",
        "I'd like you to {do}, please.", "If you don't mind, please {do}.", "Could you help me {do}, please?",
    ),
    "chatty": _all(
        "Can you {do}?", "[Could|Can] you {do} [for me|real quick]?", "[Could|Can] you just {do}?",
        "Let's [|go ahead and |just ]{do}.", "{do}, please!", "Just {do}, [please|thanks]!",
        "[Any chance|Think] you could {do}?", "I was hoping you could {do}.", "Do me a favour and {do}.",
        "[I'm trying|I just need|I need|I want] to {do}.", "So I need to {do}.",
        "It'd be [great|awesome] if you could {do}.", "Can you help me {do}?", "Go ahead and {do}, please!",
        "Can we {do}?", "Would you mind helping me {do}?", "Could you quickly {do}?",
        "[Ok|Alright], let's {do}.",
    ),
}  # fmt: skip
ONWARD: Mapping[str, tuple[str, ...]] = {
    "plain": _all(
        "[And|Also|Then] {do}.", "[Also,|And then] {do}.", "{do} [too|as well].", "[And|Also] please {do}.",
        "I also [need|want] to {do}.", "[Can|Could] you also {do}?", "And [can|could] you {do}?",
        "After that, {do}.", "I'd also like to {do}.",
    ),
    "brief": _all("and {do}", "also {do}", "then {do}", "{do} [too|as well]", "and pls {do}", "also need to {do}"),
    "polite": _all(
        "And please {do}.", "Please also {do}.", "Could you also {do}[|, please]?", "[And|Then] please {do}.",
        "And [could|would] you {do}, please?", "I would also like to {do}.", "After that, please {do}.",
        "I'd also like to {do}[|, please].", "And if you could [also|then] {do}, that would be great.",
    ),
    "chatty": _all(
        "[And|Also,|Oh, and|Then] {do}.", "[And|Oh, and] can you {do}?", "Can you also {do}?",
        "And then [|can you ]{do}.", "{do} [too|as well], please!", "While you're at it, {do}.",
        "I also need to {do}.", "[Oh, and|And] could you {do}?", "And let's {do} [too|as well].",
    ),
}  # fmt: skip
"""Orders that go on from another wish of the message."""
STATEMENTS: Mapping[str, tuple[str, ...]] = {
    "plain": _all("{do}.", "Please note that {do}.", "Note that {do}."),
    "brief": _all("{do}", "fyi {do}"),
    "polite": _all("{do}.", "Please note that {do}.", "I wanted to let you know that {do}."),
    "chatty": _all("{do}.", "[Just so you know,|Heads up:] {do}."),
}  # fmt: skip
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "plain": _all("{do}?", "Quick question: {do}?"),
    "brief": _all("{do}?", "quick question: {do}?", "hey, {do}?"),
    "polite": _all("{do}, please?", "[May I ask|If I may ask]: {do}?", "{do}?"),
    "chatty": _all("{do}?", "[Hmm|So|Hey|Oh], {do}?", "{do}, do you know?", "Quick question: {do}?"),
}  # fmt: skip
THINGS: Mapping[str, tuple[str, ...]] = {
    "plain": _all("Show me {do}.", "[I need|Get me|Give me] {do}.", "Let me see {do}.", "Can you show me {do}?"),
    "brief": _all("{do}", "[show me|need|get me] {do}", "{do} [pls|please]"),
    "polite": _all(
        "Please show me {do}.", "[Could|Would|Can] you [show|get|send] me {do}[, please|]?",
        "I would like to see {do}.", "May I [see|have] {do}[|, please]?", "Could I see {do}[|, please]?",
    ),
    "chatty": _all(
        "Show me {do}, please!", "Can you [show|get|grab] me {do}?", "I'd love to see {do}.",
        "[Let's|Let me] see {do}.",
        "Can I see {do}?",
    ),
}  # fmt: skip
TELLS: Mapping[str, tuple[str, ...]] = {
    "plain": _all(
        "Tell me {ask}.", "Let me know {ask}.", "[Can|Could] you tell me {ask}?", "I [need|want] to know {ask}.",
        "I'd [|also ]like to know {ask}.", "Can you check {ask}?", "Please [|also ]tell me {ask}.",
        "Do you know {ask}?",
        "[And|Also|Then] tell me {ask}.", "Please let me know {ask}.", "Please check {ask}.", "And let me know {ask}.",
        "I also need to know {ask}.", "Can you [also |]let me know {ask}?", "Check {ask}.",
    ),
    "brief": _all(
        "tell me {ask}", "[let me know|lmk] {ask}", "need to know {ask}", "[pls |]check {ask}", "can you tell me {ask}",
        "[and|then|also] tell me {ask}", "any idea {ask}?", "do you know {ask}?", "pls tell me {ask}", "and lmk {ask}",
    ),
    "polite": _all(
        "Please tell me {ask}.", "[Could|Would|Can] you [also |please |]tell me {ask}?",
        "May I [ask|know] {ask}?", "I would [also |]like to know {ask}.", "Please let me know {ask}.",
        "Would you mind telling me {ask}?", "Do you happen to know {ask}?", "Please [also |]check {ask}.",
        "Could you [please |also |]let me know {ask}?", "It would help to know {ask}.",
        "I'd [also |]like to know {ask}.",
        "Could you [please |]check {ask}?", "And could you tell me {ask}[|, please]?",
    ),
    "chatty": _all(
        "Can you tell me {ask}?", "Any idea {ask}?", "Can you [check|see] {ask}?",
        "[Oh, and|And|Also,] let me know {ask}.",
        "I'm [also |]curious {ask}.", "[I'd love|I'd like|I want] to know {ask}.", "Do you know {ask}?",
        "While you're at it, tell me {ask}.", "Let me know {ask}[|, ok]?",
        "[Just wondering|I was wondering] {ask}.", "Mind telling me {ask}?", "[And|Oh, and] can you tell me {ask}?",
        "Could you tell me {ask}?",
    ),
}  # fmt: skip
"""Around questions that are clauses: `when it starts`."""
DIRECTS: Mapping[str, tuple[str, ...]] = {
    "plain": _all("{ask}?", "[And|Also,] {ask}?", "Quick question: {ask}?"),
    "brief": _all("{ask}?", "[and|also] {ask}?", "{ask}, pls?"),
    "polite": _all("{ask}?", "[And|Also,] {ask}?", "[May I ask|One more question]: {ask}?"),
    "chatty": _all(
        "{ask}?", "[So|And|Oh, and|Also,|Hm,|Hey,] {ask}?", "[Just wondering|Just curious|Quick question]: {ask}?",
        "By the way, {ask}?", "{ask}, do you know?",
    ),
}  # fmt: skip
LISTS: Mapping[str, tuple[str, ...]] = {
    "plain": _all(
        "Tell me {ask}.", "{ask}, please.", "Give me {ask}.", "I [|also ]need {ask}.", "Show me {ask}.",
        "[Can|Could] you give me {ask}?",
        "Look up {ask}.", "Please [give|send|show] me {ask}.", "I'd like [|to know ]{ask}.", "[Can|Could] I get {ask}?",
        "Can you [also |]look up {ask}?", "[Can|Could] you tell me {ask}?", "[And|Also|Then] give me {ask}.",
        "I'm looking for {ask}.", "Check {ask}.", "Let me know {ask}.", "And tell me {ask}.",
        "I [|also ]need to know {ask}.", "What about {ask}?",
    ),
    "brief": _all(
        "need {ask}", "{ask}?", "[check|and|also] {ask}", "[show|give|send] me {ask}", "{ask} [pls|please]",
        "get me {ask}", "need to know {ask}", "can i get {ask}?", "looking for {ask}", "what about {ask}?", "lmk {ask}",
        "also need {ask}",
    ),
    "polite": _all(
        "Could you tell me {ask}?", "{ask}, please.", "May I have {ask}[|, please]?",
        "[Would|Could|Can] you [please |also |]give me {ask}?",
        "Please [also |][send|give|show|tell] me {ask}.", "[Could|May] I [also |]have {ask}, please?",
        "I would like [|to know ]{ask}[|, please].", "Could you [please |]look up {ask}?",
        "Could you tell me {ask}[|, please]?", "Would you mind giving me {ask}?", "I'd [also |]like to know {ask}.",
        "I would appreciate {ask}.", "Could you send me {ask}[|, please]?", "Please let me know {ask}.",
        "I [also |]need {ask}, please.", "And may I have {ask}?", "Could I get {ask}, please?",
    ),
    "chatty": _all(
        "Can you tell me {ask}?",
        "Can [I get|I have|I see|you pull up|you check|you give me|you find|you look up] {ask}?",
        "I'd love to [know|see] {ask}.", "[And|Oh, and] [give|tell] me {ask}.",
        "I [also |]need {ask}.",
        "Could you [check|look up|tell me] {ask}?", "[Let's|Let me] see {ask}.", "I'm looking for {ask}.",
        "Mind checking {ask}?", "What about {ask}?", "[And|Oh, and] what about {ask}?",
        "Let me know {ask}, ok?", "Just give me {ask}.", "And can I get {ask}?",
    ),
}  # fmt: skip
"""Around questions that are nouns: `its price`."""
SEVERAL = "What are {ask}?"
"""Around several nouns."""
AFTERS = _all(
    "[After that|Then|Afterwards|Next], ", "[Once|When] [that's|that is] done, ", "When you're done, ",
    "[After|Once you've done] that, ",
)  # fmt: skip
HELLOS: Mapping[str, tuple[str, ...]] = {
    "plain": _all("", "[Hello|Hi]. ", "[Hello|Hi], "),
    "brief": _all("", "[hi|hey]. ", "[hi|hey], "),
    "polite": _all("", "[Good morning|Good afternoon|Good evening|Hello]. ", "[Hello|Good day], "),
    "chatty": _all("[Hi|Hello|Hey|Hi there|Hey there|Morning]! ", "[Hey|Hi|Hi there], ", "Hi again! "),
}  # fmt: skip
LATER: Mapping[str, tuple[str, ...]] = {
    "plain": _all("[Good|OK|All right|Thanks|Got it|Okay]. ", "Next: "),
    "brief": _all("[ok|good|thx|thanks]. ", "next: "),
    "polite": _all(
        "[Thank you|Thanks very much|Thank you very much|Thanks for that|Great, thank you|Wonderful, thank you]. ",
        "[I see, thank you|Very good|That helps]. ", "One more thing, please. ",
    ),
    "chatty": _all(
        "[Awesome|Ok great|Perfect|Cool|Lovely|Sweet|Nice|Got it|Gotcha|Okay]. ",
        "[Great, thanks|Thanks|Cool, thanks]! ",
        "[Next one|Next up|One more thing]: ",
    ),
}  # fmt: skip
BYES: Mapping[str, tuple[str, ...]] = {
    "plain": _all("[ Thanks| Thank you]."),
    "brief": _all(" [thx|ty|thanks]"),
    "polite": _all(
        " [Many thanks|Thank you|Thanks in advance|Thank you very much|Thanks for your help|Much appreciated].",
    ),
    "chatty": _all(" [Thanks|Cheers|Appreciate it|Thank you|Thanks so much|Thanks a lot|You're the best]!"),
}  # fmt: skip
INTRODUCTIONS: Mapping[str, tuple[str, ...]] = {
    "plain": _all(
        "I'm {name} ({email}). ", "[My name is|This is] {name}, {email}. ", "{name} here, {email}. ",
        "I am {name}, {email}. ", "This is {name} ({email}). ", "I'm {name}, my e-mail is {email}. ",
    ),
    "brief": _all("{name}, {email}. ", "{name} ({email}) here. ", "{name} here, {email}. ", "it's {name}, {email}. "),
    "polite": _all(
        "My name is {name} ({email}). ", "[This is|I am] {name}, {email}. ", "This is {name} ({email}). ",
        "My name is {name}, and my e-mail address is {email}. ", "I am {name}, my e-mail address is {email}. ",
    ),
    "chatty": _all(
        "It's {name} ({email}). ", "{name} here ({email}). ", "This is {name}, {email}. ", "I'm {name} ({email}). ",
        "I'm {name}, my e-mail is {email}. ",
    ),
}  # fmt: skip
PLACES = _all("[In|On] {place}, ", "For {place}: ", "{place}: ")
PLACES_LATER = _all(
    "[In|On|Over on|Over in|Now on|Next, in|Back to] {place}, ",
    "[For|Now for|Next,|On to|Now] {place}: ",
    "{place}: ",
)
"""Where to go next, once something was said."""
CONDITIONS = ("if {cond}, ", "as long as {cond}, ")
CARRIED = _all(
    "{ask} [that |]you [gave me|told me|mentioned]",
    "{ask} you just [gave|told] me",
)  # fmt: skip
CARRIED_FIRST = _all("{ask} [that |]you [gave|told] me [first|at first|to begin with]")
LOOKS = ("look up {row}", "look {row} up", "find {row}", "pull up {row}", "pull {row} up", "have a look at {row}")
LOOKS_FOR_ME = ("look {row} up",)
COUNTS = (
    ("how many", "are there"), ("how many", "do you have"), ("how many", "do we have"), ("how many", "can you find"),
    ("how many", "there are"), ("how many", ""), ("how many", "exist"),
)  # fmt: skip
DIRECT_COUNTS = 4
"""So many of them, from the first, are questions by themselves."""

GIVES = (
    "The {label} is {value}.", "The {label} should be {value}.",
    *_all(
        "[It's|Make it|Let's say|Let's go with|Take|I'd say] {value}.", "{value}[|, please|, thanks].",
    ),
)  # fmt: skip
CHOICES = _all(
    "[It's|I mean|I meant|Make it|I was thinking of|I'm talking about] {value}.",
    "{value}[|, please|, I mean|, thanks].",
)
REPLIES: Mapping[str, tuple[str, ...]] = {
    "plain": _all("[Right|Yes|Sure|Ok]. "),
    "brief": _all("[sure|right|ok]. ", "oh right, "),
    "polite": _all("[Of course|Sorry, I should have said|Ah, yes|Certainly|My apologies]. "),
    "chatty": _all("[Oh, right|Ah, sorry|Sure thing|Oh, sure|Oops, sorry]! ", "[Good point|My bad]. "),
}  # fmt: skip

AROUND: tuple[str, ...] = (
    *(
        text
        for group in (
            ORDERS, ONWARD, STATEMENTS, QUESTIONS, THINGS, TELLS, DIRECTS, LISTS, HELLOS, LATER, BYES, REPLIES,
        )
        for texts in group.values()
        for text in texts
    ),
    *AFTERS,
    SEVERAL,
)  # fmt: skip
"""All that is said around wishes, of whatever manner."""
