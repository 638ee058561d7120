"""Play every task of a gym in SkyRL-Gym, well and then badly, and of one that is too late; print what steps were paid.

`python play.py GYM ENDPOINT LATE`, with the folders of the client and of `asked.py` in PYTHONPATH.
"""

import json
import re
import sys

import skyrl_gym
from asked import Body, ask, written

from envfarm_gym import Gym, UnscoredError
from envfarm_gym.skyrl import rows


def main(url: str, endpoint: str, late: str) -> None:
    skyrl_gym.register("envfarm", "envfarm_gym.skyrl:FarmEnv")
    report = {"told": [], "idle": [], "system": []}
    for row in rows(Gym(url).tasks(), url):
        env = skyrl_gym.make(row["env_class"], env_config={"gym": url}, extras=row)
        prompt, _ = env.init(row["prompt"])
        report["system"].append(prompt[0]["content"])
        report["told"].append(list(played(env, prompt[1:], endpoint)))
        env.close()
        idle = skyrl_gym.make(row["env_class"], env_config={"gym": url}, extras={**row, "max_turns": 1})
        idle.init(row["prompt"])
        step = idle.step("<think>hm</think>I do not know.")
        report["idle"].append((step["reward"], step["done"], step["metadata"]["stop"] if step["done"] else ""))
        idle.close()
    report["late"] = [unscored(late, row) for row in rows(Gym(late).tasks(), late)]
    json.dump(report, sys.stdout)


def unscored(url: str, row: Body) -> str:
    """Return what is raised where nothing can be scored."""
    env = skyrl_gym.make(row["env_class"], env_config={"gym": url}, extras=row)
    try:
        env.init(row["prompt"])
    except UnscoredError as error:
        return str(error)
    finally:
        env.close()
    return ""


def played(env, messages: list[Body], endpoint: str):
    """Yield the rewards of the steps until the end."""
    done = False
    while not done:
        message = ask(endpoint, messages)
        step = env.step(written(message))
        yield step["reward"]
        done = step["done"]
        messages += [message, *(each for told in step["observations"] for each in heard(told["content"], message))]


def heard(text: str, message: Body) -> list[Body]:
    """Return an observation as the endpoint would have it."""
    told = re.findall(r"<tool_response>\n(.*?)\n</tool_response>", text, re.DOTALL)
    if not told:
        return [{"role": "user", "content": text}]
    calls = message["tool_calls"]
    return [
        {"role": "tool", "tool_call_id": call["id"], "content": each} for call, each in zip(calls, told, strict=True)
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
