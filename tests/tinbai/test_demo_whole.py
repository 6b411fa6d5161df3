"""`tinbai demo` as a person or a script starts it: what it says, how it ends, and what it leaves behind."""

import errno
import os
import pty
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from tinbai.demo import office
from tinbai.demo.drafts import DRAFTS

CONTROL_CODE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
DEMO = (sys.executable, "-m", "tinbai", "demo")


def folders(temporary: Path) -> list[Path]:
    """What demos have left."""
    return list(temporary.glob("tinbai-demo-*"))


def read_terminal(descriptor: int) -> bytes:
    """The next that was shown; empty when the last program that shows something there has ended."""
    try:
        return os.read(descriptor, 1 << 16)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        return b""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo keeps what it made: here that goes where the tests' files go."""
    monkeypatch.setitem(os.environ, "TMPDIR", str(tmp_path))


def test_it_ends_by_itself_with_every_story_answer_and_digest_and_leaves_nothing_behind(tmp_path: Path) -> None:
    started = time.monotonic()
    done = subprocess.run([*DEMO, "--once"], capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - started < 45
    assert not CONTROL_CODE.search(done.stdout)
    assert "✓ 9 thư đến, 7 tin bài chờ duyệt, 6 thư trả lời, 2 bản tổng hợp" in done.stdout
    assert "Thư mục tạm được xóa" in done.stdout
    assert folders(tmp_path) == []


@pytest.mark.parametrize(
    ("hurry", "sentence"),
    [
        ("LIMIT_SECONDS = 2.0", "Quá 2 giây mà buổi xem thử chưa xong"),
        ("PATIENCE_SECONDS = 0.0", "nhận 0 bản tổng hợp, lẽ ra phải là 1"),
    ],
)
def test_when_something_is_wrong_it_says_so_keeps_what_was_made_and_fails(
    tmp_path: Path, hurry: str, sentence: str
) -> None:
    hurried = f"import sys; from tinbai.demo import play; play.{hurry}; sys.exit(play.show_demo(once=True))"
    done = subprocess.run(
        [sys.executable, "-c", hurried], capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    (folder,) = folders(tmp_path)
    assert str(folder) in done.stdout + done.stderr


def test_on_a_terminal_it_keeps_what_was_made_and_says_where(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen([*DEMO, "--once"], stdin=subprocess.DEVNULL, stdout=theirs) as running:
        os.close(theirs)
        shown = b"".join(iter(partial(read_terminal, ours), b"")).decode()
        os.close(ours)
        assert running.wait(timeout=20) == 0
    (folder,) = folders(tmp_path)
    assert f"{folder}/" in shown
    assert "Thư mục tạm được xóa" not in shown
    assert len(list((folder / "thu-den").glob("*.eml"))) == len(DRAFTS)
    assert sorted(path.name.partition("-")[2] for path in (folder / "thu-di").glob("*digest*.html")) == sorted(
        f"digest-{member}.html" for member in office.sample_board()
    )


def test_without_once_it_goes_on_until_it_is_told_to_end(tmp_path: Path) -> None:
    with subprocess.Popen(
        DEMO, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert any("Nhấn Ctrl-C để kết thúc" in line for line in running.stdout)
        assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        assert "Đã kết thúc" in running.stdout.read()
        assert running.stderr.read() == ""
        assert running.wait(timeout=20) == 0
    assert len(folders(tmp_path)) == 1
