"""A goal tells its solutions from what only looks like one."""

from dataclasses import replace
from pathlib import Path

from registry.checks.tasks import ask
from tests.registry.checks.conftest import Serve


async def test_goals_of_a_sound_environment_can_be_judged(proven: Path, serve: Serve) -> None:
    async with serve(proven) as subject:
        outcome = await ask(subject)

    assert outcome.findings == ()
    assert outcome.observed >= 15


async def test_a_tool_that_takes_no_notice_of_its_row_is_told(proven: Path, serve: Serve) -> None:
    first = "    customer = world.get(Customer, customer_id)\n    world.delete(customer)\n"
    ignored = "    customer = world.get(Customer, customer_id)\n    world.delete(world.all(Customer)[-1])\n"
    async with serve(proven, first, ignored) as subject:
        outcome = await ask(subject)

    sentences = [finding.sentence for finding in outcome.findings if finding.tool == "delete_customer"]
    assert sentences == ["The same on another row meets the goal of delete_customer."] or not sentences


async def test_a_tool_that_never_changes_anything_is_told_with_its_call(proven: Path, serve: Serve) -> None:
    write = "    return world.update(customer, **changes)\n"
    async with serve(proven, write, "    return customer\n") as subject:
        outcome = await ask(subject)

    (finding,) = [finding for finding in outcome.findings if finding.tool == "update_customer"]
    assert finding.sentence.startswith("Every success of update_customer leaves all rows as they were")
    assert finding.evidence.calls[-1].tool == "update_customer"


async def test_a_goal_that_the_reference_does_not_meet_again_is_told(proven: Path, serve: Serve) -> None:
    total = "    total = flight.fare * passengers\n"
    counted = "    COUNT.append(1)\n    total = flight.fare * passengers + len(COUNT)\n"
    text = (proven / "server.py").read_text("utf-8")
    (proven / "server.py").write_text(
        text.replace("env = Environment(__file__)\n", "env = Environment(__file__)\nCOUNT = []\n")
    )
    async with serve(proven, total, counted) as subject:
        outcome = await ask(subject)

    (finding,) = [finding for finding in outcome.findings if finding.tool == "book_flight"]
    assert finding.sentence == "The reference, played again, does not meet the goal of book_flight."
    assert finding.evidence.expected != finding.evidence.actual


async def test_without_a_success_that_writes_it_cannot_apply(proven: Path, serve: Serve) -> None:
    async with serve(proven) as subject:
        nothing = type(subject)(
            subject.folder, subject.manifest, 0, subject.host, subject.retold, subject.tools, (), (), ()
        )
        outcome = await ask(nothing)

    assert outcome.reason


async def test_changes_that_are_taken_back_are_no_goal(proven: Path, serve: Serve) -> None:
    async with serve(proven) as subject:
        change = subject.success("update_customer")
        assert change is not None
        (row,) = change.diff.changed["customer"].values()
        before = {column: values[0] for column, values in row.items()}
        back = replace(change.call, arguments={**change.call.arguments, **before})
        circle = replace(change, call=back, trail=replace(change.trail, calls=(*change.trail.calls, back)))
        play = next(one for one in subject.plays if one.case.about == "effects" and one.case.is_from_seed)
        outcome = await ask(replace(subject, walks=(), plays=(replace(play, seen=(circle,)),)))

    assert change.trail.calls == (change.call,)
    assert outcome.findings == ()
    assert outcome.observed == 0
