"""Frames: what people say around their wishes, by manner; for a reader, words without a meaning of their own."""

from __future__ import annotations

from collections.abc import Mapping

MANNERS = ("plain", "brief", "polite", "chatty")

ORDERS: Mapping[str, tuple[str, ...]] = {
    "plain": (
        "I have to ask you to {do}.", "You can {do} now.", "Will you {do}?", "The next step is to {do}.",
        "We need to {do}.", "Please make sure to {do}.", "My request is to {do}.", "Could you {do} today?", "{do}.",
        "Please {do}.", "I need you to {do}.", "I want you to {do}.", "Can you {do}?", "Go ahead and {do}.",
    ),
    "brief": (
        "just {do}", "can you {do}?", "quick one: {do}", "need you to {do}", "{do}, asap", "{do} now please", "{do}",
        "{do}.", "pls {do}", "{do} please",
    ),
    "polite": (
        "Would you be able to {do}?", "If it is no trouble, please {do}.", "I wonder whether you could {do}.",
        "Might you {do}, please?", "Would it be possible to {do}?", "Kindly {do}.",
        "It would help me if you could {do}.", "When you have a moment, please {do}.",
        "I was asked to have you {do}.", "Do you think you could {do}?", "Could you please {do}?",
        "Could you {do}, please?", "Would you please {do}?", "Please {do}, if you would.",
        "I would like you to {do}, please.", "May I ask you to {do}?", "Please be so kind and {do}.",
        "I'd be grateful if you could {do}.",
    ),
    "chatty": (
        "Any chance you could {do}?", "Mind if I ask you to {do}?", "Would you {do} for me real quick?",
        "We should probably {do}.", "Can we {do}?", "Guess it is time to {do}.", "Do me a favour and {do}.",
        "Could you maybe {do}?", "Right, please {do}.", "Think you could {do}?", "Can you {do} for me?",
        "Could you {do}?", "I need you to {do}, ok?", "So, can you {do}?", "Let's {do}.", "Just {do}, please.",
        "It would be great if you could {do}.", "I was hoping you could {do}.",
    ),
}  # fmt: skip
STATEMENTS: Mapping[str, tuple[str, ...]] = {
    "plain": (
        "{do}. That has to be in the system.", "{do}. Please record it.", "{do}. Act on that.", "{do}.",
        "{do}. Please see to it.", "Please note: {do}.", "For the record: {do}.",
    ),
    "brief": ("{do}.", "{do}", "fyi: {do}."),
    "polite": (
        "{do}. I would appreciate it if you handled that.", "{do}. Would you take that on, please?",
        "{do}. May I leave that with you?", "{do}. Could you see to that, please?", "{do}. Please take care of it.",
        "{do}. Thank you for handling it.",
    ),
    "chatty": (
        "{do}. Mind handling that?", "{do}. Could you get that done?", "Turns out: {do}. Over to you.",
        "So: {do}. Can you sort that out?", "{do}, so please deal with it.", "{do}. Can you take care of that?",
    ),
}  # fmt: skip
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "plain": ("{do}?", "First: {do}?"),
    "brief": ("{do}?", "quick question: {do}?"),
    "polite": ("{do}, please?", "May I ask: {do}?"),
    "chatty": ("{do}?", "Hmm, {do}?", "So, {do}?"),
}  # fmt: skip
THINGS: Mapping[str, tuple[str, ...]] = {
    "plain": ("Show me {do}.", "I need to see {do}.", "Get me {do}."),
    "brief": ("{do}", "show {do}", "need {do}"),
    "polite": ("Could you show me {do}, please?", "I would like to see {do}.", "Please show me {do}."),
    "chatty": ("Can you show me {do}?", "I'm after {do}.", "I'd love to see {do}."),
}  # fmt: skip
TELLS: Mapping[str, tuple[str, ...]] = {
    "plain": (
        "Can you say {ask}?", "State {ask}.", "I have to know {ask}.", "Please give {ask}.", "Find out {ask}.",
        "Tell me {ask}.", "Then tell me {ask}.", "Let me know {ask}.", "I also need {ask}.", "I want to know {ask}.",
        "Report back {ask}.",
    ),
    "brief": (
        "send me {ask}.", "want {ask}.", "and tell me {ask}.", "need {ask}.", "also {ask}.", "tell me {ask}.",
        "then {ask}.",
    ),
    "polite": (
        "Might I learn {ask}?", "I should like to know {ask}.", "Would you mind telling me {ask}?",
        "It would be good to know {ask}.", "Please share {ask}.", "Could you also tell me {ask}?",
        "Please let me know {ask}.", "I would also like to know {ask}.", "Would you tell me {ask}?",
        "Kindly tell me {ask} as well.", "Could you let me know {ask}?",
    ),
    "chatty": (
        "Any idea {ask}?", "Could you check {ask}?", "What I also need is {ask}.", "Remind me {ask}, will you?",
        "Mind telling me {ask}?", "And can you tell me {ask}?", "Oh, and let me know {ask}.",
        "I'm also curious about {ask}.", "While you're at it, tell me {ask}.", "And I'd love to know {ask}.",
        "Do you know {ask}?",
    ),
}  # fmt: skip
DIRECTS: Mapping[str, tuple[str, ...]] = {
    "plain": ("{ask}?", "And {ask}?", "Then: {ask}?"),
    "brief": ("{ask}?", "and {ask}?"),
    "polite": (
        "Would you know: {ask}?", "If I may: {ask}?", "{ask}, please?", "May I ask: {ask}?",
        "One more question: {ask}?",
    ),
    "chatty": (
        "So {ask}?", "Just wondering: {ask}?", "And {ask}?", "Oh, and {ask}?", "By the way, {ask}?", "Also, {ask}?",
    ),
}  # fmt: skip
AFTERS = (
    "Then, when all of that is through, ", "With that out of the way, ", "Finally, ", "Afterwards, ",
    "Once that's done, ", "When you're finished, ", "After that, ",
)  # fmt: skip
HELLOS: Mapping[str, tuple[str, ...]] = {
    "plain": ("", "", "", "Hello. "),
    "brief": ("",),
    "polite": (
        "Good day. ", "Good evening. ", "Dear team, ", "Hello, ", "Good morning. ", "Good afternoon. ",
        "Hello there. ", "",
    ),
    "chatty": (
        "Hiya! ", "Hello! ", "Morning! ", "Hey, me again. ", "Hi! ", "Hey, ", "Hi there, ", "Hey there! ",
        "Hi, quick one: ", "Hello again. ", "Hi, a small thing: ",
    ),
}  # fmt: skip
LATER: Mapping[str, tuple[str, ...]] = {
    "plain": ("Good. ", "Understood. ", "Now ", "", "", "Next: ", "Then ", "Another thing: "),
    "brief": ("", "next: ", "also: "),
    "polite": (
        "That is helpful. ", "Much obliged. ", "Wonderful, thank you. ", "Thank you. ", "Thanks very much. ", "",
        "One more thing, please. ", "Thank you for that. ",
    ),
    "chatty": (
        "Awesome. ", "Nice one. ", "Ok great. ", "Super, thanks. ", "Good stuff. ", "Great, thanks! ", "Perfect. ",
        "Ok, now ", "Cool. ", "Thanks! ", "Alright, next one: ", "Lovely. ", "",
    ),
}  # fmt: skip
BYES: Mapping[str, tuple[str, ...]] = {
    "plain": ("", "", "", " Thanks."),
    "brief": ("", "", " thx"),
    "polite": (
        " Much appreciated.", " Best wishes.", " I appreciate it.", " Thank you for your help.", "",
        " Thank you very much.", " Many thanks.", " Thank you in advance.", " Thank you.", " Kind regards.",
    ),
    "chatty": (
        " You are the best!", " Appreciate it!", " Thanks so much!", " Talk soon!", "", " Thanks a lot!", " Cheers!",
        " Thanks!", " That would help a lot.", " Ta!",
    ),
}  # fmt: skip
INTRODUCTIONS: Mapping[str, tuple[str, ...]] = {
    "plain": ("I'm {name} ({email}). ", "My name is {name}, my e-mail is {email}. ", "{name} here, {email}. "),
    "brief": ("{name}, {email}. ", "{name} ({email}) here. "),
    "polite": ("My name is {name} ({email}). ", "This is {name}, {email}. ", "I am {name}, registered as {email}. "),
    "chatty": ("It's {name} ({email}). ", "{name} here ({email}). ", "I'm {name}, you'll find me under {email}. "),
}  # fmt: skip
PLACES = (
    "On the side of {place}: ", "Regarding {place}: ", "Something for {place}: ", "{place} now: ", "In {place}, ",
    "In {place}: ", "Over in {place}, ", "This one is for {place}: ", "For {place}: ",
)  # fmt: skip
CONDITIONS = ("if {cond}, ", "only if {cond}, ", "provided that {cond}, ", "as long as {cond}, ", "assuming {cond}, ")
CARRIED = (
    "{ask} that you gave me", "{ask} you told me", "{ask} from your earlier answer", "{ask} you found",
    "{ask} from before", "{ask} that you mentioned",
)  # fmt: skip
CARRIED_FIRST = ("{ask} that you gave me first", "{ask} from your first answer", "{ask} you told me at first")
LOOKS = ("look up {row}", "find {row}", "pull up {row}", "have a look at {row}")
LISTS: Mapping[str, tuple[str, ...]] = {
    "plain": (
        "List {ask}.", "I need {ask}.", "Send me {ask}.", "Look up {ask}.", "What are {ask}?", "Give me {ask}.",
    ),
    "brief": ("send {ask}", "show me {ask}", "want {ask}", "what are {ask}?", "{ask}?", "give me {ask}"),
    "polite": (
        "Would you give me {ask}, please?", "May I have {ask}?", "Could you look up {ask}, please?",
        "Would you send me {ask}?", "What are {ask}, please?", "Could you give me {ask}?",
    ),
    "chatty": (
        "Can I get {ask}?", "Could you pull up {ask}?", "Mind checking {ask}?", "Fetch me {ask}, would you?",
        "What are {ask}?", "And what are {ask}?", "Can you give me {ask}?",
    ),
}  # fmt: skip
COUNTS = (
    ("how many", "are there"), ("how many", "do you have"), ("how many", "can you find"), ("the number of", ""),
    ("how many", "there are"), ("how many", ""),
)  # fmt: skip
GIVES = (
    "It's {value}.", "The {label} is {value}.", "{label}: {value}.", "Make it {value}.", "{value}, please.",
    "Let's say {value}.", "{value}.",
)  # fmt: skip
CHOICES = (
    "It's {value}.", "{value}, please.", "I mean {value}.", "I meant {value}.", "{value}.",
    "That would be {value}.",
)  # fmt: skip
REPLIES: Mapping[str, tuple[str, ...]] = {
    "plain": ("", "", "Right. "),
    "brief": ("",),
    "polite": ("", "Of course. ", "Sorry, I should have said. ", "Ah, yes. "),
    "chatty": ("", "Oh, right! ", "Ah, sorry! ", "Good point. ", "Oops. "),
}  # fmt: skip
