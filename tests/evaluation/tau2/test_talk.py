from evaluation.tau2.talk import Called, Exchange, Known, turns_of

TOOLS = {"air_book": Known("air", "book", writes=True), "air_find": Known("air", "find", writes=False)}


def heard(*said: str) -> list[Exchange]:
    return [Exchange(words, answers=[f"about {words}"]) for words in said]


def test_each_request_is_a_turn_with_its_calls_and_its_answer() -> None:
    booked = Called("air_book", {"seat": 1}, '{"id":"bkg_1"}', is_error=False)
    exchanges = [Exchange("Book it.", [booked], ["Done.", "Anything else?"]), Exchange("Thanks, and cancel it.")]

    first, second = turns_of(["Book it.", "Cancel it."], exchanges, TOOLS)

    (step,) = first.steps
    assert (step.environment, step.tool, step.content, step.writes) == ("air", "book", {"id": "bkg_1"}, True)
    assert (first.answer, first.follows_up) == ("Done.\nAnything else?", False)
    assert (second.steps, second.answer, second.follows_up) == ((), "", False)


def test_a_refusal_has_its_code_and_changes_nothing() -> None:
    refused = Called("air_book", {}, "Error: conflict: The seat is taken.", is_error=True)

    (turn,) = turns_of(["Book."], [Exchange("Book.", [refused])], TOOLS)

    (step,) = turn.steps
    assert (step.code, step.text, step.content, step.writes) == (
        "conflict",
        "conflict: The seat is taken.",
        None,
        False,
    )


def test_a_tool_that_is_not_there_is_a_failed_call_of_no_environment() -> None:
    unknown = Called("air_fly", {}, "Error: Tool 'air_fly' not found.", is_error=True)

    (turn,) = turns_of(["Fly."], [Exchange("Fly.", [unknown])], TOOLS)

    assert [(step.environment, step.tool, step.code) for step in turn.steps] == [("", "air_fly", "failed")]


def test_reading_changes_nothing() -> None:
    found = Called("air_find", {}, "[1]", is_error=False)

    (turn,) = turns_of(["Find."], [Exchange("Find.", [found])], TOOLS)

    assert not turn.writes


def test_words_about_a_request_follow_it_up() -> None:
    queries = ["Book the flight to Oslo.", "What is the fare of my booking?"]
    said = heard("Please book me the flight to Oslo", "Seat 4, please.", "Now the fare of my booking?", "That is all.")

    turns = turns_of(queries, said, TOOLS)

    assert [turn.follows_up for turn in turns] == [False, True, False, True]


def test_requests_begin_in_their_order_however_they_are_worded() -> None:
    said = heard("the fare of my booking", "book the flight to Oslo", "and now?")

    turns = turns_of(["Book the flight to Oslo.", "The fare of my booking?"], said, TOOLS)

    assert [turn.follows_up for turn in turns] == [False, False, True]


def test_the_same_words_twice_begin_two_requests_as_soon_as_they_are_said() -> None:
    turns = turns_of(["Again.", "Again."], heard("Again.", "Again.", "Again."), TOOLS)

    assert [turn.follows_up for turn in turns] == [False, False, True]


def test_what_was_never_said_is_no_turn() -> None:
    assert len(turns_of(["One.", "Two.", "Three."], heard("One."), TOOLS)) == 1
