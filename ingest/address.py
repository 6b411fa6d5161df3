"""Whether the fetcher may connect to an address: the one place that tells public from everything else.

`ipaddress.is_global` differs between Python releases and misses NAT64, 6to4, site-local and others, so the networks
are listed here. It must not resolve names or know about settings.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# IANA IPv4 Special-Purpose Address Registry, multicast (RFC 5771), and Azure's host endpoint inside public space.
NOT_PUBLIC_V4 = tuple(IPv4Network(network) for network in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
))  # fmt: skip

# Only 2000::/3 is delegated unicast (RFC 4291); inside it: IETF protocols with Teredo, benchmark and ORCHID
# (2001::/23), documentation, 6to4, the returned 6bone, AS112.
UNICAST_V6 = IPv6Network("2000::/3")
NOT_PUBLIC_V6 = tuple(IPv6Network(network) for network in (
    "2001::/23", "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20", "2620:4f:8000::/48",
))  # fmt: skip
ISATAP_INTERFACES = frozenset({0x00005EFE, 0x02005EFE})  # RFC 5214: an IPv4 address rides in the last 32 bits


def is_public(ip: str | IPv4Address | IPv6Address) -> bool:
    """Tell whether this is an ordinary address on the Internet. Anything unreadable or scoped to a zone is not."""
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return _is_public_v4(address) if isinstance(address, IPv4Address) else _is_public_v6(address)


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in NOT_PUBLIC_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None or address not in UNICAST_V6:
        return False
    carries_v4 = (int(address) >> 32) & 0xFFFFFFFF in ISATAP_INTERFACES
    return not carries_v4 and not any(address in network for network in NOT_PUBLIC_V6)
