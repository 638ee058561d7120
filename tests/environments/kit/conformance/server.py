# /// script
# requires-python = ">=3.11"
# dependencies = ["envkit"]
# [tool.uv.sources]
# envkit = { path = "../../../../envkit" }
# ///
"""The tools that the official conformance suite asks a server for, as far as an environment has anything like them."""

from typing import Annotated

from envkit import Environment, Field, Refusal, Result, World, main

env = Environment(__file__)


class Said(Result):
    """What the tools answer."""

    text: Annotated[str, Field(description="What there is to say")]


@env.tool()
def test_simple_text(world: World) -> Said:
    """Return simple text."""
    return Said(text="This is a simple text response for testing.")


@env.tool()
def test_error_handling(world: World) -> Said:
    """Refuse, always."""
    raise Refusal("always", "This tool intentionally returns an error for testing.")


@env.tool()
def test_streaming_elicitation(world: World) -> Said:
    """Answer at once: an environment never asks its caller for anything."""
    return Said(text="Nothing was asked for.")


@env.tool()
def test_logging_tool(world: World) -> Said:
    """Answer without a log message: an environment sends none."""
    return Said(text="Nothing was logged.")


@env.tool()
def test_custom_header(
    world: World,
    region: Annotated[str, Field(description="Any text", json_schema_extra={"x-mcp-header": "Region"})],
) -> Said:
    """Return an argument that a client also sends as the header `Mcp-Param-Region` (SEP-2243)."""
    return Said(text=region)


if __name__ == "__main__":
    main(env)
