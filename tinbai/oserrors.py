"""What the operating system refuses, as words for the operator: what is wrong, and what to do. Never its English."""

import errno
from collections.abc import Mapping

REASONS: Mapping[int, str] = {
    errno.ENOENT: "không có tệp hoặc thư mục này; hãy kiểm tra đường dẫn",
    errno.EISDIR: "đây là một thư mục; hãy chỉ ra một tệp",
    errno.ENOTDIR: "một phần của đường dẫn không phải là thư mục; hãy kiểm tra đường dẫn",
    errno.EACCES: "không có quyền; hãy kiểm tra quyền của người dùng đang chạy tinbai trên tệp và thư mục này",
    errno.EPERM: "không được phép; hãy kiểm tra quyền của người dùng đang chạy tinbai trên tệp và thư mục này",
    errno.EEXIST: "đã có sẵn; hãy chọn tên khác",
    errno.ENOSPC: "đĩa đã đầy; hãy giải phóng chỗ trống rồi làm lại",
    errno.EDQUOT: "đã hết hạn mức đĩa; hãy giải phóng chỗ trống rồi làm lại",
    errno.EROFS: "ổ đĩa chỉ cho đọc; hãy chọn nơi ghi được",
    errno.ENAMETOOLONG: "tên quá dài; hãy đặt tên ngắn hơn",
    errno.ELOOP: "liên kết tượng trưng chỉ vòng tròn; hãy kiểm tra đường dẫn",
    errno.EMFILE: "tiến trình mở quá nhiều tệp; hãy nâng giới hạn (ulimit -n)",
    errno.EIO: "ổ đĩa báo lỗi đọc ghi; hãy kiểm tra ổ đĩa",
    errno.ECONNREFUSED: "máy chủ không nhận kết nối; hãy kiểm tra địa chỉ, cổng và xem máy chủ có đang chạy không",
    errno.ECONNRESET: "máy chủ ngắt kết nối; hãy thử lại sau",
    errno.ETIMEDOUT: "máy chủ không trả lời kịp; hãy kiểm tra mạng và tường lửa",
    errno.EHOSTUNREACH: "không tới được máy chủ; hãy kiểm tra mạng của máy này",
    errno.ENETUNREACH: "không có đường mạng tới máy chủ; hãy kiểm tra mạng của máy này",
    errno.EADDRINUSE: "địa chỉ và cổng này đã có chương trình khác dùng; hãy chọn cổng khác",
}
OTHERWISE = "hệ điều hành không cho (mã lỗi {number}); hãy kiểm tra ổ đĩa, mạng và quyền của người dùng chạy tinbai"


def reason_of(error: OSError) -> str:
    """Why it failed and what to do, without a full stop."""
    number = error.errno or 0
    return REASONS.get(number) or OTHERWISE.format(number=number)
