"""Internationalised domain names (IDNA 2008): the only module that imports idna."""

import idna

__all__ = ["NoDomainName", "to_a_labels", "to_u_label"]


class NoDomainName(ValueError):
    """The text is not a domain name in any script."""


def to_a_labels(name: str, *, mapped: bool = False, strict: bool = False) -> str:
    """Return the ASCII form. mapped: fold what UTS 46 takes for the same; strict: letters, digits and hyphens only.

    Raises NoDomainName.
    """
    try:
        return idna.encode(name, uts46=mapped, std3_rules=strict).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise NoDomainName(name) from error


def to_u_label(label: str) -> str:
    """Return the readable form of one label; raises NoDomainName."""
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError) as error:
        raise NoDomainName(label) from error
