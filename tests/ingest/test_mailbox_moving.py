"""Mails that are put away: into the folder people see, flags and all, and never anybody else's mail."""

import imaplib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from ingest import mailbox_folder
from ingest.mailbox import ImapMailbox, MailboxError
from ingest.settings import MailboxSettings
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import Answer, ScriptedImap

DONE = '"&ARAA4w- x&Hu0- l&AP0-"'  # Đã xử lý
OK = "{tag} OK done"
MAILS = [b"Subject: tin %d\r\n\r\n" % number for number in range(1, 5)]


@pytest.fixture
def moving(mailbox_settings: MailboxSettings) -> MailboxSettings:
    return replace(mailbox_settings, after_reading="move")


@contextmanager
def person(dovecot: Dovecot, address: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4("127.0.0.1", dovecot.imap_port, timeout=10) as client:
        client.login(address, dovecot.users[address])
        client.select(folder)
        yield client


def subjects(dovecot: Dovecot, address: str, folder: str) -> dict[bytes, bytes]:
    """The mails of a folder, with their flags."""
    with person(dovecot, address, folder) as client:
        rows = client.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
    return {row[1].strip(): row[0] for row in rows if isinstance(row, tuple)}


@pytest.mark.servers
def test_mails_are_moved_with_their_flags_into_a_folder_that_people_see(
    dovecot: Dovecot, address: str, moving: MailboxSettings
) -> None:
    dovecot.seed(MAILS, address)
    with person(dovecot, address) as client:
        client.store("2", "+FLAGS", "(\\Flagged \\Seen)")
        client.store("4", "+FLAGS", "(\\Deleted)")
    with ImapMailbox(moving).connect() as office:
        office.move([1, 2])
        assert office.uids_after(0) == [3, 4], "what somebody else has marked as deleted stays where it is"
    moved = subjects(dovecot, address, DONE)
    assert list(moved) == [b"Subject: tin 1", b"Subject: tin 2"]
    assert [b"\\Seen" in flags for flags in moved.values()] == [False, True]
    with person(dovecot, address) as client:
        assert DONE.encode() in b"".join(row for row in client.lsub()[1] if isinstance(row, bytes))


@pytest.mark.servers
def test_moving_is_safe_to_repeat(dovecot: Dovecot, address: str, moving: MailboxSettings) -> None:
    dovecot.seed(MAILS, address)
    box = ImapMailbox(moving)
    for uids in ([1, 2], [1, 2, 99], [], [99]):
        with box.connect() as office:
            office.move(uids)
    assert len(subjects(dovecot, address, DONE)) == 2


@pytest.mark.servers
def test_the_folder_is_read_only_before_and_after(
    dovecot: Dovecot, address: str, moving: MailboxSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_folder, "LISTED_AT_ONCE", 2)
    dovecot.seed(MAILS, address)
    with ImapMailbox(moving).connect() as office:
        office.move([1, 2, 3])
        with suppress(imaplib.IMAP4.error):
            office._client.add_flags([4], [b"\\Seen"])
        assert [mail.uid for mail in office.fetch(office.uids_after(0))] == [4]
    assert len(subjects(dovecot, address, DONE)) == 3
    assert b"\\Seen" not in subjects(dovecot, address, "INBOX")[b"Subject: tin 4"]


@pytest.mark.servers
def test_a_folder_inside_another_is_made(dovecot: Dovecot, address: str, moving: MailboxSettings) -> None:
    dovecot.seed(MAILS, address)
    with ImapMailbox(replace(moving, move_to="Lưu trữ/Tin & bài")).connect() as office:
        office.move([1])
    with person(dovecot, address) as client:
        assert b"L&AbA-u tr&Hu8-/Tin &- b&AOA-i" in b"".join(row for row in client.list()[1] if isinstance(row, bytes))


@pytest.mark.servers
def test_one_thread_moves_what_another_reads(dovecot: Dovecot, address: str, moving: MailboxSettings) -> None:
    dovecot.seed(MAILS, address)
    box = ImapMailbox(moving)

    def put_away() -> None:
        with box.connect() as mover:
            mover.move([2, 3])

    with box.connect() as office:
        fetched = office.fetch(office.uids_after(0))
        first = next(fetched)
        thread = threading.Thread(target=put_away)
        thread.start()
        thread.join()
        assert {mail.uid for mail in [first, *fetched]} >= {1, 4}
        assert office.uids_after(0) == [1, 4]


SCRIPT: Mapping[str, Answer] = {
    "CAPABILITY": f"* CAPABILITY IMAP4rev1 UIDPLUS NAMESPACE\n{OK}",
    "NAMESPACE": f'* NAMESPACE (("INBOX." ".")) NIL NIL\n{OK}',
    "EXAMINE": "* 2 EXISTS\n* OK [UIDVALIDITY 7] valid\n* OK [UIDNEXT 4] next\n{tag} OK [READ-ONLY] done",
    "SELECT": "* 2 EXISTS\n* OK [UIDVALIDITY 7] valid\n* OK [UIDNEXT 4] next\n{tag} OK [READ-WRITE] done",
    "UID SEARCH": f"* SEARCH 1 2\n{OK}",
    "LOGOUT": f"* BYE\n{OK}",
}


def moved(changed: Mapping[str, Answer], move_to: str = "Đã xử lý") -> list[str]:
    """What a server is told when the mails 2 and 3 are to be moved. Raises MailboxError."""
    with ScriptedImap({**SCRIPT, **changed}) as server:
        settings = MailboxSettings(
            host="localhost", port=server.port, security="none", username="a", password="b", move_to=move_to
        )
        try:
            with ImapMailbox(settings).connect() as office:
                office.move([2, 3])
        finally:
            told = [line.partition(" ")[2] for line in server.received]
    return [line for line in told if line.startswith(("UID ", "CREATE", "SUBSCRIBE")) and "SEARCH" not in line]


def test_a_server_without_move_copies_and_removes_just_these_mails() -> None:
    name = '"INBOX.&ARAA4w- x&Hu0- l&AP0-"'
    assert moved({}) == [
        f"CREATE {name}",
        f"SUBSCRIBE {name}",
        f"UID COPY 2 {name}",
        "UID STORE 2 +FLAGS.SILENT (\\Deleted)",
        "UID EXPUNGE 2",
    ]


@pytest.mark.parametrize(
    ("changed", "move_to", "name"),
    [
        pytest.param({}, "INBOX/Xong", '"INBOX.Xong"', id="written with its prefix"),
        pytest.param({}, "Xong/2025", '"INBOX.Xong.2025"', id="another separator"),
        pytest.param(
            {
                "CAPABILITY": f"* CAPABILITY IMAP4rev1 UIDPLUS\n{OK}",
                'LIST "" ""': f'* LIST (\\Noselect) "." ""\n{OK}',
            },
            "Xong/2025",
            '"Xong.2025"',
            id="a server that tells no namespace",
        ),
        pytest.param({"NAMESPACE": f"* NAMESPACE NIL NIL NIL\n{OK}", 'LIST "" ""': f'* LIST () NIL ""\n{OK}'}, "Xong", '"Xong"', id="a flat one"),
        pytest.param({"LIST": f'* LIST (\\Noselect) "." "INBOX.Xong"\n{OK}'}, "Xong", '"INBOX.Xong"', id="a mere parent"),
    ],
)  # fmt: skip
def test_a_folder_is_called_what_the_server_calls_it(changed: Mapping[str, Answer], move_to: str, name: str) -> None:
    assert moved(changed, move_to)[0] == f"CREATE {name}"


def test_a_folder_that_is_there_is_used() -> None:
    assert moved({"LIST": f'* LIST (\\HasNoChildren) "." "INBOX.Xong"\n{OK}'}, "Xong")[0] == 'UID COPY 2 "INBOX.Xong"'


def test_a_folder_that_somebody_makes_meanwhile_is_used() -> None:
    answers = iter([OK, f'* LIST () "." "INBOX.Xong"\n{OK}'])
    made: Mapping[str, Answer] = {
        "LIST": lambda peer: peer.say(next(answers).format(tag=peer.tag)),
        "CREATE": "{tag} NO [ALREADYEXISTS]",
    }
    assert 'UID COPY 2 "INBOX.Xong"' in moved(made, "Xong")


@pytest.mark.parametrize(
    ("changed", "move_to", "permanent", "told"),
    [
        ({"CAPABILITY": f"* CAPABILITY IMAP4rev1\n{OK}"}, "Xong", True, "after_reading"),
        ({"CAPABILITY": f"* CAPABILITY IMAP4rev1 UIDPLUS\n{OK}", "LIST": OK}, "Xong", False, "không đúng chuẩn IMAP"),
        ({"CREATE": "{tag} NO not here"}, "Xong", True, "tạo bằng tay"),
        ({"SELECT": SCRIPT["EXAMINE"]}, "Xong", True, "không cho sửa"),
        ({"UID COPY": "{tag} NO [OVERQUOTA] full"}, "Xong", False, "dung lượng"),
        ({"UID COPY": None}, "Xong", False, "ngắt"),
        ({"NAMESPACE": f'* NAMESPACE (("" "/")) NIL NIL\n{OK}'}, "INBOX", True, "cùng một thư mục"),
        ({"SELECT": "* OK [UIDVALIDITY 8] valid\n* OK [UIDNEXT 4] next\n" + OK}, "Xong", False, "đánh số lại"),
    ],
)
def test_what_cannot_be_moved_stays_and_is_explained(
    changed: Mapping[str, Answer], move_to: str, permanent: bool, told: str
) -> None:
    with pytest.raises(MailboxError, match=told) as failed:
        moved(changed, move_to)
    assert failed.value.permanent is permanent


@pytest.mark.parametrize("command", ["UID STORE", "UID EXPUNGE", "UID COPY"])
def test_a_plain_expunge_is_never_sent(command: str) -> None:
    with ScriptedImap({**SCRIPT, command: "{tag} NO"}) as server:
        settings = MailboxSettings(host="localhost", port=server.port, security="none", username="a", password="b")
        with pytest.raises(MailboxError), ImapMailbox(settings).connect() as office:
            office.move([2])
    assert not [line for line in server.received if line.split()[1] in ("EXPUNGE", "CLOSE")]


@pytest.mark.parametrize("move_to", ["", " ", "/a", "a/", "a//b", "a*", "a%", "a\\b", "a\nb", " a", "a "])
def test_a_name_that_is_none_is_refused(move_to: str) -> None:
    with pytest.raises(ValueError, match="move_to"):
        MailboxSettings(move_to=move_to)


@pytest.mark.parametrize(("folder", "move_to"), [("INBOX", "inbox"), ("Đã xử lý", "Đã xử lý")])
def test_a_folder_is_not_moved_into_itself(folder: str, move_to: str) -> None:
    with pytest.raises(ValueError, match="khác với folder"):
        MailboxSettings(after_reading="move", folder=folder, move_to=move_to)
    assert MailboxSettings(folder=folder, move_to=move_to).after_reading == "leave"
