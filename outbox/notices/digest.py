"""What waits for the board: stories, schools that still owe one, and how the desk is doing.

Of incidents it says nothing; mails that wait for a person are a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from outbox.letter import Letter, Notice, Office
from outbox.rendering import compose


@dataclass(frozen=True, slots=True)
class DigestStory:
    """One story in the queue."""

    number: int
    school: str  # its short name: "TH Kim Đồng"
    title: str
    url: str  # of the page
    received_at: datetime  # of the mail that reported it
    published_on: date | None = None  # as the page says
    image_url: str | None = None
    summary: str | None = None
    theme: str | None = None  # its label, as people read it
    flags: tuple[str, ...] = ()  # reasons to look twice, by id


@dataclass(frozen=True, slots=True)
class MissingSchool:
    """A school that has not sent this week's story."""

    name: str
    level: str  # "MN", "TH", "THCS"


@dataclass(frozen=True, slots=True)
class UnreachableOwner:
    """A school or a member whom mail does not reach at this address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Digest:
    """One member's digest."""

    office: Office
    to: str
    member_name: str
    member_handle: str  # what stands after --as
    day: date
    stories: tuple[DigestStory, ...]  # in the order they are to be read
    health: str  # one line: "Hộp thư đọc lúc 06:58 · 0 thư lỗi"
    missing: tuple[MissingSchool, ...] = ()
    week: int | None = None  # the running school week; None in a break
    week_from: date | None = None
    week_to: date | None = None
    waiting_count: int = 0  # mails that wait for a person
    troubled: bool = False  # `health` tells of something a person has to mend
    more: int = 0  # stories that wait, too, but are not in this mail
    unreachable: tuple[UnreachableOwner, ...] = ()


MOST_LOST = 10  # addresses named in one line
LEVELS: Mapping[str, str] = {"MN": "Mầm non", "TH": "Tiểu học", "THCS": "Trung học cơ sở"}
FLAGS: Mapping[str, str] = {
    "not_read": "hệ thống chưa đọc được trang, cần mở xem trực tiếp",
    "photo_only": "chỉ có ảnh, chưa có bài viết",
    "thin_text": "bài viết rất ngắn",
    "no_date": "trang không ghi ngày đăng",
    "tls_broken": "chứng chỉ bảo mật của website bị lỗi",
    "unverified": "chưa xác minh được người gửi",
    "unfetchable_social": "bài trên mạng xã hội, cần mở xem trực tiếp",
}

HOW = (
    ("Duyệt", "approve {0} {1}"),
    ("Đề nghị trường sửa", 'revise {0} {1} --note "…"'),
    ("Không sử dụng", 'decline {0} {1} --note "…"'),
    ("Đã đăng", "publish {0} {1} --url https://…"),
)


def letter(context: Digest) -> Letter:
    """Word the digest."""
    schools = len({story.school for story in context.stories})
    levels = dict.fromkeys((*LEVELS, *(school.level for school in context.missing)))
    groups = tuple(
        (LEVELS.get(level, level), tuple(school.name for school in context.missing if school.level == level))
        for level in levels
    )
    more: dict[str, object] = {
        "schools": schools,
        "total": len(context.stories) + context.more,
        "missing_by_level": tuple((level, names) for level, names in groups if names),
        "needs_person": context.troubled or context.waiting_count > 0 or bool(context.unreachable),
        "lost": context.unreachable[:MOST_LOST],
        "lost_more": max(0, len(context.unreachable) - MOST_LOST),
        "commands": _commands(context),
        "notes": tuple(tuple(FLAGS.get(flag, flag) for flag in story.flags) for story in context.stories),
    }
    return compose(Notice.DIGEST, context, more)


def _commands(context: Digest) -> tuple[tuple[str, str], ...]:
    """How the first story would be decided, as it is typed."""
    who = f"--as {context.member_handle}"
    return tuple(
        (what, f"tinbai {how.format(story.number, who)}") for story in context.stories[:1] for what, how in HOW
    )
