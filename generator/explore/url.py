"""URLs in canonical form, so that one document has one name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yarl import URL

from generator.explore.errors import RefusedError

DEFAULT_PORTS = (80, 443)

_MOST_CHARACTERS = 2000
"""Of a URL; servers and caches know no longer ones (RFC 9110, 4.1 asks for 8000, browsers and sitemaps for 2000)."""

_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|[0-9a-f:.]*:[0-9a-f:.]*")
"""A name or an IPv4 address, or an IPv6 address without a zone."""

_WHITE = re.compile(r"[\t\r\n]")


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
        try:
            return _canonical(URL(self.text).join(URL(_WHITE.sub("", reference).strip())), reference)
        except (ValueError, TypeError) as error:
            raise RefusedError(f"no URL: {error}") from error


def parse(text: str) -> Url:
    """Read an absolute URL. Raises RefusedError with a sentence that says what is wrong with it."""
    try:
        return _canonical(URL(_WHITE.sub("", text).strip()), text)
    except (ValueError, TypeError) as error:
        raise RefusedError(f"no URL: {error}") from error


def _canonical(url: URL, given: str) -> Url:
    if url.scheme not in ("http", "https"):
        raise RefusedError(f"only http and https are followed, not {url.scheme[:20] or 'a URL without a scheme'}")
    if url.user is not None or url.password is not None:
        raise RefusedError("it carries a user's name or password, and none is ever sent; leave them out")
    host = (url.raw_host or "").rstrip(".").lower()
    if not _HOST.fullmatch(host):
        raise RefusedError(f"{host[:80]!r} is no name of a host")
    if len(given) > _MOST_CHARACTERS:
        raise RefusedError(f"longer than {_MOST_CHARACTERS} characters")
    plain = url.with_fragment(None).with_host(host).with_path(url.raw_path or "/", encoded=True, keep_query=True)
    if url.explicit_port is not None and url.is_default_port():
        plain = plain.with_port(None)
    assert plain.port is not None, "http and https have default ports"
    return Url(str(plain), plain.scheme, host, plain.port, plain.raw_path)
