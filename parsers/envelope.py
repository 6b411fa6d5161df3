"""Whose mail it is: the address in From, whether it may be believed, and whether the office knows it.

It does not say which school a mail speaks for.
"""

from dataclasses import dataclass

from parsers.message import ParsedMessage
from parsers.school import Registry
from parsers.sender import authenticated_address, sender

__all__ = ["Envelope", "envelope_of"]

_UNREADABLE = "Không rõ ai gửi: dòng người gửi (From) có lỗi, có hai địa chỉ, hoặc tên hiển thị mang một địa chỉ khác."
_UNREGISTERED = (
    "Địa chỉ người gửi chưa có trong danh bạ; nếu là của một trường: `tinbai schools add-address MÃ-TRƯỜNG ĐỊA-CHỈ`."
)
_UNVOUCHED = "Địa chỉ có trong danh bạ nhưng máy chủ nhận thư không xác thực được người gửi; cần hỏi lại nhà trường."
_OFFICE = "Cán bộ của cơ quan gửi hoặc chuyển tiếp; cần người xem và giao cho đúng trường."


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who wrote. believed: the address, if it may be; verified: because the receiving server vouches for it.

    known: it is a school's or the office's; school: a school's. doubt: why a person has to say whose mail it is, in
    Vietnamese; None when a school's address speaks for itself.
    """

    address: str | None
    name: str
    believed: str | None
    verified: bool
    known: bool
    school: bool
    doubt: str | None


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
        doubt=None if is_school else _doubt(address, believed, registry),
    )


def _doubt(address: str | None, believed: str | None, registry: Registry) -> str:
    if address is None:
        return _UNREADABLE
    if registry.of_address(address) is None and not registry.is_staff(address):
        return _UNREGISTERED
    return _OFFICE if believed else _UNVOUCHED
