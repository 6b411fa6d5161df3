"""A mailbox that has lived for years and is used by people: old, large, renumbered, emptied. On a real Dovecot."""

import imaplib
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from ingest.mailbox import ImapMailbox, OpenImapMailbox
from ingest.mailbox_protocol import HEAD_BYTES, MailboxError
from ingest.settings import MailboxSettings
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.servers

OLD_MAILS = 1000


def mail(number: int, size: int = 20) -> bytes:
    return b"Subject: tin %d\r\n\r\n" % number + b"0123456789abcde\r\n" * (size // 17 + 1)


@contextmanager
def person(dovecot: Dovecot, address: str) -> Iterator[imaplib.IMAP4]:
    """Someone of the office who works in the same mailbox by hand."""
    with imaplib.IMAP4("127.0.0.1", dovecot.imap_port, timeout=10) as client:
        client.login(address, dovecot.users[address])
        client.select()
        yield client


def empty(dovecot: Dovecot, address: str) -> None:
    with person(dovecot, address) as client:
        client.store("1:*", "+FLAGS", "(\\Deleted)")
        client.expunge()


def test_a_mailbox_full_of_old_mails_is_passed_over_at_once(
    dovecot: Dovecot, address: str, mailbox_settings: MailboxSettings
) -> None:
    dovecot.seed(map(mail, range(OLD_MAILS)), address)
    began = time.monotonic()
    with ImapMailbox(mailbox_settings).connect() as office:
        cursor = office.status().uidnext - 1
        assert (cursor, office.uids_after(cursor)) == (OLD_MAILS, [])
    assert time.monotonic() - began < 10


def test_a_mailbox_full_of_old_mails_is_read_in_little_memory(
    dovecot: Dovecot, address: str, mailbox_settings: MailboxSettings
) -> None:
    dovecot.seed((mail(number, 100_000) for number in range(400)), address)  # 40 MB
    with ImapMailbox(mailbox_settings).connect() as office:
        uids = office.uids_after(0)
        tracemalloc.start()
        try:
            assert [fetched.uid for fetched in office.fetch(uids)] == list(range(1, 401))
            assert tracemalloc.get_traced_memory()[1] < 32 << 20
        finally:
            tracemalloc.stop()


def test_of_a_huge_mail_only_the_head_is_fetched(
    dovecot: Dovecot, address: str, mailbox_settings: MailboxSettings
) -> None:
    dovecot.seed([mail(1, 60 << 20), mail(2)], address)
    with ImapMailbox(mailbox_settings).connect() as office:
        began = time.monotonic()
        tracemalloc.start()
        try:
            huge, small = office.fetch([1, 2])
            assert tracemalloc.get_traced_memory()[1] < 10 * HEAD_BYTES
        finally:
            tracemalloc.stop()
        assert time.monotonic() - began < 10
    assert (huge.truncated, len(huge.raw), huge.size > 60 << 20) == (True, HEAD_BYTES, True)
    assert not small.truncated


def test_the_size_of_every_mail_is_told(dovecot: Dovecot, address: str, mailbox_settings: MailboxSettings) -> None:
    mails = [mail(number, number) for number in range(600)]  # more than are asked for at once
    dovecot.seed(mails, address)
    with ImapMailbox(mailbox_settings).connect() as office:
        assert office.sizes() == {uid: len(raw) for uid, raw in enumerate(mails, 1)}
        assert office.sizes([2, 9999]) == {2: len(mails[1])}
        empty(dovecot, address)
        assert office.sizes() == {}


def test_a_mailbox_that_a_person_empties_leaves_nothing_to_read(
    dovecot: Dovecot, address: str, mailbox_settings: MailboxSettings
) -> None:
    dovecot.seed(map(mail, range(3)), address)
    with ImapMailbox(mailbox_settings).connect() as office:
        uids = office.uids_after(0)
        empty(dovecot, address)
        assert list(office.fetch(uids)) == []
        assert (office.uids_after(0), office.status().uidnext) == ([], 4)
        dovecot.deliver(mail(9), address)
        assert office.uids_after(3) == [4]


def test_a_mailbox_that_is_emptied_between_two_batches_ends_the_reading(
    dovecot: Dovecot, address: str, mailbox_settings: MailboxSettings
) -> None:
    dovecot.seed(map(mail, range(150)), address)
    with ImapMailbox(mailbox_settings).connect() as office:
        fetched = office.fetch(office.uids_after(0))
        first = next(fetched)
        empty(dovecot, address)
        rest = [mail.uid for mail in fetched]
    assert [first.uid, *rest] == list(range(1, len(rest) + 2)), "in order, without a gap"


def test_a_renumbered_mailbox_says_so(dovecot: Dovecot, address: str, mailbox_settings: MailboxSettings) -> None:
    dovecot.seed(map(mail, range(3)), address)
    box = ImapMailbox(mailbox_settings)
    with box.connect() as office:
        before = office.status()
    empty_but_last(dovecot, address)
    dovecot.renumber(address)
    with box.connect() as office:
        after = office.status()
        [fetched] = office.fetch(office.uids_after(0))
    assert after.uidvalidity != before.uidvalidity
    assert (fetched.uid, fetched.raw, after.uidnext) == (1, mail(2), 2), "UID 1 means another mail now"


def test_a_renumbered_mailbox_moves_nothing(dovecot: Dovecot, address: str, mailbox_settings: MailboxSettings) -> None:
    dovecot.seed(map(mail, range(3)), address)
    with ImapMailbox(replace(mailbox_settings, after_reading="move")).connect() as office:
        empty_but_last(dovecot, address)
        dovecot.renumber(address)
        with pytest.raises(MailboxError):
            office.move([1])
    with ImapMailbox(mailbox_settings).connect() as office:
        assert len(office.uids_after(0)) == 1


def test_two_threads_read_the_mailbox_at_once(
    dovecot: Dovecot, address: str, mailbox_settings: MailboxSettings
) -> None:
    dovecot.seed(map(mail, range(40)), address)
    box = ImapMailbox(mailbox_settings)
    read: list[list[int]] = []

    def look(office: OpenImapMailbox) -> None:
        read.append([fetched.uid for fetched in office.fetch(office.uids_after(0))])

    with box.connect() as one, box.connect() as other:
        threads = [threading.Thread(target=look, args=(office,)) for office in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert read == [list(range(1, 41))] * 2


def empty_but_last(dovecot: Dovecot, address: str) -> None:
    with person(dovecot, address) as client:
        client.store("1:2", "+FLAGS", "(\\Deleted)")
        client.expunge()
