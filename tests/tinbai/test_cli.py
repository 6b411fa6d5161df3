"""The command line: what an operator sees and types."""

import inspect
import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from db.models import Link, Role
from db.models.message import Answer
from db.queries import messages, outgoing, stories
from db.states import MailState, MessageState, StoryState
from outbox.letter import Notice
from parsers import page_kind, verdict, week
from parsers.kind import Kind
from pipeline.stages import read_page
from tests.factories import NOW, add_member, add_message, add_school, add_story
from tests.tinbai.conftest import CommandLine
from tinbai.cli import lists, people, records, waiting, words
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


def test_programs_get_times_with_their_offset_and_people_the_clock(tinbai: CommandLine) -> None:
    fill(tinbai)
    (message,) = tinbai.records("messages")
    assert (message["received_at"], message["answered_at"]) == ("2026-11-25T09:00:00+07:00", None)
    (story,) = tinbai.records("stories")
    assert (story["pending_at"], story["school_year"]) == ("2026-11-25T09:00:00+07:00", 2026)
    tinbai("messages")
    assert "25/11/2026 09:00" in tinbai.out


def test_every_field_and_state_that_is_shown_has_a_word_for_people() -> None:
    columns = [
        value for module in (lists, people, waiting) for name, value in vars(module).items() if "COLUMNS" in name
    ]
    assert {field for names in columns for field in names} <= set(words.FIELDS)
    assert {*MessageState, *StoryState, *MailState} <= set(words.VALUES["state"])
    assert set(Kind) <= set(words.VALUES["kind"])
    assert set(Notice) <= set(words.VALUES["notice"])
    assert set(get_args(page_kind.Kind)) <= set(words.VALUES["page_kind"])
    record_keys = set(re.findall(r'^        "(\w+)":', inspect.getsource(records), re.MULTILINE))
    assert record_keys <= set(words.FIELDS)


def test_every_flag_has_words_for_people() -> None:
    flags = {name for name, _ in verdict._FLAGS}
    flags |= {week.FLAG_GRACE, week.FLAG_LATE, week.FLAG_FUTURE, week.FLAG_ISO, week.FLAG_NO_QUOTA}
    flags |= set(re.findall(r'\("(\w+)", ', inspect.getsource(read_page._flags)))
    flags |= {"bounce:a@b.example", "replaces:#3"}
    assert len(flags) > 20
    assert [flag for flag in flags if words.shown("flags", [flag]).startswith(flag.partition(":")[0])] == []
    assert words.shown("flags", ["bounce:a@b.example"]) == "địa chỉ không nhận được thư (a@b.example)"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("about", "message:1", "thư m1"),
        ("about", "story:12", "bài #12"),
        ("about", "digest", "tổng hợp"),
        ("about", "{x}", "{x}"),
        ("school_year", 2026, "2026–2027"),
        ("school_by", "sender", "địa chỉ người gửi"),
        ("answered_at", None, "–"),
        ("published_on", date(2026, 11, 5), "05/11/2026"),
        ("flags", [], "–"),
    ],
)
def test_people_read_words(field: str, value: object, told: str) -> None:
    assert words.shown(field, value) == told


