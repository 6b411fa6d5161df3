"""What the terminal shows of the demo. Only words and layout: it decides nothing and waits for nothing.

Eighty columns are enough; in a pipe no control codes appear.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.box import ROUNDED
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from db.states import MessageState, StoryState
from tinbai.demo.archive import Kept
from tinbai.demo.mails import SampleMail
from tinbai.demo.stage import SeenMail, SeenStory

__all__ = ["Show"]

NARROWEST, WIDEST = 40, 96
MAIL_WIDTH = 76  # with its frame; a mail's text has lines of 72
LABEL_WIDTH = 8
INDENT = 2 + LABEL_WIDTH + 1
SUMMARY_LINES = 2
STORIES_SHOWN = 2  # of the digest, on a terminal
OPENING = (
    "Sáu trường mẫu lần lượt gửi thư tới hộp thư của Phòng. tinbai đọc từng thư, mở từng liên kết, xếp tin bài vào "
    "hàng chờ của Ban biên tập và trả lời nhà trường. Máy chủ thư và website của các trường chạy ngay trên máy này: "
    "không cần tài khoản, không cần mạng, không có gì rời khỏi máy."
)
NOTICES = {
    "acknowledgement": "trả lời",
    "problem": "trả lời",
    "decision": "báo lại",
    "publication": "báo lại",
    "digest": "tổng hợp",
    "alert": "báo động",
}
STORIES = {  # state → label, its style, the title's style
    StoryState.PENDING: ("bài #{}", "bold cyan", "bold"),
    StoryState.UNREACHABLE: ("hỏng", "bold red", ""),
    StoryState.DUPLICATE: ("trùng", "bold yellow", ""),
}
UNFINISHED = ("đang mở", "yellow", "")


class Show:
    """Prints the demo, act by act."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = max(NARROWEST, min(console.width, WIDEST))

    def opening(self) -> None:
        """What is going to be seen."""
        self._title("tinbai", "xem thử", style="bold cyan")
        self._lines(Text(OPENING), Text(), Text())

    @contextmanager
    def busy(self, words: str) -> Iterator[None]:
        """A sign of life while something is waited for; nothing in a pipe."""
        if not self._console.is_terminal:
            yield
            return
        with self._console.status(Text(words, style="dim"), spinner="dots", spinner_style="cyan"):
            yield

    def arrival(self, number: int, mail: SampleMail) -> None:
        """Who writes, and what about."""
        self._title(f"Thư {number}", mail.gist)
        self._row("từ", Text(f"{mail.name} <{mail.address}>"), "dim")
        self._row("tiêu đề", Text(mail.subject), "dim")

    def outcome(self, seen: SeenMail | None, sent: Sequence[Kept], handed_in: float) -> None:
        """What tinbai made of the mail, and what it sent. handed_in: the monotonic clock when the mail was sent."""
        if seen is None:
            self._row("?", Text("tinbai chưa thấy thư này"), "bold red")
            return
        if seen.school and seen.stories:
            self._row("trường", Text(seen.school), "dim")
        for story in seen.stories:
            self._story(story)
        if seen.state is MessageState.WAITING:
            self._row("chờ", Text(f"người phụ trách xem. {seen.reason or ''}".strip()), "bold yellow")
        elif seen.state is MessageState.IGNORED:
            self._row("bỏ qua", Text(f"{seen.reason or 'thư máy'}, không có gì phải làm"), "dim")
        for kept in sent:
            self.delivery(kept, kept.at - handed_in)
        if not sent:
            self._row("trả lời", Text("không gửi gì", style="dim"), "dim")

    def delivery(self, kept: Kept, seconds: float | None = None) -> None:
        """A mail of tinbai's that has reached its recipient."""
        took = "" if seconds is None else f", sau {seconds:.1f} giây".replace(".", ",")
        self._row(NOTICES.get(kept.notice, kept.notice), Text(kept.subject), "bold green")
        self._row("", Text(f"tới {kept.recipient}{took}", style="dim"), "")

    def digest(self, copies: Sequence[Kept]) -> None:
        """The digest as it reached the board; on a terminal only its first stories, so that it fits."""
        self._title("Ban biên tập", "bản tổng hợp, như đã tới hộp thư")
        if not copies:
            self._row("?", Text("chưa tới"), "bold red")
            return
        self._row("tới", Text(", ".join(kept.recipient for kept in copies)), "dim")
        told = copies[0].text.strip()
        words = abridged(told, STORIES_SHOWN) if self._console.is_terminal else told
        self._console.print()
        # Only addresses are longer than the lines of a mail: they are cut rather than folded, where there is room.
        self._console.print(
            Panel(
                Text(words, no_wrap=self._width >= MAIL_WIDTH, overflow="ellipsis"),
                title=Text(copies[0].subject, style="bold"),
                title_align="left",
                box=ROUNDED,
                border_style="cyan",
                width=self._width,
            )
        )

    def where_to_look(self, places: Iterable[tuple[str, str]], commands: Iterable[tuple[str, str]]) -> None:
        """places: what and where. commands: what for and what is typed. None is folded: they are there to be copied."""
        self._title("Xem tiếp", "mọi thứ nằm trong một thư mục tạm, được giữ lại")
        for what, text in (*places, *commands):
            if what:
                self._console.print(Text(f"  {what}", style="dim"))
            self._console.print(Text(f"    {text}"), soft_wrap=True)

    def success(self, told: str) -> None:
        """All expectations were met."""
        self._console.print()
        self._lines(Text(told), Text("✓ ", style="bold green"), Text("  "))

    def failure(self, faults: Sequence[str]) -> None:
        """What did not work, a sentence each."""
        self._title("Chưa đạt", f"{len(faults)} điều không như mong đợi", style="bold red")
        for fault in faults:
            self._lines(Text(fault), Text("✗ ", style="bold red"), Text("  "))

    def note(self, words: str) -> None:
        """A line between the acts."""
        self._console.print()
        self._lines(Text(words), Text(), Text())

    def _story(self, story: SeenStory) -> None:
        if story.repeats:
            self._row("đã có", Text(f"#{story.number} {story.title}"), "bold cyan")
            return
        label, style, title_style = STORIES.get(story.state, UNFINISHED)
        self._row(label.format(story.number), Text(story.title, style=title_style), style)
        under = story.summary if story.state is StoryState.PENDING else story.reason
        if under:
            room = SUMMARY_LINES * (self._width - INDENT) - INDENT
            self._row("", Text(textwrap.shorten(under, room, placeholder=" …"), style="dim"), "")

    def _title(self, title: str, aside: str, style: str = "bold") -> None:
        rule = "─" * (self._width - len(title) - len(aside) - 6)
        words = Text.assemble(("─ ", "dim"), (title, style), (f" · {aside} {rule}", "dim"))
        self._console.print()
        self._console.print(words)

    def _row(self, label: str, body: Text, style: str) -> None:
        first = Text("  ").append(label.ljust(LABEL_WIDTH), style=style or None).append(" ")
        self._lines(body, first, Text(" " * INDENT))

    def _lines(self, body: Text, first: Text, next_: Text) -> None:
        """Print with a hanging indent, and without blanks at the ends of lines."""
        for number, line in enumerate(body.wrap(self._console, self._width - len(first))):
            line.rstrip()
            self._console.print(Text.assemble(next_ if number else first, line))


def abridged(digest: str, stories: int) -> str:
    """The digest with its first stories only, and the number of the others in their place."""
    paragraphs = digest.split("\n\n")
    of_stories = [at for at, text in enumerate(paragraphs) if re.match(r"#\d+ ", text.lstrip("\n"))]
    left_out = of_stories[stories:]
    if not left_out:
        return digest
    paragraphs[left_out[0]] = f"… còn {len(left_out):02} tin bài nữa trong thư"
    return "\n\n".join(text for at, text in enumerate(paragraphs) if at not in left_out[1:])
