"""A chat that answers from a recording, which is the cache of an earlier one: nothing is sent, nothing is paid."""

from __future__ import annotations

from chat.cache import Cache
from chat.errors import RecordingError
from chat.messages import ChatRequest, Reply


class RecordedChat:
    """Answers requests that were asked before; a `Chat`."""

    def __init__(self, recording: Cache) -> None:
        self._recording = recording

    async def ask(self, request: ChatRequest) -> Reply:
        """Return the recorded reply; RecordingError if there is none."""
        digest = request.digest
        reply = self._recording.find(digest)
        if reply is None:
            raise RecordingError(f"the recording has no answer to request {digest[:12]}; ask a live endpoint first")
        return reply
