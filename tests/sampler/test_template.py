from sampler.template import goals, template
from tests.sampler.making import fact, made, step


def lending(query: str, scholar: str, days: int, *, tool: str = "extend", page: bool = False) -> object:
    found = step("find", {"email": f"{scholar}@example.org"}, {"items": [{"id": f"rev_{scholar}"}]})
    more = [step("list", {"cursor": "c_50"})] if page else []
    goal = step(tool, {"review_id": f"rev_{scholar}", "days": days}, {"id": f"rev_{scholar}"}, writes=True)
    return made((query, [found, *more, goal]), facts=[fact("review.due", "2026-05-01")])


def test_rows_values_words_and_look_ups_do_not_change_the_template() -> None:
    assert template(lending("Extend it.", "anna", 2)) == template(lending("Two more days!", "ben", 9, page=True))


def test_the_goal_and_the_facts_do() -> None:
    task = lending("Extend it.", "anna", 2)

    assert template(task) != template(lending("Extend it.", "anna", 2, tool="close"))
    assert template(task) != template(task.model_copy(update={"kind": "policy"}))
    assert template(task) != template(
        task.model_copy(update={"criteria": task.criteria.model_copy(update={"facts": ()})})
    )


def test_the_goals_of_a_turn_are_its_writes_its_refusals_and_its_end() -> None:
    steps = [step("a"), step("b", writes=True), step("c", code="closed"), step("d"), step("e")]

    assert [each.tool for each in goals(made(("Do.", steps)), 0)] == ["b", "c", "e"]
