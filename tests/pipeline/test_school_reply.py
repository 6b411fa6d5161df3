"""What becomes of a story when its school answers our letter about it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Link, Message, OutgoingMail, School, Story
from db.models.message import Answer
from db.session import Database
from db.states import MailState, MessageState, StoryState
from outbox.notices import problem
from outbox.queue import Outbox
from parsers.message import parse_message
from parsers.school_reply import read_reply
from parsers.urls import DEFAULT_RULES
from parsers.week import Calendar
from pipeline.office import signed_by
from pipeline.registry import registry_from
from pipeline.stages.ack_letter import compose, listed
from pipeline.stages.acknowledge import Acknowledger
from pipeline.stages.mail_decision import decide_mail
from pipeline.stages.mail_links import keep_links
from pipeline.stages.mail_reading import MailJob, MailRules, read_mail
from pipeline.stages.school_reply import SchoolReplies, taken_back
from tests.factories import NOW, add_message, add_school, add_story
from tests.mails import MX, mail
from tests.pipeline.conftest import OFFICE

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # of school week 12: week 11 may still be claimed
STORY = (
    "Sáng 24/11/2026, tại sân trường, hơn 800 học sinh khối 4 và khối 5 đã tham gia ngày hội đọc sách do thư viện nhà "
    "trường phối hợp với cha mẹ học sinh tổ chức. Các em giới thiệu cuốn sách mình yêu thích và trao đổi sách cũ."
)


class Desk:
    """A school that has got our letter about some stories, and what becomes of its reply."""

    def __init__(self, session: Session, calendar: Calendar, acknowledger: Acknowledger, outbox: Outbox) -> None:
        self.session, self.calendar, self.acknowledger, self.outbox = session, calendar, acknowledger, outbox
        self.school = add_school(session)
        self.replies = SchoolReplies(calendar, OFFICE.domain, acknowledger)
        self.rules = MailRules(OFFICE, calendar, (), MX, DEFAULT_RULES)

    def story(self, state: StoryState = StoryState.PENDING, week: int | None = 12) -> Story:
        """One of its stories."""
        return add_story(self.session, self.school, state, week=week)

    def write(self, *stories: Story, at: datetime = NOW) -> OutgoingMail:
        """Our letter about them."""
        message = add_message(self.session, self.school, list(stories))
        message.received_at = at
        letter = compose([message], signed_by(OFFICE), self.calendar)
        sent = self.outbox.queue(self.session, letter, f"message:{message.id}", NOW, listed=listed([message]))
        assert sent is not None
        message.answer = Answer.QUEUED
        return sent

    def reply(
        self, letter: str, text: str, *, sender: str = "th-kim-dong@hanoiedu.example", dmarc: str | None = "pass"
    ) -> Message:
        """The reply is read as the stage does it."""
        raw = mail(text, sender=sender, subject="Re: [BBT] Đã nhận 02 tin bài tuần 12", dmarc=dmarc, In_Reply_To=letter)
        office = self.rules.office_with(registry_from(self.session, OFFICE.domain), frozenset())
        result = read_mail(MailJob(raw, len(raw), False, NOW, office))
        decided, reply = decide_mail(result), read_reply(parse_message(raw), NOW, self.calendar)
        row = add_message(self.session, None, state=MessageState.RECEIVED, answer=Answer.NONE, sender=sender)
        known = self.session.scalars(select(School).where(School.code == result.reading.school)).first()
        row.school, row.references, row.credited_week = known, list(result.references), decided.credited_week
        understood = self.replies.understand(self.session, row, result, reply, decided, known)
        decided = understood.decided
        if decided.takes_up and known is not None:
            row.school_year = self.calendar.week1_monday.year
            stories = {story.identity: story for story in self.session.scalars(select(Story))}
            keep_links(row, result, decided, known, stories, NOW)
        row.move_to(decided.state, NOW, "read_message", note=decided.reason)
        self.session.flush()
        self.replies.carry_out(self.session, row, understood, NOW)
        return row

    def said(self, row: Message) -> str:
        """The text of the answer."""
        return " ".join(compose([row], signed_by(OFFICE), self.calendar).text.split())


@pytest.fixture
def desk(sqlite_database: Database, calendar: Calendar, acknowledger: Acknowledger, outbox: Outbox) -> Iterator[Desk]:
    """The desk in one transaction."""
    with sqlite_database.write() as session:
        yield Desk(session, calendar, acknowledger, outbox)


@pytest.mark.parametrize(
    "state", [StoryState.FOUND, StoryState.FETCHED, StoryState.PENDING, StoryState.REVISE, StoryState.UNREACHABLE]
)
def test_a_story_that_is_not_decided_is_taken_back_with_the_schools_words(desk: Desk, state: StoryState) -> None:
    kept, taken = desk.story(), desk.story(state)
    row = desk.reply(desk.write(kept, taken).rfc_id, "Trường xin rút bài 2 vì phụ huynh không đồng ý đăng ảnh ạ.")
    assert (kept.state, taken.state) == (StoryState.PENDING, StoryState.WITHDRAWN)
    event = taken.events[-1]
    assert (event.way, event.note) == ("reply", "Trường xin rút bài 2 vì phụ huynh không đồng ý đăng ảnh ạ.")
    assert (row.state, taken.due_at) == (MessageState.READ, None)
    assert f"Đã rút bài #{taken.id}" in desk.said(row)


@pytest.mark.parametrize("state", [StoryState.APPROVED, StoryState.PUBLISHED])
def test_what_the_board_has_decided_is_taken_back_by_a_person_only(desk: Desk, state: StoryState) -> None:
    other, decided = desk.story(), desk.story(state)
    row = desk.reply(desk.write(other, decided).rfc_id, "bỏ bài 1 và bài 2")
    assert (row.state, other.state, decided.state) == (MessageState.WAITING, StoryState.PENDING, state)
    assert f"#{decided.id}" in (row.events[-1].note or "")


@pytest.mark.parametrize("state", [StoryState.DECLINED, StoryState.DUPLICATE, StoryState.WITHDRAWN])
def test_where_nothing_is_to_be_taken_back_the_school_hears_so(desk: Desk, state: StoryState) -> None:
    story = desk.story(state)
    letter = desk.write(desk.story(), story)
    row = desk.reply(letter.rfc_id, f"bỏ #{story.id}")
    assert (row.state, story.state) == (MessageState.READ, state)
    assert f"Bài #{story.id}" in desk.said(row)


def test_a_number_sign_is_a_story_and_a_bare_number_a_place_of_the_letter(desk: Desk) -> None:
    first, second = desk.story(), desk.story()
    letter = desk.write(second, first)
    desk.reply(letter.rfc_id, "bỏ bài 1")
    assert (first.state, second.state) == (StoryState.PENDING, StoryState.WITHDRAWN)
    desk.reply(letter.rfc_id, f"bỏ #{first.id}")
    assert first.state is StoryState.WITHDRAWN


def test_a_bare_number_beyond_the_list_is_the_number_of_a_story(desk: Desk) -> None:
    desk.session.add(Story(id=500, **_columns(desk.story())))
    desk.session.flush()
    story = desk.session.get(Story, 500)
    desk.reply(desk.write(desk.story()).rfc_id, "bỏ bài 500")
    assert story is not None
    assert story.state is StoryState.WITHDRAWN


def _columns(story: Story) -> dict[str, object]:
    names = ("state", "school_id", "school_year", "week", "found_at", "host", "flags")
    return {"url": f"{story.url}0", "identity": f"{story.identity}0", **{name: getattr(story, name) for name in names}}


def test_nobody_takes_back_the_story_of_another_school(desk: Desk) -> None:
    other = add_school(desk.session, "th-dai-yen", name="Đại Yên")
    foreign = add_story(desk.session, other, StoryState.PENDING)
    row = desk.reply(desk.write(desk.story()).rfc_id, f"bỏ #{foreign.id}")
    assert (row.state, foreign.state) == (MessageState.WAITING, StoryState.PENDING)


def test_a_letter_to_another_school_gives_no_right(desk: Desk) -> None:
    story = desk.story()
    letter = desk.write(story)
    add_school(desk.session, "th-dai-yen", name="Đại Yên")
    desk.session.info.clear()
    desk.reply(letter.rfc_id, "bỏ bài 1", sender="th-dai-yen@hanoiedu.example")
    assert story.state is StoryState.PENDING


def test_a_sender_nobody_vouches_for_is_not_listened_to(desk: Desk) -> None:
    story = desk.story()
    row = desk.reply(desk.write(story).rfc_id, "bỏ bài 1", dmarc="fail")
    assert (row.state, story.state) == (MessageState.WAITING, StoryState.PENDING)


@pytest.mark.parametrize("text", ["không bỏ bài 1 ạ", "Cảm ơn BBT ạ"])
def test_who_asks_for_nothing_changes_nothing(desk: Desk, text: str) -> None:
    story = desk.story()
    row = desk.reply(desk.write(story).rfc_id, text)
    assert story.state is StoryState.PENDING
    assert [event.way for event in row.events] == ["read_message"]


@pytest.mark.parametrize(
    "text",
    [
        "Trường xin rút bài này ạ",
        "bỏ bài 3 ạ, cảm ơn BBT",
        "gỡ ảnh trong bài 2 giúp em",
        "rút cả 3 bài ạ",
        "sai tuần rồi ạ",
    ],
)
def test_what_is_not_plain_waits_for_a_person_and_nothing_is_guessed(desk: Desk, text: str) -> None:
    stories = [desk.story(), desk.story()]
    row = desk.reply(desk.write(*stories).rfc_id, text)
    assert row.state is MessageState.WAITING
    assert row.events[-1].note
    assert {story.state for story in stories} == {StoryState.PENDING}


def test_a_request_with_a_question_beside_it_waits_for_a_person(desk: Desk) -> None:
    story = desk.story()
    row = desk.reply(desk.write(story).rfc_id, "Bỏ bài 1 giúp trường. Cho trường hỏi bao giờ có kế hoạch mới ạ?")
    assert (row.state, story.state) == (MessageState.WAITING, StoryState.PENDING)


def test_all_but_one_are_taken_back(desk: Desk) -> None:
    stories = [desk.story(), desk.story(), desk.story()]
    desk.reply(desk.write(*stories).rfc_id, "bỏ hết trừ bài 2 ạ")
    assert [story.state for story in stories] == [StoryState.WITHDRAWN, StoryState.PENDING, StoryState.WITHDRAWN]


def test_a_decision_that_was_not_told_yet_is_told_no_more(desk: Desk) -> None:
    story = desk.story(StoryState.REVISE)
    letter = desk.write(story)
    told = problem.Problem(signed_by(OFFICE), story.school.name, letter.recipient, NOW, story.url, "trang trống")
    queued = desk.outbox.queue(desk.session, problem.letter(told), f"story:{story.id}", NOW)
    desk.reply(letter.rfc_id, "bỏ bài 1")
    assert queued is not None
    assert queued.state is MailState.CANCELLED


def test_the_reply_to_a_problem_is_about_its_one_story(desk: Desk) -> None:
    story = desk.story(StoryState.UNREACHABLE)
    desk.write(story)
    told = problem.Problem(
        signed_by(OFFICE), story.school.name, "th-kim-dong@hanoiedu.example", NOW, story.url, "trống"
    )
    letter = desk.outbox.queue(desk.session, problem.letter(told), f"story:{story.id}", NOW)
    assert letter is not None
    desk.reply(letter.rfc_id, "bỏ bài này ạ")
    assert story.state is StoryState.WITHDRAWN


@pytest.mark.parametrize(
    ("text", "came", "week", "answer"),
    [
        ("sai tuần, bài này của tuần 11", MONDAY, 11, "nay được tính cho tuần 11, không tính cho tuần 12 nữa"),
        ("bài 1 là của tuần 48", MONDAY, 12, "đang được tính cho tuần 12"),
        ("bài 1 là của tuần 11", NOW, 12, "khi Nhà trường gửi bài, tuần 11 đã hết thời hạn ghi nhận"),
        ("bài 1 là của tuần 13", NOW, 12, "khi Nhà trường gửi bài, tuần 13 chưa bắt đầu"),
        ("bài 1: tuần 12 ạ", NOW, 12, "đang được tính cho tuần 12, đúng như Nhà trường đề nghị"),
    ],
)
def test_another_week_is_granted_by_the_time_the_story_came(
    desk: Desk, text: str, came: datetime, week: int, answer: str
) -> None:
    story = desk.story()
    row = desk.reply(desk.write(story, at=came).rfc_id, text)
    assert (row.state, story.week) == (MessageState.READ, week)
    assert answer in desk.said(row)


def url(desk: Desk, name: str) -> str:
    return f"https://{desk.school.code}.giangvo.example/tin-tuc/{name}-cua-hoc-sinh-khoi-4.html"


def better(row: Message) -> Story:
    (story,) = [link.story for link in row.links if link.story is not None]
    return story


@pytest.mark.parametrize("text", ["Link đúng đây ạ: {url}", "Bài 2: {url}", "Em gửi lại link bài 2: {url}", "{url}"])
def test_a_better_link_takes_the_place_of_the_broken_one(desk: Desk, text: str) -> None:
    good, broken = desk.story(), desk.story(StoryState.UNREACHABLE)
    row = desk.reply(desk.write(good, broken).rfc_id, text.format(url=url(desk, "bai-da-sua-lai-cho-dung")))
    assert (good.state, broken.state) == (StoryState.PENDING, StoryState.WITHDRAWN)
    assert broken.events[-1].note == f"thay bằng #{better(row).id}"
    assert (better(row).state, better(row).week, row.credited_week) == (StoryState.FOUND, 12, 12)
    assert f"Bài #{better(row).id} thay cho bài #{broken.id}" in desk.said(row)


def test_a_better_link_keeps_the_week_of_a_story_that_counted(desk: Desk) -> None:
    old = desk.story(week=10)
    row = desk.reply(
        desk.write(old).rfc_id, f"Trường gửi link đúng, BBT thay giúp ạ: {url(desk, 'ban-day-du-cua-bai')}"
    )
    assert (old.state, better(row).week, row.credited_week) == (StoryState.WITHDRAWN, 10, 10)


def test_the_week_of_a_broken_link_is_kept_only_as_long_as_it_is_open(desk: Desk) -> None:
    old = desk.story(StoryState.UNREACHABLE, week=10)
    row = desk.reply(desk.write(old).rfc_id, f"Link đúng đây ạ: {url(desk, 'ban-day-du-cua-bai')}")
    assert (old.state, better(row).week) == (StoryState.WITHDRAWN, 12)


def test_one_more_story_replaces_none(desk: Desk) -> None:
    old = desk.story()
    row = desk.reply(
        desk.write(old).rfc_id, f"Cảm ơn BBT! Trường gửi thêm một bài nữa ạ: {url(desk, 'doi-nghi-thuc-lien-doi')}"
    )
    assert (old.state, better(row).state, row.state) == (StoryState.PENDING, StoryState.FOUND, MessageState.READ)


def test_which_of_two_good_stories_a_link_replaces_is_asked_of_a_person(desk: Desk) -> None:
    stories = [desk.story(), desk.story()]
    row = desk.reply(desk.write(*stories).rfc_id, f"Link đúng đây ạ: {url(desk, 'ban-day-du-cua-bai')}")
    assert (row.state, {story.state for story in stories}) == (MessageState.WAITING, {StoryState.PENDING})


def test_the_same_link_again_replaces_nothing(desk: Desk) -> None:
    old = desk.story(StoryState.UNREACHABLE)
    old.identity = f"{desk.school.code}:/tin-tuc/{old.url.rpartition('/')[2]}"
    row = desk.reply(desk.write(old).rfc_id, f"Em gửi lại link ạ: {old.url}")
    assert (row.state, old.state) == (MessageState.READ, StoryState.UNREACHABLE)
    assert old.due_at is not None


def test_the_text_of_a_social_post_makes_it_a_story_for_the_board(desk: Desk) -> None:
    post = desk.story(StoryState.UNREACHABLE)
    post.url, post.host = "https://www.facebook.com/thkimdong/posts/1", "facebook.com"
    letter = desk.write(desk.story(), post)
    row = desk.reply(letter.rfc_id, f"Trường gửi nội dung bài ạ:\n\nNgày hội đọc sách của học sinh khối 4\n\n{STORY}\n")
    assert (post.state, post.title, post.text) == (StoryState.PENDING, "Ngày hội đọc sách của học sinh khối 4", STORY)
    assert "800 học sinh" in (post.summary or "")
    assert f"Đã nhận nội dung bài #{post.id}" in desk.said(row)


def test_to_drop_a_story_and_send_another_link_for_it_is_one_thing(desk: Desk) -> None:
    first, second = desk.story(week=11), desk.story()
    text = f"Bỏ bài 1 thay bằng link này: {url(desk, 'ban-day-du-cua-bai')}"
    row = desk.reply(desk.write(first, second).rfc_id, text)
    assert (first.state, second.state) == (StoryState.WITHDRAWN, StoryState.PENDING)
    assert (better(row).week, first.events[-1].note) == (11, f"thay bằng #{better(row).id}")


def test_a_reply_that_comes_twice_does_nothing_twice(desk: Desk) -> None:
    post = desk.story(StoryState.UNREACHABLE)
    post.url, post.host = "https://www.facebook.com/thkimdong/posts/1", "facebook.com"
    kept, taken = desk.story(), desk.story()
    letter = desk.write(kept, taken, post)
    for _ in range(2):
        desk.reply(letter.rfc_id, "bỏ bài 2")
        desk.reply(letter.rfc_id, f"Ngày hội đọc sách của khối 4\n\n{STORY}\n")
    assert (kept.state, taken.state, post.state) == (StoryState.PENDING, StoryState.WITHDRAWN, StoryState.PENDING)
    assert [event.new for event in taken.events] == [StoryState.WITHDRAWN]


def test_a_story_that_was_taken_back_gets_no_other_week(desk: Desk) -> None:
    taken = desk.story(StoryState.WITHDRAWN)
    row = desk.reply(desk.write(desk.story(), taken).rfc_id, f"#{taken.id} là của tuần 11")
    assert taken.week == 12
    assert "đã được rút nên không tính cho tuần nào" in desk.said(row)


def test_several_broken_links_are_replaced_in_their_order(desk: Desk) -> None:
    first, good, second = desk.story(StoryState.UNREACHABLE), desk.story(), desk.story(StoryState.UNREACHABLE)
    text = f"Em gửi lại link đúng ạ:\n{url(desk, 'ngay-hoi-doc-sach')}\n{url(desk, 'hoi-khoe-phu-dong')}"
    row = desk.reply(desk.write(first, good, second).rfc_id, text)
    numbers = [link.story.id for link in row.links if link.story is not None]
    assert [first.events[-1].note, second.events[-1].note] == [f"thay bằng #{number}" for number in numbers]
    assert good.state is StoryState.PENDING


def test_a_mail_that_answers_no_letter_of_ours_is_read_as_ever(desk: Desk) -> None:
    story = desk.story()
    row = desk.reply("<unknown@badinhedu.example>", "bỏ bài 1")
    assert story.state is StoryState.PENDING
    assert [event.way for event in row.events] == ["read_message"]


def test_only_what_the_school_itself_took_back_opens_again(desk: Desk) -> None:
    by_school, by_board = desk.story(), desk.story(StoryState.PUBLISHED)
    desk.reply(desk.write(by_school).rfc_id, "bỏ bài 1")
    by_board.move_to(StoryState.WITHDRAWN, NOW, "command line")
    assert (taken_back(by_school), taken_back(by_board)) == (True, False)


def test_a_reply_to_the_schools_own_mail_counts_by_the_order_of_that_mail(desk: Desk) -> None:
    first, second = desk.story(), desk.story()
    letter = desk.write(first, second)
    own = desk.session.scalars(select(Message).where(Message.id == int(letter.about.removeprefix("message:")))).one()
    desk.reply(own.rfc_id or "", "bỏ bài 2")
    assert (first.state, second.state) == (StoryState.PENDING, StoryState.WITHDRAWN)


def test_in_the_list_of_a_letter_a_link_without_a_new_story_has_no_number(desk: Desk) -> None:
    story, known = desk.story(), desk.story()
    message = add_message(desk.session, desk.school, [story, known])
    message.links[1].repeats = True
    assert listed([message]) == (story.id, 0)
    message.links = [Link(position=0, url="https://x.example/", written="", role="homepage", found_in="text")]
    assert listed([message]) == (0,)
