"""A server that stalls, drops, babbles or lies about sizes: it is left soon, in little memory, and in plain words."""

import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from ingest import mailbox_wire
from ingest.mailbox import FetchedMail, ImapMailbox, MailboxError, OpenImapMailbox
from ingest.settings import MailboxSettings
from tests.servers.scripted_imap import Answer, Peer, ScriptedImap

OK = "{tag} OK done"
LISTED = '* 1 FETCH (UID 1 RFC822.SIZE 100 INTERNALDATE "25-Nov-2026 08:00:00 +0700")\n' + OK
FOLDER: Mapping[str, Answer] = {
    "CAPABILITY": f"* CAPABILITY IMAP4rev1 IDLE\n{OK}",
    "EXAMINE": f"* 1 EXISTS\n* OK [UIDVALIDITY 7] valid\n* OK [UIDNEXT 2] next\n{OK}",
    "LOGOUT": f"* BYE\n{OK}",
    "UID FETCH 1 (RFC822.SIZE INTERNALDATE)": LISTED,
}
BODY = "UID FETCH 1 (BODY.PEEK[])"
NEVER = threading.Event()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_wire, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(mailbox_wire, "GOODBYE_SECONDS", 0.1)


@contextmanager
def connected(answers: Mapping[str, Answer], greeting: str | None = "* OK ready") -> Iterator[OpenImapMailbox]:
    with ScriptedImap({**FOLDER, **answers}, greeting) as server:
        settings = MailboxSettings(host="localhost", port=server.port, security="none", username="a", password="b")
        with ImapMailbox(settings).connect() as office:
            yield office


def failure(answers: Mapping[str, Answer], act: Callable[[OpenImapMailbox], object]) -> MailboxError:
    """What it ends in, and soon."""
    began = time.monotonic()
    with pytest.raises(MailboxError) as failed, connected(answers) as office:
        act(office)
    assert time.monotonic() - began < 10
    return failed.value


def read(office: OpenImapMailbox) -> list[FetchedMail]:
    return list(office.fetch([1]))


def trickle(peer: Peer) -> None:
    peer.send(b"* 1 FETCH (UID 1 BODY[] {100}\r\n")
    while peer.pause(0.05):
        peer.send(b"x")


def babble(line: bytes) -> Answer:
    def talk(peer: Peer) -> None:
        while peer.pause(0):
            peer.send(line)

    return talk


def drop_after(beginning: bytes) -> Answer:
    def drop(peer: Peer) -> None:
        peer.send(beginning)
        peer.hang_up()

    return drop


def half_a_line(peer: Peer) -> None:
    peer.send(b"* 1 FETCH (UID 1 BODY[")
    peer.pause(3)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param("* 1 FETCH (UID 1 BODY[] {{100}}\nabc", "không trả lời kịp", id="stalls in a literal"),
        pytest.param("* OK wait", "không trả lời kịp", id="never ends its answer"),
        pytest.param(half_a_line, "không trả lời kịp", id="half a line"),
        pytest.param(trickle, "không trả lời kịp", id="one byte at a time"),
        pytest.param(drop_after(b"* 1 FETCH (UID 1 BODY[] {9}\r\na"), "ngắt", id="drops in a literal"),
        pytest.param(drop_after(b"* 1 FE"), "ngắt", id="drops in a line"),
        pytest.param("* BYE too much", "ngắt", id="says goodbye"),
        pytest.param("what?", "ngắt", id="a line that is no IMAP"),
        pytest.param("\0\1\2\xff", "ngắt", id="bytes"),
        pytest.param("* 1 FETCH (UID 1 BODY[] {{4000000000}}\nabc", "ngắt", id="a literal of four gigabytes"),
    ],
)
def test_a_server_that_breaks_off_in_a_mail_is_left_for_another_time(answer: Answer, told: str) -> None:
    error = failure({BODY: answer}, read)
    assert not error.permanent
    assert told in error.reason


@pytest.mark.parametrize(
    ("limit", "most", "line"),
    [
        ("LINE_BYTES", 1 << 20, b"x" * 65536),
        ("ANSWER_BYTES", 2 << 20, b"* OK " + b"x" * 65536 + b"\r\n"),
        ("ANSWER_BYTES", 2 << 20, b"* 1 FETCH (UID 1 BODY[] {65536}\r\n" + b"x" * 65536 + b")\r\n"),
        ("ANSWER_LINES", 1000, b"* OK still there\r\n" * 4000),
        ("ANSWER_LINES", 1000, b"* 1 FETCH (FLAGS ())\r\n" * 3000),
    ],
)
def test_whatever_has_no_end_is_cut_off_in_little_memory(
    limit: str, most: int, line: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_wire, limit, most)
    monkeypatch.setattr(mailbox_wire, "PATIENCE_SECONDS", 30)
    tracemalloc.start()
    try:
        error = failure({BODY: babble(line)}, read)
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
    assert not error.permanent


