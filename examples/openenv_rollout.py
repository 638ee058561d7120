"""Play a task of a gym over OpenEnv, with a model behind an OpenAI-compatible endpoint.

envfarm gym runs/mine                                                    # in EnvFarm's environment
python -m envfarm_gym.openenv http://127.0.0.1:8090 --port 8001          # where OpenEnv is
python examples/openenv_rollout.py http://127.0.0.1:8001 http://127.0.0.1:8000/v1 Qwen/Qwen3-8B
"""

import asyncio
import sys

from openai import AsyncOpenAI

from envfarm_gym.openenv import FarmAction, FarmClient


async def main(url: str, endpoint: str, model: str) -> None:
    """Play the task that seed 7 picks, and print what it earned."""
    async with AsyncOpenAI(base_url=endpoint, api_key="none") as client, FarmClient(base_url=url) as env:
        result = await env.reset(seed=7)
        messages, tools = list(result.observation.messages), result.observation.tools
        while not result.done:
            answer = await client.chat.completions.create(model=model, messages=messages, tools=tools)
            said = answer.choices[0].message
            calls = [{"id": call.id, **call.function.model_dump()} for call in said.tool_calls or ()]
            result = await env.step(FarmAction(content=said.content or "", tool_calls=calls))
            messages += [said.model_dump(exclude_none=True), *result.observation.messages]
        state = await env.state()
        print(f"{state.task}  {result.reward:.3f}  in {state.step_count} steps")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    asyncio.run(main(*sys.argv[1:]))
