"""What went wrong, in one sentence for the operator. Quotes no driver and no operating system."""

from collections.abc import Mapping

from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError

from tinbai.oserrors import reason_of

# The first row that begins SQLite's name of the error decides.
SQLITE: Mapping[str, str] = {
    "SQLITE_NOTADB": "tệp {place} không phải cơ sở dữ liệu SQLite; hãy kiểm tra [database] url",
    "SQLITE_CORRUPT": "tệp {place} bị hỏng; hãy dùng lại bản sao lưu gần nhất",
    "SQLITE_BUSY": "tệp {place} đang bị khóa bởi một chương trình khác; hãy thử lại sau ít phút",
    "SQLITE_LOCKED": "tệp {place} đang bị khóa bởi một chương trình khác; hãy thử lại sau ít phút",
    "SQLITE_READONLY": "không ghi được vào tệp {place} hoặc thư mục của tệp; hãy kiểm tra quyền ghi",
    "SQLITE_CANTOPEN": "không mở được tệp {place} hoặc không ghi được vào thư mục của tệp; hãy kiểm tra đường dẫn "
    "trong [database] url và quyền ghi",
    "SQLITE_FULL": "đĩa đã đầy, không ghi được vào tệp {place}; hãy giải phóng chỗ trống",
    "SQLITE_IOERR": "ổ đĩa báo lỗi khi đọc hoặc ghi tệp {place}; hãy kiểm tra ổ đĩa và chỗ trống",
}
NO_SERVER = (
    "không kết nối được tới máy chủ cơ sở dữ liệu {place}: hãy kiểm tra [database] url (máy chủ, cổng, tên, mật khẩu) "
    "và xem máy chủ có đang chạy không"
)
OTHERWISE = "{place} báo lỗi {name}; hãy kiểm tra [database] url và chạy `tinbai check`"


def database_sentence(error: DatabaseError, url: URL | None) -> str:
    """Why the database cannot be used. url: where it is, when that is known."""
    if url is None:
        place = "([database] url)"
    elif url.get_backend_name() == "sqlite":
        place = str(url.database)
    else:
        place = url.render_as_string(hide_password=True)
    name = str(getattr(error.orig, "sqlite_errorname", "") or type(error.orig).__name__)
    reason = next((words for start, words in SQLITE.items() if name.startswith(start)), None)
    if reason is None and not name.startswith("SQLITE") and _no_connection(error):
        reason = NO_SERVER
    return f"Không dùng được cơ sở dữ liệu: {(reason or OTHERWISE).format(place=place, name=name)}."


def _no_connection(error: DatabaseError) -> bool:
    """A server that was never reached, or that went away, executed no statement or names no SQLSTATE."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) is None


def os_sentence(error: OSError) -> str:
    """Why a file or a connection cannot be used."""
    if error.filename is None:
        return f"Không làm được: {reason_of(error)}."
    return f"Không đọc hoặc ghi được {error.filename}: {reason_of(error)}."
