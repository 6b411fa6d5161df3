"""Which addresses the fetcher may connect to."""

from ipaddress import IPv4Address, IPv6Address

import pytest

from ingest.address import is_public
from tests.ssrf_vectors import Vector, vectors


@pytest.mark.parametrize("vector", vectors("ip."), ids=lambda vector: f"{vector.kind} {vector.text}")
def test_every_sample_address_is_told_apart(vector: Vector) -> None:
    assert is_public(vector.text) is vector.allowed


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("168.63.129.16", False),  # Azure's host, inside public space
        ("168.63.129.17", True),
        ("100.100.100.200", False),  # Alibaba's metadata, inside CGNAT
        ("192.52.193.1", False),  # AMT relays
        ("224.0.0.1", False),
        ("239.255.255.255", False),
        ("223.255.255.255", True),
        ("240.0.0.1", False),
        ("198.17.255.255", True),
        ("203.0.113.9", False),
        ("203.0.114.0", True),
        ("192.0.1.0", True),
        ("::ffff:8.8.8.8", False),  # mapped: the resolver should have said 8.8.8.8
        ("2001:200::1", True),  # the first after 2001::/23
        ("2001:1ff:ffff::1", False),
        ("2001:4:112::1", False),
        ("2620:4f:8000::1", False),
        ("3ffe:1::1", False),
        ("2402:800::5efe:7f00:1", False),
        ("2402:800::200:5efe:7f00:1", False),
        ("2606:4700:4700::1111%eth0", False),
        ("1fff:ffff::1", False),
        ("", False),
        ("example.com", False),
        ("127.1", False),
        ("010.0.0.1", False),
        ("8.8.8.8 ", False),
        ("８.８.８.８", False),
        ("8.8.8.8\0", False),
    ],
)
def test_neighbours_of_special_networks(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_address_objects_are_taken_as_well() -> None:
    assert is_public(IPv4Address("1.1.1.1"))
    assert not is_public(IPv6Address("::1"))
