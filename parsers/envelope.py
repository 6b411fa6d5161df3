"""Whose mail it is: the address in From, whether it may be believed, and whether the office knows it."""

from dataclasses import dataclass

from parsers.message import ParsedMessage
from parsers.school import Registry
from parsers.sender import authenticated_address, sender

__all__ = ["Envelope", "envelope_of"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who wrote. believed: the address, if it may be; verified: because the receiving server vouches for it.

    known: it is a school's or the office's; school: a school's.
    """

    address: str | None
    name: str
    believed: str | None
    verified: bool
    known: bool
    school: bool


def envelope_of(message: ParsedMessage, registry: Registry, authserv_id: str) -> Envelope:
    """Return who wrote the mail; authserv_id "": no receiving server is known, and From is believed as it stands."""
    author = sender(message)
    address = author.address if author else None
    believed = authenticated_address(message, authserv_id) if authserv_id else address
    is_school = believed is not None and registry.of_address(believed) is not None
    return Envelope(
        address=address,
        name=author.name if author else "",
        believed=believed,
        verified=bool(authserv_id) and believed is not None,
        known=is_school or registry.is_staff(believed),
        school=is_school,
    )