def test_the_uids_of_a_huge_folder_fit_on_a_line() -> None:
    uids = " ".join(map(str, range(1, 200_001)))  # more than the million bytes that imaplib takes
    with connected({"UID SEARCH": f"* SEARCH {uids}\n{OK}"}) as office:
        assert len(office.uids_after(0)) == 200_000


def test_a_slow_line_that_lives_brings_its_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_wire, "PROGRESS_BYTES", 10)

    def slowly(peer: Peer) -> None:
        peer.send(b"* 1 FETCH (UID 1 BODY[] {100}\r\n")
        for _ in range(10):
            peer.pause(0.1)
            peer.send(b"0123456789")
        peer.say(f")\n{OK}".format(tag=peer.tag))

    with connected({BODY: slowly}) as office:
        [mail] = read(office)
    assert mail.raw == b"0123456789" * 10


@pytest.mark.parametrize("command", ["LOGIN", "EXAMINE", "UID SEARCH"])
def test_no_command_waits_for_ever(command: str) -> None:
    assert "không trả lời kịp" in failure({command: "* OK wait"}, lambda office: office.uids_after(0)).reason


def test_a_server_that_greets_nobody_is_left() -> None:
    began = time.monotonic()
    with pytest.raises(MailboxError, match="không trả lời kịp"), connected({}, greeting=None):
        pass
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("idle", "done"),
    [
        pytest.param("+ idling", "* OK wait", id="silent after DONE"),
        pytest.param("* OK wait", OK, id="silent after IDLE"),
        pytest.param("+ idling", None, id="drops after DONE"),
        pytest.param("+ idling\n* BYE", OK, id="says goodbye"),
    ],
)
def test_idling_ends_with_a_server_that_falls_silent(idle: Answer, done: Answer) -> None:
    assert not failure({"IDLE": idle, "DONE": done}, lambda office: office.wait(0.1, NEVER)).permanent


@pytest.mark.parametrize(
    ("idle", "done", "noticed"),
    [
        pytest.param("+ idling", "{tag} OK done", False, id="nothing"),
        pytest.param("+ idling\n* OK Still here", "{tag} OK done", False, id="small talk"),
        pytest.param("+ idling\n* 2 EXISTS", "{tag} OK done", True, id="in one packet with the consent"),
        pytest.param("* 2 EXISTS\n+ idling", "{tag} OK done", True, id="before the consent"),
        pytest.param("+ idling", "* 1 EXPUNGE\n{tag} OK done", True, id="after DONE"),
        pytest.param("{tag} NO not today", None, False, id="idling refused"),
        pytest.param("{tag} BAD what?", None, False, id="idling not understood"),
    ],
)
def test_news_are_noticed_wherever_they_stand(idle: str, done: Answer, noticed: bool) -> None:
    with connected({"IDLE": idle, "DONE": done}) as office:
        assert office.wait(0.1, NEVER) is noticed
        assert office.status().uidnext == 2, "the conversation goes on"


def test_news_in_one_packet_with_the_consent_are_noticed_at_once() -> None:
    with connected({"IDLE": "+ idling\n* 2 EXISTS"}) as office:
        began = time.monotonic()
        assert office.wait(30, NEVER) is True
        assert time.monotonic() - began < 10


def test_nobody_idles_who_was_told_not_to() -> None:
    with ScriptedImap({**FOLDER, "IDLE": None}) as server:
        settings = MailboxSettings(
            host="localhost", port=server.port, security="none", username="a", password="b", idle=False
        )
        with ImapMailbox(settings).connect() as office:
            assert office.wait(0.01, NEVER) is False
    assert not [line for line in server.received if "IDLE" in line]


@pytest.mark.parametrize("unasked", ["* 1 EXPUNGE", "* 5 EXISTS", "* 1 FETCH (FLAGS (\\Seen))", "* 3 RECENT"])
@pytest.mark.parametrize("command", ["EXAMINE", "UID SEARCH", BODY, "UID FETCH 1 (RFC822.SIZE INTERNALDATE)"])
def test_what_is_told_unasked_is_taken_for_no_answer(command: str, unasked: str) -> None:
    usual: Mapping[str, str] = {
        **{name: answer for name, answer in FOLDER.items() if isinstance(answer, str)},
        "UID SEARCH": f"* SEARCH 1\n{OK}",
        BODY: f'* 1 FETCH (UID 1 BODY[] "abc")\n{OK}',
    }
    told = usual[command].replace("{tag}", f"{unasked}\n{{tag}}")
    with connected({**usual, command: f"{unasked}\n{told}"}) as office:
        assert office.uids_after(0) == [1]
        assert [mail.raw for mail in read(office)] == [b"abc"]
