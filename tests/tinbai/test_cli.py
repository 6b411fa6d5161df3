"""The command line: what an operator sees and types, and one sentence for whatever goes wrong."""

from pathlib import Path

import pytest

from db.models import Role
from db.models.message import Answer
from db.queries import messages, outgoing, stories
from db.states import MailState, MessageState, StoryState
from parsers.kind import Kind
from tests.factories import add_member, add_message, add_school, add_story
from tests.tinbai.conftest import CommandLine
from tinbai.cli.lists import MOST

SCHOOLS = "code,level,name,short_name,emails,hosts\nth-a,TH,Trường TH A,TH A,a@truong.example,a.example\n"


def fill(tinbai: CommandLine, state: StoryState = StoryState.PENDING) -> None:
    """One school, one member, one mail with one story in that state."""
    with tinbai.database.write() as session:
        school = add_school(session)
        add_message(session, school, [add_story(session, school, state)], answer=Answer.QUEUED)
        add_member(session)


def test_schools_are_imported_listed_and_brought_up_to_date(tinbai: CommandLine) -> None:
    file = tinbai.file("schools.csv", SCHOOLS)
    assert tinbai("schools", "import", file) == 0
    assert "1 trường mới" in tinbai.out
    tinbai.file("schools.csv", SCHOOLS.replace("TH A,a@", "TH An,moi@"))
    assert tinbai("schools", "import", file) == 0
    (school,) = tinbai.records("schools")
    assert (school["short_name"], school["emails"], school["hosts"]) == ("TH An", ["moi@truong.example"], ["a.example"])


def test_a_file_with_one_wrong_row_imports_nothing(tinbai: CommandLine) -> None:
    file = tinbai.file("schools.csv", f"{SCHOOLS}th-b,THPT,Trường B,B,,\n")
    assert tinbai("schools", "import", file) == 1
    assert "Dòng 3" in tinbai.err
    assert tinbai.records("schools") == []


def test_an_address_may_move_from_one_school_to_another(tinbai: CommandLine) -> None:
    both = SCHOOLS + "th-b,TH,Trường TH B,TH B,b@truong.example,\n"
    tinbai("schools", "import", tinbai.file("schools.csv", both))
    swapped = both.replace("a@", "x@").replace("b@", "a@").replace("x@", "b@")
    assert tinbai("schools", "import", tinbai.file("schools.csv", swapped)) == 0
    assert {school["code"]: school["emails"] for school in tinbai.records("schools")} == {
        "th-a": ["b@truong.example"],
        "th-b": ["a@truong.example"],
    }


def test_an_address_of_a_school_outside_the_file_is_refused(tinbai: CommandLine) -> None:
    tinbai("schools", "import", tinbai.file("schools.csv", SCHOOLS))
    assert tinbai("schools", "import", tinbai.file("more.csv", SCHOOLS.replace("th-a", "th-b"))) == 1
    assert ("a@truong.example" in tinbai.err, "th-a" in tinbai.err) == (True, True)
    assert len(tinbai.records("schools")) == 1


def test_an_address_of_a_member_outside_the_file_is_refused(tinbai: CommandLine) -> None:
    tinbai("members", "import", tinbai.file("a.csv", "handle,name,email\nmai,Mai,mai@board.example\n"))
    assert tinbai("members", "import", tinbai.file("b.csv", "handle,name,email\nlan,Lan,mai@board.example\n")) == 1
    assert "mai" in tinbai.err


def test_members_are_imported_and_listed(tinbai: CommandLine) -> None:
    file = tinbai.file(
        "members.csv", "handle,name,email,role\nmai,Nguyễn Mai,mai@board.example,\nvt,Văn thư,vt@x.example,staff\n"
    )
    assert tinbai("members", "import", file) == 0
    assert [member["role"] for member in tinbai.records("members")] == ["board", "staff"]


def test_lists_are_tables_for_people_and_lines_for_programs(tinbai: CommandLine) -> None:
    fill(tinbai)
    assert tinbai("stories") == 0
    assert "Tiêu đề" in tinbai.out
    (story,) = tinbai.records("stories", "--state", "pending")
    assert (story["number"], story["state"], story["week"]) == (1, "pending", 12)
    (message,) = tinbai.records("messages")
    assert (message["id"], message["kind"], message["week"]) == ("m1", "story_submission", 12)


