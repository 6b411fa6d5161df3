"""What an IMAP account offers, asked once on a connection of its own, for a person who sets tinbai up.

Opens the folder read-only; makes, moves and marks nothing.
"""

import unicodedata
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from ingest.mailbox_client import Client, dial, hang_up
from ingest.mailbox_errors import explained
from ingest.mailbox_folder import Folder
from ingest.mailbox_login import AccessToken, log_in
from ingest.mailbox_names import LEVEL
from ingest.mailbox_protocol import FolderStatus, MailboxError
from ingest.settings import MailboxSettings

__all__ = ["Survey", "survey"]

NOT_SELECTABLE = {b"\\noselect", b"\\nonexistent"}

Listed = tuple[Iterable[bytes], bytes | None, str]  # flags, what stands between two levels, name


@dataclass(frozen=True, slots=True)
class Survey:
    """folder: its numbering, or why it cannot be opened. idle: the server tells at once of new mail (RFC 2177).

    moves: mails can be moved without removing anybody else's (RFC 6851, RFC 4315). has_target: `move_to` is there.
    """

    folder: FolderStatus | MailboxError
    idle: bool
    moves: bool
    has_target: bool


def survey(settings: MailboxSettings, access_token: AccessToken | None = None) -> Survey:
    """Log in and look around. Raises MailboxError when nobody can log in; see `Survey` for the folder."""
    with ExitStack() as stack, explained(settings):
        client = dial(settings, None)
        stack.push(lambda error, *_: hang_up(client, politely=error is None))
        log_in(client, settings, access_token)
        return Survey(
            folder=_status(client, settings),
            idle=client.has_capability("IDLE"),
            moves=client.has_capability("MOVE") or client.has_capability("UIDPLUS"),
            has_target=any(_is_named(row, settings.move_to) for row in client.list_folders()),
        )


def _status(client: Client, settings: MailboxSettings) -> FolderStatus | MailboxError:
    try:
        return Folder(client, settings).open()
    except MailboxError as error:
        return error


def _is_named(row: Listed, name: str) -> bool:
    """Is this the folder that people call so? Some servers keep everybody's folders below INBOX."""
    flags, separator, written = row
    levels = written.split((separator or b"/").decode())
    wanted = unicodedata.normalize("NFC", name).split(LEVEL)
    selectable = NOT_SELECTABLE.isdisjoint(flag.lower() for flag in flags)
    return selectable and (levels == wanted or (levels[0].upper() == "INBOX" and levels[1:] == wanted))
