"""Did the demo work? Compares what was expected of the sample mails with what came of them; pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from db.states import StoryState
from tinbai.demo.archive import Kept
from tinbai.demo.mails import SampleMail
from tinbai.demo.stage import SeenMail, SeenStory

__all__ = ["faults"]

ACKNOWLEDGEMENT, DIGEST = "acknowledgement", "digest"


def faults(
    mails: Sequence[SampleMail], seen: Mapping[str, SeenMail | None], sent: Sequence[Kept], board: Sequence[str]
) -> list[str]:
    """One Vietnamese sentence for each expectation that was not met; an empty list when all were.

    seen: Message-ID → what became of that mail. sent: every mail that tinbai delivered. board: who gets the digest.
    """
    found = [fault for mail in mails for fault in _of_mail(mail, seen[mail.message_id], sent)]
    return [*found, *_of_answers(mails, sent), *_of_digest(board, sent)]


def _of_mail(mail: SampleMail, seen: SeenMail | None, sent: Sequence[Kept]) -> Iterator[str]:
    who = f"Thư “{mail.subject}”"
    expected = mail.expected
    if seen is None:
        yield f"{who} không được đọc từ hộp thư."
        return
    if seen.state is not expected.state:
        yield f"{who} ở trạng thái {seen.state}, lẽ ra phải là {expected.state}."
    fresh = [story for story in seen.stories if not story.repeats]
    came = {
        "bài mới chờ duyệt": (sum(story.state is StoryState.PENDING for story in fresh), expected.stories),
        "liên kết hỏng": (sum(story.state is StoryState.UNREACHABLE for story in fresh), expected.dead),
        "bài đã có từ trước": (len(seen.stories) - len(fresh), expected.known),
        "thư trả lời": (sum(kept.answers == mail.message_id for kept in sent), int(expected.answered)),
    }
    for what, (count, due) in came.items():
        if count != due:
            yield f"{who} có {count} {what}, lẽ ra phải là {due}."
    yield from (f"Bài #{story.number} {what}." for story in fresh for what in _missing(story))


def _missing(story: SeenStory) -> Iterator[str]:
    if story.state is StoryState.PENDING:
        if not story.title or story.title.startswith("http"):
            yield "không có tiêu đề"
        if not story.summary:
            yield "không có tóm tắt"


def _of_answers(mails: Sequence[SampleMail], sent: Sequence[Kept]) -> Iterator[str]:
    """Nobody else was answered, and nobody else's address was used."""
    due = Counter(mail.address for mail in mails if mail.expected.answered)
    came = Counter(kept.recipient for kept in sent if kept.notice == ACKNOWLEDGEMENT)
    for address in sorted(came.keys() | due.keys()):
        if came[address] != due[address]:
            yield f"{address} nhận {came[address]} thư trả lời, lẽ ra phải là {due[address]}."


def _of_digest(board: Sequence[str], sent: Sequence[Kept]) -> Iterator[str]:
    if not board:
        yield "Ban biên tập không có thành viên nào."
    came = Counter(kept.recipient for kept in sent if kept.notice == DIGEST)
    for address in board:
        if came[address] != 1:
            yield f"{address} nhận {came[address]} bản tổng hợp, lẽ ra phải là 1."
