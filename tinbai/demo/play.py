"""The demo from curtain to curtain: mails come in one after another, the digest goes out, it is said where to look."""

import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from shutil import rmtree, which
from types import FrameType

from rich.console import Console

from db.states import MessageState
from tinbai.demo import office
from tinbai.demo.archive import Kept
from tinbai.demo.mails import SampleMail
from tinbai.demo.show import Show
from tinbai.demo.stage import Stage, staged
from tinbai.demo.verdict import ACKNOWLEDGEMENT, DIGEST, faults

__all__ = ["show_demo"]

LIMIT_SECONDS = 39.0  # of --once, so that with the goodbye it ends within 45
PATIENCE_SECONDS = 12.0  # for one mail, or for the digest
LONG_SECONDS = 3600.0
PAUSE_SECONDS = 0.6  # between two mails when a person is watching
REVISE_NOTE = "Xin bổ sung ảnh"
REMOVED = "\nThư mục tạm được xóa; muốn giữ lại để xem: `tinbai demo` không có --once."


class TimeIsUp(Exception):
    """--once must end."""


def show_demo(*, once: bool) -> int:
    """Show tinbai at work. once: end by itself, with status 1 when anything did not work; else stay until Ctrl-C.

    What was made stays in a folder, unless nobody watches (`once`, and not on a terminal) and everything worked.
    """
    _write_utf_8()
    show = Show(_console(stderr=False))
    started = time.monotonic()
    show.opening()
    folder = Path(tempfile.mkdtemp(prefix="tinbai-demo-")).resolve()
    watched = not once or sys.stdout.isatty()
    try:
        with _signals(LIMIT_SECONDS if once else 0), staged(folder) as stage:
            status = Performance(stage, show, started, once=once, watched=watched).run()
    except TimeIsUp:
        complaint = Show(_console(stderr=True))
        complaint.failure([f"Quá {LIMIT_SECONDS:.0f} giây mà buổi xem thử chưa xong."])
        complaint.where_to_look([("Nhật ký", str(folder / "tinbai.log"))], ())
        return 1
    if status == 0 and not watched:
        rmtree(folder, ignore_errors=True)
    return status


