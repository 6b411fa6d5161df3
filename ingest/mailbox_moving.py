"""Moving mails to another folder of the same IMAP account; nothing else is marked, and nobody else's mail removed.

A plain EXPUNGE is never sent: it would remove whatever other people have marked as deleted.
"""

import imaplib
from collections.abc import Collection

from ingest.mailbox_client import Client
from ingest.mailbox_errors import explained
from ingest.mailbox_folder import Folder, portions
from ingest.mailbox_names import server_name
from ingest.mailbox_protocol import FolderStatus, MailboxError
from ingest.settings import MailboxSettings

__all__ = ["move"]

NOT_SELECTABLE = {b"\\noselect", b"\\nonexistent"}
DELETED = b"\\Deleted"


def move(folder: Folder, uids: Collection[int], seen: FolderStatus) -> None:
    """Move these mails to `move_to`, which is made when missing; those that are gone are no error.

    seen: the numbering that the UIDs belong to. A move that breaks off without the MOVE extension may leave a copy
    beside the mail; moving again is safe. Raises MailboxError.
    """
    client, settings = folder.client, folder.settings
    if not uids:
        return
    _refuse_if_unable(client, settings)
    target = _target(client, settings)
    if folder.open(readonly=False).uidvalidity != seen.uidvalidity:
        reason = f"Máy chủ thư {settings.host} vừa đánh số lại thư; tinbai sẽ chuyển thư ở lần sau."
        raise MailboxError(reason, permanent=False)
    present = sorted(set(folder.search("ALL")).intersection(uids))
    for some in portions(present):
        _move(client, settings, some, target)
    folder.open()


def _refuse_if_unable(client: Client, settings: MailboxSettings) -> None:
    with explained(settings):
        if client.has_capability("MOVE") or client.has_capability("UIDPLUS"):
            return
    reason = (
        f"Máy chủ thư {settings.host} không chuyển thư an toàn được (không có MOVE, UIDPLUS): "
        'đặt [mailbox] after_reading = "leave".'
    )
    raise MailboxError(reason, permanent=True)


def _target(client: Client, settings: MailboxSettings) -> str:
    """Return the name of the folder to move to, on this server; it exists from now on."""
    with explained(settings):
        name = server_name(settings.move_to, *_personal_namespace(client))
        if name == settings.folder:
            reason = "[mailbox] move_to và folder là cùng một thư mục: hãy đặt move_to khác đi."
            raise MailboxError(reason, permanent=True)
        if not _exists(client, name):
            _create(client, name, settings)
    return name


def _personal_namespace(client: Client) -> tuple[str, str]:
    """Return what a person's own folders begin with, and what stands between two levels (RFC 2342)."""
    if client.has_capability("NAMESPACE") and (personal := client.namespace().personal):
        prefix, separator = personal[0]
        return prefix, separator or "/"
    _, separator, _ = client.list_folders("", "")[0]  # RFC 3501, 6.3.8: asks for the separator only
    return "", (separator or b"/").decode()


def _exists(client: Client, name: str) -> bool:
    return any(NOT_SELECTABLE.isdisjoint(map(bytes.lower, flags)) for flags, _, _ in client.list_folders("", name))


def _create(client: Client, name: str, settings: MailboxSettings) -> None:
    try:
        client.create_folder(name)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as refusal:
        if not _exists(client, name):  # or another one has made it meanwhile
            reason = f"Không tạo được thư mục {settings.move_to} trong hộp thư {settings.username}: hãy tạo bằng tay."
            raise MailboxError(reason, permanent=True) from refusal
    client.subscribe_folder(name)  # mail programs show only what is subscribed


def _move(client: Client, settings: MailboxSettings, uids: list[int], target: str) -> None:
    with explained(settings):
        try:
            if client.has_capability("MOVE"):  # RFC 6851
                client.move(uids, target)
                return
            client.copy(uids, target)
            client.add_flags(uids, [DELETED], silent=True)
            client.uid_expunge(uids)  # RFC 4315
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as refusal:
            reason = (
                f"Máy chủ thư {settings.host} không chuyển được thư sang thư mục {settings.move_to}: kiểm tra quyền và "
                "dung lượng còn lại của hộp thư."
            )
            raise MailboxError(reason, permanent=False) from refusal
