"""Links that pretend to lead somewhere else: for people to look at, never to be opened.

Only the address and the text shown for it are judged, against the hosts of the schools and of the office.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from parsers.hostnames import looks_like_another
from parsers.idn import NoDomainName, to_u_label
from parsers.link_roles import is_below
from parsers.link_spans import hosts_in
from parsers.urls import host_of
from parsers.wrappers import is_sealed

__all__ = ["is_disguised"]


def is_disguised(url: str, shown: str, known_hosts: Collection[str], office_domains: Collection[str]) -> bool:
    """Tell whether the address borrows the name of a school or of the office.

    It does so before an "@", as the beginning of a longer host, with look-alike letters, or in the text shown for it. A
    service that checks links for a mail server also shows the real address for its own, and is trusted with that.
    """
    host = host_of(url)
    if host in known_hosts or is_below(host, office_domains):
        return False
    return (
        _has_userinfo(url)
        or _borrows(host, known_hosts, office_domains)
        or ("." in shown and not is_sealed(host) and _shows_another(host, shown, known_hosts, office_domains))
    )


def _has_userinfo(url: str) -> bool:
    try:
        return "@" in urlsplit(url).netloc
    except ValueError:
        return False


def _borrows(host: str, known_hosts: Collection[str], office_domains: Collection[str]) -> bool:
    labels = host.split(".")
    beginnings = {".".join(labels[start:end]) for start in range(2) for end in range(start + 2, len(labels))}
    if any(name in known_hosts or name in office_domains for name in beginnings):
        return True
    return any(_looks_like_another(label) for label in labels if label.startswith("xn--"))


def _looks_like_another(label: str) -> bool:
    try:
        return looks_like_another(to_u_label(label))
    except NoDomainName:
        return True


def _shows_another(host: str, shown: str, known_hosts: Collection[str], office_domains: Collection[str]) -> bool:
    named = hosts_in(shown[:500])
    return host not in named and any(name in known_hosts or is_below(name, office_domains) for name in named)
