"""A mailbox on a real Dovecot, for the tests that read one."""

from collections.abc import Iterator

import pytest

from ingest.mailbox import ImapMailbox, OpenImapMailbox
from ingest.settings import MailboxSettings
from tests.servers.dovecot import Dovecot


@pytest.fixture
def mailbox_settings(dovecot: Dovecot, address: str) -> MailboxSettings:
    """How to reach the test's own mailbox over TLS."""
    return MailboxSettings(
        host="localhost",
        port=dovecot.imaps_port,
        username=address,
        password=dovecot.users[address],
        ca_file=str(dovecot.certificate),
    )


@pytest.fixture
def office(mailbox_settings: MailboxSettings) -> Iterator[OpenImapMailbox]:
    """That mailbox, connected."""
    with ImapMailbox(mailbox_settings).connect() as connected:
        yield connected
