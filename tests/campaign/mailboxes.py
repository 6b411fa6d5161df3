"""What lies in people's mailboxes, read from the mail server's own files."""

import re
from collections import Counter, defaultdict
from pathlib import Path

MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)


class Mailboxes:
    """The Maildirs below `root`, one for each address. A file is read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: dict[str, set[str]] = defaultdict(set)
        self._ids: dict[str, Counter[str]] = defaultdict(Counter)

    def arrived(self, address: str) -> Counter[str]:
        """How often each Message-ID lies in this mailbox."""
        for folder in ("new", "cur"):
            for file in (self._root / address / folder).glob("*"):
                unique = file.name.partition(":")[0]
                if unique not in self._seen[address]:
                    self._seen[address].add(unique)
                    self._ids[address][message_id_of(file.read_bytes())] += 1
        return self._ids[address]


def message_id_of(raw: bytes) -> str:
    """The Message-ID of a mail's header; "" when it has none."""
    found = MESSAGE_ID.search(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0])
    return found[1].decode("ascii", "replace") if found else ""
