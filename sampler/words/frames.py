"""Frames: what people say around their wishes, by manner; for a reader, words without a meaning of their own.

`[a|b]` stands for either. Where frames are by manner, the first of a manner is its barest, which is used the most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

MANNERS = ("plain", "brief", "polite", "chatty")
BARE: Mapping[str, float] = {"plain": 0.5, "brief": 0.7, "polite": 0.3, "chatty": 0.3}
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
        "{do}.", "Please {do}.", "[Can|Could|Will|Would] you {do}?", "I [need|want] you to {do}.", "Go ahead and {do}.",
        "You [can|may|should] {do}[| now].", "[We|You] [need|have] to {do}.", "[Time|Next step is] to {do}.",
        "[Make sure to|Be sure to|Be so good and] {do}.", "{do}[, please| when you can| as soon as you can].",
        "What I need: {do}.",
    ),
    "brief": _all(
        "{do}", "pls {do}", "{do} [pls|please|asap|now]", "[can|could|will] you {do}?", "need you to {do}", "just {do}",
        "{do}, [thx|quick|please|asap]", "to do: {do}",
    ),
    "polite": _all(
        "Please {do}.", "[Could|Would|Will] you [please|kindly] {do}?", "Can you please {do}?",
        "[Could|Would|Can] you {do}, please?",
        "[Kindly|Do please|If possible,|Perhaps you would] {do}.",
        "May I ask you to {do}?",
        "Please {do}[, if you would| when convenient| at your leisure|, if possible].",
        "I would like you to {do}, please.", "[Perhaps|Maybe|Possibly] you could {do}?",
        "I'd be [glad|grateful] if you could {do}.", "I'd appreciate it if you could {do}.",
        "It would be kind if you could {do}.", "Is it possible to {do}?",
        "Would it be possible to {do}?", "Do you think you could {do}?", "When you have a moment, please {do}.",
        "I [hope|trust] you can {do}.", "[Would|Might] you be able to {do}?", "I wonder whether you could {do}.",
    ),
    "chatty": _all(
        "{do}, please!", "Can you {do}?", "[Could|Can] you [just|maybe|quickly|also|possibly|perhaps] {do}?",
        "[Could|Can] you {do}[ for me|, please| real quick|, would you]?", "Let's {do}[|, shall we|, okay].",
        "Just {do}[|, please|, thanks|, ok].", "[So|Right|Okay|Well|Now], {do}[|, please].",
        "[Guess|Think|Reckon|Suppose] we should {do}.", "We should [probably|really|maybe] {do}.",
        "[Can|Shall] we {do}?",
        "[Any chance|Think|Reckon] you could {do}?", "Do me a favour and {do}.", "[Go on and|Be a dear and] {do}.",
        "I [was hoping|hoped|hope] you could {do}.", "Would be [great|cool] if you could {do}.",
        "You [could|might] {do}[|, if you like].", "Mind if I ask you to {do}?", "Time to {do}, I [guess|think].",
    ),
}  # fmt: skip
STATEMENTS: Mapping[str, tuple[str, ...]] = {
    "plain": _all(
        "{do}.", "[Please note|For the record]: {do}.",
        "{do}. Please [record|note|log] [it|that].", "{do}. [Act on that|See to it|Deal with that].",
    ),
    "brief": _all("{do}", "{do}.", "[fyi|news|update]: {do}.", "{do}, [pls note|noted?|pls log]"),
    "polite": _all(
        "{do}.", "{do}. [Would|Could|Can] you [note|record|handle] that, please?",
        "{do}. [Please|Kindly] [see to it|handle it|record it|take note|act on it].",
        "[For your information|Please be informed|I should mention]: {do}.",
        "{do}. Thank you for [handling|noting] it.",
    ),
    "chatty": _all(
        "{do}.", "{do}. [Can you|Could you|Would you] [sort|handle|log|fix] that?",
        "{do}. Mind [handling|sorting|fixing] that?", "[Turns out|So|Heads up,] {do}.",
        "{do}[, so please deal with it|, just so you know|, by the way].", "{do}. Over to you.",
    ),
}  # fmt: skip
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "plain": _all("{do}?", "[Question|Tell me]: {do}?"),
    "brief": _all("{do}?", "[quick question|question|hey]: {do}?", "{do}, pls?"),
    "polite": _all("{do}, please?", "[May I ask|If I may|Please tell me|A question]: {do}?", "{do}?"),
    "chatty": _all("{do}?", "[Hmm|So|Hey|Oh|Right], {do}?", "{do}, do you know?"),
}  # fmt: skip
THINGS: Mapping[str, tuple[str, ...]] = {
    "plain": _all("Show me {do}.", "[I need|I want|Get me|Give me] {do}.", "[I need to|Let me] see {do}."),
    "brief": _all("{do}", "[show|need|want|get me] {do}", "{do} [pls|please]"),
    "polite": _all(
        "Please show me {do}.", "[Could|Would|Can] you [show|bring|get|send] me {do}[, please|]?",
        "I would like [|to see ]{do}.", "[May I see|Might I see|May I have] {do}?",
    ),
    "chatty": _all(
        "Show me {do}, [please|will you|would you].", "Can you [show|get|grab|pull] me {do}?",
        "[I'm after|I'd love to see|I could use|Let's see|Let me see] {do}.",
    ),
}  # fmt: skip
TELLS: Mapping[str, tuple[str, ...]] = {
    "plain": _all(
        "{ask}, please.", "Tell me {ask}.", "[I need|I want|I have] to know {ask}.", "[Find out|Report|Check] {ask}.",
        "[Can|Could] you say {ask}?", "Let me know {ask}.", "[Please give|I also need|Give me|Show me] {ask}.",
        "[Then|Also|Now] tell me {ask}.", "Say {ask}.", "[I'd like|Next] {ask}.",
    ),
    "brief": _all(
        "{ask}?", "tell me {ask}", "need {ask}", "[send|give] me {ask}", "[want|check|also|plus] {ask}",
        "[let me know|need to know|wanna know] {ask}", "[and|then] tell me {ask}", "{ask}, [pls|please]?",
    ),
    "polite": _all(
        "{ask}, please.", "Please tell me {ask}.", "[Could|Would] you [also|kindly] tell me {ask}?",
        "Can you please tell me {ask}?",
        "[Might I|May I] [learn|know|hear] {ask}?", "I [should|would] [also|] like to know {ask}.",
        "[Please|Kindly] [share|confirm|check|tell me|let me know] {ask}.", "Would you mind telling me {ask}?",
        "Do you happen to know {ask}?", "It would [help|be good|be nice] to know {ask}.",
        "Could you let me know {ask}[|, please]?", "I wonder if you know {ask}.",
    ),
    "chatty": _all(
        "{ask}, please?", "Any idea {ask}?", "[Could|Can] you [check|tell me|say|find out] {ask}?",
        "[Remind me|Tell me] {ask}, [will you|ok]?",
        "[Mind|Fancy] telling me {ask}?", "[Oh, and|And|Also,] let me know {ask}.", "I'm [also|] curious about {ask}.",
        "[I'd love|I'd like|I want|I'd kinda like] to know {ask}.", "[Do you know|You know|Got any idea] {ask}?",
        "While you're at it, tell me {ask}.", "Let me know {ask}[|, yeah|, ok]?",
        "[Wondering|Just curious] about {ask}.",
    ),
}  # fmt: skip
DIRECTS: Mapping[str, tuple[str, ...]] = {
    "plain": _all("{ask}?", "[And|Then:|Also:|Question:|Next:] {ask}?"),
    "brief": _all("{ask}?", "[and|also|ok,|q:] {ask}?", "{ask}, pls?"),
    "polite": _all(
        "{ask}?", "{ask}, please?",
        "[Would you know|If I may|May I ask|Might I ask|One more question|Please tell me]: {ask}?",
        "[And|Also,|Then] {ask}, please?",
    ),
    "chatty": _all(
        "{ask}?", "[So|And|Oh, and|Also,|Hm,|Hey,|Well,|Right,] {ask}?",
        "[Just wondering|Curious|Quick one|Out of interest]: {ask}?",
        "[By the way|Actually|While I'm here], {ask}?", "{ask}, [do you know|any idea]?",
    ),
}  # fmt: skip
LISTS: Mapping[str, tuple[str, ...]] = {
    "plain": _all(
        "{ask}, please.", "Give me {ask}.", "[List|Show|Look up|Find|Check|Report] {ask}.",
        "[I need|I want|Send me|Show me] {ask}.",
        "What are {ask}?",
    ),
    "brief": _all(
        "{ask}?", "[send|need|want|check|get] {ask}", "[show|give|send] me {ask}", "what are {ask}?",
        "{ask} [pls|please]",
    ),
    "polite": _all(
        "May I have {ask}?", "[Would|Could|Can] you [give|send|show|tell] me {ask}[|, please]?",
        "What are {ask}, please?",
        "[Please|Kindly] [send|give|show|list|provide|check] {ask}.",
        "[Might I have|I would like|I'd appreciate] {ask}.",
        "[Could|Would] you [look up|check|find] {ask}[|, please]?",
    ),
    "chatty": _all(
        "{ask}, please?", "What are {ask}?",
        "[Can|Could] [I get|I have|I see|you pull up|you check|you give me|you find] {ask}?",
        "[Mind checking|Fancy checking|Got] {ask}?", "Fetch me {ask}, [would you|will you|please]?",
        "And what are {ask}?",
        "[I'd love|I could use|Hit me with|Let's see|Gimme] {ask}.",
    ),
}  # fmt: skip
AFTERS = _all(
    "[With that|When that is|Once that's] out of the way, ", "[Finally|Afterwards|After that|Then|Lastly], ",
    "[Once|When] [that's|it's|all is] done, ", "When you're [finished|done|through], ", "[That|All] done, ",
)  # fmt: skip
HELLOS: Mapping[str, tuple[str, ...]] = {
    "plain": _all("", "[Hello|Hi|Good day]. "),
    "brief": _all("", "[hi|hey|yo]. "),
    "polite": _all(
        "", "[Good day|Good evening|Good morning|Good afternoon|Dear team|Hello|Hello there|Greetings|Dear all]. ",
        "[Hello|Dear team|Good day], ",
    ),
    "chatty": _all(
        "[Hiya|Hello|Morning|Evening|Hi|Hey there|Hi there|Howdy|Yo|Heya]! ", "[Hey|Hi there|Hey hey|Heya], ",
        "[Hey, me again|Hello again|Me again|Back again]. ", "Hi, [quick one|a small thing|short one]: ", "",
    ),
}  # fmt: skip
LATER: Mapping[str, tuple[str, ...]] = {
    "plain": _all("[Good|Understood|All right|Noted]. ", "", "[Next|Another thing|Further]: "),
    "brief": _all("", "[next|also|and]: ", "[ok|good|k]. "),
    "polite": _all(
        "[That is helpful|Much obliged|Wonderful, thank you|Thank you|Thanks very much|Very good|Splendid]. ", "",
        "[One more thing|Another matter|A further wish], please. ", "Thank you for that. ",
    ),
    "chatty": _all(
        "[Awesome|Nice one|Ok great|Super, thanks|Good stuff|Perfect|Cool|Lovely|Brilliant|Sweet|Neat|Nice]. ",
        "[Great, thanks|Thanks|Wow|Yay|Cheers]! ", "[Ok|Right|Cool]. ", "[Alright, next one|Next up|One more]: ",
        "",
    ),
}  # fmt: skip
BYES: Mapping[str, tuple[str, ...]] = {
    "plain": _all("", "[ Thanks| Thank you]."),
    "brief": _all("", " [thx|ty|cheers|thanks]"),
    "polite": _all(
        "", " [Much appreciated|Best wishes|I appreciate it|Many thanks|Kind regards|Thank you|Sincerely].",
        " Thank you [very much|in advance|kindly|for your help].",
    ),
    "chatty": _all(
        "", " [You're the best|Appreciate it|Talk soon|Cheers|Thanks|Ta|You're a star|Cool|Later]!",
        " Thanks [a lot|so much|a bunch]!",
    ),
}  # fmt: skip
INTRODUCTIONS: Mapping[str, tuple[str, ...]] = {
    "plain": _all(
        "I'm {name} ({email}). ", "[My name is|Name:|I'm] {name}, [e-mail|mail] {email}. ", "{name} here, {email}. ",
        "I am {name}, {email}. ",
    ),
    "brief": _all("{name}, {email}. ", "{name} ({email}) here. ", "{name} [/|-] {email}. "),
    "polite": _all(
        "My name is {name} ({email}). ", "[This is|I am] {name}, {email}. ",
        "I am {name}, [registered|known|listed] as {email}. ",
    ),
    "chatty": _all(
        "It's {name} ({email}). ", "{name} here ({email}). ",
        "I'm {name}, [you'll find|look] me [under|up as] {email}. ",
        "{name} [speaking|writing], {email}. ",
    ),
}  # fmt: skip
PLACES = _all(
    "[In|Over in|At|Over at|On] {place}, ", "[For|Regarding|About|To] {place}: ", "{place}[| now| next]: ",
    "[As for|Concerning|With] {place}, ",
)  # fmt: skip
CONDITIONS = _all("[if|only if|as long as|assuming|provided|given] {cond}, ")
CARRIED = _all(
    "{ask} [that |]you [gave me|told me|found|mentioned|named|said]", "{ask} from [before|earlier|your earlier answer]",
)  # fmt: skip
CARRIED_FIRST = _all("{ask} [that |]you [gave me|told me] [first|at first]", "{ask} from your first answer")
LOOKS = ("look up {row}", "find {row}", "pull up {row}", "have a look at {row}")
COUNTS = (
    ("how many", "are there"), ("how many", "do you have"), ("how many", "can you find"), ("how many", "do you see"),
    ("how many", "exist"), ("the number of", ""), ("how many", "there are"), ("how many", ""),
)  # fmt: skip
DIRECT_COUNTS = 5
"""So many of them, from the first, are questions by themselves."""

GIVES = (
    "The {label} is {value}.", "{label}: {value}.",
    *_all(
        "[It's|Make it|Let's say|I'd say|Go for|That's|Take] {value}.", "{value}[|, please|, thanks|, I think].",
        "[My answer|Answer]: {value}.",
    ),
)  # fmt: skip
CHOICES = _all(
    "[It's|I mean|I meant|That would be|Make it|That's|I was thinking of] {value}.",
    "{value}[|, please|, I mean|, thanks].",
)
REPLIES: Mapping[str, tuple[str, ...]] = {
    "plain": _all("", "[Right|Yes|Sure|Ok]. "),
    "brief": _all("", "[sure|right|ok]. "),
    "polite": _all("", "[Of course|Sorry, I should have said|Ah, yes|Certainly|My apologies|Naturally|Gladly]. "),
    "chatty": _all("", "[Oh, right|Ah, sorry|Sure thing|Oh sure]! ", "[Good point|Oops|My bad|True|Fair]. "),
}  # fmt: skip

AROUND: tuple[str, ...] = (
    *(
        text
        for group in (
            ORDERS, STATEMENTS, QUESTIONS, THINGS, TELLS, DIRECTS, LISTS, HELLOS, LATER, BYES, REPLIES,
        )
        for texts in group.values()
        for text in texts
    ),
    *AFTERS,
)  # fmt: skip
"""All that is said around wishes, of whatever manner."""