def test_show_tells_in_words_and_leaves_nothing_out(tinbai: CommandLine) -> None:
    fill(tinbai)
    with tinbai.database.write() as session:
        message, story = messages.get(session, 1), stories.get(session, 1)
        assert message is not None
        assert story is not None
        message.school_by, message.sender_name, message.claimed_week = "link-host", "Cô Hoa", 11
        message.answered_at, message.flags = NOW, ["late_claim"]
        story.theme, story.page_kind = "chuyen-doi-so", "article"
        other = add_message(session, None, [], state=MessageState.WAITING)
        other.links = [Link(position=0, url="https://x.example/", written="", role="advert", found_in="text")]
    tinbai("show", "m1")
    lines = [" ".join(line.split()) for line in tinbai.out.splitlines()]
    for told in (
        "Nhận ra trường nhờ website của liên kết",
        "Tên người gửi Cô Hoa",
        "Tuần ghi trong thư 11",
        "Tuần nhận 12",
        "Trả lời lúc 25/11/2026 09:00",
        "Cờ lưu ý thư ghi tuần đã hết hạn",
    ):
        assert told in lines
    assert any(line.startswith("tin bài https://") and line.endswith("(bài #1)") for line in lines)
    tinbai("show", "m2")
    assert "quảng cáo" in tinbai.out
    tinbai("show", "1")
    lines = [" ".join(line.split()) for line in tinbai.out.splitlines()]
    for told in (
        "Chủ đề Ứng dụng CNTT, chuyển đổi số; Đề án 06",
        "Loại trang bài viết",
        "Chờ duyệt từ 25/11/2026 09:00",
        "Năm học 2026–2027",
    ):
        assert told in lines
    tinbai("decline", "1", "--as", "mai", "--note", "trùng")
    tinbai("show", "o1")
    assert "bài #1" in tinbai.out


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
        message.sender_name, message.claimed_week = "hanoiedu", 11
        message.links = [
            Link(position=0, url="https://hanoiedu.example/", written="", role="evidence", found_in="text")
        ]
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
    assert tinbai("digest", "--period", "2026-11-25T07:30") == 1
    assert "kỳ 2026-11-25T07:30 đã được xếp hàng hoặc gửi từ trước" in tinbai.err
    assert [mail["notice"] for mail in tinbai.records("outbox")] == ["digest"]


def test_a_digest_without_a_board_says_who_is_missing(tinbai: CommandLine) -> None:
    for arguments in (("digest",), ("digest", "--dry-run")):
        assert tinbai(*arguments) == 1
        assert "members import" in tinbai.err


def test_the_dry_run_shows_one_copy_and_names_the_others(tinbai: CommandLine) -> None:
    fill(tinbai)
    with tinbai.database.write() as session:
        add_member(session, "lan")
    assert tinbai("digest", "--dry-run") == 0
    assert tinbai.out.startswith("Đến: ")
    assert tinbai.out.splitlines()[1].startswith("Tiêu đề: ")
    assert "… và 1 bản tương tự cho " in tinbai.out.splitlines()[-1]
    assert {"mai@board.example", "lan@board.example"} <= set(tinbai.out.replace("…", " ").replace(".\n", " ").split())


@pytest.mark.parametrize(
    ("verb", "extra"),
    [
        ("approve", ("--url", "https://a.example")),
        ("undo", ("--note", "x")),
        ("revise", ()),
        ("decline", ()),
        ("publish", ()),
        ("publish", ("--url", "https://a.example/1", "--channel", "zalo")),
        ("publish", ("--url", "https://a.example/1", "--note", "x")),
    ],
)
def test_a_decision_takes_what_it_needs_and_nothing_else(
    tinbai: CommandLine, verb: str, extra: tuple[str, ...]
) -> None:
    fill(tinbai)
    assert tinbai(verb, "1", "--as", "mai", *extra) == 2
    assert [story["state"] for story in tinbai.records("stories")] == ["pending"]


def test_a_story_is_published_on_a_channel(tinbai: CommandLine) -> None:
    fill(tinbai)
    published = ("publish", "1", "--as", "mai", "--url", "https://cong.example/1", "--channel", "school site")
    assert tinbai(*published) == 0
    with tinbai.database.read() as session:
        story = stories.get(session, 1)
        assert story is not None
        assert [place.channel for place in story.publications] == ["school site"]


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


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_maildir_without_a_path_is_said_at_once(tinbai: CommandLine, command: str) -> None:
    with tinbai.settings.open("a", encoding="utf-8") as file:
        file.write('[mailbox]\nkind = "maildir"\n')
    assert tinbai(command) == 1
    said = tinbai.out + tinbai.err
    assert ("[mailbox]" in said, "path" in said) == (True, True)


def test_run_without_a_mailbox_says_what_to_do(tinbai: CommandLine) -> None:
    assert tinbai("run") == 1
    assert ("tinbai demo" in tinbai.err, "tinbai check" in tinbai.err) == (True, True)


def test_check_names_every_fault_with_its_remedy(tinbai: CommandLine) -> None:
    assert tinbai("check") == 1
    assert "schools import" in tinbai.out
    assert "[mailbox] host" in tinbai.out


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
