"""What breaks in a walk is shrunk to the fewest calls; a machine walks where no walk broke anything."""

from dataclasses import replace
from pathlib import Path

from envkit.cast import CAST_FILE, CastSpec
from registry.checks.invariants import ask
from registry.checks.machine import walk
from tests.registry.checks.conftest import Serve

SEATS = "    world.update(flight, seats_left=flight.seats_left + booking.passengers)\n"


async def test_a_break_is_shrunk_to_the_calls_that_matter(by_hand: Path, serve: Serve) -> None:
    async with serve(by_hand, SEATS, "") as subject:
        outcome = await ask(subject)

    (finding,) = outcome.findings
    assert finding.sentence == "cancel_booking moves the conserved value seats."
    assert [call.tool for call in finding.evidence.calls] == ["cancel_booking"]
    assert isinstance(finding.evidence.expected, int)
    assert finding.evidence.expected != finding.evidence.actual


async def test_the_machine_finds_a_break_that_no_walk_met_and_always_the_same(by_hand: Path, serve: Serve) -> None:
    async with serve(by_hand, SEATS, "") as subject:
        unbroken = replace(subject, walks=tuple(replace(each, seen=()) for each in subject.walks))
        outcome = await ask(unbroken)
        again = await ask(unbroken)

    (finding,) = outcome.findings
    assert finding.sentence == "cancel_booking moves the conserved value seats."
    assert len(finding.evidence.calls) == 1
    assert outcome == again


async def test_the_machine_finds_a_crash(by_hand: Path, serve: Serve) -> None:
    crash = "    booking = world.get(Booking, booking_id)\n    flight"
    async with serve(
        by_hand, crash, crash.replace("    flight", "    assert booking.passengers < 1\n    flight")
    ) as subject:
        walked = await walk(subject.host, subject.manifest, 3)

    assert walked.found is not None
    trail, what = walked.found
    assert what.sentence == "cancel_booking fails with an exception of its own."
    assert trail.calls[-1].tool == "cancel_booking"


async def test_a_sound_environment_is_walked_without_a_finding(by_hand: Path, serve: Serve) -> None:
    async with serve(by_hand) as subject:
        walked = await walk(subject.host, subject.manifest, 0)
        outcome = await ask(subject)

    assert walked.found is None
    assert walked.calls > 50
    assert outcome.findings == ()
    assert outcome.calls == walked.calls + sum(len(each.seen) for each in subject.walks)


async def test_a_law_that_does_not_hold_at_first_is_told_and_nothing_else(by_hand: Path, serve: Serve) -> None:
    law = "all(0 <= flight.seats_left"
    async with serve(by_hand, law, law.replace("0 <=", "99 <=")) as subject:
        outcome = await ask(subject)

    assert [each.sentence for each in outcome.findings] == ["The fresh world breaks the invariant seats_in_range."]


async def test_a_law_that_the_server_does_not_judge_is_told(by_hand: Path, serve: Serve) -> None:
    async with serve(by_hand, "@env.conserved\n", "") as subject:
        outcome = await ask(subject)

    assert [each.sentence for each in outcome.findings] == [
        "The server does not judge seats, which the manifest declares."
    ]


async def test_a_law_that_does_not_hold_in_worlds_of_other_seeds_is_told(by_hand: Path, serve: Serve) -> None:
    (by_hand / CAST_FILE).write_text(CastSpec(people=("Ada Moen",)).model_dump_json())
    law = "return all(0 <= flight.seats_left"
    ada = 'any(each.email == "ada.moen@example.com" for each in world.all(Customer))'
    named = law.replace("return", f"return {ada} and")
    async with serve(by_hand, law, named) as subject:
        outcome = await ask(subject)

    told = [each.sentence for each in outcome.findings]
    assert "The fresh world of seed 1 breaks the invariant seats_in_range." in told
