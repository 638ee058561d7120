"""Addresses: only public ones are connected to, but for places that were named."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

from generator.explore.url import Url

_NAT64 = IPv6Network("64:ff9b::/96")
"""Where a network translates IPv6 to IPv4, the last 32 bits are the real address (RFC 6052)."""


class PrivateAddressError(OSError):
    """A host lies at an address that is not public."""


class PublicResolver(AbstractResolver):
    """Resolves names, and refuses every answer that is not public.

    The connector connects to these very answers, so that a name cannot lead elsewhere between check and connection.
    """

    def __init__(self, inner: AbstractResolver, private: frozenset[str]) -> None:
        self._inner, self._private = inner, private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Resolve a name; PrivateAddressError if one of the answers is not public and the place was not named."""
        answers = await self._inner.resolve(host, port, family)
        if f"{host}:{port}" not in self._private:
            for answer in answers:
                _refuse_private(answer["host"])
        return answers

    async def close(self) -> None:
        """Close the resolver inside."""
        await self._inner.close()


def check_literal(url: Url, private: frozenset[str]) -> None:
    """Raise PrivateAddressError if the host is written as an address that is not public; such are never resolved."""
    if url.place in private:
        return
    try:
        address = ip_address(url.host)
    except ValueError:
        return
    _refuse_private(str(address))


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public internet's, also where IPv6 only carries an IPv4 address."""
    if isinstance(address, IPv6Address):
        teredo = address.teredo
        carried = address.ipv4_mapped or address.sixtofour or (teredo and teredo[1])
        if address in _NAT64:
            carried = IPv4Address(int(address) & 0xFFFFFFFF)
        if carried:
            return is_public(carried)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _refuse_private(address: str) -> None:
    if not is_public(ip_address(address)):
        raise PrivateAddressError(f"it lies at {address}, which is no public address")
