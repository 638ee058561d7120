"""Play the tasks of a gym in SkyRL-Gym, with a model behind an OpenAI-compatible endpoint.

envfarm gym runs/mine                                                    # in EnvFarm's environment
python examples/skyrl_rollout.py http://127.0.0.1:8090 http://127.0.0.1:8000/v1 Qwen/Qwen3-8B   # where SkyRL-Gym is
"""

import json
import sys
import urllib.request

import skyrl_gym

from envfarm_gym import Gym
from envfarm_gym.skyrl import rows


def ask(endpoint: str, model: str, messages: list[dict[str, str]]) -> str:
    """Return what the model writes, as text: its calls are read by the environment."""
    body = json.dumps({"model": model, "messages": messages}).encode()
    request = urllib.request.Request(f"{endpoint}/chat/completions", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.loads(answer.read())["choices"][0]["message"]["content"] or ""


def main(url: str, endpoint: str, model: str) -> None:
    """Play each task once, and print what its steps were paid."""
    skyrl_gym.register("envfarm", "envfarm_gym.skyrl:FarmEnv")
    for row in rows(Gym(url).tasks(), url):
        env = skyrl_gym.make(row["env_class"], env_config={"gym": url}, extras={**row, "max_turns": 40})
        messages, _ = env.init(row["prompt"])
        paid, done = [], False
        while not done:
            text = ask(endpoint, model, messages)
            step = env.step(text)
            messages += [{"role": "assistant", "content": text}, *step["observations"]]
            paid.append(round(step["reward"], 3))
            done = step["done"]
        print(f"{row['task']}  {sum(paid):.3f}  {paid}  {step['metadata']['reason']}")
        env.close()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
