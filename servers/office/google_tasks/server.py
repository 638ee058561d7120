# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
#
# [tool.uv.sources]
# envkit = { path = "../../../envkit" }
# ///
# Emitted by EnvFarm from a blueprint: change the blueprint, not this file.
"""Google Tasks: Task lists with tasks, subtasks, due dates and an order; complete, reopen, move and clear them.

Emitted from blueprint office/google_tasks version 1 (sha256 0bce0b1ae752). Source: Google Tasks API,
google-discovery-v1, pypi:google-api-python-client==2.202.0, googleapiclient/discovery_cache/documents/tasks.v1.json.
"""

from typing import Annotated, Literal

from envkit import Cursor, Deleted, Environment, Field, Limit, Moves, Page, Result, Row, Time, World, main, require

env = Environment(__file__)

TaskListId = Annotated[str, Field(description="Task list id, e.g. tkl_4k2m9x")]
TaskId = Annotated[str, Field(description="Task id, e.g. tsk_4k2m9x")]
TaskStatus = Literal["needsAction", "completed"]


class TaskList(Row, table="task_list", prefix="tkl", found_by="list_task_lists"):
    """A list of tasks. One list is the default; it cannot be deleted."""

    id: TaskListId
    title: Annotated[str, Field(description="Title of the task list, e.g. Groceries.")]
    is_default: Annotated[bool, Field(description="Whether this is the user's default list.")] = False
    updated_at: Annotated[Time, Field(description="Last modification time of the task list.")]


class Task(Row, table="task", prefix="tsk", found_by="list_tasks"):
    """A thing to do, at the top level of its list or one level below another task."""

    id: TaskId
    task_list_id: Annotated[str, Field(description="The list this task is on.")]
    parent_id: Annotated[str | None, Field(description="The task this is a subtask of; empty at the top level.")] = None
    position: Annotated[
        int,
        Field(
            ge=1,
            description="Place among the tasks with the same parent (or at the top level of the list), smallest "
            "first; gaps may occur.",
        ),
    ]
    title: Annotated[str, Field(description="Title of the task, e.g. Book flights.")]
    notes: Annotated[str | None, Field(description="Notes describing the task.")] = None
    due_at: Annotated[
        Time | None,
        Field(description="Day on which the task should be done, at 00:00 UTC; empty when it has no date."),
    ] = None
    status: Annotated[
        TaskStatus,
        Moves({"needsAction": ["completed"], "completed": ["needsAction"]}),
        Field(description="needsAction or completed."),
    ] = "needsAction"
    completed_at: Annotated[
        Time | None,
        Field(description="When the task was completed; empty while it needs action."),
    ] = None
    hidden: Annotated[bool, Field(description="Whether a completed task was cleared away from its list.")] = False
    updated_at: Annotated[Time, Field(description="Last modification time of the task.")]