def test_every_field_and_state_that_is_shown_has_a_word_for_people() -> None:
    from tinbai.cli import lists, people, waiting, words

    columns = [
        value for module in (lists, people, waiting) for name, value in vars(module).items() if "COLUMNS" in name
    ]
    assert {field for names in columns for field in names} <= set(words.FIELDS)
    assert {*MessageState, *StoryState, *MailState} <= set(words.VALUES["state"])
    assert set(Kind) <= set(words.VALUES["kind"])


def test_empty_lists_say_so(tinbai: CommandLine) -> None:
    for command in ("messages", "stories", "outbox", "schools", "members", "waiting", "quarantine"):
        assert tinbai(command) == 0
        assert tinbai.out.strip()


def test_show_tells_all_about_a_story_and_its_history(tinbai: CommandLine) -> None:
    fill(tinbai)
    tinbai("approve", "1", "--as", "mai")
    assert tinbai("show", "#1") == 0
    assert "chờ duyệt → đã duyệt" in tinbai.out


@pytest.mark.parametrize("key", ["1", "m1"])
def test_show_knows_stories_and_mails(tinbai: CommandLine, key: str) -> None:
    fill(tinbai)
    assert tinbai("show", key) == 0


@pytest.mark.parametrize("key", ["404", "m404", "o404"])
def test_what_is_not_there_gets_a_sentence(tinbai: CommandLine, key: str) -> None:
    assert tinbai("show", key) == 1
    assert key in tinbai.err


def test_a_restricted_mail_shows_its_number_and_nothing_of_its_text(tinbai: CommandLine) -> None:
    with tinbai.database.write() as session:
        message = add_message(session, add_school(session), state=MessageState.WAITING)
        message.restricted, message.subject = True, "Báo cáo nhanh vụ việc"
    for command in (("messages",), ("waiting",), ("show", "m1"), ("messages", "--json")):
        assert tinbai(*command) == 0
        assert "m1" in tinbai.out
        assert "Báo cáo nhanh" not in tinbai.out
        assert "hanoiedu" not in tinbai.out


def test_a_person_handles_what_waits(tinbai: CommandLine) -> None:
    with tinbai.database.write() as session:
        add_message(session, None, state=MessageState.WAITING)
        add_member(session)
    assert [message["id"] for message in tinbai.records("waiting")] == ["m1"]
    assert tinbai("handled", "m1", "--as", "mai", "--note", "đã gọi điện") == 0
    assert tinbai.records("waiting") == []
    with tinbai.database.read() as session:
        message = messages.get(session, 1)
        assert message is not None
        assert (message.state, message.events[-1].note) == (MessageState.READ, "đã gọi điện")


def test_a_quarantined_mail_is_read_again(tinbai: CommandLine) -> None:
    with tinbai.database.write() as session:
        message = add_message(session, None, state=MessageState.QUARANTINED)
        message.reason = "quá phức tạp"
    assert [message["reason"] for message in tinbai.records("quarantine")] == ["quá phức tạp"]
    assert tinbai("retry", "m1") == 0
    with tinbai.database.read() as session:
        again = messages.get(session, 1)
        assert again is not None
        assert (again.state, again.due_at is not None) == (MessageState.RECEIVED, True)


def test_an_unreachable_story_is_made_due_again(tinbai: CommandLine) -> None:
    fill(tinbai, StoryState.UNREACHABLE)
    assert tinbai("retry", "1") == 0
    with tinbai.database.read() as session:
        story = stories.get(session, 1)
        assert story is not None
        assert story.due_at is not None


def test_a_story_in_the_queue_is_not_retried(tinbai: CommandLine) -> None:
    fill(tinbai)
    assert tinbai("retry", "1") == 1
    assert tinbai("retry", "m1") == 1
    assert tinbai("retry", "o1") == 1


def test_the_board_decides_about_several_stories_or_about_none(tinbai: CommandLine) -> None:
    with tinbai.database.write() as session:
        school = add_school(session)
        for _ in range(3):
            add_story(session, school, StoryState.PENDING)
        add_member(session)
    assert tinbai("approve", "1", "#2", "--as", "mai@board.example") == 0
    assert tinbai("decline", "3", "1", "--as", "mai", "--note", "trùng") == 1
    assert "Bài #1 đã duyệt" in tinbai.err
    assert [story["state"] for story in tinbai.records("stories")] == ["pending", "approved", "approved"]


def test_undo_takes_a_decision_back(tinbai: CommandLine) -> None:
    fill(tinbai)
    tinbai("decline", "1", "--as", "mai", "--note", "trùng")
    assert tinbai("undo", "1", "--as", "mai") == 0
    assert [mail["state"] for mail in tinbai.records("outbox")] == ["cancelled"]


