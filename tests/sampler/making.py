"""Tasks made by hand, for what is computed of a task alone."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from sampler.task import Criteria, DiffJson, Fact, StepRecord, Task, TaskTurn, Truth, seal


def step(
    tool: str,
    arguments: Mapping[str, JsonValue] | None = None,
    content: JsonValue = None,
    *,
    environment: str = "desk",
    writes: bool = False,
    code: str | None = None,
) -> StepRecord:
    return StepRecord(
        environment=environment, tool=tool, arguments=arguments or {}, content=content, writes=writes, code=code
    )


def fact(name: str, text: str, turn: int = 0) -> Fact:
    return Fact(name=name, value=text, type="str", text=text, turn=turn)


def made(
    *turns: tuple[str, Sequence[StepRecord]],
    facts: Sequence[Fact] = (),
    diffs: Mapping[str, DiffJson] | None = None,
    environments: tuple[str, ...] = ("desk",),
    **more: object,
) -> Task:
    """Return the task of some queries, each with its steps."""
    steps = tuple(each for _, group in turns for each in group)
    truth = Truth(trajectory=steps, diffs=diffs or {}, facts=tuple(facts), digests={})
    return seal(
        Task.model_validate(
            {
                "id": "",
                "environments": environments,
                "seed": 1,
                "turns": tuple(TaskTurn(query=query, plain=query, calls=len(group)) for query, group in turns),
                "truth": truth,
                "criteria": Criteria(writes={k: v for k, v in (diffs or {}).items() if v}, facts=tuple(facts)),
                **more,
            }
        )
    )
