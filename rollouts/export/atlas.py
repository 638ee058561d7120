"""Rows for MCP-Atlas: a prompt, the tools shown, a trajectory and the claims an answer must make.

Source of the form: `services/mcp_eval/sample_tasks.csv` and the scripts beside it in scaleapi/mcp-atlas.
"""

from __future__ import annotations

from envkit.calls import Json, JsonObject
from rollouts.briefing import tool_name
from rollouts.export.example import Example, callable_name
from rollouts.export.lesson import statement
from rollouts.export.sft import seen, text_call, text_of


def atlas_row(example: Example) -> JsonObject | None:
    """Write a row for MCP-Atlas; None if the task asks for nothing, since only answers are judged there.

    All turns are asked at once: there is one prompt.
    """
    task = example.task
    if not task.criteria.facts:
        return None
    trajectory: list[JsonObject] = []
    for number, step in enumerate(step for turn in example.turns for step in turn.steps):
        name, call_id = atlas_name(step.environment, step.tool), f"{task.id}_{number}"
        trajectory.append({"role": "assistant", "content": "", "tool_calls": [text_call(name, call_id, step)]})
        block: Json = {"type": "text", "text": seen(step)}
        trajectory.append({"role": "tool", "tool_call_id": call_id, "content": [block]})
    return {
        "TASK": task.id,
        "ENABLED_TOOLS": text_of([atlas_name(environment, tool.name) for environment, tool in example.tools]),
        "PROMPT": "\n\n".join(example.queries),
        "TRAJECTORY": text_of(trajectory),
        "GTFA_CLAIMS": text_of([statement(fact) for fact in task.criteria.facts]),
    }


def atlas_name(environment: str, tool: str) -> str:
    """Name a tool so that what stands before the first underscore is its server, as MCP-Atlas takes it.

    Raises ExportError if the name is longer than it takes.
    """
    return callable_name(tool_name(environment.replace("_", "-"), tool), "atlas")
