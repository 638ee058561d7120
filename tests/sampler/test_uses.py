from sampler.task import Criteria, StepRecord, Task, TaskTurn, Truth
from sampler.uses import Uses


def _step(tool: str, *, writes: bool = False, code: str | None = None) -> StepRecord:
    return StepRecord(environment="desk", tool=tool, arguments={}, writes=writes, code=code)


def _task(*turns: tuple[StepRecord, ...], hidden: tuple[tuple[str, str], ...] = ()) -> Task:
    steps = tuple(step for turn in turns for step in turn)
    return Task(
        id="t",
        environments=("desk",),
        seed=1,
        turns=tuple(TaskTurn(query="", calls=len(turn)) for turn in turns),
        truth=Truth(trajectory=steps, diffs={}, facts=(), digests={}),
        criteria=Criteria(writes={}, facts=()),
        hidden_tools=hidden,
    )


def test_writes_count_and_of_reads_the_last_one_of_a_turn() -> None:
    uses = Uses()

    uses.add(_task((_step("list"), _step("close", writes=True)), (_step("list"), _step("get")), ()))

    assert uses.goals == {("desk", "close"): 1, ("desk", "get"): 1}
    assert uses.environments == {"desk": 1}


def test_refusals_count_with_their_codes() -> None:
    uses = Uses()

    uses.add(_task((_step("list"), _step("close", code="not_open"))))

    assert uses.refusals == {("desk", "close", "not_open"): 1}


def test_what_a_task_hides_counts_as_its_goal() -> None:
    uses = Uses()

    uses.add(_task((), hidden=(("desk", "close"),)))

    assert uses.goals == {("desk", "close"): 1}


def test_a_copy_does_not_grow_with_its_origin() -> None:
    uses = Uses()
    copy = uses.copy()

    uses.add(_task((_step("close", writes=True),)))

    assert copy == Uses()
