"""A school's reply to one of our letters: takes a story back, credits it to another week, replaces it by a better one.

Understood before the links of the reply are kept, carried out after that; all in the commit that reads the mail. Only a
sender whose mails are answered is listened to. What was done stands in the mail's events, and its answer tells it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Message, School, Story
from db.models.message import MessageEvent
from db.models.story import StoryEvent
from db.queries import outgoing, replies, stories
from db.queries.stories import CREDITED
from db.states import MailState, MessageState, StoryState
from outbox.letter import Notice
from parsers.kind import Kind
from parsers.school import BY_SENDER, BY_SUFFIX
from parsers.school_reply import SchoolReply
from parsers.school_request import Verb
from parsers.week import FLAG_FUTURE, FLAG_LATE, Calendar, credit
from pipeline.stages.ack_letter import DONE
from pipeline.stages.acknowledge import Acknowledger
from pipeline.stages.findable import make_findable
from pipeline.stages.mail_decision import MailDecision
from pipeline.stages.mail_reading import MOST_STORIES, MailReading
from pipeline.stages.school_reply_wishes import ForAPerson, Wish, answered_letter, wishes

LISTENED_TO = frozenset({Kind.STORY_SUBMISSION, Kind.CORRECTION, Kind.QUESTION, Kind.REPLY_THANKS})
ASKS_TOO = "Thư trả lời của trường vừa có đề nghị vừa có câu hỏi; cần người đọc và trả lời."
OLD_YEAR = "Trường đề nghị đổi tuần cho bài #{number} của năm học trước."
LONGEST_NOTE = 300
TOLD_LATER = (Notice.DECISION, Notice.PROBLEM)  # about a story, and pointless once it is taken back
NOT_ALLOWED = ((FLAG_LATE, "đã hết thời hạn ghi nhận"), (FLAG_FUTURE, "chưa bắt đầu"))
NOTHING_TO_TAKE_BACK: Mapping[StoryState, str] = {
    StoryState.WITHDRAWN: "đã được rút trước đó",
    StoryState.DECLINED: "không được sử dụng nên không cần rút",
    StoryState.DUPLICATE: "trùng với bài khác nên không cần rút",
}
NOT_CREDITED: Mapping[StoryState, str] = {
    StoryState.WITHDRAWN: "đã được rút",
    StoryState.DUPLICATE: "trùng với bài khác",
}


@dataclass(frozen=True, slots=True)
class Understood:
    """A mail as decided now, and what is to be done once its links are kept."""

    decided: MailDecision
    reply: SchoolReply | None = None
    wishes: tuple[Wish, ...] = ()


def taken_back(story: Story) -> bool:
    """The school itself has taken it back; when it sends the link again, the story opens again."""
    return story.state is StoryState.WITHDRAWN and bool(story.events) and story.events[-1].way == DONE


class SchoolReplies:
    """Understands replies of schools and does what they ask for. domain: the one that the schools share."""

    def __init__(self, calendar: Calendar, domain: str, acknowledger: Acknowledger) -> None:
        self._calendar = calendar
        self._domain = domain
        self._acknowledger = acknowledger

    def understand(
        self,
        session: Session,
        row: Message,
        result: MailReading,
        reply: SchoolReply,
        decided: MailDecision,
        school: School | None,
    ) -> Understood:
        """Decide the mail anew if it answers a letter of ours and asks for something; its stories are locked."""
        if school is None or not (reply.requests or reply.text) or not _is_listened_to(row, result, decided):
            return Understood(decided)
        letter = answered_letter(session, result.references, school, self._domain)
        if letter is None:
            return Understood(decided)
        keys = [key for _, key in result.story_keys if key is not None]
        try:
            wished = wishes(session, reply, letter, keys)
            self._check(session, wished, reply)
        except ForAPerson as reason:
            return Understood(_waiting(decided, str(reason)))
        if not wished or len(keys) > MOST_STORIES:
            return Understood(decided)
        return Understood(_read(decided), reply, wished)

    def carry_out(self, session: Session, row: Message, understood: Understood, now: datetime) -> None:
        """Do it, and note a sentence for each thing done. The mail has its state and its links, and is flushed."""
        for wish in understood.wishes:
            story = stories.locked(session, wish.story)
            if story is None or understood.reply is None:
                continue
            said = self._do(_Deed(session, row, story, wish, understood.reply, now))
            row.events.append(MessageEvent(at=now, old=row.state, new=row.state, way=DONE, note=said))
        session.flush()

    def _check(self, session: Session, wished: Sequence[Wish], reply: SchoolReply) -> None:
        if reply.asks and any(wish.verb is not Verb.REPLACE for wish in wished):
            raise ForAPerson(ASKS_TOO)
        for wish in wished:
            story = stories.locked(session, wish.story)
            if wish.verb is Verb.REWEEK and story is not None and story.school_year != self._year:
                raise ForAPerson(OLD_YEAR.format(number=wish.story))

    @property
    def _year(self) -> int:
        return self._calendar.week1_monday.year

    def _do(self, deed: "_Deed") -> str:
        deeds = {
            Verb.WITHDRAW: self._withdraw,
            Verb.REWEEK: self._reweek,
            Verb.REPLACE: self._replace,
            None: self._take_text,
        }
        return deeds[deed.wish.verb](deed)

    def _withdraw(self, deed: "_Deed") -> str:
        story = deed.story
        if story.state in NOTHING_TO_TAKE_BACK:
            return f"Bài {_named(story)} {NOTHING_TO_TAKE_BACK[story.state]}."
        self._take_back(deed, deed.reply.said)
        return f"Đã rút bài {_named(story)} theo đề nghị của Nhà trường; bài không tính cho tuần nào nữa."

    def _take_back(self, deed: "_Deed", note: str) -> None:
        session, story, now = deed.session, deed.story, deed.now
        story.retrying = False
        story.move_to(StoryState.WITHDRAWN, now, DONE, note=_shortened(note))
        for mail in outgoing.waiting_about(session, f"story:{story.id}"):
            if mail.notice in TOLD_LATER:
                mail.move_to(MailState.CANCELLED, now, DONE)
        self._acknowledger.verdict(session, story, now)

    def _reweek(self, deed: "_Deed") -> str:
        story, claimed = deed.story, deed.wish.week
        if story.state in NOT_CREDITED:
            return f"Bài {_named(story)} {NOT_CREDITED[story.state]} nên không tính cho tuần nào."
        came = replies.brought_at(deed.session, story.id) or story.found_at
        allowed = credit(claimed, came, self._calendar)
        present = f"tuần {story.week}" if story.week else "không tuần nào"
        for flag, why in NOT_ALLOWED:
            if flag in allowed.flags:
                return f"Bài {_named(story)} vẫn tính cho {present}: khi Nhà trường gửi bài, tuần {claimed} {why}."
        if story.week == allowed.week:
            return f"Bài {_named(story)} đang được tính cho {present}, đúng như Nhà trường đề nghị."
        note = _shortened(f"tuần {story.week} → tuần {allowed.week}: {deed.reply.said}")
        story.events.append(StoryEvent(at=deed.now, old=story.state, new=story.state, way=DONE, note=note))
        story.week = allowed.week
        return f"Bài {_named(story)} nay được tính cho tuần {allowed.week}, không tính cho {present} nữa."

    def _replace(self, deed: "_Deed") -> str:
        """The better story takes the old one's place and its week; a broken one's week only as long as that is open."""
        old, row = deed.story, deed.row
        link = next(link for link in row.links if link.story is not None and link.story.identity == deed.wish.key)
        better = link.story
        assert better is not None, "chosen for its story"
        open_still = old.state in CREDITED or credit(old.week, row.received_at, self._calendar).week == old.week
        if not link.repeats and old.week is not None and open_still:
            better.school_year, better.week = old.school_year, old.week
            row.credited_week = old.week
        if old.state not in NOTHING_TO_TAKE_BACK:
            self._take_back(deed, f"thay bằng #{better.id}")
        week = f", tính cho tuần {better.week}" if better.week else ""
        return f"Bài #{better.id} thay cho bài {_named(old)}{week}."

    def _take_text(self, deed: "_Deed") -> str:
        story, reply = deed.story, deed.reply
        if story.state not in (StoryState.UNREACHABLE, StoryState.FOUND):
            return f"Nội dung bài {_named(story)} đã có trước đó."
        story.title = reply.title or story.title or story.offered_title
        story.text, story.summary = reply.text, reply.summary
        story.school_year, story.week = self._year, credit(story.week, deed.row.received_at, self._calendar).week
        story.reason, story.retrying, story.pending_at = None, False, deed.now
        story.move_to(StoryState.PENDING, deed.now, DONE, note="nội dung trường gửi trong thư trả lời")
        make_findable(deed.session, {story: (story.title, story.text)})
        self._acknowledger.verdict(deed.session, story, deed.now)
        week = f", tính cho tuần {story.week}" if story.week else ""
        return f"Đã nhận nội dung bài {_named(story)} và chuyển tới Ban biên tập{week}."


@dataclass(frozen=True, slots=True)
class _Deed:
    """One thing to do, and all that is needed for it."""

    session: Session
    row: Message
    story: Story
    wish: Wish
    reply: SchoolReply
    now: datetime


def _is_listened_to(row: Message, result: MailReading, decided: MailDecision) -> bool:
    known = result.reading.school_by in (BY_SENDER, BY_SUFFIX)
    own = known and result.reading.forwarded_by is None and not row.history
    return own and not decided.restricted and result.reading.kind in LISTENED_TO and bool(result.references)


def _waiting(decided: MailDecision, reason: str) -> MailDecision:
    return replace(
        decided,
        state=MessageState.WAITING,
        reason=reason,
        credited_week=None,
        credit_reason=None,
        roles={},
        stories={},
    )


def _read(decided: MailDecision) -> MailDecision:
    return replace(decided, state=MessageState.READ, reason=None, kind=Kind.CORRECTION.value)


def _named(story: Story) -> str:
    title = story.title or story.offered_title
    return f"#{story.id} “{title}”" if title else f"#{story.id}"


def _shortened(note: str) -> str:
    return " ".join(note.split())[:LONGEST_NOTE]
