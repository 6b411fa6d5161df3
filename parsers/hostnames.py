"""The host of a foreign address: whether it may be named at all, and its form on the wire. Pure; it resolves nothing.

The resolver of the C library reads `0x7f.1`, `①②⑦.⓪.⓪.①` and `127。0。0。1` as addresses, so "not an IP, hence a
name" is unsafe: whatever ends in a number is an IP here (WHATWG URL, "ends in a number"), and a host written in
letters made to look like others is refused before anybody looks it up (UTS 46, UTS 39).
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address

from parsers.idn import NoDomainName, to_a_labels, to_u_label

Network = IPv4Network | IPv6Network


class Refusal(StrEnum):
    """Why an address is not opened: the end of a sentence for a school."""

    TOO_LONG = "địa chỉ quá dài"
    BAD_CHARACTERS = "địa chỉ có khoảng trắng hoặc ký tự ẩn không hợp lệ"
    BACKSLASH = "địa chỉ có dấu gạch chéo ngược (\\)"
    NOT_HTTP = "địa chỉ không bắt đầu bằng http:// hoặc https://"
    USERINFO = "địa chỉ có tên đăng nhập hoặc dấu @ đứng trước tên miền"
    AMBIGUOUS = "địa chỉ viết theo cách có thể hiểu thành hai trang khác nhau"
    NO_HOST = "địa chỉ không có tên miền"
    BAD_HOST = "tên miền trong địa chỉ không hợp lệ"
    IP_ADDRESS = "địa chỉ dùng dãy số IP thay cho tên miền của trường"
    LOOKALIKE = "tên miền dùng chữ lạ dễ nhầm với tên miền khác"
    LOCAL_NAME = "tên miền chỉ dùng trong mạng nội bộ, không mở được từ Internet"
    BAD_PORT = "địa chỉ dùng cổng kết nối không được phép"
    OWN_DESK = "địa chỉ là trang của chính ban biên tập"


class UrlRefused(ValueError):
    """The address may not be fetched; `reason` is Vietnamese and fit for the school that sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = str(reason)


LOCAL_SUFFIXES = frozenset({
    # RFC 6761, 6762, 7686, 9476; ICANN's .internal; names that home and office routers hand out.
    # `.example` is reserved as well, but nothing resolves it, so it does no harm.
    "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "workgroup",
    "domain", "host", "svc", "invalid", "test", "onion", "i2p", "alt", "exit", "bit", "arpa",
})  # fmt: skip
METADATA_LABELS = frozenset({"metadata", "instance-data"})  # where cloud machines ask for their own credentials
LATIN_ALIKE = frozenset({"CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "GEORGIAN", "CHEROKEE", "LISU", "DESERET"})
PLAIN_LATIN_BEYOND_ASCII = frozenset("đßøłæœ")  # letters of living languages that do not decompose to an ASCII one

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DOTS = re.compile("[.\u3002\uff0e\uff61]")  # what UTS 46 takes for a dot
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def has_hidden_characters(text: str) -> bool:
    """Tell whether text holds controls, line ends, lone surrogates or marks that turn the reading direction."""
    return _BIDI.search(text) is not None or any(
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text
    )


def to_ascii(host: str) -> str:
    """Return the lower-case A-label form; a host that has none comes back in lower case, for comparison only."""
    folded = _DOTS.sub(".", unicodedata.normalize("NFC", host).lower()).rstrip(".")
    if folded.isascii():
        return folded
    try:
        return to_a_labels(folded, mapped=True).rstrip(".")
    except NoDomainName:
        return folded


def checked_host(written: str, networks: Sequence[Network] = ()) -> str:
    """Return the host as the resolver and the certificate know it, or raise UrlRefused.

    networks: private networks that may be fetched; only for them IP literals and `localhost` pass.
    """
    if not written:
        raise UrlRefused(Refusal.NO_HOST)
    if written.startswith("["):
        return _literal(written[1:-1], networks)
    if "%" in written:
        raise UrlRefused(Refusal.BAD_HOST)
    _refuse_disguise(written)
    host = _encoded(written)
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _literal(host, networks)
    for label in labels:
        _check_label(label)
    _refuse_local(labels, networks)
    return host


def _literal(host: str, networks: Sequence[Network]) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        raise UrlRefused(Refusal.IP_ADDRESS) from None
    if not any(address in network for network in networks):
        raise UrlRefused(Refusal.IP_ADDRESS)
    return str(address) if address.version == 4 else f"[{address}]"


def _refuse_disguise(written: str) -> None:
    """Refuse invisible characters and letters that only stand for others (full-width, circled, mathematical)."""
    if any(unicodedata.category(character)[0] in "CZ" for character in written):
        raise UrlRefused(Refusal.BAD_CHARACTERS)
    if unicodedata.normalize("NFKC", written) != unicodedata.normalize("NFC", written):
        raise UrlRefused(Refusal.LOOKALIKE)


def _encoded(written: str) -> str:
    host = unicodedata.normalize("NFC", written).removesuffix(".")
    if not host.isascii():
        try:
            host = to_a_labels(host, mapped=True, strict=True)
        except NoDomainName:
            raise UrlRefused(Refusal.BAD_HOST) from None
    if len(host) > 253:  # RFC 1035
        raise UrlRefused(Refusal.TOO_LONG)
    return host.lower()


def _check_label(label: str) -> None:
    if not _LABEL.fullmatch(label):
        raise UrlRefused(Refusal.BAD_HOST)
    if not label.startswith("xn--"):
        return
    try:
        readable = to_u_label(label)
        faithful = to_a_labels(readable) == label
    except NoDomainName:
        raise UrlRefused(Refusal.BAD_HOST) from None
    if not faithful or looks_like_another(readable):
        raise UrlRefused(Refusal.LOOKALIKE)


def looks_like_another(label: str) -> bool:
    """Tell whether a label mixes Latin with other scripts, or is written in one whose letters pass for Latin."""
    scripts = {_script(character) for character in label if character not in "-0123456789"}
    if scripts <= {"LATIN"}:
        return False
    return bool(scripts & (LATIN_ALIKE | {"LATIN", "COMBINING", "ODD"}))


def _script(character: str) -> str:
    """Name a character's script by the first word of its Unicode name; digits and rare Latin letters are ODD."""
    script = unicodedata.name(character, "ODD").split()[0]
    if unicodedata.category(character) == "Nd":
        return "ODD"
    base = unicodedata.normalize("NFD", character)[0]
    if script == "LATIN" and not (base.isascii() or character in PLAIN_LATIN_BEYOND_ASCII):
        return "ODD"
    return script


def _refuse_local(labels: Sequence[str], networks: Sequence[Network]) -> None:
    if labels[-1] == "localhost" and any(network.is_loopback for network in networks):
        return
    if len(labels) < 2 or labels[-1] in LOCAL_SUFFIXES or labels[0] in METADATA_LABELS:
        raise UrlRefused(Refusal.LOCAL_NAME)
