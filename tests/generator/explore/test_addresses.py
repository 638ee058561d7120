import socket
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from generator.explore.addresses import PrivateAddressError, PublicResolver, check_literal, is_public
from generator.explore.url import parse


class Names(AbstractResolver):
    """Answers with the next addresses of a list, as a name server that rebinds a name does."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
            for one in self._answers.pop(0)
        ]

    async def close(self) -> None:
        self._answers.clear()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_addresses_that_are_not_public_are_known(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(ip_address(address))


async def test_every_answer_for_a_name_is_checked_each_time() -> None:
    resolver = PublicResolver(Names(("8.8.8.8",), ("127.0.0.1",), ("8.8.8.8", "10.0.0.1")), frozenset())

    assert [each["host"] for each in await resolver.resolve("shelf.example", 80)] == ["8.8.8.8"]
    for _ in range(2):
        with pytest.raises(PrivateAddressError, match=r"it lies at 1[\d.]+, which is no public address"):
            await resolver.resolve("shelf.example", 80)


async def test_only_the_place_that_was_named_may_be_private() -> None:
    resolver = PublicResolver(Names(*[("127.0.0.1",)] * 3), frozenset({"shelf.example:8080"}))

    assert await resolver.resolve("shelf.example", 8080)
    for host, port in (("shelf.example", 8081), ("other.example", 8080)):
        with pytest.raises(PrivateAddressError):
            await resolver.resolve(host, port)


def test_addresses_written_in_a_url_are_checked_too() -> None:
    check_literal(parse("http://127.0.0.1:8080/"), frozenset({"127.0.0.1:8080"}))
    check_literal(parse("http://shelf.example/"), frozenset())
    for url in ("http://127.0.0.1:8081/", "http://[::1]:8080/", "http://[::ffff:7f00:1]/"):
        with pytest.raises(PrivateAddressError):
            check_literal(parse(url), frozenset({"127.0.0.1:8080"}))
