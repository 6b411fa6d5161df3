"""A folder's name as people see it, and as servers and directories write it. Pure."""

import re
import unicodedata
from base64 import b64encode

__all__ = ["LEVEL", "maildir_name", "modified_utf7", "server_name"]

LEVEL = "/"  # what people write between a folder and one inside it, whatever the server writes
SHIFTED = re.compile(r"[^\x20-\x7e]+|&")


def server_name(name: str, prefix: str, separator: str) -> str:
    """Return the name on a server: `prefix` is where it keeps a person's own folders, such as "INBOX."."""
    written = separator.join(_levels(name))
    return written if written.startswith(prefix) else prefix + written


def maildir_name(name: str) -> str:
    """Return the name of the directory beside `cur` and `new` (Maildir++)."""
    return "." + modified_utf7(".".join(_levels(name)))


def modified_utf7(name: str) -> str:
    """Write a name in ASCII (RFC 3501, 5.1.3)."""
    return SHIFTED.sub(_shifted, name)


def _levels(name: str) -> list[str]:
    return unicodedata.normalize("NFC", name).split(LEVEL)


def _shifted(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    return "&" + b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
