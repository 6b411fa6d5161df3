"""Questions about the mailbox: the account, the folder, who reads it, how far, and what is moved."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from db.queries import checkup
from db.queries.checkup import Moves, Progress
from ingest.mailbox_protocol import FolderStatus, MailboxError
from ingest.mailbox_survey import Survey
from ingest.settings import MailboxSettings
from tinbai.cli.check.case import Case
from tinbai.cli.check.finding import Finding

UNREAD = timedelta(minutes=15)  # as /healthz has it
POLLS_MISSED = 3
NO_MOVES = Moves(0, 0, "")
START: Mapping[str, str] = {"": "chỉ đọc thư đến sau lúc đó", "all": "đọc mọi thư trong thư mục"}
RENUMBERED = (
    "máy chủ đã đánh số lại thư (UIDVALIDITY {old} thành {new}); tinbai sẽ so lại theo nội dung, không trả lời ai "
    "lần hai"
)
RESTORED = (
    "máy chủ cấp lại số thư cũ (thư kế tiếp {next}, sổ đã ghi tới {last}); tinbai sẽ đọc lại phần đó, không trả lời ai "
    "lần hai"
)
CANNOT_MOVE = (
    '{host} không chuyển thư an toàn được (không có MOVE, không có UIDPLUS): hãy ghi after_reading = "leave" vào mục '
    "[mailbox]."
)
CANNOT_WRITE = "Không ghi được vào Maildir {path}: hãy cấp quyền ghi cho người dùng chạy tinbai."
FAILED = "tinbai đang chạy nhưng không đọc được hộp thư từ {since}. {reason}"
NOT_READ = "tinbai đang chạy nhưng chưa đọc được hộp thư từ {since}: hãy xem nhật ký (journalctl -u tinbai)."
GIVEN_UP = (
    '{number} thư đã thôi chuyển sang "{folder}", vẫn nằm nguyên trong {inbox}. Lý do gần nhất: {reason} Hãy chuyển '
    "tay các thư này."
)


def login(case: Case) -> Finding:
    """Can we log in?"""
    settings = case.settings.mailbox
    case.survey()
    place = settings.path if settings.kind == "maildir" else f"{settings.username} tại {settings.host}:{settings.port}"
    return Finding(True, f"Maildir {place}" if settings.kind == "maildir" else place)


def folder(case: Case) -> Finding:
    """Can the folder be opened?"""
    status = case.account().folder
    if isinstance(status, MailboxError):
        return Finding(False, status.reason)
    return Finding(True, f"mở được {case.settings.mailbox.folder}, chỉ để đọc")


def reader(case: Case) -> Finding:
    """Does a process read the mailbox now?"""
    holder = case.reader()
    if holder is None:
        return Finding(True, "chưa có, tinbai chưa chạy")
    machine, _, number = holder.rpartition(":")
    return Finding(True, f"tinbai đang chạy trên máy {machine} (tiến trình {number})")


def idle(case: Case) -> Finding:
    """Does the server tell at once of new mail?"""
    survey, settings = case.account(), case.settings.mailbox
    return Finding(True, told_of_mail(survey, settings))


def told_of_mail(survey: Survey, settings: MailboxSettings) -> str:
    """How tinbai hears of new mail."""
    if settings.kind == "maildir":
        return "thư mục được nhìn hai lần mỗi giây"
    poll = f"hộp thư được xem lại mỗi {settings.poll_seconds} giây"
    if not survey.idle:
        return f"máy chủ không có IDLE; {poll}"
    return f"có; ngoài ra {poll}" if settings.idle else f"không dùng ([mailbox] idle = false); {poll}"


def numbering(case: Case) -> Finding:
    """How far is the ledger behind the server?"""
    status, progress = case.folder(), case.progress()
    return Finding(True, numbering_in_words(status, progress, case.settings.mailbox))


def numbering_in_words(status: FolderStatus, progress: Progress | None, settings: MailboxSettings) -> str:
    """What will be read next."""
    numbers = "" if settings.kind == "maildir" else f"UIDVALIDITY {status.uidvalidity}, UIDNEXT {status.uidnext}; "
    if progress is None or not progress.uidvalidity:
        start = START.get(settings.start_from, f"đọc thư từ ngày {settings.start_from}")
        return f"{numbers}chưa đọc lần nào; lần đầu chạy sẽ {start} ([mailbox] start_from)"
    if progress.uidvalidity != status.uidvalidity:
        return RENUMBERED.format(old=progress.uidvalidity, new=status.uidvalidity)
    if status.uidnext <= progress.last_uid:
        return RESTORED.format(next=status.uidnext, last=progress.last_uid)
    if settings.kind == "maildir":
        return "đánh số như lần đọc trước"
    behind = status.uidnext - 1 - progress.last_uid
    rest = f"còn nhiều nhất {behind} thư chưa đọc" if behind else "đã đọc tới thư cuối"
    return numbers + rest


def moving(case: Case) -> Finding:
    """Can mails be moved, should they?"""
    return judge_moving(case.account(), case.settings.mailbox)


def judge_moving(survey: Survey, settings: MailboxSettings) -> Finding:
    """The same, of what is known."""
    if settings.after_reading == "leave":
        return Finding(True, 'không chuyển, để nguyên trong thư mục ([mailbox] after_reading = "leave")')
    if not survey.moves and settings.kind == "maildir":
        return Finding(False, CANNOT_WRITE.format(path=settings.path))
    if not survey.moves:
        return Finding(False, CANNOT_MOVE.format(host=settings.host))
    made = "đã có" if survey.has_target else "sẽ được tạo khi chuyển thư đầu tiên"
    return Finding(True, f'chuyển được sang "{settings.move_to}" ({made})')


def last_reading(case: Case) -> Finding:
    """When was the mailbox read last?"""
    progress = case.progress()
    if progress is None or case.reader() is None:
        return Finding(True, f"lúc {case.moment(progress.read_at)}" if progress and progress.read_at else "chưa có")
    poll = timedelta(seconds=case.settings.mailbox.poll_seconds)
    if progress.failed_since:
        since = case.moment(progress.failed_since)
        return Finding(False, FAILED.format(since=since, reason=progress.failure))
    if progress.read_at and is_late(progress.read_at, case.now(), poll):
        return Finding(False, NOT_READ.format(since=case.moment(progress.read_at)))
    return Finding(True, f"lúc {case.moment(progress.read_at)}" if progress.read_at else "chưa có")


def is_late(read_at: datetime, now: datetime, poll: timedelta) -> bool:
    """Should it have been read again long ago?"""
    return now - read_at > max(UNREAD, POLLS_MISSED * poll)


def last_audit(case: Case) -> Finding:
    """When was every mail compared with the ledger last?"""
    progress = case.progress()
    if progress is None or progress.audited_at is None:
        return Finding(True, "chưa có; tinbai tự làm mỗi ngày một lần")
    missing = f"{progress.recovered} thư bị sót, đã đọc bù" if progress.recovered else "không sót thư nào"
    return Finding(True, f"lúc {case.moment(progress.audited_at)}: {progress.audited} thư, {missing}")


def moves(case: Case) -> Finding:
    """Which mails could not be moved?"""
    return judge_moves(case.look(checkup.moves, NO_MOVES), case.settings.mailbox)


def judge_moves(found: Moves, settings: MailboxSettings) -> Finding:
    """The same, of what is known."""
    if found.given_up:
        sentence = GIVEN_UP.format(
            number=found.given_up, folder=settings.move_to, inbox=settings.folder, reason=found.reason
        )
        return Finding(False, sentence)
    if found.retried:
        return Finding(True, f"{found.retried} thư sẽ được thử lại. {found.reason}")
    return Finding(True, "không có")
