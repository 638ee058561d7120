"""An OpenAI-compatible endpoint over real HTTP that answers by a script and counts the tokens it bills."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """How one request is met: `kind` is say, status, slow (never answers) or close (hangs up without an answer)."""

    kind: str = "say"
    text: str = ""
    finish: str = "stop"
    refusal: str | None = None
    calls: tuple[Body, ...] = ()
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    bills: bool = True
    raw: bytes | None = None
    reasoning: str | None = None
    choice: tuple[tuple[str, Any], ...] = ()
    answer: tuple[tuple[str, Any], ...] = ()
    """More members of the answer, as `choice` has of its choice."""


def good(answer: object) -> Move:
    return Move(text=answer if isinstance(answer, str) else json.dumps(answer))


def broken() -> Move:
    return Move(text='{"entities": {"item": ')


def truncated(text: str = '{"entities": ') -> Move:
    return Move(text=text, finish="length")


def refusing(sentence: str = "I cannot help with that.") -> Move:
    return Move(refusal=sentence)


def slow() -> Move:
    return Move(kind="slow")


def closing() -> Move:
    return Move(kind="close")


def status(code: int, message: str = "scripted", *, retry_after: str | None = None, code_word: str = "") -> Move:
    headers = (("Retry-After", retry_after),) if retry_after is not None else ()
    body = {"error": {"message": message, "code": code_word or None}}
    return Move(kind="status", text=json.dumps(body), status=code, headers=headers)


Script = Callable[[Body, int], Move]
"""Chooses the move for a request, given its body and how many came before it."""


@dataclass
class Scripted:
    """A running endpoint: its URL, the requests that came, and what was billed for the answers given."""

    url: str
    requests: list[Body] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    abreast: int = 0
    most_abreast: int = 0


def in_turn(*moves: Move) -> Script:
    """Make each move once, in order; the last one for ever after."""
    return lambda body, number: moves[min(number, len(moves) - 1)]


@contextmanager
def scripted(script: Script, models: Sequence[str] = ("m",)) -> Iterator[Scripted]:
    """Serve on a free port of 127.0.0.1 until the block ends; `models` are those it lists."""
    closed, turn = threading.Event(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            """Say nothing on stderr."""

        def do_GET(self) -> None:
            server.keys.append(self.headers.get("Authorization", ""))
            listed = [{"id": name, "object": "model", "created": 0, "owned_by": "scripted"} for name in models]
            self._send(200, (), json.dumps({"object": "list", "data": listed}).encode())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with turn:
                number = len(server.requests)
                server.requests.append(body)
                server.keys.append(self.headers.get("Authorization", ""))
                server.abreast += 1
                server.most_abreast = max(server.most_abreast, server.abreast)
            try:
                self._meet(script(body, number), body)
            finally:
                with turn:
                    server.abreast -= 1

        def _meet(self, move: Move, body: Body) -> None:
            if move.kind == "slow":
                closed.wait()
            if move.kind in ("slow", "close"):
                self.close_connection = True
                return
            content = move.text.encode() if move.kind == "status" else _completion(move, body, server, turn)
            self._send(move.status, move.headers, content)

        def _send(self, status: int, headers: Iterable[tuple[str, str]], content: bytes) -> None:
            self.send_response(status)
            for name, value in (("Content-Type", "application/json"), *headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Scripted(f"http://127.0.0.1:{http.server_port}/v1")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        closed.set()
        http.shutdown()
        thread.join()
        http.server_close()


def _completion(move: Move, body: Body, server: Scripted, turn: threading.Lock) -> bytes:
    if move.raw is not None:
        return move.raw
    said = move.refusal or move.text
    usage = {
        "prompt_tokens": len(json.dumps(body["messages"])) // 4,
        "completion_tokens": len(said) // 4 + 1,
    }
    message: Body = {"role": "assistant", "content": move.text or None, "refusal": move.refusal}
    if move.reasoning is not None:
        message["reasoning_content"] = move.reasoning
    if move.calls:
        message["tool_calls"] = list(move.calls)
    answer = {
        "id": "scripted",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": move.finish} | dict(move.choice)],
    } | dict(move.answer)
    if move.bills:
        answer["usage"] = {**usage, "total_tokens": sum(usage.values())}
        with turn:
            server.prompt_tokens += usage["prompt_tokens"]
            server.completion_tokens += usage["completion_tokens"]
    return json.dumps(answer).encode()