def test_only_a_board_member_decides(tinbai: CommandLine) -> None:
    fill(tinbai)
    with tinbai.database.write() as session:
        add_member(session, "vanthu", Role.STAFF)
        add_member(session, "nghi", active=False)
    for name in ("vanthu", "nghi", "ai-do"):
        assert tinbai("approve", "1", "--as", name) == 1
        assert "mai" in tinbai.err


@pytest.mark.parametrize("number", ["một", "1.5", "-1", "9" * 30, "m1", "①"])
def test_a_number_that_is_none_gets_a_sentence(tinbai: CommandLine, number: str) -> None:
    fill(tinbai)
    assert tinbai("approve", "--as", "mai", "--", number) == 1
    assert "không phải là số" in tinbai.err


def test_the_digest_can_be_looked_at_and_sent_at_any_time(tinbai: CommandLine) -> None:
    fill(tinbai)
    assert tinbai("digest", "--dry-run") == 0
    assert "#1" in tinbai.out
    assert tinbai.records("outbox") == []
    assert tinbai("digest", "--period", "2026-11-25T07:30") == 0
    assert tinbai("digest", "--period", "2026-11-25T07:30") == 0
    assert [mail["notice"] for mail in tinbai.records("outbox")] == ["digest"]


@pytest.mark.parametrize(("notice", "key"), [("acknowledgement", "m1"), ("digest", "mai"), ("decision", "1")])
def test_every_notice_can_be_looked_at(tinbai: CommandLine, notice: str, key: str) -> None:
    fill(tinbai)
    tinbai("decline", "1", "--as", "mai", "--note", "Trùng với bài đã đăng.")
    assert tinbai("preview", notice, key) == 0
    assert "Kính gửi" in tinbai.out
    assert tinbai("preview", notice, key, "--html") == 0
    assert "<html" in tinbai.out


@pytest.mark.parametrize(("notice", "key"), [("acknowledgement", "m9"), ("digest", "ai-do"), ("decision", "x")])
def test_a_preview_of_nothing_gets_a_sentence(tinbai: CommandLine, notice: str, key: str) -> None:
    assert tinbai("preview", notice, key) == 1
    assert key in tinbai.err


def test_releasing_a_mail_that_is_not_waiting_releases_none(tinbai: CommandLine) -> None:
    fill(tinbai)
    tinbai("digest")
    assert tinbai("outbox", "release", "o1", "o404") == 1
    with tinbai.database.read() as session:
        mail = outgoing.get(session, 1)
        assert mail is not None
        assert (mail.state, mail.released) == (MailState.QUEUED, False)
    assert tinbai("outbox", "release", "1") == 0


def test_queued_mails_are_thrown_away_after_a_rehearsal(tinbai: CommandLine) -> None:
    fill(tinbai)
    tinbai("digest", "--period", "1")
    tinbai("digest", "--period", "2")
    assert tinbai("outbox", "cancel", "o1", "o404") == 1
    assert tinbai("outbox", "cancel") == 2
    assert tinbai("outbox", "cancel", "o1") == 0
    assert tinbai("outbox", "cancel", "--all") == 0
    assert [mail["state"] for mail in tinbai.records("outbox")] == ["cancelled", "cancelled"]


def test_registering_a_sender_has_its_waiting_mail_read_again_but_no_incident(tinbai: CommandLine) -> None:
    with tinbai.database.write() as session:
        for restricted in (False, True):
            message = add_message(session, None, state=MessageState.WAITING, sender="a@truong.example")
            message.restricted = restricted
        add_message(session, None, state=MessageState.WAITING, sender="ai-do@noi-khac.example")
    assert tinbai("schools", "import", tinbai.file("schools.csv", SCHOOLS)) == 0
    assert "1 thư đang chờ" in tinbai.out
    with tinbai.database.read() as session:
        assert [message.due_at is not None for message in reversed(messages.listed(session))] == [True, False, False]


def test_members_may_swap_their_addresses(tinbai: CommandLine) -> None:
    both = "handle,name,email\nmai,Mai,a@board.example\nlan,Lan,b@board.example\n"
    tinbai("members", "import", tinbai.file("members.csv", both))
    swapped = both.replace("a@", "x@").replace("b@", "a@").replace("x@", "b@")
    assert tinbai("members", "import", tinbai.file("members.csv", swapped)) == 0
    assert [member["email"] for member in tinbai.records("members")] == ["b@board.example", "a@board.example"]


