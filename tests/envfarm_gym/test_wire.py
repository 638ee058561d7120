import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

import envfarm_gym.wire
from envfarm_gym.errors import GymError
from envfarm_gym.wire import TRIES, Wire


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envfarm_gym.wire, "FIRST_PAUSE_S", 0.001)


@contextmanager
def hanging_up(times: int) -> Iterator[tuple[str, list[bytes]]]:
    """Serve a gym that hangs up without an answer so many times, then answers."""
    heard: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            """Say nothing on stderr."""

        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            if len(heard) > times:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"move": 1}')

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", heard
        finally:
            server.shutdown()
            thread.join()


def test_a_message_whose_answer_gets_lost_is_sent_again_as_it_was() -> None:
    with hanging_up(2) as (url, heard):
        assert Wire(url, None, 5.0).send("POST", "/rollouts/r", {"move": 0}) == {"move": 1}

    assert [json.loads(body) for body in heard] == [{"move": 0}] * 3


def test_a_gym_that_never_answers_is_said_to_be_unreachable() -> None:
    with hanging_up(TRIES) as (url, heard), pytest.raises(GymError, match="no answer after 4 tries") as error:
        Wire(url, None, 5.0).send("POST", "/rollouts/r", {"move": 0})

    assert len(heard) == TRIES
    assert error.value.code == "unreachable"


def test_a_port_where_nobody_listens_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(GymError, match="after 4 tries"):
        Wire(url, None, 5.0).send("GET", "/tasks")


def test_what_answers_but_is_no_gym_is_said() -> None:
    with hanging_up(0) as (url, _), pytest.raises(GymError, match="expected a gym, but it answered 501"):
        Wire(url, None, 5.0).send("DELETE", "/rollouts/r")
