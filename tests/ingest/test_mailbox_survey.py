"""What an IMAP account offers, asked of a real server, and of one that offers little."""

import pytest
from imapclient import IMAPClient

from ingest.mailbox_protocol import FolderStatus, MailboxError
from ingest.mailbox_survey import survey
from ingest.settings import MailboxSettings
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import ScriptedImap


def settings(dovecot: Dovecot, address: str, folder: str = "INBOX", password: str = "") -> MailboxSettings:
    return MailboxSettings(
        host="localhost",
        port=dovecot.imaps_port,
        username=address,
        password=password or dovecot.users[address],
        folder=folder,
        ca_file=str(dovecot.certificate),
    )


@pytest.mark.servers
def test_dovecot_offers_everything_and_nothing_is_made_by_asking(dovecot: Dovecot, address: str) -> None:
    for _ in range(2):
        found = survey(settings(dovecot, address))
        assert (found.idle, found.moves, found.has_target) == (True, True, False)
        assert isinstance(found.folder, FolderStatus)
        assert found.folder.uidnext == 1


@pytest.mark.servers
def test_the_folder_to_move_to_is_found_by_the_name_people_use(dovecot: Dovecot, address: str) -> None:
    with IMAPClient("127.0.0.1", dovecot.imap_port, ssl=False) as client:
        client.login(address, dovecot.users[address])
        client.create_folder("Đã xử lý")
    assert survey(settings(dovecot, address)).has_target


@pytest.mark.servers
def test_a_folder_that_cannot_be_opened_hides_nothing_else(dovecot: Dovecot, address: str) -> None:
    found = survey(settings(dovecot, address, folder="Khong"))
    assert (isinstance(found.folder, MailboxError), found.idle) == (True, True)


@pytest.mark.servers
def test_who_cannot_log_in_learns_nothing(dovecot: Dovecot, address: str) -> None:
    with pytest.raises(MailboxError, match="mật khẩu"):
        survey(settings(dovecot, address, password="sai"))


@pytest.mark.parametrize(
    ("capabilities", "listed", "expected"),
    [
        ("", '(\\HasNoChildren) "." "INBOX.Xong"', (False, False, True)),
        ("UIDPLUS", '(\\Noselect) "/" "Xong"', (False, True, False)),
        ("IDLE MOVE", '() "/" "Khac/Xong"', (True, True, False)),
        ("IDLE", '() NIL "Xong"', (True, False, True)),
    ],
)
def test_what_a_server_offers_is_read_from_its_answers(
    capabilities: str, listed: str, expected: tuple[bool, bool, bool]
) -> None:
    answers = {
        "CAPABILITY": f"* CAPABILITY IMAP4rev1 {capabilities}\n{{tag}} OK done",
        "LIST": f"* LIST {listed}\n{{tag}} OK done",
        "EXAMINE": "* OK [UIDVALIDITY 7] x\n* OK [UIDNEXT 3] x\n{tag} OK [READ-ONLY] done",
    }
    with ScriptedImap(answers) as server:
        asked = MailboxSettings(
            host="127.0.0.1", port=server.port, security="none", username="a", password="b", move_to="Xong"
        )
        found = survey(asked)
    assert (found.idle, found.moves, found.has_target) == expected
    assert found.folder == FolderStatus(7, 3)
