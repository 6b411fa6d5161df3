"""The mail server that other tests rely on does what they take for granted."""

import imaplib
import os
import select
import shutil
import signal
import smtplib
import subprocess
import sys

import pytest

from tests.servers.dovecot import AUTHSERV_ID, Dovecot

pytestmark = pytest.mark.servers

MAIL = b"From: Truong <van-thu@Truong.example>\r\nSubject: xin chao\r\n\r\nChao phong.\r\n"

# Tells the server's process and directory, then dies without a chance to clean up.
KILLED_TEST_RUN = """
import os, signal
from tests.servers.dovecot import Dovecot
server = Dovecot({"a@b.example": "x"}).start()
print((server.root / "run" / "master.pid").read_text().strip(), server.root, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def inbox(server: Dovecot, address: str) -> list[bytes]:
    with imaplib.IMAP4("127.0.0.1", server.imap_port, timeout=10) as client:
        client.login(address, server.users[address])
        client.select(readonly=True)
        mails = client.fetch("1:*", "(BODY.PEEK[])")[1]
    return [mail[1] for mail in mails if isinstance(mail, tuple)]


def test_a_mail_delivered_by_lmtp_is_vouched_for_by_nobody(dovecot: Dovecot, address: str) -> None:
    dovecot.deliver(MAIL, address)
    [mail] = inbox(dovecot, address)
    assert mail.endswith(b"Chao phong.\r\n")
    assert b"Authentication-Results" not in mail


def test_a_submitted_mail_carries_the_receiving_servers_verdict(dovecot: Dovecot, address: str) -> None:
    dovecot.submit(MAIL, address, username=address)
    [mail] = inbox(dovecot, address)
    assert f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass header.from=truong.example\r\n".encode() in mail
    assert f"by {AUTHSERV_ID} with ESMTP".encode() in mail


def test_a_verdict_that_the_sender_wrote_in_the_servers_name_is_removed(dovecot: Dovecot, address: str) -> None:
    forged = f"Authentication-Results: {AUTHSERV_ID};\r\n\tdmarc=pass header.from=bo.gov.example\r\n".encode()
    dovecot.submit(forged + MAIL, address, username=address)
    [mail] = inbox(dovecot, address)
    assert b"bo.gov.example" not in mail
    assert mail.count(b"Authentication-Results") == 1


def test_submission_refuses_a_wrong_password(dovecot: Dovecot, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(dovecot.users, address, "sai")
    with pytest.raises(smtplib.SMTPAuthenticationError):
        dovecot.submit(MAIL, address, username=address)


def test_submission_tells_the_sender_of_an_unknown_recipient(dovecot: Dovecot, address: str) -> None:
    with pytest.raises(smtplib.SMTPDataError, match="550"):
        dovecot.submit(MAIL, "khong-co@badinhedu.example", username=address)


def test_a_stopped_server_leaves_nothing_behind() -> None:
    with Dovecot({}) as server:
        assert server.root.exists()
    assert not server.root.exists()
    with pytest.raises(ConnectionRefusedError):
        imaplib.IMAP4("127.0.0.1", server.imap_port)


def test_a_killed_test_run_leaves_no_server_behind() -> None:
    run = subprocess.run([sys.executable, "-c", KILLED_TEST_RUN], capture_output=True, text=True, check=False)
    assert run.returncode == -signal.SIGKILL, run.stderr
    pid, root = run.stdout.split()
    shutil.rmtree(root)
    assert ends(int(pid), seconds=10)


def ends(pid: int, seconds: float) -> bool:
    """Wait for a process that is nobody's child here."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with os.fdopen(process) as watched:
        return bool(select.select([watched], [], [], seconds)[0])
