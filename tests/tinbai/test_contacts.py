"""Addresses that mail comes back from, as the lists show them, and how a new register takes that back."""

from db.models import Contact
from db.queries import contacts
from tests.factories import NOW
from tests.tinbai.conftest import CommandLine

SCHOOLS = (
    "code,level,name,short_name,emails,contacts\n"
    "th-a,TH,Trường TH A,TH A,a@truong.example,ht@truong.example\n"
    "th-b,TH,Trường TH B,TH B,b@truong.example,\n"
)
MEMBERS = "handle,name,email\nmai,Nguyễn Mai,mai@board.example\nlan,Nguyễn Lan,lan@board.example\n"
LOST = ("ht@truong.example", "mai@board.example")


def register(tinbai: CommandLine, schools: str = SCHOOLS, members: str = MEMBERS) -> None:
    assert tinbai("schools", "import", tinbai.file("schools.csv", schools)) == 0
    assert tinbai("members", "import", tinbai.file("members.csv", members)) == 0


def give_up(tinbai: CommandLine) -> None:
    with tinbai.database.write() as session:
        session.add_all(Contact(address=one, bounced_at=NOW, dead_since=NOW, diagnosis="5.1.1") for one in LOST)


def lost(tinbai: CommandLine) -> set[str]:
    with tinbai.database.read() as session:
        return contacts.dead_among(session, LOST)


def test_people_see_at_a_school_and_a_member_that_mail_does_not_arrive(tinbai: CommandLine) -> None:
    register(tinbai)
    give_up(tinbai)
    for command, address in zip(("schools", "members"), LOST, strict=True):
        assert tinbai(command) == 0
        told = " ".join(tinbai.out.split())
        assert told.count("không gửi được thư tới") == 1
        assert address in told
        assert "5.1.1" in told


def test_programs_get_the_addresses_with_time_and_code(tinbai: CommandLine) -> None:
    register(tinbai)
    give_up(tinbai)
    since = "2026-11-25T02:00:00+00:00"
    first, second = tinbai.records("schools")
    assert first["unreachable"] == [{"address": LOST[0], "since": since, "status": "5.1.1"}]
    assert second["unreachable"] == []
    assert [member["unreachable"] != [] for member in tinbai.records("members")] == [True, False]


def test_the_same_register_once_more_changes_nothing(tinbai: CommandLine) -> None:
    register(tinbai)
    give_up(tinbai)
    register(tinbai)
    assert lost(tinbai) == set(LOST)


def test_an_address_that_leaves_the_register_and_comes_back_starts_afresh(tinbai: CommandLine) -> None:
    register(tinbai)
    give_up(tinbai)
    register(
        tinbai,
        SCHOOLS.replace(LOST[0], "moi@truong.example"),
        MEMBERS.replace("mai@board.example", "moi@board.example"),
    )
    assert lost(tinbai) == set()
    register(tinbai)
    assert [school["unreachable"] for school in tinbai.records("schools")] == [[], []]
