"""Requests to the gym: JSON over HTTP, sent again when an answer gets lost, which the gym takes well."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

from envfarm_gym.errors import GymError
from envfarm_gym.forms import Json

TRIES = 4
FIRST_PAUSE_S = 0.25


class Wire:
    """Sends requests to one gym; any thread may use it."""

    def __init__(self, url: str, token: str | None, timeout_s: float) -> None:
        self._url, self._timeout_s = url.rstrip("/"), timeout_s
        self._headers = {"content-type": "application/json"}
        if token:
            self._headers["authorization"] = f"Bearer {token}"

    def send(self, method: str, path: str, body: Json | None = None) -> dict[str, Any]:  # Any: JSON as it comes
        """Send a request and read its answer; GymError if it is refused, or nothing comes after TRIES."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, content, self._headers, method=method)
        for left in reversed(range(TRIES)):
            try:
                with urllib.request.urlopen(request, timeout=self._timeout_s) as answer:
                    read: dict[str, Any] = json.loads(answer.read())
                    return read
            except urllib.error.HTTPError as error:
                with error:
                    raise _refusal(error) from None
            except (OSError, HTTPException) as error:
                if not left:
                    sentence = f"{self._url}: no answer after {TRIES} tries ({error}); is `envfarm gym` up?"
                    raise GymError("unreachable", sentence) from error
                time.sleep(FIRST_PAUSE_S * 2 ** (TRIES - 1 - left))
        raise AssertionError("the last try returns or raises")


def _refusal(error: urllib.error.HTTPError) -> GymError:
    try:
        said = json.loads(error.read())["error"]
        return GymError(str(said["code"]), f"{error.url}: {said['message']}")
    except (ValueError, KeyError, TypeError):
        return GymError("invalid", f"{error.url}: expected a gym, but it answered {error.code} {error.reason}")
