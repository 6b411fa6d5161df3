"""Every way in which a foreign page can fail to arrive, as the end of a sentence for a school clerk.

A temporary failure is tried again; a permanent one waits for a person to correct the link.
"""

from collections.abc import Mapping
from enum import Enum

from db.work import WorkFailed


class FetchError(WorkFailed):
    """The page could not be fetched; `reason`, `permanent` and `retry_after` (seconds) say what follows."""


class Failure(Enum):
    """(reason, permanent), one line a case."""

    NOT_FOUND = ("trang không còn tồn tại trên website (lỗi 404)", True)
    GONE = ("trang đã bị gỡ khỏi website (lỗi 410)", True)
    NEEDS_LOGIN = ("trang yêu cầu đăng nhập mới xem được", True)
    FORBIDDEN = ("website không cho phép xem trang này (lỗi 403)", True)
    CHALLENGE = ("website bắt xác minh người dùng trước khi cho xem trang", True)
    NOT_ACCEPTED = ("website không chấp nhận yêu cầu mở trang này", True)
    SOCIAL = (
        (
            "liên kết dẫn tới mạng xã hội hoặc kho lưu trữ; kính đề nghị gửi liên kết trên website của trường"
            " hoặc gửi nội dung bài"
        ),
        True,
    )
    PRIVATE_ADDRESS = ("tên miền trỏ về một địa chỉ nội bộ, không mở được từ Internet", True)
    TOO_MANY_REDIRECTS = ("trang chuyển hướng quá nhiều lần", True)
    BAD_REDIRECT = ("trang chuyển hướng tới một địa chỉ không hợp lệ", True)
    NOT_A_PAGE = ("liên kết dẫn tới một tệp, không phải trang bài viết", True)
    TOO_BIG = ("trang quá lớn", True)
    SUSPICIOUS_CODING = ("nội dung trang được nén theo cách bất thường", True)
    BAD_ANSWER = ("website trả lời sai quy cách", True)
    BAD_CERTIFICATE = ("chứng chỉ bảo mật (HTTPS) của website không hợp lệ hoặc đã hết hạn", True)
    BAD_TLS = ("không thiết lập được kết nối bảo mật (HTTPS) với website", True)
    NO_SUCH_HOST = ("không tìm thấy tên miền của website", False)
    TOO_SLOW = ("website phản hồi quá chậm", False)
    NO_CONNECTION = ("không kết nối được tới máy chủ của website", False)
    CUT_OFF = ("website ngắt kết nối khi đang gửi trang", False)
    EMPTY = ("trang không có nội dung", False)
    BUSY = ("website đang quá tải hoặc bảo trì", False)
    SERVER_ERROR = ("máy chủ của website đang gặp lỗi", False)

    @property
    def reason(self) -> str:
        """The words for the clerk."""
        return self.value[0]

    @property
    def permanent(self) -> bool:
        """Whether trying again cannot help."""
        return self.value[1]

    def error(self, retry_after: float | None = None) -> FetchError:
        """Build the exception; a site that names a time to come back is never a permanent failure."""
        return FetchError(self.reason, permanent=self.permanent and retry_after is None, retry_after=retry_after)


STATUS_FAILURES: Mapping[int, Failure] = {
    204: Failure.EMPTY,
    205: Failure.EMPTY,
    401: Failure.NEEDS_LOGIN,
    403: Failure.FORBIDDEN,
    404: Failure.NOT_FOUND,
    407: Failure.NEEDS_LOGIN,
    408: Failure.TOO_SLOW,
    410: Failure.GONE,
    425: Failure.BUSY,
    429: Failure.BUSY,
    451: Failure.FORBIDDEN,
    503: Failure.BUSY,
}


def failure_of_status(status: int) -> Failure:
    """Name the case of an answer that is neither a page nor a redirect."""
    if status >= 500:
        return STATUS_FAILURES.get(status, Failure.SERVER_ERROR)
    return STATUS_FAILURES.get(status, Failure.NOT_ACCEPTED)