def _write_utf_8() -> None:
    """Vietnamese needs it, whatever LANG says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def _console(*, stderr: bool) -> Console:
    return Console(stderr=stderr, highlight=False, emoji=False, markup=False)


class Performance:
    """One demo on one stage; it started when the monotonic clock showed `started`.

    once: ends by itself. watched: somebody may want to look into the folder afterwards.
    """

    def __init__(self, stage: Stage, show: Show, started: float, *, once: bool, watched: bool) -> None:
        self._stage = stage
        self._show = show
        self._once = once
        self._watched = watched
        self._started = started

    def run(self) -> int:
        """Play it; returns the exit status."""
        stage, show = self._stage, self._show
        with show.busy("tinbai đang mở hộp thư"):
            stage.wait_until(stage.ready, PATIENCE_SECONDS)
        mails = stage.mails()
        for number, mail in enumerate(mails, 1):
            self._one_mail(number, mail)
        self._digest()
        found = faults(mails, {mail.message_id: stage.seen(mail) for mail in mails}, stage.archive.sent, stage.board)
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._epilogue(mails, found)
        if not self._once:
            self._stay()
        return 1 if found else 0

    def _one_mail(self, number: int, mail: SampleMail) -> None:
        stage, show = self._stage, self._show
        show.arrival(number, mail)
        handed_in = time.monotonic()
        stage.hand_in(mail)
        with show.busy("tinbai đang làm thư này"):
            stage.wait_until(lambda: self._is_done(mail), PATIENCE_SECONDS)
        show.outcome(stage.seen(mail), self._answers(mail), handed_in)
        if not self._once and sys.stdout.isatty():
            time.sleep(PAUSE_SECONDS)

    def _is_done(self, mail: SampleMail) -> bool:
        if mail.expected.answered:
            return bool(self._answers(mail))
        seen = self._stage.seen(mail)
        return seen is not None and seen.state is not MessageState.RECEIVED

    def _answers(self, mail: SampleMail) -> Sequence[Kept]:
        return [kept for kept in self._stage.archive.sent if kept.answers == mail.message_id]

    def _digest(self) -> None:
        copies = self._stage.queue_digest()
        with self._show.busy("Bản tổng hợp đang tới Ban biên tập"):
            self._stage.wait_until(lambda: len(self._digests()) >= copies, PATIENCE_SECONDS)
        self._show.digest(self._digests())

    def _digests(self) -> Sequence[Kept]:
        return [kept for kept in self._stage.archive.sent if kept.notice == DIGEST]

    def _epilogue(self, mails: Sequence[SampleMail], found: Sequence[str]) -> None:
        if found or self._watched:
            self._show.where_to_look(self._places(), self._commands())
        if found:
            Show(_console(stderr=True)).failure(found)
            return
        answers = sum(kept.notice == ACKNOWLEDGEMENT for kept in self._stage.archive.sent)
        stories = sum(mail.expected.stories for mail in mails)
        seconds = time.monotonic() - self._started
        self._show.success(
            f"{len(mails)} thư đến, {stories} tin bài chờ duyệt, {answers} thư trả lời, {len(self._digests())} bản "
            f"tổng hợp, trong {seconds:.0f} giây.\nTất cả đúng như mong đợi." + ("" if self._watched else REMOVED)
        )

    def _places(self) -> Iterator[tuple[str, str]]:
        folder = self._stage.folder
        yield "Mọi thư đến và thư đi (.eml, .html), cơ sở dữ liệu, nhật ký", f"{folder}/"
        for kept in self._digests()[:1]:
            yield "Bản tổng hợp, mở bằng trình duyệt", str(kept.html_file or kept.file)
        if not self._once:
            servers = self._stage.servers
            yield "Website của các trường, mở bằng trình duyệt", f"http://{servers.host}:{self._stage.sites.port}/"
            who = f"tài khoản {office.ADDRESS}, mật khẩu {office.PASSWORD}"
            yield f"Hộp thư của Phòng qua IMAP, {who}", f"{servers.host}:{servers.imap_port}"

    def _commands(self) -> Iterator[tuple[str, str]]:
        tinbai = _program()
        yield "Dòng lệnh", f"export TINBAI_SETTINGS={self._stage.folder / 'settings.toml'}"
        yield "", f"{tinbai} stories"
        yield "", f"{tinbai} show 1"
        yield "", f"{tinbai} waiting"
        if not self._once:
            yield (
                "Ghi một quyết định: thư gửi nhà trường hiện ngay ở đây",
                f'{tinbai} revise 2 --as lan --note "{REVISE_NOTE}"',
            )

    def _stay(self) -> None:
        """Keep everything running until SIGINT or SIGTERM, and show what else is sent."""
        shown = len(self._stage.archive.sent)
        try:
            self._show.note("Mọi thứ vẫn đang chạy. Nhấn Ctrl-C để kết thúc.")
            while True:
                shown = self._show_further(shown)
        except KeyboardInterrupt:
            self._show.note("Đã kết thúc; các tệp vẫn được giữ lại.")

    def _show_further(self, shown: int) -> int:
        """Wait for what is sent after the first `shown` mails, and show it; returns how many are shown then."""
        archive = self._stage.archive
        self._stage.wait_until(lambda: len(archive.sent) > shown, LONG_SECONDS)
        further = archive.sent[shown:]
        for kept in further:
            self._show.delivery(kept)
        return shown + len(further)


def _program() -> str:
    """tinbai as it can be typed here."""
    started = Path(sys.argv[0]).absolute()
    if started.name != "tinbai":
        return "python -m tinbai"
    if which("tinbai") and Path(which("tinbai") or "").absolute() == started:
        return "tinbai"
    return str(started.relative_to(Path.cwd()) if started.is_relative_to(Path.cwd()) else started)


@contextmanager
def _signals(limit: float) -> Iterator[None]:
    """SIGTERM ends the demo as Ctrl-C does; after `limit` seconds (0: never) TimeIsUp is raised. Main thread only."""

    def time_is_up(_number: int, _frame: FrameType | None) -> None:
        raise TimeIsUp

    before = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, signal.default_int_handler),
        signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler),
        signal.SIGALRM: signal.signal(signal.SIGALRM, time_is_up),
    }
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
