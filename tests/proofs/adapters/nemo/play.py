"""Play every task of a gym through the resources server of NeMo Gym, as its simple agent does.

`python play.py GYM ENDPOINT LATE`, with the folders of the client and of `asked.py` in PYTHONPATH. Prints the verdicts.
The server is NeMo Gym's own; the agent's loop stands here, since the stock one wants a whole fleet of servers.
"""

import json
import sys
import uuid
from unittest.mock import MagicMock

from asked import Body, ask, calls_of
from fastapi import FastAPI
from fastapi.testclient import TestClient
from nemo_gym.server_utils import ServerClient

from envfarm_gym import Gym
from envfarm_gym.nemo_gym import FarmConfig, FarmServer, rows
from envfarm_gym.talk import TALK


def main(url: str, endpoint: str, late: str) -> None:
    application, gym = served(url), Gym(url)
    report = {"told": [], "idle": [], "late": []}
    for row, task in zip(rows(gym, gym.tasks()), gym.tasks(), strict=True):
        with TestClient(application) as client:
            client.post("/seed_session", json=row).raise_for_status()
            said = list(played(client, row, endpoint, task.requests))
            report["told"].append(verdict(client, row, said))
        for name, server in (("idle", application), ("late", served(late))):
            with TestClient(server) as client:
                client.post("/seed_session", json=row).raise_for_status()
                report[name].append(verdict(client, row, [words("I do not know.")]))
    with TestClient(application) as client:
        report["unseeded"] = client.post("/some_tool", json={}).status_code
    json.dump(report, sys.stdout)


def served(url: str) -> FastAPI:
    config = FarmConfig(host="127.0.0.1", port=1, entrypoint="", name="envfarm", gym=url)
    return FarmServer(config=config, server_client=MagicMock(spec=ServerClient)).setup_webserver()


def played(client: TestClient, row: Body, endpoint: str, requests: int):
    """Yield the items of a response: what the model said, and what the tools answered."""
    messages = [dict(each) for each in row["responses_create_params"]["input"]]
    while True:
        message = ask(endpoint, messages)
        messages.append(message)
        calls = calls_of(message)
        if not calls and sum(each["role"] == "user" for each in messages) == requests:
            yield words(message["content"])
            return
        if not calls:
            said = client.post(f"/{TALK['name']}", json={"text": message["content"]}).text
            messages.append({"role": "user", "content": said})
        for call in calls:
            yield {"type": "function_call", "call_id": call["id"], "name": call["name"], "arguments": call["arguments"]}
            answer = client.post(f"/{call['name']}", json=json.loads(call["arguments"]))
            yield {"type": "function_call_output", "call_id": call["id"], "output": answer.text}
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": answer.text})


def words(text: str) -> Body:
    part = {"type": "output_text", "text": text, "annotations": []}
    return {"type": "message", "id": uuid.uuid4().hex, "role": "assistant", "status": "completed", "content": [part]}


def verdict(client: TestClient, row: Body, output: list[Body]) -> Body:
    response = {
        "id": "r",
        "created_at": 0,
        "model": "told",
        "object": "response",
        "output": output,
        "parallel_tool_calls": False,
        "tool_choice": "auto",
        "tools": [],
    }
    answer = client.post("/verify", json={**row, "response": response})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return {name: told[name] for name in ("reward", "mask_sample", "stop", "task")}


if __name__ == "__main__":
    main(*sys.argv[1:])
