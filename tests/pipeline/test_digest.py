"""What the board reads in the morning."""

from datetime import timedelta

from sqlalchemy import select

from db.models import Contact, OutgoingMail, Role
from db.queries import mailbox
from db.session import Database
from db.states import MessageState, StoryState
from pipeline.board.digest import MOST, DigestDesk
from tests.factories import NOW, add_member, add_message, add_school, add_story


def test_every_active_member_gets_a_copy_and_nobody_else(database: Database, digests: DigestDesk) -> None:
    with database.write() as session:
        add_story(session, add_school(session), StoryState.PENDING)
        add_member(session, "mai")
        add_member(session, "lan")
        add_member(session, "nghi", active=False)
        add_member(session, "vanthu", Role.STAFF)
        assert digests.queue(session, NOW, "2026-11-25T07:30", even_if_empty=False) == 2
        recipients = {mail.recipient for mail in session.scalars(select(OutgoingMail))}
    assert recipients == {"mai@board.example", "lan@board.example"}


def test_nothing_waits_nothing_is_sent(database: Database, digests: DigestDesk) -> None:
    with database.write() as session:
        add_member(session)
        mailbox.begin(session, "pgd", "INBOX", 1, 0, None)
        session.flush()
        mailbox.note_success(session, "pgd", "INBOX", NOW)
        assert digests.queue(session, NOW, "2026-11-25T07:30", even_if_empty=False) == 0
        assert digests.queue(session, NOW, "2026-11-25T07:30", even_if_empty=True) == 1


def test_a_period_is_sent_once(database: Database, digests: DigestDesk) -> None:
    with database.write() as session:
        add_story(session, add_school(session), StoryState.PENDING)
        add_member(session)
        assert digests.queue(session, NOW, "2026-11-25T07:30", even_if_empty=False) == 1
        assert digests.queue(session, NOW, "2026-11-25T07:30", even_if_empty=False) == 0


def text_of(database: Database, digests: DigestDesk) -> str:
    with database.read() as session:
        return " ".join(digests.letters(session, NOW)[0].text.split())


def test_it_lists_what_waits_and_not_what_is_decided(database: Database, digests: DigestDesk) -> None:
    with database.write() as session:
        school = add_school(session)
        waiting = add_story(session, school, StoryState.PENDING)
        decided = add_story(session, school, StoryState.APPROVED)
        add_member(session)
        titles = waiting.headline, decided.headline, f"#{waiting.id}"
    text = text_of(database, digests)
    assert titles[0] in text
    assert titles[2] in text
    assert titles[1] not in text


def test_it_names_the_schools_that_still_owe_a_story_this_week(database: Database, digests: DigestDesk) -> None:
    with database.write() as session:
        add_member(session)
        add_story(session, add_school(session, "th-kim-dong", name="Kim Đồng"), StoryState.PENDING)
        add_story(session, add_school(session, "th-dai-yen", name="Đại Yên"), StoryState.UNREACHABLE)
        add_story(session, add_school(session, "th-thu-le", name="Thủ Lệ"), StoryState.PENDING, week=11)
        add_school(session, "thpt-chu-van-an", "THPT", "Chu Văn An")
    owing = text_of(database, digests).partition("CHƯA CÓ TIN BÀI")[2]
    assert ("Đại Yên" in owing, "Thủ Lệ" in owing) == (True, True)
    assert ("Kim Đồng" in owing, "Chu Văn An" in owing) == (False, False)


def test_a_restricted_mail_is_a_number_only(database: Database, digests: DigestDesk) -> None:
    with database.write() as session:
        add_member(session)
        school = add_school(session)
        add_story(session, school, StoryState.PENDING)
        message = add_message(session, school, state=MessageState.WAITING)
        message.restricted, message.subject = True, "Báo cáo nhanh vụ việc"
    text = text_of(database, digests)
    assert "Báo cáo nhanh" not in text
    assert "01 thư đang chờ người xem" in text


def test_the_health_line_says_when_the_mailbox_cannot_be_read(database: Database, digests: DigestDesk) -> None:
    with database.write() as session:
        add_member(session)
        mailbox.begin(session, "pgd", "INBOX", 1, 0, None)
        session.flush()
        mailbox.note_success(session, "pgd", "INBOX", NOW)
    assert "Hộp thư đọc lúc 09:00" in text_of(database, digests)
    with database.write() as session:
        mailbox.note_failure(session, "pgd", "INBOX", "sai mật khẩu", NOW)
    assert "không đọc được từ 09:00" in text_of(database, digests)


def test_a_long_queue_is_cut_and_the_rest_is_counted(database: Database, digests: DigestDesk) -> None:
    with database.write() as session:
        add_member(session)
        school = add_school(session)
        for _ in range(MOST + 7):
            add_story(session, school, StoryState.PENDING)
    assert "Còn 07 tin bài khác" in text_of(database, digests)


def give_up(database: Database, *addresses: str) -> None:
    with database.write() as session:
        session.add_all(
            Contact(address=address, bounced_at=NOW, dead_since=NOW, diagnosis="5.1.1") for address in addresses
        )


def test_it_names_whom_mail_does_not_reach_schools_and_members_but_no_strangers(
    database: Database, digests: DigestDesk
) -> None:
    with database.write() as session:
        add_member(session, "mai")
        add_member(session, "lan")
        add_school(session)
    assert "Không gửi được thư" not in text_of(database, digests)
    give_up(database, "th-kim-dong@hanoiedu.example", "lan@board.example", "ai-do@noi.example")
    assert (
        "Không gửi được thư tới: Nguyễn Lan (lan@board.example), TH Kim Đồng (th-kim-dong@hanoiedu.example); cần hỏi lại "
        "địa chỉ." in text_of(database, digests)
    )


def test_an_address_that_is_lost_is_reason_enough_for_one_digest(database: Database, digests: DigestDesk) -> None:
    with database.write() as session:
        add_member(session)
        add_school(session)
    give_up(database, "th-kim-dong@hanoiedu.example")
    tomorrow = NOW + timedelta(days=1)
    with database.write() as session:
        mailbox.begin(session, "pgd", "INBOX", 1, 0, None)
        session.flush()
        mailbox.note_success(session, "pgd", "INBOX", NOW)
        assert digests.queue(session, NOW, "2026-11-25T07:30", even_if_empty=False) == 1
        assert digests.queue(session, tomorrow, "2026-11-26T07:30", even_if_empty=False) == 0
