"""`tinbai schools add-address`: one command makes an unknown sender a school's."""

import pytest
from sqlalchemy import select

from db.models import Message, SchoolKey
from db.states import MessageState
from tests.factories import add_member, add_message, add_school
from tests.tinbai.conftest import CommandLine

STRANGER = "bantt.kimdong@gmail.example"


@pytest.fixture(autouse=True)
def people(tinbai: CommandLine) -> None:
    """A school, another one, a member, and a mail of somebody unknown that waits."""
    tinbai.settings.write_text(
        f'{tinbai.settings.read_text("utf-8")}[office]\naddress = "pgd@badinhedu.example"\n', "utf-8"
    )
    with tinbai.database.write() as session:
        add_school(session)
        add_school(session, "th-ngoc-ha", name="Ngọc Hà")
        add_member(session)
        add_message(session, None, state=MessageState.WAITING, sender=STRANGER)
        add_message(session, None, state=MessageState.WAITING, sender="ai-do@noi-khac.example")


def due(tinbai: CommandLine) -> list[bool]:
    with tinbai.database.read() as session:
        return [row.due_at is not None for row in session.scalars(select(Message).order_by(Message.id))]


def addresses(tinbai: CommandLine) -> set[str]:
    with tinbai.database.read() as session:
        return set(session.scalars(select(SchoolKey.value)))


def test_the_address_becomes_the_schools_and_its_waiting_mails_are_read_again(tinbai: CommandLine) -> None:
    assert tinbai("schools", "add-address", "th-kim-dong", f" {STRANGER.upper()}") == 0
    assert ("TH Kim Đồng" in tinbai.out, "1 thư đang chờ" in tinbai.out) == (True, True)
    assert due(tinbai) == [True, False]
    assert STRANGER in addresses(tinbai)


def test_a_domain_in_vietnamese_is_kept_as_senders_are_known(tinbai: CommandLine) -> None:
    assert tinbai("schools", "add-address", "TH-KIM-DONG", "lan@giáodục.vn") == 0
    assert "lan@xn--giodc-yqa4094c.vn" in addresses(tinbai)


def test_the_same_address_twice_is_no_fault(tinbai: CommandLine) -> None:
    tinbai("schools", "add-address", "th-kim-dong", STRANGER)
    assert tinbai("schools", "add-address", "th-kim-dong", STRANGER) == 0
    assert "vốn đã là" in tinbai.out


@pytest.mark.parametrize(
    ("code", "address", "said"),
    [
        ("th-khong-co", STRANGER, "th-khong-co"),
        ("th-kim-dong", "không phải địa chỉ", "không phải là một địa chỉ thư"),
        ("th-kim-dong", "Lan <lan@x.example>", "không phải là một địa chỉ thư"),
        ("th-kim-dong", "th-ngoc-ha@hanoiedu.example", "th-ngoc-ha"),
        ("th-kim-dong", "mai@board.example", "mai"),
        ("th-kim-dong", "PGD@badinhedu.example", "hộp thư của cơ quan"),
    ],
)
def test_what_cannot_be_a_schools_address_is_refused(tinbai: CommandLine, code: str, address: str, said: str) -> None:
    before = addresses(tinbai)
    assert tinbai("schools", "add-address", code, address) == 1
    assert said in tinbai.err
    assert (addresses(tinbai), due(tinbai)) == (before, [False, False])
