"""The parts of a zip archive, in memory and bounded: what unpacks to more than the account holds is not unpacked.

Names are only compared, never used as paths. Nothing is executed, and nothing in the archive says how it is read.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO

from parsers.documents_limits import BROKEN, ENCRYPTED, TOO_LARGE, UNSUPPORTED, Account, Unreadable

__all__ = ["Archive"]

_ENTRY = b"PK\x01\x02"  # begins an entry of the directory; zipfile reads no other
_ENCRYPTED = 0x1
_NO_FILE = ("", "/")  # how the names of those end that are none
_METHODS = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
)  # those that unpack in small pieces; no office program uses others
_FAILURES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


class Archive:
    """An archive held in memory. Raises Unreadable."""

    def __init__(self, content: bytes, account: Account) -> None:
        self._account = account
        if content.count(_ENTRY) > account.limits.entries:
            raise Unreadable(TOO_LARGE)
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except _FAILURES as error:
            raise Unreadable(BROKEN) from error
        self._entries = {
            _plain(info.filename): info for info in self._zip.infolist() if info.filename[-1:] not in _NO_FILE
        }

    @property
    def names(self) -> Sequence[str]:
        """The names of its parts, in their order."""
        return tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._entries

    def read(self, name: str) -> bytes:
        """Return a part, b"" when there is none. Raises Unreadable."""
        info = self._entries.get(_plain(name))
        if info is None:
            return b""
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable(ENCRYPTED)
        if info.compress_type not in _METHODS:
            raise Unreadable(UNSUPPORTED)
        return self._unpacked(info)

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        limits = self._account.limits
        if info.file_size > limits.entry_bytes or _swells(info.file_size, info.compress_size, self._account):
            raise Unreadable(TOO_LARGE)
        try:
            with self._zip.open(info) as part:
                content = part.read(limits.entry_bytes + 1)
        except _FAILURES as error:
            raise Unreadable(BROKEN) from error
        if len(content) > limits.entry_bytes or _swells(len(content), info.compress_size, self._account):
            raise Unreadable(TOO_LARGE)
        self._account.spend("unpacked_bytes", len(content), TOO_LARGE)
        self._account.check_time()
        return content


def _swells(size: int, packed: int, account: Account) -> bool:
    return size > account.limits.ratio_from and size > packed * account.limits.ratio


def _plain(name: str) -> str:
    """Return the name as it would be below the archive's root, whatever it tries to reach."""
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/")
