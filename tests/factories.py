"""Rows for tests, one line each, with everything a test does not care about filled in."""

from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from db.models import Link, Member, Message, Role, School, SchoolKey, SchoolKeyKind, Story
from db.models.message import Answer
from db.states import MessageState, StoryState

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # Wednesday of school week 12, nine o'clock in Hà Nội
LATER = NOW + timedelta(hours=1)
_numbers = count(1)


def add_school(session: Session, code: str = "th-kim-dong", level: str = "TH", name: str = "Kim Đồng") -> School:
    """A school with one address and one host."""
    school = School(
        code=code,
        level=level,
        name=f"Trường {level} {name}",
        short_name=f"{level} {name}",
        keys=[
            SchoolKey(kind=SchoolKeyKind.EMAIL, value=f"{code}@hanoiedu.example"),
            SchoolKey(kind=SchoolKeyKind.HOST, value=f"{code}.giangvo.example"),
        ],
    )
    session.add(school)
    session.flush()
    return school


def add_member(session: Session, handle: str = "mai", role: Role = Role.BOARD, *, active: bool = True) -> Member:
    """A member of the board."""
    member = Member(
        handle=handle, name=f"Nguyễn {handle.title()}", email=f"{handle}@board.example", role=role, active=active
    )
    session.add(member)
    session.flush()
    return member


def add_message(
    session: Session,
    school: School | None,
    stories: list[Story] | None = None,
    *,
    state: MessageState = MessageState.READ,
    answer: Answer = Answer.OPEN,
    sender: str | None = None,
    week: int | None = 12,
) -> Message:
    """A mail that was read and links to these stories."""
    number = next(_numbers)
    message = Message(
        state=state,
        sha256=f"{number:064}",
        size=1000,
        raw=b"",
        received_at=NOW,
        stored_at=NOW,
        rfc_id=f"<mail{number}@hanoiedu.example>",
        sender_address=sender or (f"{school.code}@hanoiedu.example" if school else "ai-do@noi.example"),
        subject="Gửi link bài tuần 12",
        kind="story_submission",
        school_id=school.id if school else None,
        school=school,
        verified=True,
        school_year=2026,
        received_week=12,
        credited_week=week,
        answer=answer,
        links=[
            Link(position=position, url=story.url, written=story.url, role="article", found_in="text", story=story)
            for position, story in enumerate(stories or ())
        ],
    )
    session.add(message)
    session.flush()
    return message


def add_story(
    session: Session, school: School, state: StoryState = StoryState.FOUND, *, week: int | None = 12
) -> Story:
    """A story of that school; from pending on it has a title and a summary."""
    number = next(_numbers)
    read = state not in (StoryState.FOUND, StoryState.FETCHED, StoryState.UNREACHABLE)
    url = f"https://{school.code}.giangvo.example/tin-tuc/bai-viet-{number}"
    story = Story(
        state=state,
        school_id=school.id,
        school=school,
        school_year=2026,
        week=week,
        found_at=NOW,
        url=url,
        identity=url.removeprefix("https://"),
        host=f"{school.code}.giangvo.example",
        due_at=NOW if state in (StoryState.FOUND, StoryState.FETCHED) else None,
        offered_title=f"Bài trường gửi {number}",
        verdict_at=NOW if read or state is StoryState.UNREACHABLE else None,
        title=f"Ngày hội đọc sách {number}" if read else None,
        summary="Sáng 24/11, nhà trường tổ chức ngày hội đọc sách cho 800 học sinh." if read else None,
        pending_at=NOW if read else None,
    )
    session.add(story)
    session.flush()
    return story
