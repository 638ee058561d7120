"""What can go wrong between a caller and a farm: operational errors, each with one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus


class FarmError(Exception):
    """A farm, or a server in it, could not do what was asked; never a tool's refusal."""


class LaunchError(FarmError):
    """A server process did not come up."""


class ServerGoneError(FarmError):
    """Nobody answers at the other end, or it closed the line midway."""


class AnswerLostError(ServerGoneError):
    """The line broke before the answer was whole: whether what was asked was done, nobody here knows."""


class DeadlineError(FarmError):
    """The other end did not answer within the time the caller gave."""


class EpisodeClosedError(FarmError):
    """The episode was closed or has expired; its world is gone."""


class CapacityError(FarmError):
    """The farm is full; close episodes or ask again later."""


class AccessError(FarmError):
    """The farm wants a token, or another one."""


class UnknownNameError(FarmError):
    """The farm has no environment, episode or snapshot of that name."""


class AnswerError(FarmError):
    """The other end answered with something that cannot be understood or was not allowed."""


def status_error(status: int, url: str, sentence: str) -> FarmError:
    """Return the error that an HTTP status means, with the server's own sentence or else the status in words."""
    kind = {
        HTTPStatus.UNAUTHORIZED: AccessError,
        HTTPStatus.FORBIDDEN: AccessError,
        HTTPStatus.NOT_FOUND: UnknownNameError,
        HTTPStatus.GONE: EpisodeClosedError,
        HTTPStatus.TOO_MANY_REQUESTS: CapacityError,
    }.get(HTTPStatus(status), AnswerError)
    said = sentence or HTTPStatus(status).phrase
    return kind(f"{url}: {said} (HTTP {status})")


def gone(url: str, error: Exception, *, is_there: bool) -> FarmError:
    """Return the error for a line that failed: nobody was there, or somebody hung up midway."""
    if not is_there:
        return ServerGoneError(f"{url}: nothing answers there; is the farm up?")
    return AnswerLostError(f"{url}: the server closed the line midway ({type(error).__name__})")


def leaves(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the errors inside an error: those of its groups, however nested, or else itself."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from leaves(each)
    elif error is not None:
        yield error
