"""Questions about this installation: settings, database, disk, people, clock, and the operator's listener."""

import errno
import http.client
import json
import socket
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from db.queries import people
from db.work import WorkFailed
from pipeline.duties.clock import ClockGuard
from pipeline.duties.watch import Trouble
from pipeline.sandbox import ChildFailed
from tinbai.cli.check.case import Case
from tinbai.cli.check.clocks import SET_CLOCK, judge_clock, skew
from tinbai.cli.check.finding import Fault, Finding, LeftOut
from tinbai.disk import Disk
from tinbai.oserrors import reason_of
from tinbai.settings import environment

LISTENER_SECONDS = 5.0
NO_SCHOOLS = "Chưa có trường nào, mọi thư sẽ phải chờ người xem: hãy chạy `tinbai schools import TỆP.csv`."
NOBODY_FOR_INCIDENTS = "Chưa có ai nhận tin báo vụ việc: hãy điền [incidents] to, địa chỉ của lãnh đạo được giao xử lý."
NO_BOARD = "Chưa có thành viên nào, không ai nhận bản tổng hợp: hãy chạy `tinbai members import TỆP.csv`."
FULL = (
    "Còn {free} MB ở {folder}, cần ít nhất {floor} MB ([database] keep_free_mb), nên tinbai ngừng đọc thư: hãy xóa bớt "
    "tệp hoặc thêm dung lượng."
)
NO_CHILD = (
    "Không chạy được tiến trình con để đọc thư: hãy chạy tinbai từ một thư mục mà người dùng của nó vào được, ví dụ "
    "`cd /`, và kiểm tra bộ nhớ còn trống (cần khoảng 300 MB)."
)
OTHERS_PORT = (
    '{listen} đã có chương trình khác dùng: hãy ghi một cổng khác vào [metrics] listen, ví dụ "127.0.0.1:9465".'
)


def settings(case: Case) -> Finding:
    """Which file is used, and can it be read?"""
    case.read_settings()
    given = case.front.settings_file or environment().get("TINBAI_SETTINGS")
    file = Path(given or "settings.toml")
    if given or file.exists():
        return Finding(True, str(file.absolute()))
    return Finding(True, "không có tệp settings.toml ở đây; dùng giá trị mặc định và biến môi trường")


def database(case: Case) -> Finding:
    """Can the database be used?"""
    _ = case.app
    return Finding(True, case.record().words)


def reading(case: Case) -> Finding:
    """Can what comes in be read where it can do no harm?"""
    begun = monotonic()
    try:
        case.app.sandbox.call(len, b"")
    except (WorkFailed, ChildFailed, OSError):
        return Finding(False, NO_CHILD)
    return Finding(True, f"tiến trình con trả lời sau {monotonic() - begun:.1f} giây".replace(".", ","))


def disk(case: Case) -> Finding:
    """Is there room?"""
    file = case.app.database.file
    if file is None:
        raise LeftOut("cơ sở dữ liệu ở máy chủ PostgreSQL: hãy theo dõi đĩa của máy đó")
    folder = next(at for at in file.absolute().parents if at.is_dir())
    floor = case.settings.database.keep_free_mb
    room = Disk(folder, floor << 20)
    free = f"{(room.free() or 0) >> 20:,}".replace(",", ".")
    if not room.has_room():
        return Finding(False, FULL.format(free=free, folder=folder, floor=floor))
    return Finding(True, f"còn {free} MB ở {folder} (cần {floor} MB)")


def schools(case: Case) -> Finding:
    """Are there schools?"""
    number = case.look(lambda session: len(people.all_schools(session)), 0)
    return Finding(True, f"{number} trường") if number else Finding(False, NO_SCHOOLS)


def board(case: Case) -> Finding:
    """Is there a board?"""
    number = case.look(lambda session: len(people.board(session)), 0)
    return Finding(True, f"{number} thành viên") if number else Finding(False, NO_BOARD)


def incidents(case: Case) -> Finding:
    """Is there somebody to be told of an incident?"""
    settings = case.settings
    board: Sequence[str] = case.look(lambda session: [member.email for member in people.board(session)], ())
    return judge_incidents(settings.incidents.to, settings.alerts.to, board)


def judge_incidents(own: Sequence[str], alerts: Sequence[str], board: Sequence[str]) -> Finding:
    """Who is told of an incident, and by which setting?"""
    if own:
        return Finding(True, f"báo cho {', '.join(own)}")
    if alerts:
        return Finding(True, f"[incidents] to còn trống: báo cho {', '.join(alerts)} ([alerts] to)")
    if board:
        return Finding(True, f"[incidents] to còn trống: báo cho mọi thành viên Ban biên tập ({len(board)} người)")
    return Finding(False, NOBODY_FOR_INCIDENTS)


def clock(case: Case) -> Finding:
    """Does the clock agree with the mail server's?"""
    try:
        trip = case.trip()
    except (Fault, LeftOut):
        raise LeftOut("không có thư thử để so giờ") from None
    return judge_clock(skew(trip.arrived_at, trip.sent_at, trip.found_at))


def clock_was_right(case: Case) -> Finding:
    """Does the clock agree with what was done before?"""
    zone, now = case.settings.office.zone, case.now()
    guard = ClockGuard(monotonic, lambda at: at.astimezone(zone))
    troubles: Sequence[Trouble] = case.look(lambda session: tuple(guard.troubles(session, now)), ())
    if troubles:
        return Finding(False, f"{troubles[0].sentence} Nếu giờ sai, {SET_CLOCK}.")
    return Finding(True, "không lùi so với việc theo lịch làm lần cuối")


def time_zone(case: Case) -> Finding:
    """Which zone is it, and what time is it there?"""
    return Finding(True, f"{case.settings.office.timezone}, bây giờ là {case.moment(case.now())}")


def listener(case: Case) -> Finding:
    """Is the address of /healthz and /metrics free, or already ours?"""
    listen = case.settings.metrics.listen
    if not listen:
        return Finding(True, "không mở ([metrics] listen còn trống)")
    named, _, port = listen.rpartition(":")
    host = named.strip("[]") or "127.0.0.1"
    try:
        socket.create_server((host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except socket.gaierror:
        return Finding(False, f'Không tìm thấy địa chỉ {host}: hãy sửa [metrics] listen, ví dụ "127.0.0.1:9464".')
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return judge_listener(listen, _health(host, int(port)))
        return Finding(False, f"Không mở được {listen} ([metrics] listen): {reason_of(error)}.")
    return Finding(True, f"{listen} còn trống, tinbai sẽ dùng")


def _health(host: str, port: int) -> bytes:
    """What the one who listens there says of its health; nothing when it is no web server."""
    connection = http.client.HTTPConnection(host, port, timeout=LISTENER_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read(65_536)
    except (OSError, http.client.HTTPException):
        return b""
    finally:
        connection.close()


def judge_listener(listen: str, answer: bytes) -> Finding:
    """Is this tinbai, and is it well?"""
    try:
        told = json.loads(answer)
        status = told["status"]
        reasons: Sequence[str] = [reason["reason"] for reason in told.get("reasons", ())]
    except (ValueError, KeyError, TypeError):
        return Finding(False, OTHERS_PORT.format(listen=listen))
    if status == "ok":
        return Finding(True, f"tinbai đang phục vụ tại {listen}, mọi việc đều chạy")
    return Finding(
        False, f"tinbai tại {listen} báo có lỗi ({', '.join(reasons)}): hãy xem nhật ký (journalctl -u tinbai)."
    )
