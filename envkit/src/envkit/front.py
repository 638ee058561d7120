"""The HTTP protocol before the host: plain tool calls are answered at once, and every answer goes out in one piece."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from envkit.host import Host

logger = logging.getLogger(__name__)

_HEAD = b"HTTP/1.1 200 OK\r\n%bcontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
_FAILED = b"HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class GatheringTransport:
    """Keeps what is written until the loop's next turn; all else goes to the transport it stands before.

    uvicorn writes the head of an answer and then its body, and uvloop sends each at once.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._kept: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Write soon."""
        if not self._kept:
            self._loop.call_soon(self._flush)
        self._kept.append(data)

    def close(self) -> None:
        """Write now, then close."""
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:  # Any: whatever the transport has
        """Return what the transport has of that name."""
        return getattr(self._transport, name)

    def _flush(self) -> None:
        kept, self._kept = self._kept, []
        if kept and not self._transport.is_closing():
            self._transport.write(b"".join(kept))


class Front(HttpToolsProtocol):
    """uvicorn's protocol, which is spared the requests that the host can answer at once.

    Such a request is held back until it is whole. What turns out to be another is handed to uvicorn as if it came now.
    """

    def __init__(self, config: Config, **rest: Any) -> None:  # Any: what uvicorn gives its protocol
        super().__init__(config, **rest)
        assert isinstance(config.app, Host)
        self._host = config.app
        self._held: list[bytes] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Stand before the transport."""
        gathering = GatheringTransport(transport, self.loop)
        super().connection_made(gathering)  # type: ignore[arg-type]  # a transport in all that uvicorn asks of one

    def on_headers_complete(self) -> None:
        """Hold a request back if it may be a plain call."""
        self._held = [] if self._may_be_plain() else None
        if self._held is None:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Hold a part of the body back with its request."""
        if self._held is None:
            super().on_body(body)
            return
        self._held.append(body)
        if sum(map(len, self._held)) > self._host.request_bytes:
            self._let_go(self._held)

    def on_message_complete(self) -> None:
        """Answer a plain call."""
        held = self._held
        if held is not None and not self._is_answered(b"".join(held)):
            self._let_go(held)
        if self._held is None:
            super().on_message_complete()
        self._held = None

    def _may_be_plain(self) -> bool:
        before: RequestResponseCycle | None = self.cycle
        is_next = before is None or before.response_complete
        is_common = self.parser.get_http_version() == "1.1" and self.parser.should_keep_alive()
        is_call = self.url.endswith(b"/mcp") and self.parser.get_method() == b"POST"
        return is_call and is_next and is_common and not (self.expect_100_continue or self.flow.write_paused)

    def _is_answered(self, body: bytes) -> bool:
        try:
            answer = self._host.answered(self.url.decode("latin-1"), self.headers, body)
        except Exception:  # one request's bug must not be told as the client's fault, as the parser would
            logger.exception("a bug while answering %s", self.url)
            self.transport.write(_FAILED)
            self.transport.close()
            return True
        if answer is None:
            return False
        named = b"".join(b"%b: %b\r\n" % each for each in self.server_state.default_headers)
        self.transport.write(_HEAD % (named, len(answer)) + answer)
        self.on_response_complete()
        return True

    def _let_go(self, held: list[bytes]) -> None:
        self._held = None
        super().on_headers_complete()
        for each in held:
            super().on_body(each)
