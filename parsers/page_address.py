"""Addresses as a page writes them: joined to its base, and taken apart without ever raising.

Whether an address may be fetched is decided elsewhere (`parsers.urls`).
"""

from urllib.parse import SplitResult, urljoin, urlsplit


def split(address: str) -> SplitResult:
    """The parts of an address; empty parts for one that is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def join(base: str, address: str | None) -> str | None:
    """The address joined to the page's base; None for anything that is no web address."""
    try:
        joined = urljoin(base, address.strip()) if address and address.strip() else ""
    except ValueError:
        return None
    parts = split(joined)
    return joined if parts.scheme in ("http", "https") and parts.hostname else None
