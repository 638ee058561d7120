"""URLs in canonical form, so that one document has one name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yarl import URL

from generator.explore.errors import RefusedError

DEFAULT_PORTS = (80, 443)

MOST_CHARACTERS = 2000
"""Of a URL; what is longer is hardly written by anybody (sitemaps allow 2,048)."""

_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|[0-9a-f:.]*:[0-9a-f:.]*")
"""A name or an IPv4 address, or an IPv6 address without a zone."""

_WHITE = re.compile(r"[\t\r\n]")
_NEVER = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute address of http or https: host in small letters, no default port, no dots, no fragment.

    `text` is the whole; the query stays as it is, tracking and all, since only its server knows what it means.
    """

    text: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """The host with its port, as `name:port`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """The scheme with the place: what has one robots.txt."""
        return f"{self.scheme}://{self.place}"

    def join(self, reference: str) -> Url:
        """Resolve a reference against this URL. Raises RefusedError."""
        return _canonical(reference, self)


def parse(text: str) -> Url:
    """Read an absolute URL. Raises RefusedError with a sentence that says what is wrong with it."""
    return _canonical(text, None)


def _canonical(text: str, base: Url | None) -> Url:
    if len(text) > MOST_CHARACTERS:
        raise RefusedError(f"longer than {MOST_CHARACTERS} characters")
    bare = _WHITE.sub("", text).strip()
    if _NEVER.search(bare):
        raise RefusedError("no URL: it holds characters that no text has")
    try:
        given = URL(bare)
        return _checked(URL(base.text).join(given) if base else given)
    except (ValueError, TypeError, IndexError) as error:  # the last two are how the library meets some brackets
        raise RefusedError(f"no URL: {error}") from error


def _checked(url: URL) -> Url:
    if url.scheme not in ("http", "https"):
        raise RefusedError(f"only http and https are followed, not {url.scheme[:20] or 'a URL without a scheme'}")
    if url.user is not None or url.password is not None:
        raise RefusedError("it carries a user's name or password, and none is ever sent; leave them out")
    host = (url.raw_host or "").rstrip(".").lower()
    if not _HOST.fullmatch(host):
        raise RefusedError(f"{host[:80]!r} is no name of a host")
    plain = url.with_fragment(None).with_host(host).with_path(url.raw_path or "/", encoded=True, keep_query=True)
    if url.explicit_port is not None and url.is_default_port():
        plain = plain.with_port(None)
    assert plain.port is not None, "http and https have default ports"
    return Url(str(plain), plain.scheme, host, plain.port, plain.raw_path)
