"""Play every task of a gym over OpenEnv's own server and client; print what came of it.

`python play.py GYM ENDPOINT LATE EXAMPLES`, with the folders of the client and of `asked.py` in PYTHONPATH.
"""

import asyncio
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from asked import ask, calls_of

from envfarm_gym import Gym, UnscoredError
from envfarm_gym.openenv import FarmAction, FarmClient

PATIENCE, PAUSE_S = 600, 0.2


@contextmanager
def served(gym: str) -> Iterator[str]:
    """Put OpenEnv's server up for as long as the block takes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "envfarm_gym.openenv", gym, "--port", str(port)]
    with subprocess.Popen(command) as server:
        try:
            for _ in range(PATIENCE):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                    break
                except urllib.error.URLError:
                    assert server.poll() is None, "the server ended"
                    time.sleep(PAUSE_S)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


async def play(url: str, endpoint: str, task: str, name: str) -> dict[str, object]:
    async with FarmClient(base_url=url) as env:
        result = await env.reset(seed=7, episode_id=name, task=task)
        messages = list(result.observation.messages)
        tools = len(result.observation.tools)
        while not result.done:
            message = await asyncio.to_thread(ask, endpoint, messages)
            action = FarmAction(content=message.get("content", ""), tool_calls=calls_of(message))
            result = await env.step(action)
            messages += [message, *result.observation.messages]
        state = await env.state()
        return {"reward": result.reward, "tools": tools, "episode": state.episode_id, "task": state.task}


async def play_all(url: str, gym: str, endpoint: str) -> list[dict[str, object]]:
    tasks = Gym(gym).tasks()
    return await asyncio.gather(
        *(play(url, endpoint, task.task, f"openenv{place}") for place, task in enumerate(tasks))
    )


async def unscored(url: str) -> str:
    """Return what is raised where nothing can be scored."""
    async with FarmClient(base_url=url) as env:
        try:
            await env.reset()
        except UnscoredError as error:
            return str(error)
    return ""


def main(gym: str, endpoint: str, late: str, examples: str) -> None:
    with served(gym) as url:
        report = {"told": asyncio.run(play_all(url, gym, endpoint))}
        example = [sys.executable, f"{examples}/openenv_rollout.py", url, endpoint, "told"]
        report["example"] = subprocess.run(example, check=True, capture_output=True, text=True).stdout
    with served(late) as url:
        report["late"] = [asyncio.run(unscored(url))]
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
