"""What goes wrong between us and a language model: one sentence each, and nothing that an answer can say by itself."""

from __future__ import annotations


class ChatError(Exception):
    """A language model gave no answer; one sentence says why and what to do."""


class EndpointError(ChatError):
    """The endpoint refused the request for good, or answered what cannot be read."""


class ContextError(EndpointError):
    """The conversation and the answer allowed do not fit the model's context window."""


class PatienceError(ChatError):
    """The endpoint gave no answer within the attempts and the time allowed; asking again later may help."""


class RecordingError(ChatError):
    """A recording has no answer to this request."""
