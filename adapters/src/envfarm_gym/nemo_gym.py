"""NeMo Gym on the gym: one resources server for all environments, whose tools go on to the gym.

A session of NeMo Gym is a rollout of that name. Rows come from `rows`; the stock `simple_agent` plays them.
Source of the form: `SimpleResourcesServer` of nemo-gym 0.7 and its `simple_agent`, which gives the body of a tool's
answer to the model as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from nemo_gym.base_resources_server import (
    BaseResourcesServerConfig,
    BaseSeedSessionRequest,
    BaseSeedSessionResponse,
    BaseVerifyRequest,
    BaseVerifyResponse,
    SimpleResourcesServer,
)
from nemo_gym.server_utils import SESSION_ID_KEY
from pydantic import ConfigDict, PrivateAttr

from envfarm_gym.client import Gym, Rollout
from envfarm_gym.forms import Json, Task
from envfarm_gym.talk import TALK, finish, talk

POLICY = "nemo_gym"


class FarmConfig(BaseResourcesServerConfig):
    """Where the gym is; its token comes from ENVFARM_TOKEN."""

    gym: str


class FarmSeedRequest(BaseSeedSessionRequest):
    """The row's task; other columns are passed over."""

    model_config = ConfigDict(extra="ignore")

    task: str


class FarmVerifyRequest(BaseVerifyRequest):
    """The row's task, beside what was said."""

    task: str


class FarmVerifyResponse(BaseVerifyResponse):
    """The verdict: how far it came, why it ended, and what was missed."""

    task: str
    progress: float | None
    stop: str
    reason: str


class FarmServer(SimpleResourcesServer):
    """A resources server that owns no state but which rollout a session plays."""

    config: FarmConfig
    _rollouts: dict[str, Rollout] = PrivateAttr(default_factory=dict)

    def setup_webserver(self) -> FastAPI:
        """Add a route for whatever tool a task offers."""
        app: FastAPI = super().setup_webserver()
        app.post("/{tool}")(self.call)
        return app

    async def seed_session(self, request: Request, body: FarmSeedRequest) -> BaseSeedSessionResponse:
        """Open the worlds of the row's task."""
        session, gym = str(request.session[SESSION_ID_KEY]), Gym(self.config.gym)
        self._rollouts[session] = await asyncio.to_thread(gym.open, body.task, policy=POLICY, name=session)
        return BaseSeedSessionResponse()

    async def call(self, tool: str, request: Request) -> Response:
        """Call a tool of the session's task; the text it answers is the body."""
        rollout = self._rollout(request)
        given = (await request.body()).decode()
        if tool == TALK["name"]:
            text = await asyncio.to_thread(talk, rollout, await request.json())
        else:
            text = await asyncio.to_thread(rollout.call, tool, given)
        return Response(text, media_type="text/plain")

    async def verify(self, request: Request, body: FarmVerifyRequest) -> FarmVerifyResponse:
        """Give the last words as the answer; a rollout that could not be scored is masked, whatever its reward."""
        rollout = self._rollout(request)
        outcome = await asyncio.to_thread(finish, rollout, _answer(body.response.output))
        await asyncio.to_thread(rollout.close)
        del self._rollouts[rollout.name]
        is_scored = outcome.reward is not None
        return FarmVerifyResponse(
            **body.model_dump(),
            reward=outcome.earned if is_scored else 0.0,
            mask_sample=not is_scored,
            failure_kind=None if is_scored else f"envfarm:{outcome.stop}",
            failure_reason=None if is_scored else outcome.trouble,
            progress=outcome.progress,
            stop=outcome.stop,
            reason=outcome.reason,
        )

    def _rollout(self, request: Request) -> Rollout:
        session = str(request.session[SESSION_ID_KEY])
        if session not in self._rollouts:
            raise HTTPException(400, "expected a session that was seeded; call seed_session first")
        return self._rollouts[session]


def rows(gym: Gym, tasks: Sequence[Task]) -> Iterator[dict[str, Any]]:  # Any: rows of a dataset
    """Yield the dataset's rows; write each as a line of JSON."""
    toolsets = gym.toolsets()
    for task in tasks:
        tools = [_tool(tool["function"]) for tool in toolsets[task.toolset]]
        talking = [_tool(TALK)] if task.requests > 1 else []
        asked = {"input": task.messages, "tools": tools + talking, "parallel_tool_calls": False}
        yield {"responses_create_params": asked, "task": task.task}


def _tool(function: Json) -> dict[str, Any]:
    return {"type": "function", **function, "strict": False}


def _answer(output: Sequence[Any]) -> str | None:  # Any: items of a response of the library
    """Return what was said last, None if it was no message."""
    last = output[-1] if output else None
    if last is None or last.type != "message":
        return None
    return "".join(part.text for part in last.content if part.type == "output_text")


if __name__ == "__main__":
    FarmServer.run_webserver()