def test_a_table_is_cut_and_lines_are_not(tinbai: CommandLine) -> None:
    with tinbai.database.write() as session:
        school = add_school(session)
        for _ in range(MOST + 5):
            add_story(session, school)
    assert len(tinbai.records("stories")) == MOST + 5
    tinbai("stories")
    short = len(tinbai.out.splitlines())
    tinbai("stories", "--all")
    assert len(tinbai.out.splitlines()) > short


def test_run_without_a_mailbox_says_what_to_do(tinbai: CommandLine) -> None:
    assert tinbai("run") == 1
    assert ("tinbai demo" in tinbai.err, "tinbai check" in tinbai.err) == (True, True)


def test_check_names_every_fault_with_its_remedy(tinbai: CommandLine) -> None:
    assert tinbai("check") == 1
    assert "schools import" in tinbai.out
    assert "[mailbox] host" in tinbai.out


@pytest.mark.parametrize("arguments", [("khong-co",), ("stories", "--state", "lạ"), ("approve",), ("show",)])
def test_wrong_usage_ends_with_two(tinbai: CommandLine, arguments: tuple[str, ...]) -> None:
    assert tinbai(*arguments) == 2


def test_a_file_that_is_not_there_gets_a_sentence(tinbai: CommandLine) -> None:
    assert tinbai("schools", "import", "khong-co.csv") == 1
    assert "khong-co.csv" in tinbai.err


def test_a_database_that_cannot_be_opened_gets_a_sentence(tinbai: CommandLine) -> None:
    (tinbai.folder / "rac.db").write_bytes(b"day khong phai SQLite" * 100)
    tinbai.settings.write_text(f'[database]\nurl = "sqlite:///{tinbai.folder}/rac.db"\n', encoding="utf-8")
    assert tinbai("stories") == 1
    assert "cơ sở dữ liệu" in tinbai.err


def test_page_reads_a_saved_page_without_a_database(tinbai: CommandLine) -> None:
    from tests.pages import story_page

    tinbai.settings.write_text('[database]\nurl = "sqlite:////khong/co/tinbai.db"\n', encoding="utf-8")
    file = tinbai.file("trang.html", story_page())
    (page,) = tinbai.records("page", file, "--url", "https://truong.example/tin/1", "--today", "2026-11-25")
    assert (page["kind"], page["title"]) == ("article", "Ngày hội đọc sách của học sinh khối 4")
    assert (page["published_on"], page["summary"] != "") == ("2026-11-24", True)
    keys = "kind title published_on byline text captions image_url canonical_url summary theme flags"
    assert set(page) == set(keys.split())


def test_read_judges_mails_by_the_register_in_the_database(tinbai: CommandLine) -> None:
    from tests.mails import mail

    tinbai("schools", "import", tinbai.file("schools.csv", SCHOOLS.replace("a@truong", "c1kimdong-bd@hanoiedu")))
    (tinbai.folder / "thu.eml").write_bytes(mail("Gửi bài: https://a.example/tin-tuc/ngay-hoi-doc-sach-khoi-4.html"))
    (reading,) = tinbai.records("read", str(tinbai.folder / "thu.eml"))
    assert reading["kind"] == "story_submission"
    assert [link["role"] for link in reading["links"]] == ["article"]


def test_read_goes_on_after_a_mail_that_cannot_be_read(tinbai: CommandLine) -> None:
    from tests.mails import mail

    files = []
    for name, raw in (("rong.eml", b""), ("thu.eml", mail("xin chào"))):
        (tinbai.folder / name).write_bytes(raw)
        files.append(str(tinbai.folder / name))
    assert len(tinbai.records("read", *files)) == 2


def test_a_register_file_that_is_none_gets_a_sentence(tinbai: CommandLine, tmp_path: Path) -> None:
    tinbai.file("thu.eml", "From: a@b.example\n\nx")
    assert tinbai("read", "--registry", tinbai.file("r.json", "{"), "thu.eml") == 1
    assert tinbai("read", "--registry", tinbai.file("r.json", "{}"), "thu.eml") == 1
    assert "registry" in tinbai.err


def test_every_command_answers_help(tinbai: CommandLine) -> None:
    assert tinbai("--help") == 0
    for command in ("run", "read", "schools", "approve", "outbox"):
        assert tinbai(command, "--help") == 0