@env.tool(reads=[TaskList])
def list_task_lists(
    world: World,
    is_default: Annotated[bool | None, Field(description="Only task lists that are (or are not) default")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in title, in any case")] = None,
    sort: Annotated[
        Literal["title", "-title", "updated_at", "-updated_at"],
        Field(description="Order of the task lists; a leading minus descends"),
    ] = "title",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[TaskList]:
    """List the task lists; the default list comes with is_default."""
    return world.page(
        TaskList, where={"is_default": is_default}, search=(query, ["title"]), sort=sort, limit=limit, cursor=cursor
    )


@env.tool(reads=[TaskList])
def get_task_list(world: World, task_list_id: TaskListId) -> TaskList:
    """Returns the authenticated user's specified task list."""
    return world.get(TaskList, task_list_id)


class CreateTaskListResult(Result):
    """What create_task_list answers."""

    task_list: TaskList


@env.tool(reads=[TaskList], writes=[TaskList])
def create_task_list(
    world: World,
    title: Annotated[str, Field(description="Title of the task list, e.g. Groceries.")],
) -> CreateTaskListResult:
    """Create a new, empty task list."""
    require(
        not any(x.title == title for x in world.all(TaskList)),
        "title_taken",
        f"There is a list called {title} already; choose another title.",
    )

    row = world.add(TaskList, title=title, updated_at=world.now)
    return CreateTaskListResult(task_list=row)


class UpdateTaskListResult(Result):
    """What update_task_list answers."""

    task_list: TaskList


@env.tool(reads=[TaskList], writes=[TaskList], title="Rename task list")
def update_task_list(
    world: World,
    task_list_id: Annotated[str, Field(description="The list to rename.")],
    title: Annotated[str, Field(description="Title of the task list, e.g. Groceries.")],
) -> UpdateTaskListResult:
    """Change the title of a task list."""
    row = world.get(TaskList, task_list_id)

    require(
        not any(x.title == title for x in world.all(TaskList) if x.id != row.id),
        "title_taken",
        f"There is a list called {title} already; choose another title.",
    )

    world.update(row, title=title, updated_at=world.now)
    return UpdateTaskListResult(task_list=row)


class DeleteTaskListResult(Result):
    """What delete_task_list answers."""

    task_list_id: Annotated[str, Field(description="Task list id")]
    tasks_deleted: Annotated[int, Field(description="Tasks deleted")]


@env.tool(reads=[TaskList, Task], writes=[TaskList, Task], destructive=True)
def delete_task_list(
    world: World,
    task_list_id: Annotated[str, Field(description="The list to delete.")],
) -> DeleteTaskListResult:
    """Delete a task list with all its tasks. The default list cannot be deleted."""
    row = world.get(TaskList, task_list_id)
    tasks_deleted = len(world.all(Task, task_list_id=row.id))

    require(not row.is_default, "default_list", f"{row.title} is the default list and cannot be deleted.")

    for child in [t for t in world.all(Task, task_list_id=row.id) if t.parent_id is not None]:
        world.delete(child)
    for top in world.all(Task, task_list_id=row.id):
        world.delete(top)
    world.delete(row)
    return DeleteTaskListResult(task_list_id=task_list_id, tasks_deleted=tasks_deleted)


@env.tool(reads=[Task])
def list_tasks(
    world: World,
    task_list_id: Annotated[str | None, Field(description="Only tasks of this task list")] = None,
    parent_id: Annotated[str | None, Field(description="Only tasks of this parent")] = None,
    status: Annotated[TaskStatus | None, Field(description="Only tasks with this status")] = None,
    hidden: Annotated[bool | None, Field(description="Only tasks that are (or are not) hidden")] = None,
    due_at_from: Annotated[Time | None, Field(description="Earliest due_at, inclusive")] = None,
    due_at_to: Annotated[Time | None, Field(description="Latest due_at, inclusive")] = None,
    completed_at_from: Annotated[Time | None, Field(description="Earliest completed_at, inclusive")] = None,
    completed_at_to: Annotated[Time | None, Field(description="Latest completed_at, inclusive")] = None,
    updated_at_from: Annotated[Time | None, Field(description="Earliest updated_at, inclusive")] = None,
    updated_at_to: Annotated[Time | None, Field(description="Latest updated_at, inclusive")] = None,
    query: Annotated[str | None, Field(description="Text to find anywhere in title or notes, in any case")] = None,
    sort: Annotated[
        Literal["position", "-position", "due_at", "-due_at", "updated_at", "-updated_at", "title", "-title"],
        Field(description="Order of the tasks; a leading minus descends"),
    ] = "position",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[Task]:
    """List tasks by list, parent, status or dates, in their order among siblings.

    Cleared tasks are there too, with hidden.
    """
    return world.page(
        Task,
        where={"task_list_id": task_list_id, "parent_id": parent_id, "status": status, "hidden": hidden},
        between={
            "due_at": (due_at_from, due_at_to),
            "completed_at": (completed_at_from, completed_at_to),
            "updated_at": (updated_at_from, updated_at_to),
        },
        search=(query, ["title", "notes"]),
        sort=sort,
        limit=limit,
        cursor=cursor,
    )


@env.tool(reads=[Task])
def get_task(world: World, task_id: TaskId) -> Task:
    """Get one task."""
    return world.get(Task, task_id)


class CreateTaskResult(Result):
    """What create_task answers."""

    task: Task


@env.tool(reads=[TaskList, Task], writes=[TaskList, Task])
def create_task(
    world: World,
    task_list_id: Annotated[str, Field(description="The list to put the task on.")],
    title: Annotated[str, Field(description="Title of the task, e.g. Book flights.")],
    notes: Annotated[str | None, Field(description="Notes describing the task.")] = None,
    due_at: Annotated[
        Time | None,
        Field(description="Day on which the task should be done, at 00:00 UTC; empty when it has no date."),
    ] = None,
    parent_id: Annotated[str | None, Field(description="Make it a subtask of this top-level task.")] = None,
    previous_id: Annotated[str | None, Field(description="Put it right after this sibling.")] = None,
) -> CreateTaskResult:
    """Create a task on a list, first among its siblings unless a previous sibling is given."""
    tasks_of = world.get(TaskList, task_list_id)
    parent = world.get(Task, parent_id) if parent_id is not None else None
    previous_task = world.get(Task, previous_id) if previous_id is not None else None
    place = previous_task.position + 1 if previous_task is not None else 1

    require(
        parent is None or parent.task_list_id == task_list_id,
        "parent_on_other_list",
        "The parent is on another list; parent and subtask share a list.",
    )
    require(
        parent is None or parent.parent_id is None,
        "parent_is_subtask",
        "The parent is a subtask itself; only one level of subtasks is kept.",
    )
    require(
        parent is None or parent.status == "needsAction",
        "parent_completed",
        "The parent is completed; reopen it first.",
    )
    require(
        previous_task is None or (previous_task.task_list_id == task_list_id and previous_task.parent_id == parent_id),
        "previous_not_sibling",
        "The previous task is no sibling: it must have the same list and the same parent.",
    )

    for later in [t for t in world.all(Task, task_list_id=task_list_id, parent_id=parent_id) if t.position >= place]:
        world.update(later, position=later.position + 1)
    row = world.add(
        Task,
        task_list_id=task_list_id,
        parent_id=parent_id,
        position=place,
        title=title,
        notes=notes,
        due_at=due_at,
        updated_at=world.now,
    )
    world.update(tasks_of, updated_at=world.now)
    return CreateTaskResult(task=row)


class UpdateTaskResult(Result):
    """What update_task answers."""

    task: Task


@env.tool(reads=[Task], writes=[Task])
def update_task(
    world: World,
    task_id: Annotated[str, Field(description="The task to change.")],
    title: Annotated[str | None, Field(description="Title of the task, e.g. Book flights.")] = None,
    notes: Annotated[str | None, Field(description="Notes describing the task.")] = None,
    due_at: Annotated[
        Time | None,
        Field(description="Day on which the task should be done, at 00:00 UTC; empty when it has no date."),
    ] = None,
) -> UpdateTaskResult:
    """Change a task's title, notes or due date. Completing, reopening and moving have tools of their own."""
    row = world.get(Task, task_id)

    require(
        title is not None or notes is not None or due_at is not None,
        "nothing_given",
        "Give at least one of title, notes and due_at.",
    )
    require(not row.hidden, "task_hidden", "The task was cleared; reopen it before changing it.")

    world.update(
        row,
        title=title if title is not None else row.title,
        notes=notes if notes is not None else row.notes,
        due_at=due_at if due_at is not None else row.due_at,
        updated_at=world.now,
    )
    return UpdateTaskResult(task=row)


class CompleteTaskResult(Result):
    """What complete_task answers."""

    task: Task
    subtasks: list[Task]


@env.tool(reads=[Task], writes=[Task])
def complete_task(
    world: World,
    task_id: Annotated[str, Field(description="The task to complete.")],
) -> CompleteTaskResult:
    """Mark a task as completed, with all its open subtasks."""
    row = world.get(Task, task_id)

    require(row.status == "needsAction", "already_completed", f"{row.title} is completed already.")

    world.update(row, status="completed", completed_at=world.now, updated_at=world.now)
    for child in world.all(Task, parent_id=row.id, status="needsAction"):
        world.update(child, status="completed", completed_at=world.now, updated_at=world.now)
    return CompleteTaskResult(task=row, subtasks=world.all(Task, parent_id=row.id))


class ReopenTaskResult(Result):
    """What reopen_task answers."""

    task: Task


@env.tool(reads=[Task], writes=[Task])
def reopen_task(world: World, task_id: Annotated[str, Field(description="The completed task.")]) -> ReopenTaskResult:
    """Mark a completed task as needing action again; a cleared task comes back to its list.

    Subtasks stay as they are.
    """
    row = world.get(Task, task_id)
    parent = world.get(Task, row.parent_id) if row.parent_id is not None else None

    require(row.status == "completed", "not_completed", f"{row.title} is not completed.")
    require(
        parent is None or parent.status == "needsAction",
        "parent_completed",
        "The parent is completed; reopen the parent first.",
    )

    world.update(row, status="needsAction", completed_at=None, hidden=False, updated_at=world.now)
    return ReopenTaskResult(task=row)


class MoveTaskResult(Result):
    """What move_task answers."""

    task: Task


@env.tool(reads=[TaskList, Task], writes=[Task])
def move_task(
    world: World,
    task_id: Annotated[str, Field(description="The task to move.")],
    destination_task_list_id: Annotated[
        str | None,
        Field(description="The list to move to; left out, the task stays on its list."),
    ] = None,
    parent_id: Annotated[str | None, Field(description="Make it a subtask of this top-level task.")] = None,
    previous_id: Annotated[str | None, Field(description="Put it right after this sibling.")] = None,
) -> MoveTaskResult:
    """Move a task to another place, parent or list; its subtasks come along.

    Without a parent it goes to the top level, without a previous sibling to the first place.
    """
    row = world.get(Task, task_id)
    target_task_list = (
        world.get(TaskList, destination_task_list_id)
        if destination_task_list_id is not None
        else world.get(TaskList, row.task_list_id)
    )
    parent = world.get(Task, parent_id) if parent_id is not None else None
    previous_task = world.get(Task, previous_id) if previous_id is not None else None
    place = previous_task.position + 1 if previous_task is not None else 1

    require(not row.hidden, "task_hidden", "The task was cleared; reopen it before moving it.")
    require(parent is None or parent.id != row.id, "own_parent", "A task cannot be its own parent.")
    require(
        parent is None or parent.task_list_id == target_task_list.id,
        "parent_on_other_list",
        "The parent is not on the list the task goes to.",
    )
    require(
        parent is None or parent.parent_id is None,
        "parent_is_subtask",
        "The parent is a subtask itself; only one level of subtasks is kept.",
    )
    require(
        parent is None or not any(t.parent_id == row.id for t in world.all(Task)),
        "has_subtasks",
        f"{row.title} has subtasks, so it must stay at the top level.",
    )
    require(
        parent is None or parent.status == "needsAction" or (row.status == "completed" and not parent.hidden),
        "parent_completed",
        "The parent is completed; reopen it first.",
    )
    require(
        previous_task is None
        or (
            previous_task.id != row.id
            and previous_task.task_list_id == target_task_list.id
            and previous_task.parent_id == parent_id
        ),
        "previous_not_sibling",
        "The previous task is no sibling there: it must have the same list and the same parent.",
    )

    for later in [
        t
        for t in world.all(Task, task_list_id=target_task_list.id, parent_id=parent_id)
        if t.position >= place and t.id != row.id
    ]:
        world.update(later, position=later.position + 1)
    for child in world.all(Task, parent_id=row.id):
        world.update(child, task_list_id=target_task_list.id)
    world.update(row, task_list_id=target_task_list.id, parent_id=parent_id, position=place, updated_at=world.now)
    return MoveTaskResult(task=row)


class ClearCompletedTasksResult(Result):
    """What clear_completed_tasks answers."""

    task_list: TaskList
    cleared: Annotated[int, Field(description="Cleared")]


@env.tool(reads=[TaskList, Task], writes=[Task], idempotent=True)
def clear_completed_tasks(
    world: World,
    task_list_id: Annotated[str, Field(description="The list to clear.")],
) -> ClearCompletedTasksResult:
    """Hide all completed tasks of a list; they are kept and can be reopened."""
    row = world.get(TaskList, task_list_id)
    cleared = len(world.all(Task, task_list_id=row.id, status="completed", hidden=False))

    for done in world.all(Task, task_list_id=row.id, status="completed", hidden=False):
        world.update(done, hidden=True, updated_at=world.now)
    return ClearCompletedTasksResult(task_list=row, cleared=cleared)


@env.tool(reads=[Task], writes=[Task], destructive=True)
def delete_task(world: World, task_id: TaskId) -> Deleted:
    """Delete a task with its subtasks for good."""
    task = world.get(Task, task_id)
    world.delete(task, cascade=[Task])
    return Deleted(id=task_id)


@env.invariant
def one_default_list(world: World) -> bool:
    """One default list."""
    return len(world.all(TaskList, is_default=True)) == 1


@env.invariant
def list_titles_differ(world: World) -> bool:
    """List titles differ."""
    return not any(a.title == b.title for a in world.all(TaskList) for b in world.all(TaskList) if a.id != b.id)


@env.invariant
def completed_says_when(world: World) -> bool:
    """Completed says when."""
    return all((t.completed_at is not None) == (t.status == "completed") for t in world.all(Task))


@env.invariant
def hidden_is_completed(world: World) -> bool:
    """Hidden is completed."""
    return all(t.status == "completed" for t in world.all(Task, hidden=True))


@env.invariant
def subtasks_share_the_list(world: World) -> bool:
    """Subtasks share the list."""
    return all(
        world.get(Task, t.parent_id).task_list_id == t.task_list_id for t in world.all(Task) if t.parent_id is not None
    )


@env.invariant
def one_level_of_subtasks(world: World) -> bool:
    """One level of subtasks."""
    return all(world.get(Task, t.parent_id).parent_id is None for t in world.all(Task) if t.parent_id is not None)


@env.invariant
def completed_parent_has_no_open_subtask(world: World) -> bool:
    """Completed parent has no open subtask."""
    return not any(
        t.status == "needsAction" and world.get(Task, t.parent_id).status == "completed"
        for t in world.all(Task)
        if t.parent_id is not None
    )


@env.invariant
def siblings_differ_in_position(world: World) -> bool:
    """Siblings differ in position."""
    return not any(
        a.position == b.position
        for a in world.all(Task)
        for b in world.all(Task, task_list_id=a.task_list_id, parent_id=a.parent_id)
        if a.id != b.id
    )


if __name__ == "__main__":
    main(env)
