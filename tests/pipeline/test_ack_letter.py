"""What a school is told of each link of its mail."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from db.models import Link, Message, Publication, Story
from db.session import Database
from db.states import StoryState
from parsers.link_roles import shape_of
from parsers.week import Calendar
from pipeline.office import signed_by
from pipeline.stages.ack_letter import compose, listed
from pipeline.stages.reasons import NO_STORY
from tests.factories import NOW, add_member, add_message, add_school, add_story
from tests.pipeline.conftest import OFFICE


def told(calendar: Calendar, *messages: Message, settled: datetime | None = None) -> str:
    return " ".join(compose(messages, signed_by(OFFICE), calendar, settled=settled).text.split())


def message_with(session: Session, *urls: str) -> Message:
    """A mail that brought no story, only these links."""
    message = add_message(session, add_school(session))
    message.links = [
        Link(position=at, url=url, written=url, role=shape_of(url), found_in="text") for at, url in enumerate(urls)
    ]
    return message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://c1.example/", "chỉ là trang chủ của website, chưa phải đường dẫn tới một bài viết. Xin mở bài viết"),
        ("https://c1.example/tin-tuc?page=2", "là trang danh sách tin, chưa phải đường dẫn tới một bài viết."),
        ("https://www.facebook.com/thkimdong", "chỉ là trang Facebook, chưa phải một bài viết. Xin gửi kèm nội dung"),
        ("https://drive.google.com/file/d/1/view", "liên kết tới tệp Google Drive: không phải bài viết. Xin đăng bài"),
        ("https://youtu.be/abcdefghijk", "liên kết tới video YouTube: không phải bài viết. Xin đăng bài lên website"),
        ("https://c1.example/bai.pdf", "liên kết tới một tệp, không phải trang bài viết. Xin đăng bài lên website"),
    ],
)
def test_a_link_without_a_story_is_explained(
    sqlite_database: Database, calendar: Calendar, url: str, words: str
) -> None:
    with sqlite_database.write() as session:
        message = message_with(session, url)
        assert f"Chưa dùng được: {words}" in told(calendar, message)
        assert listed([message]) == (0,)


def test_beside_a_story_other_links_are_left_alone(sqlite_database: Database, calendar: Calendar) -> None:
    with sqlite_database.write() as session:
        school = add_school(session)
        story = add_story(session, school, StoryState.PENDING)
        message = add_message(session, school, [story])
        message.links.append(Link(position=1, url="https://c1.example/", written="", role="homepage", found_in="text"))
        assert "trang chủ" not in told(calendar, message)
        assert listed([message]) == (story.id,)


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("login", "Xin để trang ở chế độ ai cũng xem được"),
        ("not_found", "Xin kiểm tra và gửi lại đường dẫn đúng."),
        ("document", "Xin đăng bài lên website của trường"),
        ("challenge", "Xin kiểm tra website"),
    ],
)
def test_each_reason_comes_with_what_to_do(
    sqlite_database: Database, calendar: Calendar, kind: str, advice: str
) -> None:
    with sqlite_database.write() as session:
        school = add_school(session)
        story = add_story(session, school, StoryState.UNREACHABLE)
        story.reason = NO_STORY[kind]
        assert f"Chưa dùng được: {NO_STORY[kind]}. {advice}" in told(calendar, add_message(session, school, [story]))


def test_a_social_post_asks_for_text_or_a_page(sqlite_database: Database, calendar: Calendar) -> None:
    with sqlite_database.write() as session:
        school = add_school(session)
        story = add_story(session, school, StoryState.UNREACHABLE)
        story.url = "https://www.facebook.com/thkimdong/posts/1"
        message = add_message(session, school, [story])
        message.links[0].role = "social"
        words = "bài trên Facebook, hệ thống không đọc được nội dung. Xin gửi kèm nội dung bài trong thư trả lời, hoặc"
        assert words in told(calendar, message)


def again(session: Session, state: StoryState) -> tuple[Message, Story]:
    """A story that a school sends once more."""
    school = add_school(session)
    story = add_story(session, school, state, week=11)
    story.found_at = datetime(2026, 11, 17, 2, 0, tzinfo=UTC)
    message = add_message(session, school, [story])
    message.links[0].repeats = True
    return message, story


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (StoryState.PENDING, "đang chờ Ban biên tập) và đã được ghi nhận cho tuần 11"),
        (StoryState.APPROVED, "đã được duyệt) và đã được ghi nhận cho tuần 11"),
        (StoryState.WITHDRAWN, "đã rút); không cần gửi lại."),
    ],
)
def test_a_story_sent_again_is_answered_with_the_day_and_the_standing_of_the_first(
    sqlite_database: Database, calendar: Calendar, state: StoryState, standing: str
) -> None:
    with sqlite_database.write() as session:
        message, story = again(session, state)
        assert f"Nhà trường đã gửi ngày 17/11/2026 (bài #{story.id}, {standing}" in told(calendar, message)
        assert listed([message]) == (0,)


def test_a_published_story_says_since_when(sqlite_database: Database, calendar: Calendar) -> None:
    with sqlite_database.write() as session:
        message, story = again(session, StoryState.PUBLISHED)
        member = add_member(session)
        story.publications.append(Publication(channel="portal", url="https://x", at=NOW, member_id=member.id))
        session.flush()
        assert "đã đăng ngày 25/11/2026" in told(calendar, message)


def test_a_decision_that_can_still_be_undone_is_not_told(sqlite_database: Database, calendar: Calendar) -> None:
    with sqlite_database.write() as session:
        message, story = again(session, StoryState.PENDING)
        story.move_to(StoryState.DECLINED, NOW, "command line", note="trùng")
        session.flush()
        early, late = NOW - timedelta(minutes=30), NOW + timedelta(minutes=1)
        assert "đang chờ Ban biên tập" in told(calendar, message, settled=early)
        assert "không sử dụng" in told(calendar, message, settled=late)


@pytest.mark.parametrize(
    ("flags", "claimed", "week", "words"),
    [
        (["grace"], 11, 11, "Thư gửi sau khi tuần 11 kết thúc nhưng vẫn trong thời hạn ghi nhận bổ sung."),
        (
            ["late_claim"],
            9,
            12,
            "Thư ghi tuần 9, nhưng thời hạn ghi nhận cho tuần 9 đã hết nên tính cho tuần nhận thư.",
        ),
        (["future_week_claim"], 14, 12, "Thư ghi tuần 14, nhưng tuần 14 chưa bắt đầu nên tính cho tuần nhận thư."),
        (["iso_week_claim"], 48, 12, "Thư ghi tuần 48 là số tuần của năm dương lịch, tức là tuần 12 của năm học."),
        (["no_quota_week"], None, None, "Tuần này không giao chỉ tiêu tin bài nên không tính cho tuần nào;"),
    ],
)
def test_the_week_is_explained_in_plain_words(
    sqlite_database: Database, calendar: Calendar, flags: list[str], claimed: int | None, week: int | None, words: str
) -> None:
    with sqlite_database.write() as session:
        school = add_school(session)
        message = add_message(session, school, [add_story(session, school, StoryState.PENDING, week=week)], week=week)
        message.flags, message.claimed_week = flags, claimed
        assert words in told(calendar, message)


def test_one_story_in_two_mails_that_are_answered_together_is_listed_once(
    sqlite_database: Database, calendar: Calendar
) -> None:
    with sqlite_database.write() as session:
        school = add_school(session)
        story, other = (add_story(session, school, StoryState.PENDING) for _ in range(2))
        both = [add_message(session, school, [story]), add_message(session, school, [story, other])]
        assert listed(both) == (story.id, other.id)
        assert f"Bài 2: #{other.id}" in told(calendar, *both)


def test_a_nil_report_is_received_and_nothing_more_is_asked(sqlite_database: Database, calendar: Calendar) -> None:
    with sqlite_database.write() as session:
        message = add_message(session, add_school(session))
        message.kind = "nil_report"
        assert "đã nhận được báo cáo" in told(calendar, message)
